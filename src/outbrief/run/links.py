"""Signed links: each names one object of one tenant and the instant at which it ends."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.core import signing

from outbrief.run import parts
from outbrief.terms.errors import Forbidden
from outbrief.terms.report import ReportFormat

Target = Literal["export", "report", "unsubscribe", "invitation"]

# A report's link lies in a mail that is read days later; an export's is used by whoever just asked for it.
REPORT_LINK_LASTS = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a link opens. `format` says which of a report's files; without it, the main one."""

    target: Target
    tenant_id: UUID
    object_id: UUID
    format: ReportFormat | None = None


def make_token(link: Link, *, expires_at: dt.datetime | None) -> str:
    """Sign a link; `expires_at` None is for what must always work (unsubscribing), or ends by itself."""
    ends = int(expires_at.timestamp()) if expires_at else None
    named = [link.tenant_id.hex, link.object_id.hex, ends, *([link.format] if link.format else [])]
    return signing.dumps(named, salt=f"outbrief.{link.target}")


def open_token(target: Target, token: str, *, now: dt.datetime) -> Link:
    """Check a token; Forbidden when it was not signed here for this target, or has ended."""
    try:
        tenant, object_id, ends, *which = signing.loads(token, salt=f"outbrief.{target}")
    except signing.BadSignature:
        raise Forbidden("This link is not valid.", hint="Ask for a new one.") from None
    if ends is not None and now.timestamp() >= ends:
        raise Forbidden("This link has expired.", hint="Ask for a new one.")
    fmt = ReportFormat(which[0]) if which else None
    return Link(target=target, tenant_id=UUID(tenant), object_id=UUID(object_id), format=fmt)


def address(path: str) -> str:
    """Give the full address of a path of ours."""
    base: str = settings.OUTBRIEF.base_url
    return f"{base}{path}"


def download_link(link: Link, key: str, *, lasts: dt.timedelta, now: dt.datetime) -> str:
    """Give the address that downloads the artifact under `key` for `lasts`.

    It is the store's own where the store has one, else a page of ours.
    """
    presigned = parts.store().presign(key, expires_in=int(lasts.total_seconds()))
    token = make_token(link, expires_at=now + lasts)
    return presigned or address(f"/downloads/{link.target}/{token}")
