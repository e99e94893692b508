"""The datasets on offer and their columns."""

from enum import StrEnum

from outbrief.terms.table import Column, Kind


class ExportType(StrEnum):
    """The datasets on offer."""

    CAMPAIGNS = "campaigns"
    LEADS = "leads"
    METRICS = "metrics"
    MESSAGES = "messages"
    DOMAINS = "domains"


def _columns(kinds: dict[str, Kind]) -> tuple[Column, ...]:
    return tuple(Column(key=key, label=_label(key), kind=kind) for key, kind in kinds.items())


def _label(key: str) -> str:
    """Turn `clickToOpenRate` into `Click to open rate`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    return spaced[:1].upper() + spaced[1:].replace(" id", " ID")


T, I, N, R, M = Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES  # noqa: E741
TS = Kind.TIMESTAMP

_COUNTS_AND_RATES: dict[str, Kind] = {
    "sent": I, "delivered": I, "bounced": I, "hardBounced": I, "softBounced": I, "opened": I, "clicked": I,
    "replied": I, "complained": I, "unsubscribed": I, "opens": I, "clicks": I,
    "deliveryRate": R, "bounceRate": R, "openRate": R, "clickRate": R, "replyRate": R, "unsubscribeRate": R,
    "complaintRate": R, "clickToOpenRate": R,
}  # fmt: skip

# The platform's own camelCase names (DESIGN, section 5). In `campaigns`, `opens`, `clicks`, `replies`, `unsubscribes`
# and `spamComplaints` count messages; `totalOpens` and `totalClicks` count events.
CATALOGUE: dict[ExportType, tuple[Column, ...]] = {
    ExportType.CAMPAIGNS: _columns({
        "campaignId": T, "campaignName": T, "createdAt": TS, "launchedAt": TS, "status": T,
        "totalEmails": I, "deliveredEmails": I, "bouncedEmails": I, "deliveryRate": R,
        "opens": I, "openRate": R, "clicks": I, "clickRate": R, "clickToOpenRate": R,
        "replies": I, "replyRate": R, "spamComplaints": I, "spamRate": R,
        "unsubscribes": I, "unsubscribeRate": R, "avgTimeToOpen": M, "avgTimeToClick": M,
        "workspaceName": T, "domainUsed": T, "emailsSentPerDay": N, "totalOpens": I, "totalClicks": I,
    }),
    ExportType.LEADS: _columns({
        "leadId": T, "email": T, "firstName": T, "lastName": T, "company": T, "customFields": Kind.JSON,
        "emailsSent": I, "emailsDelivered": I, "emailsOpened": I, "emailsClicked": I,
        "lastOpenedAt": TS, "lastClickedAt": TS, "status": T, "leadScore": N, "tags": Kind.TAGS,
        "createdAt": TS, "updatedAt": TS, "source": T, "workspaceName": T,
    }),
    ExportType.METRICS: _columns({
        "date": Kind.DATE, "campaignId": T, "campaignName": T, "workspaceName": T, "domain": T,
        "recipientDomain": T, **_COUNTS_AND_RATES, "avgTimeToOpen": M, "avgTimeToClick": M,
    }),
    ExportType.MESSAGES: _columns({
        "messageId": T, "campaignId": T, "campaignName": T, "leadId": T, "leadEmail": T, "workspaceName": T,
        "sendingDomain": T, "mailbox": T, "recipientDomain": T,
        "sentAt": TS, "deliveredAt": TS, "bouncedAt": TS, "bounceType": T, "bounceReason": T,
        "openedAt": TS, "lastOpenedAt": TS, "openCount": I, "clickedAt": TS, "lastClickedAt": TS, "clickCount": I,
        "repliedAt": TS, "complainedAt": TS, "unsubscribedAt": TS,
    }),
    ExportType.DOMAINS: _columns({
        "domain": T, **_COUNTS_AND_RATES, "avgTimeToOpen": M, "avgTimeToClick": M, "emailsSentPerDay": N,
    }),
}  # fmt: skip
