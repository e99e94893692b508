"""Whatever comes in, in whatever order and split: the rollups are those of the messages."""

import datetime as dt
import random
import uuid
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbrief.facts import ColumnMap, FactKind, rebuild
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import create_tenant
from tests.facts.loading import bounces, load_rows, rollups, rows, versions
from tests.people import Person

ZONE = "America/New_York"
TIMES = st.datetimes(dt.datetime(2026, 3, 6), dt.datetime(2026, 3, 10)).map(lambda time: f"{time.isoformat()}Z")
IDS = st.sampled_from([f"m{i}" for i in range(8)])
CAMPAIGNS = st.sampled_from(["c1", "c2"])
LEADS = st.sampled_from(["L1", "L2", "a@x.example"])
# One is longer than an entry of an index, and differs from the other in its last letter alone.
REASONS = st.sampled_from([None, "", "full", "550 " + "é" * 3_000 + "a", "550 " + "é" * 3_000 + "b", '"]\\,null'])


def some(**cells: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=cells)


MESSAGES = st.builds(
    lambda key, more: {**key, **more},
    st.fixed_dictionaries({"external_id": IDS, "campaign": CAMPAIGNS, "sent_at": TIMES}),
    some(
        lead=st.none() | LEADS,
        workspace=st.sampled_from(["W1", "W2"]),
        sending_domain=st.sampled_from(["s.example", "t.example"]),
        delivered_at=st.none() | TIMES,
        bounced_at=st.none() | TIMES,
        bounce_type=st.sampled_from([None, "hard", "soft"]),
        bounce_reason=REASONS,
        opened_at=st.none() | TIMES,
        open_count=st.integers(0, 3),
        clicked_at=st.none() | TIMES,
        replied_at=st.none() | TIMES,
    ),
)
EVENTS = st.fixed_dictionaries(
    {"message": IDS, "kind": st.sampled_from(["open", "click", "bounce", "reply", "delivered"]), "at": TIMES},
    optional={"bounce_type": st.sampled_from(["hard", "soft"]), "bounce_reason": REASONS},
)
BATCHES = st.one_of(
    st.tuples(st.just(FactKind.MESSAGES), st.lists(MESSAGES, min_size=1, max_size=6), st.booleans()),
    st.tuples(st.just(FactKind.EVENTS), st.lists(EVENTS, min_size=1, max_size=6), st.just(False)),
    st.tuples(
        st.just(FactKind.CAMPAIGNS),
        st.lists(
            st.fixed_dictionaries({"external_id": CAMPAIGNS, "workspace": st.sampled_from(["W1", "W2"])}), min_size=1
        ),
        st.just(False),
    ),
    st.tuples(
        st.just(FactKind.LEADS),
        st.lists(
            st.fixed_dictionaries({"external_id": LEADS, "email": st.sampled_from(["a@x.example", "b@y.example"])}),
            min_size=1,
        ),
        st.just(False),
    ),
    st.tuples(
        st.just(FactKind.TOTALS),
        st.lists(
            st.fixed_dictionaries(
                {"date": st.sampled_from(["2026-03-07", "2026-04-01"]), "campaign_id": CAMPAIGNS, "sent": st.just(9)}
            ),
            min_size=1,
        ),
        st.just(False),
    ),
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def anybody(database: str) -> object:
    """Give a way to make tenants in one database, so that each example has its own."""

    def made() -> Person:
        tenant, owner = create_tenant(name=uuid.uuid4().hex, owner_email="dora@any.test", timezone=ZONE)
        return Person(email="dora@any.test", user_id=owner, tenant_id=tenant.id, tenant_slug=tenant.slug, key="")

    return made


def recomputed(person: Person) -> tuple[dict[object, list[int]], dict[object, list[int]]]:
    """Count messages in Python, by the definitions of the design."""
    days: dict[object, list[int]] = defaultdict(lambda: [0] * 12)
    leads: dict[object, list[int]] = defaultdict(lambda: [0] * 4)
    for (campaign, workspace, sending, recipient, lead, sent, delivered, bounced, kind, opened, opens, clicked, clicks,
         replied, complained, unsubscribed) in rows(
        person,
        "SELECT c.external_id, w.name, m.sending_domain, m.recipient_domain, l.external_id, m.sent_at, m.delivered_at,"
        " m.bounced_at, m.bounce_type, m.opened_at, m.open_count, m.clicked_at, m.click_count, m.replied_at,"
        " m.complained_at, m.unsubscribed_at FROM messages m JOIN campaigns c ON c.id = m.campaign_id"
        " JOIN workspaces w ON w.id = m.workspace_id LEFT JOIN leads l ON l.id = m.lead_id",
    ):  # fmt: skip
        day = sent.astimezone(ZoneInfo(ZONE)).date()  # type: ignore[attr-defined]
        counts = (
            1, delivered is not None, bounced is not None, bounced is not None and kind == "hard",
            bounced is not None and kind == "soft", opens > 0 or opened is not None, clicks > 0 or clicked is not None,
            replied is not None, complained is not None, unsubscribed is not None, opens, clicks,
        )  # fmt: skip
        for index, count in enumerate(counts):
            days[campaign, workspace, sending, recipient, day][index] += count  # type: ignore[operator]
        if lead is not None:
            for index, count in enumerate((counts[0], counts[1], counts[5], counts[6])):
                leads[lead][index] += count  # type: ignore[operator]
    return days, leads


def recounted(person: Person) -> Counter[tuple[object, ...]]:
    """Count bounces in Python by everything that questions about them may group by or keep to."""
    found = rows(
        person,
        "SELECT c.external_id, w.name, m.sending_domain, m.sent_at, m.bounce_type, m.bounce_reason FROM messages m"
        " JOIN campaigns c ON c.id = m.campaign_id JOIN workspaces w ON w.id = m.workspace_id"
        " WHERE m.bounced_at IS NOT NULL",
    )
    return Counter(
        (campaign, workspace, domain, at.astimezone(ZoneInfo(ZONE)).date(), kind, reason)  # type: ignore[attr-defined]
        for campaign, workspace, domain, at, kind, reason in found
    )


SUMS = (
    "SELECT campaign_id, day, workspace_id, sending_domain, sum(sent), sum(delivered), sum(bounced), sum(hard_bounced),"
    " sum(soft_bounced), sum(opened), sum(clicked), sum(replied), sum(complained), sum(unsubscribed), sum(opens),"
    " sum(clicks), sum(open_seconds), sum(timed_opens), sum(click_seconds), sum(timed_clicks) FROM {}"
    " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
)


def check_rollups(person: Person) -> None:
    days, leads = rollups(person)
    derived = {day[:5]: list(day[6:18]) for day in days if day[5] == "messages"}
    expected_days, expected_leads = recomputed(person)
    assert derived == expected_days
    assert {lead[0]: list(lead[1:5]) for lead in leads} == expected_leads
    assert rows(person, SUMS.format("sending_activity")) == rows(person, SUMS.format("daily_activity"))
    counted = bounces(person)
    assert {row[:-1]: row[-1] for row in counted} == recounted(person)
    assert len({row[:-1] for row in counted}) == len(counted)
    with_messages = {(day[0], day[4]) for day in days if day[5] == "messages"}
    assert not {(day[0], day[4]) for day in days if day[5] == "totals"} & with_messages


@FEW
@given(batches=st.lists(BATCHES, min_size=1, max_size=6))
def test_after_any_imports_the_rollups_are_those_of_the_messages(anybody, batches):  # type: ignore[no-untyped-def]
    person = anybody()
    for kind, batch, assume in batches:
        load_rows(person, kind, *batch, mapping=ColumnMap(assume_delivered=assume) if assume else None)
        check_rollups(person)
    before, stamps = (rollups(person), bounces(person)), versions(person)
    with tenant_scope(person.tenant_id):
        assert rebuild(person.tenant_id, ZONE) == 0
    assert (rollups(person), bounces(person)) == before
    assert versions(person) == stamps


@FEW
@given(batches=st.lists(BATCHES, min_size=1, max_size=4))
def test_each_import_said_twice_in_a_row_writes_nothing_the_second_time(anybody, batches):  # type: ignore[no-untyped-def]
    person = anybody()
    for kind, batch, assume in batches:
        mapping = ColumnMap(assume_delivered=assume) if assume else None
        load_rows(person, kind, *batch, mapping=mapping)
        stamps = versions(person)
        load_rows(person, kind, *batch, mapping=mapping)
        assert versions(person) == stamps


@FEW
@given(
    messages=st.lists(MESSAGES, min_size=1, max_size=10, unique_by=lambda message: message["external_id"]),
    events=st.lists(EVENTS, max_size=12),
    seed=st.integers(0, 2**32),
)
def test_the_order_and_the_splits_of_messages_and_their_events_do_not_matter(anybody, messages, events, seed):  # type: ignore[no-untyped-def]
    known = {message["external_id"] for message in messages}
    events = [event for event in events if event["message"] in known]
    # Campaigns keep the workspace of their first message: name it, so that the order of messages does not choose it.
    messages = [{"workspace": "W1", **message} for message in messages]
    one, other = anybody(), anybody()
    load_rows(one, FactKind.MESSAGES, *messages)
    load_rows(one, FactKind.EVENTS, *events)
    draw = random.Random(seed)
    for kind, given_rows in ((FactKind.MESSAGES, messages), (FactKind.EVENTS, events)):
        left = draw.sample(given_rows, len(given_rows))
        while left:
            size = draw.randint(1, len(left))
            load_rows(other, kind, *left[:size])
            left = left[size:]
    assert rollups(one) == rollups(other)
    assert bounces(one) == bounces(other)
