"""The picture of a page beside a form: which page is drawn, and of how many."""

import base64
import datetime as dt

import pytest
from django.http import HttpRequest, QueryDict

from tests.people import People
from tests.web.conftest import Acme

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def test_a_picture_is_a_png_of_the_page_asked_for_or_of_the_last(people: People, acme: Acme) -> None:
    from outbrief.record import schedules
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import tenant_facts
    from outbrief.run.plan import order_for
    from outbrief.web.previews import picture

    tenant = tenant_facts(acme.tenant_id)
    with tenant_scope(acme.tenant_id):
        order = order_for(schedules.get(acme.schedule_id))
    first = picture(order, tenant, page=1, now=NOW)
    last = picture(order, tenant, page=99, now=NOW)
    assert base64.b64decode(first.source.removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert (first.page, first.earlier, last.page, last.later) == (1, 0, first.pages, 0)


@pytest.mark.parametrize(
    ("typed", "page"),
    [("", 1), ("preview_page=3", 3), ("preview_page_before=2", 2), ("preview_page=0", 1), ("preview_page=x", 1)],
)
def test_the_page_is_that_of_the_button_else_that_of_the_form(typed: str, page: int) -> None:
    from outbrief.web.previews import page_asked

    request = HttpRequest()
    request.POST = QueryDict(typed)
    assert page_asked(request) == page
