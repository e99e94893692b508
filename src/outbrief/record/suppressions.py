"""Addresses that get no more mail from a tenant: they unsubscribed, bounced, complained, or were put down by hand."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Collate

from outbrief.record.models import Suppression
from outbrief.terms.errors import NotFound

# The byte order, which an index of ours follows: the language of a database must not decide what begins with what.
_BYTES = "C"
_AFTER_ALL = "\U0010ffff"


class Reason(StrEnum):
    """Why an address gets no more mail."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    MANUAL = "manual"


def is_suppressed(tenant_id: UUID, address: str) -> bool:
    """Tell whether an address gets no more mail from this tenant."""
    return Suppression.objects.filter(tenant_id=tenant_id, address=address.lower()).exists()


def among(addresses: Iterable[str]) -> dict[str, Reason]:
    """Give those of these addresses that get no more mail from the tenant in scope, and why."""
    by_lower = {address.lower(): address for address in addresses}
    rows = Suppression.objects.filter(address__in=list(by_lower)).values_list("address", "reason")
    return {by_lower[address]: Reason(reason) for address, reason in rows}


def suppress(
    tenant_id: UUID, address: str, *, reason: str, since: dt.datetime | None = None
) -> tuple[Suppression, bool]:
    """Send no more mail of this tenant to an address, since now unless told; give the row, and whether it is new."""
    first = {"reason": Reason(reason), **({"created_at": since} if since else {})}
    row, new = Suppression.objects.get_or_create(tenant_id=tenant_id, address=address.lower(), defaults=first)
    return row, new


def get(suppression_id: UUID) -> Suppression:
    """Read a row of the tenant in scope; NotFound when it has none with this id."""
    try:
        return Suppression.objects.get(id=suppression_id)
    except Suppression.DoesNotExist:
        raise NotFound("This address is on the list no more.") from None


def newest_first(*, begins: str = "", reason: str = "") -> "QuerySet[Suppression]":
    """Give the rows of the tenant in scope, newest first: all, or those whose address begins so, or of one reason."""
    rows = Suppression.objects.order_by("-created_at", "-id")
    if reason:
        rows = rows.filter(reason=reason)
    if "\x00" in begins:
        return rows.none()
    if begins:
        # LIKE would read every row of the tenant: under row-level security only comparisons may use an index.
        rows = rows.alias(bytes=Collate("address", _BYTES)).filter(
            bytes__gte=begins.lower(), bytes__lt=begins.lower() + _AFTER_ALL
        )
    return rows
