"""The addresses of the API, its description, and the metrics."""

from importlib import metadata

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation

from outbrief.api import branding, docs, errors, exports, facts, health, previews, reports, schedules, templates
from outbrief.api.auth import ApiKey, Session
from outbrief.api.bodies import StrictParser
from outbrief.terms.errors import NotFound

_DESCRIPTION = """Scheduled reports and data exports.

Send `Authorization: Bearer KEY`, or use the session of a signed-in person (with `X-CSRFToken` for what changes
something). JSON is in camelCase; a key that is not known is refused. Times are UTC.

An error is answered as `{"error": "...", "code": "...", "details": {"field", "hint", "problems"} | null}`. An id of
another tenant is 403, an id that nothing has (or that is none) 404; a method that an address does not know is 405, with
`Allow`. With 429 and 503, `Retry-After` says how many seconds to wait. Lists are newest first; pass `next` on as
`cursor`.

`GET /metrics` gives counts and delays over all tenants to monitoring on this machine or its private network.
"""


class _Api(NinjaAPI):
    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        # Answers belong to whoever asked, and links in them end: no cache keeps them.
        response = super().create_temporal_response(request)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_openapi_operation_id(self, operation: Operation) -> str:
        # Clients made from the description get methods of these names.
        name: str = operation.view_func.__name__
        return name


api = _Api(
    title="Outbrief",
    version=metadata.version("outbrief"),
    description=_DESCRIPTION,
    urls_namespace="api",
    auth=[ApiKey(), Session()],
    docs=docs.Docs(),
    parser=StrictParser(),
)
errors.install(api)
api.add_router("/exports", exports.router)
api.add_router("/scheduled-reports", schedules.router)
api.add_router("/reports", reports.once)
api.add_router("/reports", previews.router)
api.add_router("/report-generations", reports.router)
api.add_router("/report-templates", templates.router)
api.add_router("/branding", branding.router)
api.add_router("/facts", facts.router)
api.add_router("/health", health.router)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the shape that Django calls
    """Answer below /api in JSON also where there is nothing."""
    return errors.answer(NotFound("There is nothing at this address.", hint="See /api/docs."))


urlpatterns = [
    path("api/docs/<str:name>", docs.asset),
    path("api/", api.urls),
    re_path(r"^api/", nothing_here),
    path("metrics", health.get_metrics),
]
