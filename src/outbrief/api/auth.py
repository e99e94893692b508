"""Who is calling: a program by its key, or a signed-in person by the session of the pages."""

import datetime as dt
import time
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from outbrief import access
from outbrief.access import Actor
from outbrief.api import limits
from outbrief.terms.errors import Forbidden


class ApiKey(HttpBearer):
    """`Authorization: Bearer KEY`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:  # noqa: ARG002 - the shape that ninja calls
        """Give the actor behind the key; Unauthenticated when it is not good."""
        return _counted(access.actor_for_key(token, now=dt.datetime.now(dt.UTC)))


class Session(APIKeyCookie):
    """The cookie of a signed-in person; what changes something needs the CSRF token in `X-CSRFToken`."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Give the actor of the session, or None when nobody is signed in; Forbidden when a form was forged."""
        return self.authenticate(request, request.COOKIES.get(self.param_name))

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Give the actor of the session; without a cookie there is none, and no database is asked."""
        if not key or not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Forbidden("The CSRF token is missing or wrong.", hint="Send X-CSRFToken, or use an API key.")
        return _counted(access.actor_for_session(request.user.pk, request.session))


def actor_of(request: HttpRequest) -> Actor:
    """Give the actor that the request was let in as."""
    return cast(Actor, request.auth)  # type: ignore[attr-defined]


def _counted(actor: Actor) -> Actor:
    limits.REQUESTS.take(actor.name, now=time.monotonic())
    return actor
