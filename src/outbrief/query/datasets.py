"""The datasets that are exported: what each of their columns is (the names are those of `terms.columns`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import ibis
from ibis.expr.types import Table, Value

from outbrief.query.measures import measured, totals
from outbrief.query.relations import (
    CAMPAIGNS,
    DAILY_ACTIVITY,
    LEAD_ACTIVITY,
    LEADS,
    MESSAGES,
    SENDING_ACTIVITY,
    WORKSPACES,
    own,
)  # fmt: skip
from outbrief.terms.calendar import Period, bounds
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.question import MEASURES

# What the platform calls the measures of a campaign; elsewhere the names are the measures' own in camelCase.
_CAMPAIGN_MEASURES = {
    "totalEmails": "sent", "deliveredEmails": "delivered", "bouncedEmails": "bounced",
    "opens": "opened", "clicks": "clicked", "replies": "replied", "spamComplaints": "complained",
    "unsubscribes": "unsubscribed", "totalOpens": "opens", "totalClicks": "clicks",
    "deliveryRate": "delivery_rate", "openRate": "open_rate", "clickRate": "click_rate",
    "clickToOpenRate": "click_to_open_rate", "replyRate": "reply_rate", "spamRate": "complaint_rate",
    "unsubscribeRate": "unsubscribe_rate", "avgTimeToOpen": "avg_time_to_open",
    "avgTimeToClick": "avg_time_to_click", "emailsSentPerDay": "emails_sent_per_day",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose rows, of which days (`period` in days of `timezone`; None means all), and which columns are of interest."""

    tenant_id: UUID
    timezone: str
    period: Period | None
    keys: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """`table` holds the rows, `columns` says what is shown of them under which name, `order` sorts them."""

    table: Table
    columns: Mapping[str, Value]
    order: tuple[Value, ...]


def dataset_of(export_type: ExportType, scope: Scope) -> Dataset:
    """Give the dataset: at least the columns in `scope.keys`, one row per campaign, lead, message, and so on."""
    return _DATASETS[export_type](scope)


def _campaigns(scope: Scope) -> Dataset:
    """All campaigns, or with a period those that have activity in it."""
    activity = _within(SENDING_ACTIVITY, scope)
    measures = {key: name for key, name in _CAMPAIGN_MEASURES.items() if key in scope.keys}
    sums = totals(activity, ["campaign_id"], measures.values())
    campaigns = own(CAMPAIGNS, scope.tenant_id)
    table = campaigns.join(sums, campaigns.id == sums.campaign_id, how="inner" if scope.period else "left")
    used = _most_used_domain(activity)
    table = _with_workspace(table.join(used, campaigns.id == used.used_by, how="left"), scope)
    columns = {
        "campaignId": table.external_id,
        "campaignName": table.name,
        "createdAt": table.created_at,
        "launchedAt": table.launched_at,
        "status": _known(table.status),
        "workspaceName": table.workspace_name,
        "domainUsed": table.domain_used,
        **{key: measured(table, name) for key, name in measures.items()},
    }
    return Dataset(table=table, columns=columns, order=(table.id,))


def _most_used_domain(activity: Table) -> Table:
    """Give each campaign's sending domain with the most messages; of equals the first in the alphabet."""
    named = activity.filter(activity.sending_domain != "")
    sums = totals(named, ["campaign_id", "sending_domain"], ["sent"])
    domains = sums.sending_domain.collect(order_by=[ibis.desc(sums.sent), sums.sending_domain])
    ranked = sums.group_by(used_by=sums.campaign_id).aggregate(domains=domains)
    return ranked.select("used_by", domain_used=ranked.domains[0])


def _leads(scope: Scope) -> Dataset:
    """All leads, or with a period those created in it."""
    leads = own(LEADS, scope.tenant_id)
    if scope.period:
        start, end = bounds(scope.period, scope.timezone)
        leads = leads.filter(leads.created_at >= start, leads.created_at < end)
    activity = own(LEAD_ACTIVITY, scope.tenant_id).drop("tenant_id")
    table = _with_workspace(leads.join(activity, leads.id == activity.lead_id, how="left"), scope)
    columns = {
        "leadId": table.external_id,
        "email": table.email,
        "firstName": table.first_name,
        "lastName": table.last_name,
        "company": table.company,
        "customFields": table.custom_fields.cast("string"),
        "emailsSent": ibis.coalesce(table.emails_sent, 0),
        "emailsDelivered": ibis.coalesce(table.emails_delivered, 0),
        "emailsOpened": ibis.coalesce(table.emails_opened, 0),
        "emailsClicked": ibis.coalesce(table.emails_clicked, 0),
        "lastOpenedAt": table.last_opened_at,
        "lastClickedAt": table.last_clicked_at,
        "status": table.status,
        "leadScore": table.lead_score,
        "tags": table.tags,
        "createdAt": table.created_at,
        "updatedAt": table.updated_at,
        "source": table.source,
        "workspaceName": table.workspace_name,
    }
    return Dataset(table=table, columns=columns, order=(table.id,))


