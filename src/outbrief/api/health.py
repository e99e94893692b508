"""Whether we can serve, and how things stand: for load balancers and monitoring."""

import ipaddress

import django.db
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from ninja import Router
from ninja.responses import Status

from outbrief import telemetry
from outbrief.api.errors import answer
from outbrief.api.schemas import Health, Live
from outbrief.record import gauges
from outbrief.terms.errors import DatabaseUnavailable, Forbidden

router = Router(tags=["health"], by_alias=True, auth=None)

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@router.get("", response={200: Health, 503: Health}, summary="Tell whether requests can be served")
def get_health(request: HttpRequest) -> Status[Health]:  # noqa: ARG001 - the shape that ninja calls
    """Say `ok` when the database answers, 503 when it does not: send no requests here meanwhile."""
    try:
        gauges.ping()
    except DatabaseUnavailable as error:
        telemetry.complain("health.database_unavailable", error)
        return Status(503, Health(status="unavailable", database="unavailable"))
    return Status(200, Health(status="ok", database="ok"))


@router.get("/live", response={200: Live}, summary="Tell whether the process answers")
def get_live(request: HttpRequest) -> Live:  # noqa: ARG001 - the shape that ninja calls
    """Say `ok` whatever else is down: restarting this process would not help then."""
    return Live()


@require_GET
def get_metrics(request: HttpRequest) -> HttpResponse:
    """Give counts and delays over all tenants as Prometheus text.

    They hold no tenant's name and no tenant's figure, but how much goes on here is still nobody else's business:
    only this machine and its private network are answered, and nothing that came through a proxy.
    """
    if not _is_near(request):
        return answer(Forbidden("Metrics are for this machine and its private network."))
    try:
        found = gauges.read()
    except (django.db.OperationalError, django.db.InterfaceError) as error:
        return answer(DatabaseUnavailable(f"the database does not answer: {error}"))
    lines: list[str] = []
    for name, meaning in gauges.MEANINGS.items():
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        for gauge in (gauge for gauge in found if gauge.name == name):
            labels = ",".join(f'{key}="{value}"' for key, value in gauge.labels)
            lines.append(f"{name}{{{labels}}} {gauge.value:g}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_near(request: HttpRequest) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    except ValueError:
        # A socket in the file system has no address, and is on this machine.
        return True
    return address.is_private or address.is_loopback
