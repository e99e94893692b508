"""The addresses that get no more mail: found, added, taken off and put back."""

import datetime as dt
import re

from outbrief.record.models import AuditEvent, Suppression
from outbrief.record.scope import tenant_scope
from outbrief.record.suppressions import is_suppressed
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import undo_in, visitor


def addresses(page: str) -> list[str]:
    return re.findall(r'<td role="cell" class="lead"><span class="name">([^<]+)</span>', page)


def suppressed(acme: Acme, address: str) -> bool:
    with tenant_scope(acme.tenant_id):
        return is_suppressed(acme.tenant_id, address)


def actions(acme: Acme) -> list[str]:
    with tenant_scope(acme.tenant_id):
        events = AuditEvent.objects.filter(action__startswith="suppression.").order_by("created_at")
        return list(events.values_list("action", flat=True))


def test_an_address_is_added_by_hand_and_that_can_be_undone(people: People, acme: Acme):
    client = visitor(people.alice)
    page = client.post("/settings/suppressions", {"address": " Eve@Example.TEST "}, follow=True).content.decode()
    assert "eve@example.test gets no more mail." in page
    assert suppressed(acme, "EVE@example.test")
    again = client.post("/settings/suppressions", {"address": "eve@example.test"}, follow=True).content.decode()
    assert "was on the list already" in again
    client.post(undo_in(page))
    assert not suppressed(acme, "eve@example.test")
    assert actions(acme) == ["suppression.added", "suppression.removed"]


def test_what_is_no_address_is_refused_and_stays_typed(people: People, acme: Acme):
    response = visitor(people.alice).post("/settings/suppressions", {"address": "eve@"})
    assert response.status_code == 422
    assert "is not an e-mail address" in response.content.decode()
    assert 'value="eve@"' in response.content.decode()


def test_an_address_that_is_taken_off_can_be_put_back_as_it_was(people: People, acme: Acme):
    since = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    with tenant_scope(acme.tenant_id):
        row = Suppression.objects.create(
            tenant_id=acme.tenant_id, address="mad@example.test", reason="complained", created_at=since
        )
    client = visitor(people.alice)
    assert "marked a mail as spam" in client.get("/settings/suppressions").content.decode()
    page = client.post(f"/settings/suppressions/{row.id}/remove", follow=True).content.decode()
    assert "mad@example.test gets mail again." in page
    assert not suppressed(acme, "mad@example.test")
    undo = undo_in(page)
    assert visitor(people.charlie).post(undo).status_code == 403
    assert client.post(undo.replace("kept=", "kept=x")).status_code == 403
    assert client.post(undo, follow=True).status_code == 200
    with tenant_scope(acme.tenant_id):
        back = Suppression.objects.get(address="mad@example.test")
    assert (back.reason, back.created_at) == ("complained", since)
    client.post(undo)
    assert actions(acme) == ["suppression.removed", "suppression.restored"]


def test_addresses_are_found_by_how_they_begin_and_by_reason(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        Suppression.objects.all().delete()
        for address, reason in (
            ("ann@a.test", "bounced"), ("anna@b.test", "manual"), ("ben@a.test", "bounced"), ("a_b@a.test", "manual"),
            ("änne@a.test", "manual"),
        ):  # fmt: skip
            Suppression.objects.create(tenant_id=acme.tenant_id, address=address, reason=reason)
    client = visitor(people.bob)

    def found(**query: str) -> set[str]:
        return set(addresses(client.get("/settings/suppressions", query).content.decode()))

    assert found(begins="AN") == {"ann@a.test", "anna@b.test"}
    assert found(begins="ann", reason="bounced") == {"ann@a.test"}
    assert found(begins="a_") == {"a_b@a.test"}
    assert found(begins="ä") == {"änne@a.test"}
    assert found(begins="%") == found(begins="a\x00") == set()
    assert found(reason="bounced") == {"ann@a.test", "ben@a.test"}
    assert len(found(reason="nonsense")) == 5


def test_a_long_list_comes_in_pages_that_keep_the_filter(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        Suppression.objects.bulk_create(
            Suppression(tenant_id=acme.tenant_id, address=f"p{number:03}@x.test", reason="manual")
            for number in range(120)
        )
    client, seen, query = visitor(people.alice), [], "?begins=p"
    while query:
        page = client.get(f"/settings/suppressions{query}").content.decode()
        seen += addresses(page)
        older = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = older[1].replace("&amp;", "&") if older else ""
        assert not query or "begins=p" in query
    assert sorted(seen) == [f"p{number:03}@x.test" for number in range(120)]


def test_a_viewer_reads_the_list_and_changes_nothing(people: People, acme: Acme):
    client = visitor(people.bob)
    page = client.get("/settings/suppressions").content.decode()
    assert "gone@example.test" in page
    assert "Allow mail again" not in page
    assert client.post("/settings/suppressions", {"address": "eve@example.test"}).status_code == 403
    assert client.post(f"/settings/suppressions/{acme.suppression_id}/remove").status_code == 403
    assert suppressed(acme, "gone@example.test")
    assert "gone@example.test" not in visitor(people.charlie).get("/settings/suppressions").content.decode()
