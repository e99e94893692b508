"""What nobody types and machines send: no page fails at it, whichever field or part of an address it stands in."""

import base64
import copy
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import HttpResponseBase, QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from tests.people import People
from tests.web.conftest import Acme
from tests.web.test_every_page import FOREIGN, POSTED, READING, address
from tests.web.visits import visitor

VALUES = (
    "a\x00b",
    "9" * 5000,
    "99999999999999999999",
    "²",
    "0001-01-01",
    "9999-12-31",
    '["\\ud800"]',
)
# Read by Django and htmx before any page is.
NOT_OURS = {"csrfmiddlewaretoken"}
Fields = tuple[tuple[str, str], ...]


class Forms(HTMLParser):
    """Collects the forms of a page as a browser would send them: where to, how, and each field with its value."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, list[tuple[str, str]]]] = []
        self.ids: dict[str, list[tuple[str, str]]] = {}
        self.fields: list[tuple[str, str]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.fields = []
            self.forms.append((given.get("action", ""), given.get("method", "get").lower(), self.fields))
            self.ids[given.get("id", "")] = self.fields
        name = given.get("name", "")
        fields = self.ids.get(given["form"], self.fields) if "form" in given else self.fields
        kind = given.get("type", "")
        if tag in ("input", "textarea") and name and kind != "file":
            if kind not in ("checkbox", "radio") or "checked" in given:
                fields.append((name, given.get("value", "")))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in given or self.select not in dict(fields)):
            fields.append((self.select, given.get("value", "")))


@contextmanager
def names_read() -> Iterator[set[str]]:
    """Collect the names that are looked up in what was sent."""
    seen: set[str] = set()
    patch = pytest.MonkeyPatch()

    def watched(method: str) -> None:
        plain = getattr(MultiValueDict, method)

        def watching(self: object, key: str, *rest: object) -> object:
            if isinstance(self, QueryDict):
                seen.add(key)
            return plain(self, key, *rest)

        patch.setattr(QueryDict, method, watching, raising=False)

    for method in ("__getitem__", "__contains__", "get", "getlist"):
        watched(method)
    try:
        yield seen
    finally:
        patch.undo()


class Undone:
    """A visitor whose every visit is undone, and who remembers what failed."""

    def __init__(self, client: Client) -> None:
        self.client = client
        client.raise_request_exception = False
        self.failed: dict[str, str] = {}

    def send(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> HttpResponseBase:
        raised: list[str] = []

        def note(**_: object) -> None:
            raised.append(traceback.format_exc())

        encoded, kept = urlencode(fields), copy.deepcopy(self.client.cookies)
        got_request_exception.connect(note)
        try:
            with transaction.atomic():
                if method == "get":
                    response = self.client.get(f"{path.partition('?')[0]}?{encoded}" if fields else path)
                else:
                    response = self.client.post(path, encoded, content_type="application/x-www-form-urlencoded")
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(note)
            self.client.cookies = kept
        if response.status_code >= 500:
            why = raised[-1].strip().splitlines()[-1] if raised else str(response.status_code)
            self.failed.setdefault(why, f"{method} {path} {[(name, value[:40]) for name, value in fields]}")
        return response

    def try_names(self, method: str, path: str, fields: Fields, *, values: int) -> None:
        """Send the fields, then each that is there or asked for with nasty values in its place."""
        with names_read() as seen:
            self.send(method, path, fields)
        turn, names = cycle(VALUES), sorted({name for name, _ in fields} | seen - NOT_OURS)
        for wrong in names:
            others = tuple((name, value) for name, value in fields if name != wrong)
            for value in islice(turn, values):
                self.send(method, path, (*others, (wrong, value)))


def test_no_page_fails_at_what_stands_in_its_address(people: People, acme: Acme):
    visit = Undone(visitor(people.alice))
    for name in READING:
        visit.try_names("get", address(name, acme), (), values=3)
    assert not visit.failed


def test_no_form_fails_at_what_stands_in_a_field(people: People, acme: Acme, monkeypatch: pytest.MonkeyPatch):
    # What is drawn beside a form is checked before; drawing it hundreds of times takes long.
    monkeypatch.setattr("outbrief.web.previews.picture", lambda *_, **__: None)
    visit, known = Undone(visitor(people.alice)), set()
    for name in READING:
        if name in FOREIGN:
            continue
        page = Forms()
        page.feed(visit.send("get", address(name, acme)).content.decode())
        for action, method, fields in page.forms:
            path = action or address(name, acme)
            shape = (path.split("?")[0], method, *sorted({name for name, _ in fields}))
            if method == "post" and shape not in known:
                known.add(shape)
                visit.try_names("post", path, tuple(fields), values=1)
    for name in POSTED:
        visit.try_names("post", address(name, acme), (), values=1)
    assert len(known) > 25
    assert not visit.failed


def test_no_open_page_fails_at_what_stands_in_a_field_or_in_its_link(people: People, acme: Acme):
    visit = Undone(visitor())
    tokens = ("x", "a:b:c", "%00", ".eJw:1:1", "²", "9" * 5000, "%ED%A0%80")
    links = ("/invitations/{}", "/password/{}", "/unsubscribe/{}", "/downloads/report/{}", "/downloads/export/{}")
    for path in (
        *(link.format(token) for link in links for token in tokens),
        "/downloads/nothing/x",
        "/data/" + "9" * 30,
    ):
        for method in ("get", "post"):
            assert 300 <= visit.send(method, path).status_code < 500, path
    for path in ("/sign-in", "/password", "/sign-out"):
        for method in ("get", "post"):
            visit.try_names(
                method, path, (("email", "alice@acme.test"), ("password", "x"), ("next", "/")), values=len(VALUES)
            )
    assert not visit.failed


def test_a_cursor_of_another_time_or_list_is_no_failure(people: People, acme: Acme):
    visit = Undone(visitor(people.alice))
    instants = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59", "2026-01-01", "2026-01-01T00:00:00Z")
    rows = (str(acme.schedule_id), "9" * 30, "-1", "a\x00b", "")
    for name in ("schedules", "generations", "exports", "templates", "data", "outbox", "suppressions", "audit-log"):
        for instant in instants:
            for row in rows:
                cursor = base64.urlsafe_b64encode(f"{instant} {row}".encode()).decode().rstrip("=")
                visit.send("get", address(name, acme), (("cursor", cursor),))
    assert not visit.failed
