"""Visiting the pages as somebody."""

import html
import re

from django.test import Client

from tests.people import Person

PASSWORD = "a long enough password"
# What htmx says of itself when it asks for a part of a page.
HTMX = {"HX-Request": "true"}


def visitor(person: Person | None = None, *, enforce_csrf: bool = False) -> Client:
    """Give a browser, signed in as the person if one is given."""
    from outbrief.record.models import User

    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=enforce_csrf)
    if person is not None:
        client.force_login(User.objects.get(id=person.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def undo_in(page: str) -> str:
    """Give the address behind the button of a notice that takes back what was just done."""
    (address,) = re.findall(r'<div class="notice".*?action="([^"]*)"', page, re.DOTALL)
    return html.unescape(address)


def give_password(person: Person) -> None:
    from outbrief.record.models import User
    from outbrief.record.scope import unscoped

    with unscoped():
        user = User.objects.get(id=person.user_id)
        user.set_password(PASSWORD)
        user.save()
