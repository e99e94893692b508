"""Errors as pages: what happened, what to do, and the status that says the same to programs."""

from collections.abc import Callable

import django.db
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string

from outbrief import telemetry
from outbrief.terms.errors import (
    DatabaseUnavailable,
    InvalidInput,
    OutbriefError,
    TooMany,
)
from outbrief.web.other_tenants import home_of

_TITLES = {
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    409: "That is not possible now",
    410: "Gone",
    422: "That cannot be done",
    429: "Too many at a time",
    503: "Not available now",
}
_OURS = "A part of the installation does not answer. It was logged; try again in a minute."


class AnswerErrors:
    """Middleware that answers every error raised on purpose; others are left to Django's own pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Give the page for an error of ours or of the database; None for what nobody foresaw."""
        if isinstance(error, django.db.OperationalError | django.db.InterfaceError):
            error = DatabaseUnavailable(f"the database does not answer: {error}")
        elif isinstance(error, django.db.DataError):
            # A byte of zero, or a number beyond all bounds: nobody types it, and no column holds it.
            telemetry.complain("web.refused", error)
            error = InvalidInput("The request holds a text or number that cannot be kept.", hint="Type it anew.")
        return answer(request, error) if isinstance(error, OutbriefError) else None


def answer(request: HttpRequest, error: OutbriefError) -> HttpResponse:
    """Give the page for an error, or JSON where that is preferred; what is wrong inside is told to the log alone."""
    status = error.status
    message, hint = error.message, error.hint
    if status >= 500:
        telemetry.complain("web.failed", error)
        message, hint = _OURS, ""
    elif error.field:
        message = f"{error.field}: {message}"
    if status == 403 and message == "Forbidden":
        message = "This belongs to somebody else."
    response: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"error": message, "code": error.code, "details": {"hint": hint} if hint else None})
        response.status_code = status
    else:
        elsewhere = home_of(request) if status == 403 and error.message == "Forbidden" else None
        if elsewhere is not None:
            message = "This belongs to another tenant of yours."
        title = _TITLES.get(status, "Something went wrong")
        context = {"title": title, "message": message, "hint": hint, "elsewhere": elsewhere}
        # Without the request's context: the page of a database that is away must not ask it who is signed in.
        content = render_to_string("web/problem.html", context, request=request if elsewhere else None)
        response = HttpResponse(content, status=status)
    response["Cache-Control"] = "private, no-store"
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response
