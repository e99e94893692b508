"""A report made to be looked at: nothing is recorded, kept or sent."""

import datetime as dt
import io
from dataclasses import dataclass
from enum import StrEnum

from outbrief.record.generations import Order
from outbrief.record.tenants import TenantFacts
from outbrief.render.pdf import draw_page, write_page_picture
from outbrief.run import reports
from outbrief.terms.report import ReportFormat


class PreviewFormat(StrEnum):
    """What a preview can be: the picture of a page, or the file of a format."""

    PNG = "png"
    PDF = "pdf"
    EXCEL = "excel"
    CSV = "csv"


CONTENT_TYPES = {
    PreviewFormat.PNG: "image/png",
    **{PreviewFormat(fmt.value): content_type for fmt, content_type in reports.CONTENT_TYPES.items()},
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A report's file in memory."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class PageShown:
    """The picture of one page of a report as PNG: its number, from 1, of how many, and the days that it covers."""

    png: bytes
    page: int
    pages: int
    period: str


def make(
    order: Order, tenant: TenantFacts, *, now: dt.datetime, shown_as: PreviewFormat | None = None, page: int = 1
) -> Preview:
    """Make the report that the order asks for as if it were due at `now`; outside any transaction, for it takes time.

    `shown_as` is the order's own format when it is None; `page` is that of a picture. InvalidInput when the order
    names what is no longer there, or the report has no such page.
    """
    chosen = shown_as or PreviewFormat(order.format)
    document = reports.draft(order, tenant, at=now, now=now)
    if chosen is PreviewFormat.PNG:
        name = reports.filename(document, ReportFormat.PDF).removesuffix(".pdf") + ".png"
        content = write_page_picture(document, page=page)
    else:
        fmt, sink = ReportFormat(chosen.value), io.BytesIO()
        name = reports.filename(document, fmt)
        reports.write(document, fmt, sink)
        content = sink.getvalue()
    return Preview(filename=name, content_type=CONTENT_TYPES[chosen], content=content)


def show_page(order: Order, tenant: TenantFacts, *, page: int, now: dt.datetime) -> PageShown:
    """Make the report as `make` does and draw one page of it, the last one when it has fewer."""
    document = reports.draft(order, tenant, at=now, now=now)
    drawn = draw_page(document, page=page)
    return PageShown(png=drawn.png, page=drawn.page, pages=drawn.pages, period=document.period_label)
