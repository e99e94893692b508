"""The application as the web server loads it."""

import django
from django.core.handlers.asgi import ASGIHandler

from outbrief import telemetry
from outbrief.conf import env

env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
django.setup(set_prefix=False)
telemetry.start_logging()
application = ASGIHandler()
