"""Facts brought in by programs, in batches."""

import json
import random
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from outbrief.facts import ROWS_AT_MOST, stage
from outbrief.facts.models import Intake
from outbrief.record.keys import create_key
from outbrief.record.models import AuditEvent
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import create_tenant
from tests.api.caller import CAMPAIGNS, EVENTS, LEADS, MESSAGES, Caller, as_person
from tests.cli.commands import Outbrief
from tests.facts.loading import bounces, ndjson, rollups, row, rows, versions
from tests.people import People, Person

BATCHES = {"campaigns": CAMPAIGNS, "leads": LEADS, "messages": MESSAGES, "events": EVENTS}


@pytest.fixture
def alice(people: People) -> Caller:
    return as_person(people.alice)


def send(caller: Caller, kind: str, *given: object, **more: object) -> dict:
    return caller.post(f"/api/facts/{kind}", {"rows": list(given), **more})


def counts(answer: dict) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("rowsRead", "rowsKept", "rowsRefused", "created", "updated", "unchanged"))


def test_a_batch_of_each_kind_comes_in_and_the_totals_are_up_to_date(alice: Caller, people: People):
    for kind, batch in BATCHES.items():
        answer = alice.post(f"/api/facts/{kind}", batch)
        read = len(batch["rows"])
        assert (answer["kind"], counts(answer)) == (kind, (read, read, 0, read, 0, 0))
        assert (answer["refusals"], answer["notes"]) == ([], [])
    assert row(people.alice, "SELECT sent, opened, opens FROM daily_activity") == (1, 1, 1)
    assert row(people.alice, "SELECT name, launched_at::text FROM campaigns") == ("Spring", "2025-10-06 09:00:00+00")


def test_the_same_batch_twice_changes_nothing(alice: Caller, people: People):
    for kind, batch in BATCHES.items():
        alice.post(f"/api/facts/{kind}", batch)
    before = versions(people.alice)
    for kind, batch in BATCHES.items():
        read = len(batch["rows"])
        assert counts(alice.post(f"/api/facts/{kind}", batch)) == (read, read, 0, 0, 0, read)
    assert versions(people.alice) == before


def test_a_batch_of_nothing_is_taken(alice: Caller):
    assert counts(send(alice, "leads")) == (0, 0, 0, 0, 0, 0)


def test_columns_are_named_in_camel_case_or_as_in_files(alice: Caller, people: People):
    send(alice, "leads", {"externalId": "a", "firstName": "Ann"}, {"external_id": "b", "first_name": "Ben"})
    assert rows(people.alice, "SELECT external_id, first_name FROM leads ORDER BY 1") == [("a", "Ann"), ("b", "Ben")]


def test_a_row_changes_only_what_it_names_and_null_clears(alice: Caller, people: People):
    send(alice, "leads", {"externalId": "a", "firstName": "Ann", "company": "Acme", "tags": ["vip"], "leadScore": 7})
    answer = send(alice, "leads", {"externalId": "a", "company": None, "customFields": {"size": [1, 2]}})
    assert counts(answer) == (1, 1, 0, 0, 1, 0)
    held = row(people.alice, "SELECT first_name, company, tags, lead_score, custom_fields::text FROM leads")
    assert held == ("Ann", None, ["vip"], 7, '{"size": [1, 2]}')


def test_bad_rows_are_told_and_the_others_are_kept(alice: Caller, people: People):
    answer = send(
        alice,
        "leads",
        {"externalId": "a", "email": "ann@example.com", "shoeSize": 38},
        {"externalId": "b", "email": "nobody"},
        {},
        {"externalId": "d", "company": "half \ud800"},
        {"externalId": "e", "company": "nul \0"},
        {"externalId": "f", "customFields": {"text": "\0"}},
        {"externalId": "g"},
    )
    assert counts(answer) == (7, 2, 5, 2, 0, 0)
    assert [(refusal["line"], refusal["field"]) for refusal in answer["refusals"]] == [
        (2, "email"),
        (3, "external_id"),
        (4, "company"),
        (5, "company"),
        (6, "custom_fields"),
    ]
    assert answer["refusals"][0] == {
        "line": 2,
        "field": "email",
        "reason": "is not an e-mail address",
        "value": "nobody",
    }
    assert answer["notes"] == ['The column "shoeSize" of the batch is not one of ours and was left out.']
    assert rows(people.alice, "SELECT external_id FROM leads ORDER BY 1") == [("a",), ("g",)]


