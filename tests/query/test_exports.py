"""The rows of each dataset against the rows that were put in."""

import datetime as dt
import json
import threading

import pyarrow as pa
import pytest

from outbrief.query import BatchStream, Engine, count_rows, estimate_rows, export_batches
from outbrief.terms.calendar import Period, bounds
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.errors import DatabaseUnavailable, InvalidInput
from outbrief.terms.export import ExportFormat, ExportRequest
from outbrief.terms.table import Column, Kind
from tests.people import People
from tests.query.facts import FIRST_DAY, Facts

ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MINUTES: pa.float64(),
    Kind.RATE: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
    Kind.JSON: pa.string(),
    Kind.TAGS: pa.list_(pa.string()),
}
PERIOD = Period(start=FIRST_DAY + dt.timedelta(days=5), end=FIRST_DAY + dt.timedelta(days=20))


def request(export_type: ExportType, *keys: str, **asked: object) -> ExportRequest:
    """Ask for the columns with these keys (all of them when there is none), in Acme's zone."""
    by_key = {column.key: column for column in CATALOGUE[export_type]}
    columns = tuple(by_key[key] for key in keys) or CATALOGUE[export_type]
    return ExportRequest(
        export_type=export_type, format=ExportFormat.CSV, columns=columns, timezone="Europe/Paris", **asked
    )


def exported(engine: Engine, asked: ExportRequest) -> pa.Table:
    with export_batches(engine, asked) as stream:
        return pa.Table.from_batches(list(stream), schema=stream.schema)


def rows(engine: Engine, asked: ExportRequest) -> list[dict[str, object]]:
    return exported(engine, asked).to_pylist()


@pytest.mark.parametrize("export_type", ExportType)
def test_every_column_of_the_catalogue_is_there_with_the_type_of_its_kind(
    facts: Facts, acme: Engine, export_type: ExportType
):
    with export_batches(acme, request(export_type)) as stream:
        batches = list(stream)
    wanted = pa.schema([(column.key, ARROW[column.kind]) for column in CATALOGUE[export_type]])
    assert stream.schema.equals(wanted, check_metadata=True)
    assert all(batch.schema.equals(wanted, check_metadata=True) for batch in batches)
    assert stream.rows == sum(batch.num_rows for batch in batches) > 0


@pytest.mark.parametrize("export_type", ExportType)
def test_columns_come_in_the_order_asked_with_the_same_cells_as_in_the_whole(
    facts: Facts, acme: Engine, export_type: ExportType
):
    whole = exported(acme, request(export_type))
    backwards = [column.key for column in reversed(CATALOGUE[export_type])]
    assert exported(acme, request(export_type, *backwards)) == whole.select(backwards)
    for key in backwards[::8]:
        assert exported(acme, request(export_type, key)) == whole.select([key])


@pytest.mark.parametrize("export_type", ExportType)
@pytest.mark.parametrize("period", [None, PERIOD])
def test_rows_are_counted_exactly_and_estimated(facts: Facts, acme: Engine, export_type, period):
    asked = request(export_type, period=period)
    assert count_rows(acme, asked) == exported(acme, asked).num_rows
    assert estimate_rows(acme, asked) >= 0


def test_leads_have_what_is_known_of_them_and_zeros_where_nothing_was_sent(facts: Facts, acme: Engine):
    activity = {one.lead_id: one for one in facts.lead_activity}
    names = {workspace.pk: workspace.name for workspace in facts.workspaces}
    got = rows(acme, request(ExportType.LEADS))
    assert len(got) == len(facts.leads)
    for lead, row in zip(facts.leads, got, strict=True):
        did = activity.get(lead.pk)
        custom = row.pop("customFields")
        assert (json.loads(custom) if custom is not None else None) == lead.custom_fields
        assert row == {
            "leadId": lead.external_id,
            "email": lead.email,
            "firstName": lead.first_name,
            "lastName": lead.last_name,
            "company": lead.company,
            "emailsSent": did.emails_sent if did else 0,
            "emailsDelivered": did.emails_delivered if did else 0,
            "emailsOpened": did.emails_opened if did else 0,
            "emailsClicked": did.emails_clicked if did else 0,
            "lastOpenedAt": did.last_opened_at if did else None,
            "lastClickedAt": did.last_clicked_at if did else None,
            "status": lead.status,
            "leadScore": lead.lead_score,
            "tags": lead.tags,
            "createdAt": lead.created_at,
            "updatedAt": lead.updated_at,
            "source": lead.source,
            "workspaceName": names[lead.workspace_id],
        }


