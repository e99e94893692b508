"""Leave an audit event for every change and download."""

from collections.abc import Mapping
from uuid import UUID

from outbrief.record.models import AuditEvent


def note(*, tenant_id: UUID, actor: str, action: str, object_id: UUID | str = "", **detail: str | int | None) -> None:
    """Write one event, in the caller's transaction and inside the tenant's scope.

    `action` is `thing.verb`, such as `export.created`; `detail` holds short plain values and no secrets.
    """
    kept: Mapping[str, str | int] = {key: value for key, value in detail.items() if value is not None}
    AuditEvent.objects.create(
        tenant_id=tenant_id, actor=actor, action=action, object_id=str(object_id), detail=dict(kept)
    )
