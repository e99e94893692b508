"""What stands around every page: signing in, the parts, what is refused, and the way around by keyboard."""

from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme


def test_pages_that_say_no_are_pages_of_ours(browse: Browse, people: People, acme: Acme):
    page = browse(people.charlie)
    page.goto(f"/generations/{acme.generation_id}")
    assert page.title() == "Not allowed · Outbrief"
    look(page, "refused")
    page.goto("/nowhere")
    assert page.title() == "Not found · Outbrief"
