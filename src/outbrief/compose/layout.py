"""Which sections the types of report have by themselves, and whether a layout names only these."""

from outbrief.terms.choices import unknown
from outbrief.terms.layout import Standard
from outbrief.terms.report import ReportType
from outbrief.terms.report_request import ReportRequest

_KEYS: dict[ReportType, tuple[str, ...]] = {
    ReportType.CAMPAIGN: (
        "figures", "findings", "replyRateByCampaign", "toCopy", "toStop", "sentByDay", "ratesByDay", "campaigns",
    ),
    ReportType.OVERALL: (
        "figures", "findings", "sentByMonth", "months", "sentByWorkspace", "workspaces", "sentByDay", "ratesByDay",
        "campaigns",
    ),
    ReportType.DELIVERABILITY: (
        "figures", "findings", "bounceRateByDay", "bouncesByDay", "bouncesByProvider", "providers", "sendingDomains",
        "bounceReasons", "sentByDay", "recipientDomains",
    ),
    ReportType.WORKSPACE_SUMMARY: (
        "figures", "findings", "sentByDay", "sentByWorkspaceAndDay", "replyRateByWorkspace", "workspaces", "campaigns",
    ),
    ReportType.DOMAIN_HEALTH: (
        "figures", "findings", "sentByDay", "bounceRateByDomainAndDay", "bounceRateByDomain", "domains",
    ),
}  # fmt: skip


def section_keys(report_type: ReportType) -> tuple[str, ...]:
    """Give the keys of the sections that a type of report composes by itself, in its own order."""
    return _KEYS[report_type]


def check_layout(request: ReportRequest) -> None:
    """Check that the sections asked for by key exist; InvalidInput names the place and lists those that do."""
    known = section_keys(request.report_type)
    for place, section in enumerate(request.sections):
        if isinstance(section, Standard) and section.key not in known:
            raise unknown(section.key, known, field=f"config.sections[{place}]")
