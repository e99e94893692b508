"""A report made to be looked at: nothing is recorded, kept or sent."""

import datetime as dt
import io
from dataclasses import dataclass

from outbrief.record.generations import Order
from outbrief.record.tenants import TenantFacts
from outbrief.run import reports
from outbrief.terms.report import ReportFormat


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A report's file in memory."""

    filename: str
    content_type: str
    content: bytes


def make(order: Order, tenant: TenantFacts, *, now: dt.datetime) -> Preview:
    """Make the report that the order asks for as if it were due at `now`; outside any transaction, for it takes time.

    InvalidInput when the order names what is no longer there.
    """
    fmt = ReportFormat(order.format)
    document = reports.draft(order, tenant, at=now, now=now)
    sink = io.BytesIO()
    reports.write(document, fmt, sink)
    return Preview(
        filename=reports.filename(document, fmt), content_type=reports.CONTENT_TYPES[fmt], content=sink.getvalue()
    )
