"""The application as the web server loads it."""

import django
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

from outbrief import telemetry
from outbrief.conf import env


def _share_connections() -> None:
    """Let requests share a pool: each is served in a thread of its own, so a connection kept by one is lost.

    A request that finds all of them busy waits, and is answered 503 after the timeout; PostgreSQL's own limit, which
    the workers need as well, is never reached. To be called before a connection is open.
    """
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    options = database["OPTIONS"]
    options["pool"] = {"min_size": 2, "max_size": 20, "timeout": 10}
    # Django 5.2 asks the pool for a connection while it sets the role of the one that the pool is making, and waits
    # for ever: here the server is told the role when the connection is made.
    options["options"] = f"{options.get('options', '')} -c role={options.pop('assume_role')}".strip()


env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
django.setup(set_prefix=False)
telemetry.start_logging()
_share_connections()
application = ASGIHandler()
