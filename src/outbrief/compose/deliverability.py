"""The deliverability report: what bounced, why, and at which receivers and senders."""

import datetime as dt
from collections.abc import Sequence

from outbrief.compose import wording
from outbrief.compose.charts import bars_chart, days_chart
from outbrief.compose.findings import usual_findings
from outbrief.compose.measures import Row, count, only_row, rows_of
from outbrief.compose.parts import (
    MOST_ROWS,
    RECIPIENT_DOMAIN,
    SENDING_DOMAIN,
    SHARE,
    Answers,
    Body,
    ask,
    common_questions,
    headline,
    measures_table,
    with_share,
)
from outbrief.terms.question import COUNTS, AnyQuestion, BounceReasons
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Column, Kind, Table

_FIGURES = (
    "sent",
    "delivery_rate",
    "bounce_rate",
    "hard_bounce_rate",
    "soft_bounce_rate",
    "complaint_rate",
    "unsubscribe_rate",
    "open_rate",
)
_MEASURES = (
    "sent", "delivered", "bounced", "hard_bounced", "soft_bounced", "complained", "unsubscribed",
    "delivery_rate", "bounce_rate", "hard_bounce_rate", "soft_bounce_rate", "complaint_rate", "unsubscribe_rate",
    "open_rate",
)  # fmt: skip
_PAGE = ("sent", "delivery_rate", "hard_bounce_rate", "soft_bounce_rate", "complaint_rate", "open_rate")
_REASONS = 20


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Ask for the totals, the days, both kinds of domains, and the reasons of bounces."""
    return {
        **common_questions(request),
        "recipient_domains": ask(request, "recipient_domain", measures=COUNTS, order_by="sent"),
        "sending_domains": ask(request, "sending_domain", measures=COUNTS, order_by="sent"),
        "reasons": BounceReasons(period=request.period, filters=request.filters, limit=_REASONS),
    }


def body(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Body:
    """Compose figures, findings, charts, domains of both sides, and reasons of bounces."""
    totals = only_row(answers["totals"])
    recipients = with_share(rows_of(answers["recipient_domains"], MOST_ROWS), totals)
    senders = with_share(rows_of(answers["sending_domains"], MOST_ROWS), totals)
    most_bounced = sorted(recipients, key=lambda row: -count(row, "bounced"))
    sections = (
        headline(answers, _FIGURES, sent_note=f"{wording.counted(count(totals, 'bounced'))} bounced"),
        usual_findings(answers, senders, "sending_domain"),
        days_chart(request, answers, ("sent",), as_of=as_of, title="Sent per day", with_before=True),
        days_chart(
            request, answers, ("bounce_rate",), as_of=as_of, title="Bounce rate by day of sending", with_before=True
        ),
        days_chart(
            request, answers, ("hard_bounced", "soft_bounced"), as_of=as_of, title="Hard and soft bounces per day"
        ),
        bars_chart(most_bounced, dimension="recipient_domain", measure="bounced", title="Where most bounces come from"),
        measures_table(
            key="recipientDomains",
            title="By recipient domain",
            names=RECIPIENT_DOMAIN,
            extra=SHARE,
            rows=recipients,
            measures=_MEASURES,
            total=totals,
            total_rows=answers["recipient_domains"].num_rows,
            page=("recipient_domain", "share", *_PAGE),
        ),
        measures_table(
            key="sendingDomains",
            title="By sending domain",
            names=SENDING_DOMAIN,
            extra=SHARE,
            rows=senders,
            measures=_MEASURES,
            total=totals,
            total_rows=answers["sending_domains"].num_rows,
            page=("sending_domain", "share", *_PAGE),
        ),
        _reasons_table(rows_of(answers["reasons"]), count(totals, "bounced")),
    )
    notes = ("A hard bounce is permanent (no such address); a soft bounce is temporary (mailbox full, try later).",)
    return Body(sections=tuple(section for section in sections if section), main_table="recipientDomains", notes=notes)


def _reasons_table(reasons: Sequence[Row], bounced: int) -> Table:
    rest = bounced - sum(count(row, "bounced") for row in reasons)
    rows = [{**row, "share": count(row, "bounced") / bounced if bounced else None} for row in reasons]
    return Table(
        key="bounceReasons",
        title="Reasons of bounces",
        columns=(
            Column(key="reason", label="Reason", kind=Kind.TEXT),
            Column(key="bounceType", label="Type", kind=Kind.TEXT),
            Column(key="bounced", label="Bounced", kind=Kind.INTEGER),
            Column(key="share", label="Share of bounces", kind=Kind.RATE),
        ),
        rows=tuple((row["reason"], row["bounce_type"], count(row, "bounced"), row["share"]) for row in rows),
        total_rows=len(reasons),
        note=f"The other {wording.counted(rest)} bounces came with rarer reasons or none." if rest > 0 else "",
    )