def test_an_event_of_a_message_that_is_not_known_is_refused(alice: Caller):
    answer = alice.post("/api/facts/events", EVENTS)
    assert counts(answer) == (1, 0, 1, 0, 0, 0)
    assert answer["refusals"][0]["reason"] == "is not a message that is known"


def test_strict_keeps_nothing_when_one_row_is_bad(alice: Caller, people: People):
    bad = {"rows": [{"externalId": "a"}, {"externalId": "b", "email": "nobody"}], "strict": True}
    answer = alice.post("/api/facts/leads", bad, status=422)
    assert answer["details"]["field"] == "email"
    assert "line 2" in answer["error"]
    assert row(people.alice, "SELECT count(*) FROM leads") == (0,)
    assert row(people.alice, "SELECT count(*) FROM intakes") == (0,)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rows"),
        ({"rows": {}}, "rows"),
        ({"rows": [{"externalId": "a"}, 7]}, "rows"),
        ({"rows": [{"externalId": str(number)} for number in range(ROWS_AT_MOST + 1)]}, "rows"),
        ({"rows": [{f"column {number}": 1 for number in range(501)}]}, "rows"),
        ({"rows": [], "strict": "yes"}, "strict"),
        ({"rows": [], "map": {}}, "map"),
    ],
)
def test_a_batch_that_is_none_is_refused_naming_the_field(alice: Caller, people: People, body: dict, field: str):
    answer = alice.post("/api/facts/leads", body, status=422)
    assert (answer["code"], answer["details"]["field"]) == ("invalid_input", field)
    assert row(people.alice, "SELECT count(*) FROM leads") == (0,)


def test_a_body_that_is_too_large_is_refused_with_the_limit(alice: Caller):
    answer = alice.post("/api/facts/leads", b'{"rows": [' + b" " * 11_000_000 + b"]}", status=413)
    assert answer["details"] == {"field": "body", "hint": "At most 10 MB are taken at once."}


def test_only_who_may_bring_facts_in_does(alice: Caller, people: People):
    def key(*scopes: str) -> Caller:
        return Caller(key=create_key(tenant_id=people.alice.tenant_id, user_id=None, name="k", scopes=scopes))

    for refused in (as_person(people.bob), key("read", "export", "report")):
        answer = refused.post("/api/facts/leads", LEADS, status=403)
        assert (answer["code"], "'facts'" in answer["error"]) == ("forbidden", True)
    assert row(people.alice, "SELECT count(*) FROM leads") == (0,)
    assert key("facts").post("/api/facts/leads", LEADS)["created"] == 2


def test_another_tenant_with_the_same_ids_is_left_alone(alice: Caller, people: People):
    for kind, batch in BATCHES.items():
        alice.post(f"/api/facts/{kind}", batch)
    before = versions(people.alice)
    charlie = as_person(people.charlie)
    assert charlie.post("/api/facts/events", EVENTS)["rowsRefused"] == 1
    answer = send(charlie, "messages", {"externalId": "m1", "campaign": "c1", "sentAt": "2025-10-06T09:00:00Z"})
    assert counts(answer) == (1, 1, 0, 1, 0, 0)
    assert versions(people.alice) == before


def test_times_without_an_offset_are_those_of_the_tenant(alice: Caller, people: People):
    for caller in (alice, as_person(people.charlie)):
        send(caller, "messages", {"externalId": "m", "campaign": "c", "sentAt": "2025-10-06 00:30"})
    sent = "SELECT sent_at::text, sent_day::text FROM messages"
    assert row(people.alice, sent) == ("2025-10-05 22:30:00+00", "2025-10-06")
    assert row(people.charlie, sent) == ("2025-10-06 00:30:00+00", "2025-10-06")


