"""What the audit log says: who did what, in the words of the pages."""

from collections.abc import Mapping

# Actors that are nobody in particular.
ACTORS = {
    "operator": "The operator, by a command",
    "link": "Somebody with a signed link",
    "worker": "Outbrief",
    "schedule": "Outbrief",
    "system": "Outbrief",
}

# What the filter calls the things that events are about.
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "reports": ("Reports and schedules", ("schedule", "report", "generation")),
    "exports": ("Exports", ("export",)),
    "look": ("Templates and branding", ("template", "branding", "logo")),
    "data": ("Data", ("facts", "upload", "intake", "refusals")),
    "people": ("People", ("member", "invitation", "password", "user", "profile", "session")),
    "keys": ("API keys", ("key",)),
    "suppressions": ("Suppressions", ("suppression", "recipient")),
    "settings": ("Settings", ("settings", "timezone", "tenant", "audit")),
}

DID = {
    "audit.downloaded": "downloaded the audit log",
    "branding.changed": "changed how reports look",
    "export.cancelled": "cancelled the export",
    "export.created": "asked for the export",
    "export.deleted": "deleted the export",
    "export.downloaded": "downloaded the export",
    "export.link_given": "got a link to the export",
    "export.written": "wrote an export to a file",
    "facts.imported": "brought data in",
    "key.created": "made the API key",
    "key.revoked": "revoked the API key",
    "logo.changed": "changed the logo",
    "logo.deleted": "deleted the logo",
    "member.invited": "invited",
    "member.joined": "joined",
    "member.removed": "removed the member",
    "member.role_changed": "changed the role of",
    "recipient.unsubscribed": "unsubscribed",
    "refusals.downloaded": "downloaded the rows that were refused",
    "report.downloaded": "downloaded the report",
    "report.link_given": "got a link to the report",
    "report.requested": "asked for the report",
    "report.resent": "sent the report again to recipients that had failed",
    "report.written": "wrote a report to a file",
    "schedule.changed": "changed the schedule",
    "schedule.created": "created the schedule",
    "schedule.deleted": "deleted the schedule",
    "schedule.paused": "paused the schedule",
    "schedule.restored": "restored the schedule",
    "schedule.resumed": "resumed the schedule",
    "schedule.run": "ran the schedule",
    "settings.changed": "changed the settings",
    "suppression.added": "stopped all mail to",
    "suppression.removed": "allowed mail again to",
    "suppression.restored": "stopped all mail again to",
    "template.changed": "changed the template",
    "template.created": "created the template",
    "template.deleted": "deleted the template",
    "tenant.created": "created this tenant",
    "upload.created": "uploaded the file",
    "upload.discarded": "discarded the file",
    "upload.started": "began to bring in the file",
    "timezone.changed": "counted all days anew in the time zone",
}

# Details that name the object where it has no page of its own, or is gone; the first that there is.
_NAMED_BY = ("name", "address", "email", "recipient", "file", "timezone", "kind", "exportType")
_LABELS = {
    "exportType": "dataset",
    "allowedDomains": "allowed domains",
    "retentionDays": "days that reports are kept",
    "messagesMoved": "messages on another day",
    "range": "part",
    "sha256": "SHA-256",
}


def did(action: str) -> str:
    """Say an action after its actor; one that has no words of ours is said as it is called."""
    thing, _, verb = action.partition(".")
    return DID.get(action, f"{verb} {thing}".replace("_", " ").strip())


def named_by(action: str, detail: Mapping[str, object]) -> tuple[str, str]:
    """Give the detail that names the object of an event, and its key; both empty when none does."""
    if action == "settings.changed":
        return "", ""
    key = next((key for key in _NAMED_BY if detail.get(key)), "")
    return (str(detail[key]), key) if key else ("", "")


def details(detail: Mapping[str, object], *, but: str) -> list[tuple[str, str]]:
    """Say the details of an event, but for the one that names its object."""
    return [(_LABELS.get(key, key.replace("_", " ")), str(value)) for key, value in detail.items() if key != but]
