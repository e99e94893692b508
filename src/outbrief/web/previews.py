"""The picture of a page of a report that is still being written, beside the form."""

import base64
import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest

from outbrief.record.generations import Order
from outbrief.record.tenants import TenantFacts
from outbrief.run import preview

# The page that a person looks at: of the button that was pressed, else of the form.
_PAGE, _PAGE_BEFORE = "preview_page", "preview_page_before"
_MOST_PAGES = 9999


@dataclass(frozen=True, kw_only=True)
class PagePicture:
    """One page as `web/_preview.html` shows it: `source` is a data URI, `page` counts from 1, `period` are the days."""

    source: str
    page: int
    pages: int
    period: str

    @property
    def earlier(self) -> int:
        """Give the page before; 0 when this is the first."""
        return self.page - 1

    @property
    def later(self) -> int:
        """Give the page after; 0 when this is the last."""
        return self.page + 1 if self.page < self.pages else 0


def picture(order: Order, tenant: TenantFacts, *, page: int, now: dt.datetime) -> PagePicture:
    """Draw one page of the report that an order asks for, as if it were due at `now`; the last one if it has fewer.

    To be called outside any transaction: it asks the facts and sets the page, which takes a while. Raises InvalidInput
    when the order names what is not there, and other errors of ours when a part does not answer.
    """
    shown = preview.show_page(order, tenant, page=page, now=now)
    encoded = base64.b64encode(shown.png).decode()
    source = f"data:image/png;base64,{encoded}"
    return PagePicture(source=source, page=shown.page, pages=shown.pages, period=shown.period)


def page_asked(request: HttpRequest) -> int:
    """Give the page of the preview that a request asks for, 1 when it names none."""
    text = request.POST.get(_PAGE) or request.POST.get(_PAGE_BEFORE) or "1"
    return min(int(text[:9]), _MOST_PAGES) or 1 if text.isascii() and text.isdigit() else 1
