"""The list of addresses that get no more mail, as people change it: checked, recorded and noted."""

import datetime as dt
from uuid import UUID

from django.core import signing

from outbrief.deliver.address import check_recipient
from outbrief.record import audit
from outbrief.record import suppressions as record
from outbrief.record.models import Suppression
from outbrief.record.suppressions import Reason
from outbrief.terms.errors import Forbidden

_SALT = "outbrief.suppression"


def add(tenant_id: UUID, address: str, *, actor: str) -> tuple[Suppression, bool]:
    """Put an address on the list by hand, in the tenant's scope; give the row, and whether it is new.

    InvalidInput(field="address") for a text that is no address.
    """
    row, new = record.suppress(tenant_id, check_recipient(address, field="address"), reason=Reason.MANUAL)
    if new:
        audit.note(tenant_id=tenant_id, actor=actor, action="suppression.added", object_id=row.id, address=row.address)
    return row, new


def remove(row: Suppression, *, actor: str) -> str:
    """Take an address off the list, in the tenant's scope; give what `restore` puts it back with."""
    audit.note(
        tenant_id=row.tenant_id,
        actor=actor,
        action="suppression.removed",
        object_id=row.id,
        address=row.address,
        reason=row.reason,
    )
    token = signing.dumps([row.tenant_id.hex, row.address, row.reason, row.created_at.isoformat()], salt=_SALT)
    row.delete()
    return token


def restore(tenant_id: UUID, token: str, *, actor: str) -> str:
    """Put an address back with its reason and date, in the tenant's scope; give it.

    Forbidden for what `remove` never gave this tenant.
    """
    try:
        owner, address, reason, since = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        owner = address = reason = since = ""
    if owner != tenant_id.hex:
        raise Forbidden("This can no longer be taken back.", hint="Add the address by hand.")
    row, new = record.suppress(tenant_id, address, reason=reason, since=dt.datetime.fromisoformat(since))
    if new:
        audit.note(
            tenant_id=tenant_id,
            actor=actor,
            action="suppression.restored",
            object_id=row.id,
            address=row.address,
            reason=row.reason,
        )
    return row.address
