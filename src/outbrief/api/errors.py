"""Errors as answers: one shape, `{"error", "code", "details"}`, and one status for each kind."""

from collections.abc import Callable
from typing import TypeVar, cast

import django.db
import ninja.errors
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from outbrief import telemetry
from outbrief.api.schemas import ErrorOut, Problem, Reasons
from outbrief.terms.errors import (
    DatabaseUnavailable,
    InvalidInput,
    NotFound,
    OutbriefError,
    TooMany,
    Unauthenticated,
)

_AGAIN_IN = 5
_JSON = "application/json; charset=utf-8"
Failure = TypeVar("Failure", bound=Exception)


def install(api: NinjaAPI) -> None:
    """Let every exception of an endpoint end in an answer of the one shape."""
    _on(api, OutbriefError, answer)
    _on(api, ninja.errors.ValidationError, _invalid)
    _on(api, ninja.errors.HttpError, _refused)
    _on(api, RequestDataTooBig, _too_big)
    _on(api, django.db.OperationalError, _unavailable)
    _on(api, django.db.InterfaceError, _unavailable)
    _on(api, django.db.DataError, _unkeepable)
    _on(api, Exception, _unexpected)


def answer(error: OutbriefError, *, status: int | None = None, problems: list[Problem] | None = None) -> HttpResponse:
    """Give the answer to an error: what happened, its code, and where to look."""
    code = status or error.status
    if code >= 500:
        # What is wrong inside is the operator's to read, in the log.
        telemetry.complain("api.failed", error)
        text, reasons = "A part of the installation does not answer. Try again later.", Reasons()
    else:
        text = str(error)
        reasons = Reasons(field=error.field, hint=error.hint or None, problems=problems)
    known = reasons.model_dump(exclude_none=True)
    body = ErrorOut(error=text, code=error.code, details=reasons if known else None)
    response = HttpResponse(body.model_dump_json(exclude_none=bool(known)), status=code, content_type=_JSON)
    response["Cache-Control"] = "private, no-store"
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    elif code == 503:
        response["Retry-After"] = str(_AGAIN_IN)
    elif code == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _invalid(error: ninja.errors.ValidationError) -> HttpResponse:
    """Name every field at fault; an id in the path that is none is an id that nothing has."""
    if any(problem["loc"][0] == "path" for problem in error.errors):
        return answer(NotFound("There is nothing with this id."))
    problems = [
        Problem(field=_field(problem["loc"]), message=problem["msg"].removeprefix("Value error, "))
        for problem in error.errors
    ]
    # A value that fits none of several types is reported once for each.
    problems = list({problem.field: problem for problem in reversed(problems)}.values())[::-1]
    first = problems[0]
    return answer(InvalidInput(f"{first.message}.", field=first.field), problems=problems)


def _field(location: tuple[str | int, ...]) -> str:
    """Name the field of the request: the source and the name of the argument say nothing to the caller."""
    source, *inside = location
    path = inside[1:] if source == "body" else inside
    return str(path[0]) if path else str(source)


def _refused(error: ninja.errors.HttpError) -> HttpResponse:
    if isinstance(error.__cause__, OutbriefError):
        return answer(error.__cause__)
    if isinstance(error, ninja.errors.AuthenticationError):
        return answer(Unauthenticated("Nobody is signed in.", hint="Send Authorization: Bearer KEY."))
    return answer(InvalidInput(error.message), status=error.status_code)


def _too_big(_: RequestDataTooBig) -> HttpResponse:
    most = f"At most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20} MB are taken at once."
    return answer(InvalidInput("The body is too large.", field="body", hint=most), status=413)


def _unavailable(error: Exception) -> HttpResponse:
    return answer(DatabaseUnavailable(f"the database does not answer: {error}"))


def _unkeepable(error: Exception) -> HttpResponse:
    # A byte of zero in a header, or a number beyond all bounds, that no check of ours met.
    telemetry.complain("api.refused", error)
    return answer(InvalidInput("The request holds a text or number that cannot be kept."))


def _unexpected(error: Exception) -> HttpResponse:
    telemetry.complain("api.unexpected", error)
    body = ErrorOut(error="Something went wrong here. It was logged.", code="unexpected", details=None)
    return HttpResponse(body.model_dump_json(), status=500, content_type=_JSON)


def _on(api: NinjaAPI, kind: type[Failure], respond: Callable[[Failure], HttpResponse]) -> None:
    def handle(_: HttpRequest, error: Failure | type[Failure]) -> HttpResponse:
        # It is always the exception itself; the other half of the type is ninja's.
        return respond(cast(Failure, error))

    api.add_exception_handler(kind, handle)