def test_the_days_of_leads_are_those_of_their_creation_in_the_zone_of_the_tenant(facts: Facts, acme: Engine):
    start, end = bounds(PERIOD, "Europe/Paris")
    assert start.hour == 23
    wanted = [lead.external_id for lead in facts.leads if lead.created_at and start <= lead.created_at < end]
    assert wanted
    assert [row["leadId"] for row in rows(acme, request(ExportType.LEADS, period=PERIOD))] == wanted


def test_messages_have_every_fact_and_the_names_of_what_they_belong_to(facts: Facts, acme: Engine):
    campaigns = {campaign.pk: campaign for campaign in facts.campaigns}
    leads = {lead.pk: lead for lead in facts.leads}
    names = {workspace.pk: workspace.name for workspace in facts.workspaces}
    got = rows(acme, request(ExportType.MESSAGES))
    assert len(got) == len(facts.messages)
    for message, row in zip(facts.messages, got, strict=True):
        lead = leads.get(message.lead_id)
        assert row == {
            "messageId": message.external_id,
            "campaignId": campaigns[message.campaign_id].external_id,
            "campaignName": campaigns[message.campaign_id].name,
            "leadId": lead.external_id if lead else None,
            "leadEmail": lead.email if lead else None,
            "workspaceName": names[message.workspace_id],
            "sendingDomain": message.sending_domain or None,
            "mailbox": message.mailbox or None,
            "recipientDomain": message.recipient_domain or None,
            "sentAt": message.sent_at,
            "deliveredAt": message.delivered_at,
            "bouncedAt": message.bounced_at,
            "bounceType": message.bounce_type,
            "bounceReason": message.bounce_reason,
            "openedAt": message.opened_at,
            "lastOpenedAt": message.last_opened_at,
            "openCount": message.open_count,
            "clickedAt": message.clicked_at,
            "lastClickedAt": message.last_clicked_at,
            "clickCount": message.click_count,
            "repliedAt": message.replied_at,
            "complainedAt": message.complained_at,
            "unsubscribedAt": message.unsubscribed_at,
        }
    some = rows(acme, request(ExportType.MESSAGES, "messageId", period=PERIOD))
    assert {row["messageId"] for row in some} == {
        message.external_id for message in facts.messages if PERIOD.start <= message.sent_day < PERIOD.end
    }


def test_campaigns_without_a_period_are_all_and_with_one_those_active_in_it(facts: Facts, acme: Engine):
    every = rows(acme, request(ExportType.CAMPAIGNS))
    assert [row["campaignId"] for row in every] == [campaign.external_id for campaign in facts.campaigns]
    idle = every[-1]
    assert (idle["totalEmails"], idle["totalOpens"]) == (0, 0)
    assert idle["openRate"] is idle["avgTimeToOpen"] is idle["emailsSentPerDay"] is idle["domainUsed"] is None

    one_day = Period(start=facts.daily[0].day, end=facts.daily[0].day + dt.timedelta(days=1))
    active = {row.campaign_id for row in facts.daily if row.day == one_day.start}
    wanted = [campaign.external_id for campaign in facts.campaigns if campaign.pk in active]
    assert [r["campaignId"] for r in rows(acme, request(ExportType.CAMPAIGNS, period=one_day))] == wanted
    assert len(wanted) < len(facts.campaigns)
    # Also when no column is asked for that the activity has.
    asked = request(ExportType.CAMPAIGNS, "campaignId", period=one_day)
    assert [row["campaignId"] for row in rows(acme, asked)] == wanted