def _metrics(scope: Scope) -> Dataset:
    """Give a row per day, campaign, workspace, sending domain and recipient domain with activity."""
    measures = _named_measures(ExportType.METRICS, scope)
    by = ["day", "campaign_id", "workspace_id", "sending_domain", "recipient_domain"]
    table = _with_campaign(totals(_within(DAILY_ACTIVITY, scope), by, measures.values()), scope)
    table = _with_workspace(table, scope)
    columns = {
        "date": table.day,
        "campaignId": table.campaign_external_id,
        "campaignName": table.campaign_name,
        "workspaceName": table.workspace_name,
        "domain": _known(table.sending_domain),
        "recipientDomain": _known(table.recipient_domain),
        **{key: measured(table, name) for key, name in measures.items()},
    }
    return Dataset(table=table, columns=columns, order=tuple(table[key] for key in by))


def _messages(scope: Scope) -> Dataset:
    messages = own(MESSAGES, scope.tenant_id)
    if scope.period:
        messages = messages.filter(messages.sent_day >= scope.period.start, messages.sent_day < scope.period.end)
    leads = own(LEADS, scope.tenant_id).select(lead_key="id", lead_external_id="external_id", lead_email="email")
    table = messages.join(leads, messages.lead_id == leads.lead_key, how="left")
    table = _with_workspace(_with_campaign(table, scope), scope)
    columns = {
        "messageId": table.external_id,
        "campaignId": table.campaign_external_id,
        "campaignName": table.campaign_name,
        "leadId": table.lead_external_id,
        "leadEmail": table.lead_email,
        "workspaceName": table.workspace_name,
        "sendingDomain": _known(table.sending_domain),
        "mailbox": _known(table.mailbox),
        "recipientDomain": _known(table.recipient_domain),
        "sentAt": table.sent_at,
        "deliveredAt": table.delivered_at,
        "bouncedAt": table.bounced_at,
        "bounceType": table.bounce_type,
        "bounceReason": table.bounce_reason,
        "openedAt": table.opened_at,
        "lastOpenedAt": table.last_opened_at,
        "openCount": table.open_count.cast("int64"),
        "clickedAt": table.clicked_at,
        "lastClickedAt": table.last_clicked_at,
        "clickCount": table.click_count.cast("int64"),
        "repliedAt": table.replied_at,
        "complainedAt": table.complained_at,
        "unsubscribedAt": table.unsubscribed_at,
    }
    return Dataset(table=table, columns=columns, order=(table.id,))


def _domains(scope: Scope) -> Dataset:
    """Give a row per sending domain with activity; the one without a name holds what names none."""
    measures = _named_measures(ExportType.DOMAINS, scope)
    table = totals(_within(SENDING_ACTIVITY, scope), ["sending_domain"], measures.values())
    columns = {
        "domain": _known(table.sending_domain),
        **{key: measured(table, name) for key, name in measures.items()},
    }
    return Dataset(table=table, columns=columns, order=(table.sending_domain,))


_DATASETS: dict[ExportType, Callable[[Scope], Dataset]] = {
    ExportType.CAMPAIGNS: _campaigns,
    ExportType.LEADS: _leads,
    ExportType.METRICS: _metrics,
    ExportType.MESSAGES: _messages,
    ExportType.DOMAINS: _domains,
}


def _within(relation: Table, scope: Scope) -> Table:
    activity = own(relation, scope.tenant_id)
    if scope.period:
        activity = activity.filter(activity.day >= scope.period.start, activity.day < scope.period.end)
    return activity


def _with_workspace(table: Table, scope: Scope) -> Table:
    workspaces = own(WORKSPACES, scope.tenant_id).select(workspace_key="id", workspace_name="name")
    return table.join(workspaces, table.workspace_id == workspaces.workspace_key, how="left")


def _with_campaign(table: Table, scope: Scope) -> Table:
    campaigns = own(CAMPAIGNS, scope.tenant_id).select(
        campaign_key="id", campaign_external_id="external_id", campaign_name="name"
    )
    return table.join(campaigns, table.campaign_id == campaigns.campaign_key, how="left")


def _named_measures(export_type: ExportType, scope: Scope) -> dict[str, str]:
    """Map the columns of interest that are measures to their names: `deliveryRate` to `delivery_rate`."""
    keys = (column.key for column in CATALOGUE[export_type] if column.key in scope.keys)
    named = {key: "".join(f"_{c.lower()}" if c.isupper() else c for c in key) for key in keys}
    return {key: name for key, name in named.items() if name in MEASURES}


def _known(text: Value) -> Value:
    """Give null for the empty text, by which the facts say that something is not known."""
    return text.nullif("")
