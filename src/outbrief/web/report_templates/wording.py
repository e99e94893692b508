"""Sections and looks of templates in words."""

from collections.abc import Mapping, Sequence

from outbrief.compose.measures import LABELS
from outbrief.terms.errors import InvalidInput
from outbrief.terms.layout import (
    By,
    ChartSection,
    LayoutSection,
    Recommendations,
    Standard,
    SummaryMetrics,
    TableSection,
    TextSection,
)
from outbrief.terms.layout_check import check_sections
from outbrief.terms.styling import Styling
from outbrief.web import report_words

BY: Mapping[By, str] = {
    "day": "day",
    "month": "month",
    "campaign": "campaign",
    "workspace": "workspace",
    "sending_domain": "sending domain",
    "recipient_domain": "recipient domain",
}
_IN_A_ROW = 5


def section(one: LayoutSection) -> str:
    """Say a section."""
    match one:
        case Standard(key=key):
            return report_words.section(key)
        case SummaryMetrics():
            return "Figures of your choice"
        case ChartSection(measures=measures, by=by, title=title):
            return f"Chart: {title or f'{_listed(measures)} by {BY[by]}'}"
        case TableSection(by=by, title=title):
            return f"Table: {title or f'by {BY[by]}'}"
        case TextSection(title=title):
            return f"Text: {title}" if title else "Text"
        case Recommendations(title=title):
            return title or "Recommendations"


def sections(kept: Sequence[object]) -> list[str]:
    """Say every section of a kept template; those of a later version by what they call themselves."""
    return [_kept(one) for one in kept]


def in_a_row(kept: Sequence[object]) -> str:
    """Say the sections of a template on one line, the first few by name."""
    named = sections(kept)
    if not named:
        return "Those of its type"
    rest = len(named) - _IN_A_ROW
    return ", ".join(named[:_IN_A_ROW]) + (f" and {rest} more" if rest > 0 else "")


def look(styling: Styling) -> list[tuple[str, str]]:
    """Say what a styling chooses: pairs of what and how, without what it leaves open."""
    said = [
        ("Accent colour", styling.colour or ""),
        ("Typeface", report_words.FONTS.get(styling.font or "", "")),
        ("Paper", report_words.PAPERS.get(styling.paper or "", "")),
        ("Numbers and dates", report_words.LOCALES.get(styling.locale or "", "")),
        ("Title page", "" if styling.cover is None else report_words.COVERS["yes" if styling.cover else "no"]),
        ("Logo", "Left out" if styling.logo is False else ""),
    ]
    return [(term, text) for term, text in said if text]


def _kept(one: object) -> str:
    try:
        return section(check_sections([one], field="sections")[0])
    except InvalidInput:
        return str(one.get("type", "")) if isinstance(one, Mapping) else str(one)


def _listed(measures: Sequence[str]) -> str:
    labels = [LABELS[measures[0]], *(LABELS[name].lower() for name in measures[1:])]
    return " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
