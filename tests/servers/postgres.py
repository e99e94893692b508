"""A fresh database per test, cloned from a migrated template on the embedded server of this test run."""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

# Set before anything reads the environment: each test process (pytest-xdist starts several) has its own home.
HOME = Path(tempfile.mkdtemp(prefix="outbrief-test-"))
for _name in [name for name in os.environ if name.startswith("OUTBRIEF_")]:
    del os.environ[_name]
os.environ["OUTBRIEF_HOME"] = str(HOME)
os.environ["OUTBRIEF_SECRET_KEY"] = "a key for tests alone, at least 32 characters"
os.environ["DJANGO_SETTINGS_MODULE"] = "outbrief.conf.settings"

TEMPLATE = "outbrief_template"


def pytest_configure() -> None:
    import django

    # The embedded server stops at exit, in a step registered when it starts; this one is registered before and so
    # runs after it.
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
    django.setup()


@pytest.fixture(scope="session")
def template_database() -> str:
    """Migrate the template once; give the server's URL."""
    from django.conf import settings

    from outbrief.record import schema

    server_url = settings.DATABASE_URL
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
    use_database(server_url, TEMPLATE)
    schema.migrate()
    return server_url


@pytest.fixture
def database(template_database: str) -> Iterator[str]:
    """Give the URL of a database of this test's own, with every table and no row; Django uses it meanwhile."""
    from django.db import connections

    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(template_database, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    url = use_database(template_database, name)
    yield url
    connections.close_all()
    use_database(template_database, TEMPLATE)
    with psycopg.connect(template_database, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def use_database(server_url: str, name: str) -> str:
    """Point Django, the queries and the queue at database `name`; give its URL."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
    host = connections["default"].settings_dict["HOST"]
    url = f"postgresql://postgres:@/{name}?host={host}"
    assert make_conninfo(url)
    settings.DATABASE_URL = settings.WAREHOUSE_URL = url
    return url