# Names of the platform on the left, DESIGN's measures by hand on the right.
CAMPAIGN = {
    "totalEmails": lambda s: s["sent"],
    "deliveredEmails": lambda s: s["delivered"],
    "bouncedEmails": lambda s: s["bounced"],
    "opens": lambda s: s["opened"],
    "clicks": lambda s: s["clicked"],
    "replies": lambda s: s["replied"],
    "spamComplaints": lambda s: s["complained"],
    "unsubscribes": lambda s: s["unsubscribed"],
    "totalOpens": lambda s: s["opens"],
    "totalClicks": lambda s: s["clicks"],
    "deliveryRate": lambda s: s["delivered"] / s["sent"],
    "openRate": lambda s: s["opened"] / s["delivered"],
    "clickRate": lambda s: s["clicked"] / s["delivered"],
    "clickToOpenRate": lambda s: s["clicked"] / s["opened"],
    "replyRate": lambda s: s["replied"] / s["delivered"],
    "spamRate": lambda s: s["complained"] / s["delivered"],
    "unsubscribeRate": lambda s: s["unsubscribed"] / s["delivered"],
    "avgTimeToOpen": lambda s: s["open_seconds"] / s["timed_opens"] / 60,
    "avgTimeToClick": lambda s: s["click_seconds"] / s["timed_clicks"] / 60,
    "emailsSentPerDay": lambda s: s["sent"] / s["days"],
}
NATURAL = {
    "sent": lambda s: s["sent"],
    "delivered": lambda s: s["delivered"],
    "bounced": lambda s: s["bounced"],
    "hardBounced": lambda s: s["hard_bounced"],
    "softBounced": lambda s: s["soft_bounced"],
    "opened": lambda s: s["opened"],
    "clicked": lambda s: s["clicked"],
    "replied": lambda s: s["replied"],
    "complained": lambda s: s["complained"],
    "unsubscribed": lambda s: s["unsubscribed"],
    "opens": lambda s: s["opens"],
    "clicks": lambda s: s["clicks"],
    "bounceRate": lambda s: s["bounced"] / s["sent"],
    "complaintRate": lambda s: s["complained"] / s["delivered"],
    **{key: CAMPAIGN[key] for key in ("deliveryRate", "openRate", "clickRate", "replyRate", "unsubscribeRate")},
    **{key: CAMPAIGN[key] for key in ("clickToOpenRate", "avgTimeToOpen", "avgTimeToClick", "emailsSentPerDay")},
}


def summed(daily: list[dict[str, object]], by: tuple[str, ...]) -> dict[tuple[object, ...], dict[str, float]]:
    """Add up rows of daily activity per key; `days` counts the days with sending."""
    groups: dict[tuple[object, ...], dict[str, float]] = {}
    days: dict[tuple[object, ...], set[object]] = {}
    for row in daily:
        key = tuple(row[name] for name in by)
        sums = groups.setdefault(key, {})
        for name, value in row.items():
            if isinstance(value, int | float):
                sums[name] = sums.get(name, 0) + value
        if row["sent"]:
            days.setdefault(key, set()).add(row["day"])
    return {key: {**sums, "days": len(days.get(key, ()))} for key, sums in groups.items()}


def assert_measures(row: dict[str, object], sums: dict[str, float], measures: dict[str, object]) -> None:
    for key, formula in measures.items():
        if key not in row:
            continue
        try:
            wanted = formula(sums)
        except ZeroDivisionError:
            wanted = None
        assert row[key] == (pytest.approx(wanted, rel=1e-12) if wanted is not None else None), key


def within(facts: Facts, period: Period | None) -> list[dict[str, object]]:
    return [row for row in facts.daily_rows() if period is None or period.start <= row["day"] < period.end]


