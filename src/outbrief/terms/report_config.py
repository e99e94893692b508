"""The `config` of a schedule or a one-off report: its limits, its contents, and how and when it is mailed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from outbrief.terms.choices import check_choice, shown, unknown
from outbrief.terms.errors import InvalidInput
from outbrief.terms.given import check_flag, check_text
from outbrief.terms.layout import LayoutSection
from outbrief.terms.layout_check import check_measure, check_measures, check_sections
from outbrief.terms.locale import Locale
from outbrief.terms.look import Paper
from outbrief.terms.report import ReportFilters, ReportFormat

_KEYS = (
    "workspaceIds", "campaignIds", "domains", "measures", "sections", "template", "locale", "paper", "cover",
    "formats", "subject", "message", "attach", "onlyWhen", "skipEmpty",
)  # fmt: skip
LONGEST_SUBJECT, _LONGEST_MESSAGE = 200, 4000
_MOST_CONDITIONS = 10


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A headline figure that is above or below a bound; rates are percentages, as people read them."""

    measure: str
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReportConfig:
    """A checked config. None and empty leave the choice to the template, the tenant, or the type of report.

    `formats` are further ones beside the main format; `attach` is False when the mail shall only link to the files.
    The report goes out when one of `only_when` holds (or there is none), and with `skip_empty` only when the period
    has activity.
    """

    filters: ReportFilters = field(default_factory=ReportFilters)
    measures: tuple[str, ...] = ()
    sections: tuple[LayoutSection, ...] = ()
    template: str | None = None
    locale: Locale | None = None
    paper: Paper | None = None
    cover: bool | None = None
    formats: tuple[ReportFormat, ...] = ()
    subject: str = ""
    message: str = ""
    attach: bool = True
    only_when: tuple[Condition, ...] = ()
    skip_empty: bool = False


def check_report_config(config: Mapping[str, object] | None) -> ReportConfig:
    """Check a report's config; InvalidInput names `config.KEY`.

    `workspaceIds` are uuids, `campaignIds` the platform's own ids, `domains` sending domains: each a list of text,
    kept once each in the order given. A missing or null key, and an empty list, means what is usual.
    """
    if config is not None and not isinstance(config, Mapping):
        raise InvalidInput("The config is an object.", field="config")
    asked = {key: value for key, value in (config or {}).items() if value is not None}
    for key in asked:
        if key not in _KEYS:
            raise unknown(key, _KEYS, field=f"config.{key}")
    return ReportConfig(
        filters=ReportFilters(
            workspace_ids=tuple(_check_uuid(text) for text in _texts(asked, "workspaceIds")),
            campaign_ids=_texts(asked, "campaignIds"),
            domains=tuple(dict.fromkeys(text.lower() for text in _texts(asked, "domains"))),
        ),
        measures=check_measures(asked.get("measures", ()), field="config.measures"),
        sections=check_sections(asked.get("sections", ()), field="config.sections"),
        template=_text(asked, "template", longest=255) or None,
        locale=check_choice(Locale, asked["locale"], field="config.locale") if "locale" in asked else None,
        paper=check_choice(Paper, asked["paper"], field="config.paper") if "paper" in asked else None,
        cover=_flag(asked, "cover") if "cover" in asked else None,
        formats=tuple(check_choice(ReportFormat, text, field="config.formats") for text in _texts(asked, "formats")),
        subject=_one_line(_text(asked, "subject", longest=LONGEST_SUBJECT)),
        message=_text(asked, "message", longest=_LONGEST_MESSAGE),
        attach=_flag(asked, "attach", otherwise=True),
        only_when=_conditions(asked.get("onlyWhen", ())),
        skip_empty=_flag(asked, "skipEmpty"),
    )


def _conditions(value: object) -> tuple[Condition, ...]:
    field_name = "config.onlyWhen"
    if not isinstance(value, list | tuple) or len(value) > _MOST_CONDITIONS:
        raise InvalidInput(f"This takes a list of up to {_MOST_CONDITIONS} conditions.", field=field_name)
    return tuple(_condition(item, f"{field_name}[{place}]") for place, item in enumerate(value))


def _condition(value: object, place: str) -> Condition:
    if not isinstance(value, Mapping) or set(value) - {"measure", "above", "below"}:
        raise InvalidInput('A condition is like {"measure": "bounceRate", "above": 3}.', field=place)
    above, below = _bound(value, "above", place), _bound(value, "below", place)
    if (above is None) == (below is None):
        raise InvalidInput('A condition has one of "above" and "below".', field=place)
    return Condition(measure=check_measure(value.get("measure"), field=f"{place}.measure"), above=above, below=below)


def _bound(value: Mapping[str, object], key: str, place: str) -> float | None:
    bound = value.get(key)
    if bound is None:
        return None
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not -1e15 < bound < 1e15:
        raise InvalidInput(f"{shown(bound)} is not a number.", field=f"{place}.{key}")
    return float(bound)


def _text(config: Mapping[str, object], key: str, *, longest: int) -> str:
    return check_text(config.get(key, ""), longest=longest, field=f"config.{key}")


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise InvalidInput("A subject is one line.", field="config.subject")
    return text


def _flag(config: Mapping[str, object], key: str, *, otherwise: bool = False) -> bool:
    return check_flag(config.get(key, otherwise), field=f"config.{key}")


def _texts(config: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = config.get(key, ())
    if not isinstance(values, list | tuple):
        raise InvalidInput("This takes a list of text.", field=f"config.{key}")
    for value in values:
        if not isinstance(value, str) or not value.strip() or "\x00" in value:
            raise InvalidInput(f"{shown(value)} is not a text to look for.", field=f"config.{key}")
    return tuple(dict.fromkeys(value.strip() for value in values))


def _check_uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise InvalidInput(f"{shown(text)} is not the id of a workspace.", field="config.workspaceIds") from None
