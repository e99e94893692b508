"""Write the generated part of the reference: `make docs`."""

import json
from pathlib import Path

import django

from outbrief.conf import env

REFERENCE = Path(__file__).parent / "reference"


def set_up() -> None:
    """Load the program as it is by default, on a database that is never asked and a key that signs nothing."""
    env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
    env.choose("OUTBRIEF_DATABASE_URL", "postgresql://nobody@127.0.0.1/nothing")
    env.choose("OUTBRIEF_SECRET_KEY", "only to write the reference, signs nothing")
    django.setup()


def openapi() -> str:
    """Give the OpenAPI description of the API as indented JSON."""
    from outbrief.api.urls import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/"), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    set_up()
    (REFERENCE / "openapi.json").write_text(openapi(), encoding="utf-8")
