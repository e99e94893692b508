"""Questions as expressions over the facts."""

from dataclasses import dataclass
from uuid import UUID

import ibis
from ibis.expr.types import Table, Value

from outbrief.query.conditions import limited
from outbrief.query.measures import measured, totals
from outbrief.query.relations import BOUNCE_ACTIVITY, CAMPAIGNS, DAILY_ACTIVITY, SENDING_ACTIVITY, WORKSPACES, own
from outbrief.terms.choices import unknown
from outbrief.terms.question import COUNTS, MEASURES, AnyQuestion, BounceReasons, Dimension, Question
from outbrief.terms.table import Column, Kind

# By which column of the daily activity a dimension groups.
_GROUPS: dict[Dimension, str] = {
    "day": "day",
    "campaign": "campaign_id",
    "workspace": "workspace_id",
    "sending_domain": "sending_domain",
    "recipient_domain": "recipient_domain",
}


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days `[start, end)` as expressions: the days of a question are filled in after it is compiled."""

    start: Value
    end: Value


def answered(question: AnyQuestion, span: Span, tenant_id: UUID) -> Table:
    """Give the expression that answers the question for this tenant over the span, ordered and cut as asked."""
    if isinstance(question, BounceReasons):
        return _bounce_reasons(question, span, tenant_id)
    return _measures(question, span, tenant_id)


def columns_of(question: AnyQuestion) -> tuple[Column, ...]:
    """Give the columns of the answer; InvalidInput for a measure, dimension or order that does not exist."""
    if isinstance(question, BounceReasons):
        kinds = {"reason": Kind.TEXT, "bounce_type": Kind.TEXT, "bounced": Kind.INTEGER}
    else:
        kinds = _dimension_kinds(question) | _measure_kinds(question)
        if question.order_by is not None and question.order_by not in kinds:
            raise unknown(question.order_by, kinds, field="order_by")
    return tuple(Column(key=key, label=key, kind=kind) for key, kind in kinds.items())


def _dimension_kinds(question: Question) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for dimension in question.dimensions:
        if dimension not in _GROUPS:
            raise unknown(dimension, _GROUPS, field="dimensions")
        kinds[dimension] = Kind.DATE if dimension == "day" else Kind.TEXT
        if dimension == "campaign":
            kinds |= {"campaign_name": Kind.TEXT, "campaign_status": Kind.TEXT}
    return kinds


def _measure_kinds(question: Question) -> dict[str, Kind]:
    for measure in question.measures:
        if measure not in MEASURES:
            raise unknown(measure, MEASURES, field="measures")
    return {measure: Kind.INTEGER if measure in COUNTS else Kind.NUMBER for measure in question.measures}


def _measures(question: Question, span: Span, tenant_id: UUID) -> Table:
    activity = own(DAILY_ACTIVITY if "recipient_domain" in question.dimensions else SENDING_ACTIVITY, tenant_id)
    activity = activity.filter(activity.day >= span.start, activity.day < span.end)
    activity = limited(activity, question.filters, tenant_id)
    sums = totals(activity, [_GROUPS[dimension] for dimension in question.dimensions], question.measures)
    # Names are joined to the groups, of which there are few, and not to the days.
    named = _named(sums, question, tenant_id)
    shown: dict[str, Value] = {}
    for dimension in question.dimensions:
        shown[dimension] = named[_GROUPS[dimension]]
        if dimension == "campaign":
            shown |= {key: named[key] for key in ("campaign", "campaign_name", "campaign_status")}
        elif dimension == "workspace":
            shown["workspace"] = named.workspace
    shown |= {measure: measured(named, measure) for measure in question.measures}
    return _ordered(named.select(**shown), question)


def _named(sums: Table, question: Question, tenant_id: UUID) -> Table:
    named = sums
    if "campaign" in question.dimensions:
        campaigns = own(CAMPAIGNS, tenant_id).select(
            campaign_key="id", campaign="external_id", campaign_name="name", campaign_status="status"
        )
        named = named.join(campaigns, named.campaign_id == campaigns.campaign_key, how="left")
    if "workspace" in question.dimensions:
        workspaces = own(WORKSPACES, tenant_id).select(workspace_key="id", workspace="name")
        named = named.join(workspaces, named.workspace_id == workspaces.workspace_key, how="left")
    return named


def _ordered(answer: Table, question: Question) -> Table:
    keys: list[Value] = [answer[dimension] for dimension in question.dimensions]
    if question.order_by is not None:
        keys.insert(0, ibis.desc(answer[question.order_by], nulls_first=False))
    if keys:
        answer = answer.order_by(keys)
    return answer if question.limit is None else answer.limit(question.limit)


def _bounce_reasons(question: BounceReasons, span: Span, tenant_id: UUID) -> Table:
    activity = own(BOUNCE_ACTIVITY, tenant_id)
    activity = activity.filter(activity.day >= span.start, activity.day < span.end)
    activity = limited(activity, question.filters, tenant_id)
    counted = totals(activity, ["bounce_reason", "bounce_type"], ["bounced"])
    answer = counted.select(reason=counted.bounce_reason, bounce_type=counted.bounce_type, bounced=counted.bounced)
    return answer.order_by([ibis.desc("bounced"), "reason", "bounce_type"]).limit(question.limit)
