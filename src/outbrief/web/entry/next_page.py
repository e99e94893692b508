"""Where somebody goes on to, once they are in."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest) -> str:
    """Give the page that was asked for (`next`) if it is one of ours, else the overview."""
    asked = str(request.POST.get("next") or request.GET.get("next") or "/")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if ours and asked.startswith("/") else "/"