@pytest.mark.parametrize("period", [None, PERIOD])
def test_campaigns_have_the_measures_of_the_days_asked_for(facts: Facts, acme: Engine, period):
    sums = summed(within(facts, period), ("campaign",))
    got = rows(acme, request(ExportType.CAMPAIGNS, period=period))
    assert len(got) >= len(sums) > 1
    for row in got:
        if (row["campaignId"],) in sums:
            assert_measures(row, sums[(row["campaignId"],)], CAMPAIGN)


def test_the_domain_of_a_campaign_is_the_named_one_it_sent_most_from(facts: Facts, acme: Engine):
    sums = summed(within(facts, None), ("campaign", "sending_domain"))
    for row in rows(acme, request(ExportType.CAMPAIGNS, "campaignId", "domainUsed")):
        sent = {domain: s["sent"] for (c, domain), s in sums.items() if c == row["campaignId"] and domain}
        wanted = min(sent, key=lambda domain: (-sent[domain], domain)) if sent else None
        assert row["domainUsed"] == wanted


@pytest.mark.parametrize("period", [None, PERIOD])
def test_metrics_have_one_row_per_day_and_place_with_its_measures(facts: Facts, acme: Engine, period):
    by = ("day", "campaign", "workspace", "sending_domain", "recipient_domain")
    sums = summed(within(facts, period), by)
    assert len(sums) < len(facts.daily), "totals and messages of the same day and place are one row"
    got = rows(acme, request(ExportType.METRICS, period=period))
    assert len(got) == len(sums)
    assert [row["date"] for row in got] == sorted(row["date"] for row in got)
    for row in got:
        key = (row["date"], row["campaignId"], row["workspaceName"], row["domain"] or "", row["recipientDomain"] or "")
        assert_measures(row, sums[key], NATURAL)


@pytest.mark.parametrize("period", [None, PERIOD])
def test_domains_have_one_row_each_with_its_measures(facts: Facts, acme: Engine, period):
    sums = summed(within(facts, period), ("sending_domain",))
    got = rows(acme, request(ExportType.DOMAINS, period=period))
    assert {(row["domain"] or "",) for row in got} == set(sums)
    for row in got:
        assert_measures(row, sums[(row["domain"] or "",)], NATURAL)


@pytest.mark.parametrize("export_type", ExportType)
def test_the_order_is_the_same_every_time(facts: Facts, acme: Engine, export_type: ExportType):
    assert exported(acme, request(export_type)) == exported(acme, request(export_type))


def test_a_tenant_without_facts_gets_columns_and_no_rows(people: People, acme: Engine):
    for export_type in ExportType:
        table = exported(acme, request(export_type))
        assert table.num_rows == 0
        assert table.column_names == [column.key for column in CATALOGUE[export_type]]


def test_an_unknown_column_is_refused_by_name(acme: Engine):
    column = Column(key='x", tenant_id --', label="", kind=Kind.TEXT)
    with pytest.raises(InvalidInput, match="is not one of"):
        exported(acme, ExportRequest(
            export_type=ExportType.LEADS, format=ExportFormat.CSV, columns=(column,), timezone="UTC"
        ))  # fmt: skip


def test_while_a_batch_is_worked_on_the_next_is_read_and_no_further_one():
    asked, reads = threading.Semaphore(0), []

    def batches():
        for number in range(5):
            reads.append(number)
            asked.release()
            yield pa.record_batch([pa.array([number])], ["n"])

    schema = pa.schema([("n", pa.int64())])
    stream = BatchStream(
        lambda: pa.RecordBatchReader.from_batches(schema, batches()),
        schema,
        stop=lambda: None,
        failed=lambda error: DatabaseUnavailable(str(error)),
    )
    assert next(stream)["n"].to_pylist() == [0]
    assert asked.acquire(timeout=10)
    assert asked.acquire(timeout=10), "the second batch is read though nobody has asked for it"
    # What has been read is one batch ahead at every step.
    for number in range(1, 5):
        assert next(stream)["n"].to_pylist() == [number]
        assert number == 4 or asked.acquire(timeout=10)
        assert reads == list(range(min(number + 2, 5)))
    with pytest.raises(StopIteration):
        next(stream)
    stream.close()