def test_a_batch_is_on_record_with_the_key_that_brought_it(alice: Caller, people: People):
    send(alice, "leads", {"externalId": "a"}, {"email": "ann@example.com"})
    with tenant_scope(people.alice.tenant_id):
        intake, event = Intake.objects.get(), AuditEvent.objects.latest("id")
    assert (intake.kind, intake.source, intake.rows_kept, intake.rows_refused) == ("leads", "the batch", 1, 1)
    assert (event.action, event.object_id, event.actor) == ("facts.imported", str(intake.id), intake.actor)
    assert event.actor.startswith("key:")
    assert event.detail == {"kind": "leads", "rows": 1}


def activity(rng: random.Random) -> dict[str, list[dict[str, object]]]:
    """Make some months of activity, in columns of ours in camel case, with repeats and rows that are bad."""

    def time(month: int) -> str:
        return f"2025-{month:02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z"

    messages: list[dict[str, object]] = []
    for number in range(300):
        one: dict[str, object] = {"externalId": f"m{rng.randint(0, 270)}", "campaign": f"c{number % 7}"}
        one |= {"lead": f"l{rng.randint(0, 60)}", "sentAt": time(3), "mailbox": f"ann@s{number % 3}.example"}
        if rng.random() < 0.7:
            one["deliveredAt"] = time(4)
        elif rng.random() < 0.6:
            one |= {"bouncedAt": time(4), "bounceType": rng.choice(["hard", "soft", "odd"]), "bounceReason": "full"}
        if rng.random() < 0.4:
            one |= {"openedAt": time(5), "openCount": rng.randint(-1, 4)}
        messages.append(one)
    kinds = ["open", "click", "reply", "bounce", "complaint", "unsubscribe", "delivered", "wink"]
    return {
        "campaigns": [{"externalId": f"c{n}", "name": f"Campaign {n}", "workspace": f"W{n % 2}"} for n in range(7)],
        "leads": [{"externalId": f"l{n}", "email": f"l{n}@example.com", "tags": ["a", "b"]} for n in range(50)],
        "messages": messages,
        "events": [
            {"message": f"m{rng.randint(0, 280)}", "kind": rng.choice(kinds), "at": time(6)} for _ in range(400)
        ],
    }


def test_batches_come_in_as_the_same_rows_do_by_the_command(
    alice: Caller,
    people: People,
    outbrief_here: Outbrief,
    tmp_path: Path,
):
    tenant, owner = create_tenant(name="Twin", owner_email="twin@twin.test", timezone="Europe/Paris")
    twin = Person(email="twin@twin.test", user_id=owner, tenant_id=tenant.id, tenant_slug=tenant.slug, key="")
    everything = activity(random.Random(7))
    files = [
        word
        for kind, given in everything.items()
        for word in (f"--{kind}", str(ndjson(tmp_path / f"{kind}.ndjson", given)))
    ]
    by_command = outbrief_here("import", "--tenant", twin.tenant_slug, *files, "--json").json["files"]
    assert {one["kind"] for one in by_command if one["rowsRefused"]} == {"messages", "events"}
    for told in by_command:
        answer = send(alice, told["kind"], *everything[told["kind"]])
        assert answer == {name: told[name] for name in answer}
    assert rollups(people.alice) == rollups(twin)
    assert bounces(people.alice) == bounces(twin)
    assert rollups(twin)[0] != []


def test_a_batch_behind_a_long_import_is_told_to_come_again(
    alice: Caller, people: People, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stage, "_PATIENCE_MS", 1)
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(hashtextextended('facts ' || %s::text, 0))", [str(people.alice.tenant_id)]
        )
        response = alice("POST", "/api/facts/leads", LEADS)
        assert (response.status_code, response["Retry-After"]) == (429, "10"), response.content
        assert as_person(people.charlie).post("/api/facts/leads", LEADS)["created"] == 2
    assert alice.post("/api/facts/leads", LEADS)["created"] == 2
    assert json.loads(response.content)["details"] == {"hint": "Send it again."}
