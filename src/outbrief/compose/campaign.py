"""The campaign report: how each campaign did, which did best and worst."""

import datetime as dt
from collections.abc import Sequence

from outbrief.compose import wording
from outbrief.compose.charts import bars_chart, days_chart
from outbrief.compose.findings import usual_findings
from outbrief.compose.measures import Row, count, only_row, ratio, rows_of
from outbrief.compose.parts import (
    CAMPAIGN,
    MOST_ROWS,
    PAGE_MEASURES,
    Answers,
    Body,
    ask,
    common_questions,
    headline,
    measures_table,
)
from outbrief.terms.question import AnyQuestion
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Table

# Below this a rate says more about chance than about the campaign.
_ENOUGH_SENT = 50
_BEST = 5
_NAME = {"campaign_name": CAMPAIGN["campaign_name"], "campaign": CAMPAIGN["campaign"]}


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Ask for the totals, the days and every campaign."""
    return {**common_questions(request), "campaigns": ask(request, "campaign", order_by="sent")}


def body(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Body:
    """Compose figures, findings, charts, best and worst, and the table of all campaigns."""
    campaigns = rows_of(answers["campaigns"], MOST_ROWS)
    counted = wording.plural(answers["campaigns"].num_rows, "campaign", "campaigns")
    sections = (
        headline(answers, sent_note=counted),
        usual_findings(answers, campaigns, "campaign"),
        days_chart(request, answers, ("sent",), as_of=as_of, title="Sent per day", with_before=True),
        days_chart(
            request,
            answers,
            ("open_rate", "click_rate", "reply_rate"),
            as_of=as_of,
            title="Open, click and reply rate by day of sending",
        ),
        bars_chart(campaigns, dimension="campaign", measure="sent", title="Largest campaigns by messages sent"),
        _ranked(campaigns, "best", "Best campaigns by reply rate", "reply_rate", "replied"),
        _ranked(campaigns, "worst", "Campaigns with the highest bounce rate", "bounce_rate", "bounced"),
        measures_table(
            key="campaigns",
            title="Campaigns",
            names=CAMPAIGN,
            rows=campaigns,
            total=only_row(answers["totals"]),
            total_rows=answers["campaigns"].num_rows,
            page=("campaign_name", *PAGE_MEASURES, "complaint_rate", "unsubscribe_rate"),
        ),
    )
    return Body(sections=tuple(section for section in sections if section), main_table="campaigns")


def _ranked(campaigns: Sequence[Row], key: str, title: str, rate: str, part: str) -> Table | None:
    """Rank the campaigns large enough by a rate; None when there are not two of them, or nothing to rank."""
    large = [row for row in campaigns if count(row, "sent") >= _ENOUGH_SENT and ratio(row, rate) is not None]
    ranked = sorted(large, key=lambda row: (-(ratio(row, rate) or 0), str(row["campaign"])))
    ranked = [row for row in ranked if count(row, part)][:_BEST]
    if len(large) < 2 or not ranked:
        return None
    return measures_table(
        key=key,
        title=title,
        names=_NAME,
        rows=ranked,
        measures=("sent", "delivered", part, rate),
        total_rows=len(ranked),
        page=("campaign_name", "sent", "delivered", part, rate),
        note=f"Among the {wording.plural(len(large), 'campaign', 'campaigns')} with {_ENOUGH_SENT} messages or more.",
    )
