"""What a report was asked to be, in the words of its page."""

from collections.abc import Callable, Mapping

from outbrief.compose.measures import LABELS
from outbrief.record import schedules
from outbrief.record.generations import Order
from outbrief.run.conditions import condition_words
from outbrief.terms.errors import InvalidInput
from outbrief.terms.layout_check import check_measure
from outbrief.terms.report_config import check_report_config
from outbrief.web import report_words, words
from outbrief.web.rows import format_words

_TERMS = {
    "workspaceIds": "Workspaces",
    "campaignIds": "Campaigns",
    "domains": "Domains",
    "measures": "Measures",
    "sections": "Sections",
    "template": "Template",
    "locale": "Numbers and dates",
    "paper": "Paper",
    "cover": "Title page",
    "subject": "Subject of the mail",
    "message": "Message in the mail",
    "attach": "Files attached",
    "onlyWhen": "Goes out only when",
    "skipEmpty": "Skipped when empty",
}


def asked_words(order: Order) -> list[tuple[str, str]]:
    """Say what an order asks for, as terms and words; what no longer makes sense is shown as it was typed."""
    period = order.date_range
    asked = [
        ("Report", f"{words.name(order.report_type).capitalize()}, {format_words(order.format, order.config)}"),
        ("Period", words.name(period).replace("..", " to ").capitalize() if isinstance(period, str) else _days(period)),
        ("Workspace", _workspace(order.workspace_id)),
    ]
    for key, value in order.config.items():
        if key != "formats" and value not in (None, "", []):
            asked.append((_TERMS.get(key, key), _SAID.get(key, _plain)(value)))
    return asked


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(_plain(item) for item in value) if isinstance(value, list) else str(value)


def _sections(value: object) -> str:
    items = value if isinstance(value, list) else [value]
    return ", ".join(
        words.name(str(item.get("type"))) if isinstance(item, dict) else report_words.section(str(item))
        for item in items
    )


def _conditions(value: object) -> str:
    try:
        return ", or ".join(condition_words(one) for one in check_report_config({"onlyWhen": value}).only_when)
    except InvalidInput:
        return _plain(value)


def _measures(value: object) -> str:
    try:
        return ", ".join(LABELS[check_measure(name, field="measures")] for name in _listed(value))
    except InvalidInput:
        return _plain(value)


def _workspaces(value: object) -> str:
    return ", ".join(_workspace(str(workspace_id)) for workspace_id in _listed(value))


_SAID: Mapping[str, Callable[[object], str]] = {
    "sections": _sections,
    "onlyWhen": _conditions,
    "measures": _measures,
    "workspaceIds": _workspaces,
    "locale": lambda value: report_words.LOCALES.get(str(value), str(value)),
    "paper": lambda value: report_words.PAPERS.get(str(value), str(value)),
}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _days(period: object) -> str:
    return " to ".join(str(period[key]) for key in ("from", "to")) if isinstance(period, dict) else ""


def _workspace(workspace_id: str | None) -> str:
    if workspace_id is None:
        return "All workspaces"
    try:
        return schedules.workspace_name(workspace_id)
    except InvalidInput:
        return "One that was deleted"
