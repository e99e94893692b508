"""The deliverability report: what bounced, why, at which receivers and from which senders, against the limits."""

from outbrief.compose import figures, findings, wording
from outbrief.compose.charts import bars_chart, days_chart
from outbrief.compose.measures import Row, count
from outbrief.compose.parts import MOST_ROWS, Given, Part, Report
from outbrief.compose.providers import by_provider, provider_of
from outbrief.compose.questions import Asked, asks
from outbrief.compose.tables import (
    LIMITS_NOTE,
    RECIPIENT_DOMAIN,
    SENDING_DOMAIN,
    SHARE,
    STANDING,
    measures_table,
    page,
    shown,
    with_share,
    with_standing,
)
from outbrief.terms.document import Chart, Findings
from outbrief.terms.question import AVERAGES
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
_PAGE = ("sent", "hard_bounce_rate", "soft_bounce_rate", "complaint_rate", "open_rate")
_PROVIDERS = 12
_PROVIDER = {"provider": Column(key="provider", label="Provider", kind=Kind.TEXT)}
_DOMAINS = {"domains": Column(key="domains", label="Domains", kind=Kind.TEXT)}
_NOTES = (
    "A hard bounce is permanent (no such address); a soft bounce is temporary (mailbox full, try later).",
    "Providers: mailbox domains of Google, Microsoft, Yahoo and Apple are put together; every other domain stands for "
    "itself, also where one of these hosts it.",
    LIMITS_NOTE,
)


def _findings(given: Given) -> Findings | None:
    senders = findings.Carriers(rows=given.rows("sending_domains"), dimension="sending_domain")
    rows, _ = by_provider(given.answers["recipient_domains"], _PROVIDERS)
    receivers = findings.Carriers(rows=rows, dimension="provider")
    return findings.findings_of(
        [
            *findings.usual(given, senders),
            *findings.rows_above(given, senders),
            *findings.rows_above(given, receivers),
        ]
    )


def _provider_bars(given: Given) -> Chart | None:
    rows, _ = by_provider(given.answers["recipient_domains"], MOST_ROWS)
    bounced = sorted((row for row in rows if count(row, "bounced")), key=lambda row: -count(row, "bounced"))
    return bars_chart(
        "bouncesByProvider", "Bounces by recipient provider", bounced, dimension="provider", measure="bounced"
    )


def _providers(given: Given) -> Table:
    rows, every = by_provider(given.answers["recipient_domains"], _PROVIDERS)
    rows = [{**row, "provider": shown(row["provider"])} for row in rows]
    return measures_table(
        key="providers",
        title="By recipient provider",
        names=_PROVIDER,
        extra=SHARE,
        rows=with_standing(with_share(rows, given.totals)),
        measures=_MEASURES,
        last={**STANDING, **_DOMAINS},
        total=given.totals,
        total_rows=every,
        page=("provider", "share", *_PAGE, "standing"),
    )


def _senders(given: Given) -> Table:
    return measures_table(
        key="sendingDomains",
        title="By sending domain",
        names=SENDING_DOMAIN,
        extra=SHARE,
        rows=with_standing(with_share(given.rows("sending_domains", MOST_ROWS), given.totals)),
        measures=_MEASURES,
        last=STANDING,
        total=given.totals,
        total_rows=given.counted("sending_domains"),
        page=("sending_domain", "share", *_PAGE, "standing"),
    )


def _recipients(given: Given) -> Table:
    rows: list[Row] = [
        {**row, "provider": provider_of(row["recipient_domain"]) or ""}
        for row in given.rows("recipient_domains", MOST_ROWS)
    ]
    return measures_table(
        key="recipientDomains",
        title="By recipient domain",
        names=RECIPIENT_DOMAIN,
        extra={**_PROVIDER, **SHARE},
        rows=with_standing(with_share(rows, given.totals)),
        measures=given.measures(_MEASURES),
        last=STANDING,
        total=given.totals,
        total_rows=given.counted("recipient_domains"),
        page=("recipient_domain", "share", *page(_PAGE, given.request.measures), "standing"),
    )


def _recipients_asked(request: ReportRequest) -> Asked:
    """Ask for the averages only where they were chosen: counting days of sending by recipient takes long."""
    chosen = tuple(measure for measure in request.measures if measure in AVERAGES)
    return asks("recipient_domains", averages=chosen)(request)


def _reasons(given: Given) -> Table:
    bounced = count(given.totals, "bounced")
    reasons = given.rows("reasons")
    rest = bounced - sum(count(row, "bounced") for row in reasons)
    return Table(
        key="bounceReasons",
        title="Reasons of bounces",
        columns=(
            Column(key="reason", label="Reason", kind=Kind.TEXT),
            Column(key="bounceType", label="Type", kind=Kind.TEXT),
            Column(key="bounced", label="Bounced", kind=Kind.INTEGER),
            Column(key="share", label="Share of bounces", kind=Kind.RATE),
        ),
        rows=tuple(
            (
                row["reason"],
                row["bounce_type"],
                count(row, "bounced"),
                count(row, "bounced") / bounced if bounced else None,
            )
            for row in reasons
        ),
        total_rows=len(reasons),
        note=f"The other {wording.counted(rest)} bounces came with rarer reasons or none." if rest > 0 else "",
    )


REPORT = Report(
    parts=(
        Part(key="figures", make=figures.headline(_FIGURES)),
        Part(key="findings", make=_findings, needs=asks("sending_domains", "recipient_domains")),
        Part(
            key="bounceRateByDay",
            make=days_chart("bounceRateByDay", "Bounce rate by day of sending", ("bounce_rate",), with_before=True),
            needs=asks("days", "days_before"),
        ),
        Part(
            key="bouncesByDay",
            make=days_chart("bouncesByDay", "Hard and soft bounces per day", ("hard_bounced", "soft_bounced")),
            needs=asks("days"),
        ),
        Part(key="bouncesByProvider", make=_provider_bars, needs=asks("recipient_domains")),
        Part(key="providers", make=_providers, needs=asks("recipient_domains"), always=True),
        Part(key="sendingDomains", make=_senders, needs=asks("sending_domains"), always=True),
        Part(key="bounceReasons", make=_reasons, needs=asks("reasons"), always=True),
        Part(
            key="sentByDay",
            make=days_chart("sentByDay", "Sent per day", ("sent",), with_before=True),
            needs=asks("days", "days_before"),
        ),
        Part(key="recipientDomains", make=_recipients, needs=_recipients_asked, always=True),
    ),
    main_table="recipientDomains",
    figures=_FIGURES,
    notes=_NOTES,
)
