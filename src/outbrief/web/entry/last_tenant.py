"""The tenant that a person looked at last, remembered by their browser when the session has ended."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from outbrief.access import TENANT_CHOSEN, actor_for_user
from outbrief.terms.errors import Forbidden
from outbrief.web.ids import read_id

_COOKIE, _SALT = "tenant", "outbrief.tenant"
_LASTS = 365 * 24 * 3600


def choose(request: HttpRequest, tenant_id: UUID) -> None:
    """Let the session look at a tenant, which the person must be a member of.

    Forms on pages of the tenant before, in other tabs, are not sent to this one: the person is asked.
    """
    if request.session.get(TENANT_CHOSEN) != str(tenant_id):
        rotate_token(request)
    request.session[TENANT_CHOSEN] = str(tenant_id)


def remember(response: HttpResponse, tenant_id: UUID) -> None:
    """Let the browser remember a tenant for the next time."""
    response.set_signed_cookie(
        _COOKIE,
        str(tenant_id),
        salt=_SALT,
        max_age=_LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def choose_last(request: HttpRequest, user_id: UUID) -> None:
    """Look at the remembered tenant again, or at the person's first if they are no member of that one."""
    known = read_id(request.get_signed_cookie(_COOKIE, default="", salt=_SALT))
    for tenant_id in (known, None) if known else (None,):
        with suppress(Forbidden):
            choose(request, actor_for_user(user_id, tenant_id=tenant_id).tenant_id)
            return
