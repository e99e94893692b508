"""A schedule between its settings and its form: what is shown, and what was typed."""

import re
from collections.abc import Mapping
from uuid import UUID

from outbrief.compose.measures import LABELS
from outbrief.record.generations import Order
from outbrief.run.schedules import ScheduleAsked
from outbrief.terms.calendar import Frequency, Recurrence, check_recurrence
from outbrief.terms.errors import InvalidInput
from outbrief.terms.layout_check import check_measure
from outbrief.terms.question import camel
from outbrief.web import words
from outbrief.web.ids import read_id
from outbrief.web.schedules.form import CONDITIONS, CUSTOM, ScheduleForm

_QUOTED_NAME = re.compile(r'"[^"]*"(?=\s*<)')
_NAMED_ADDRESS = re.compile(r".*<([^<>]*)>\s*")
_YES, _NO = "yes", "no"


def initial_of(asked: ScheduleAsked) -> dict[str, object]:
    """Give what the form shows of a schedule's settings."""
    config = asked.config
    period = asked.date_range if isinstance(asked.date_range, str) else ""
    first, _, last = period.partition("..")
    cover = config.get("cover")
    shown: dict[str, object] = {
        "name": asked.name,
        "description": asked.description or "",
        "report_type": asked.report_type,
        "template": config.get("template") or "",
        "date_range": CUSTOM if last else period,
        "from_day": first if last else "",
        "to_day": last,
        "workspace": str(asked.workspace_id or ""),
        "formats": [asked.format, *_list(config.get("formats"))],
        "frequency": asked.frequency,
        "day_of_week": str(1 if asked.day_of_week is None else asked.day_of_week),
        "day_of_month": str(asked.day_of_month or 1),
        "time": asked.time,
        "timezone": asked.timezone,
        "recipients": "\n".join(asked.recipients),
        "subject": config.get("subject") or "",
        "message": config.get("message") or "",
        "attach": _NO if config.get("attach") is False else _YES,
        "campaigns": "\n".join(_list(config.get("campaignIds"))),
        "domains": "\n".join(_list(config.get("domains"))),
        "measures": _measures(config.get("measures")),
        "sections": [] if has_own_sections(config) else _list(config.get("sections")),
        "skip_empty": config.get("skipEmpty") is True,
        "locale": config.get("locale") or "",
        "paper": config.get("paper") or "",
        "cover": "" if cover is None else _YES if cover else _NO,
        "notify": config.get("notify") or "",
    }
    return shown | _initial_conditions(config.get("onlyWhen"))


def _initial_conditions(conditions: object) -> dict[str, object]:
    shown: dict[str, object] = {}
    for place, condition in enumerate(conditions if isinstance(conditions, list) else []):
        if isinstance(condition, Mapping) and place < CONDITIONS:
            side = "above" if condition.get("above") is not None else "below"
            (measure,) = _measures([str(condition.get("measure"))]) or [""]
            shown |= {f"measure_{place}": measure, f"side_{place}": side, f"bound_{place}": condition.get(side)}
    return shown


def has_own_sections(config: Mapping[str, object]) -> bool:
    """Tell whether a config lays its sections out itself, in a way that the form does not show."""
    sections = config.get("sections")
    return isinstance(sections, list) and any(not isinstance(section, str) for section in sections)


def asked_from(form: ScheduleForm, kept: ScheduleAsked) -> ScheduleAsked:
    """Give the settings as they are typed, unchecked; of `kept` stays what the form does not show.

    InvalidInput for what cannot even be told to be a setting.
    """
    frequency = _text(form, "frequency")
    chosen = _chosen(form, "formats")
    main = kept.format if kept.format in chosen else (chosen or [""])[0]
    workspace = _text(form, "workspace")
    period = _text(form, "date_range")
    return ScheduleAsked(
        name=_text(form, "name"),
        description=_text(form, "description") or None,
        report_type=_text(form, "report_type"),
        format=main,
        frequency=frequency,
        day_of_week=_whole(form, "day_of_week") if frequency == Frequency.WEEKLY else None,
        day_of_month=_whole(form, "day_of_month") if frequency == Frequency.MONTHLY else None,
        time=_text(form, "time"),
        timezone=_text(form, "timezone"),
        recipients=addresses_in(_text(form, "recipients")),
        date_range=f"{_text(form, 'from_day')}..{_text(form, 'to_day')}" if period == CUSTOM else period,
        workspace_id=_workspace_id(workspace) if workspace else None,
        config=_config(form, kept.config, others=[fmt for fmt in chosen if fmt != main]),
        is_active=kept.is_active,
    )


def recurrence_from(form: ScheduleForm) -> Recurrence:
    """Give when the schedule would run; InvalidInput names what is wrong with that."""
    frequency = _text(form, "frequency")
    return check_recurrence(
        frequency=frequency,
        time=_text(form, "time"),
        timezone=_text(form, "timezone"),
        day_of_week=_whole(form, "day_of_week") if frequency == Frequency.WEEKLY else None,
        day_of_month=_whole(form, "day_of_month") if frequency == Frequency.MONTHLY else None,
    )


def order_from(asked: ScheduleAsked) -> Order:
    """Give the order for a report of these settings that nobody is mailed."""
    return Order(
        title=asked.name or words.name(asked.report_type).capitalize(),
        report_type=asked.report_type,
        format=asked.format,
        date_range=asked.date_range,
        timezone=asked.timezone,
        workspace_id=str(asked.workspace_id) if asked.workspace_id else None,
        config={key: value for key, value in asked.config.items() if key != "notify"},
        recipients=(),
        notify=None,
    )


def addresses_in(text: str) -> list[str]:
    """Part what was typed or pasted into addresses: by lines, commas, semicolons; of `Ann <a@b.c>` the address."""
    found: list[str] = []
    for part in re.split(r"[\n,;]+", _QUOTED_NAME.sub("", text)):
        named = _NAMED_ADDRESS.fullmatch(part)
        words_in = [named[1]] if named else part.split()
        # Words that are no addresses belong to one that is badly typed.
        found += words_in if all("@" in word for word in words_in) else [part.strip()]
    return list(dict.fromkeys(found))


def _config(form: ScheduleForm, kept: Mapping[str, object], *, others: list[str]) -> dict[str, object]:
    cover = _text(form, "cover")
    shown: dict[str, object] = {
        "template": _text(form, "template"),
        "formats": _unless_same(kept.get("formats"), others),
        "campaignIds": _lines(form, "campaigns"),
        "domains": _lines(form, "domains"),
        "measures": _unless_same(
            kept.get("measures"), [camel(name) for name in _chosen(form, "measures")], read=_measures
        ),
        "subject": _text(form, "subject"),
        "message": _text(form, "message"),
        "attach": False if _text(form, "attach") == _NO else None,
        "onlyWhen": _conditions(form),
        "skipEmpty": True if form["skip_empty"].value() else None,
        "locale": _text(form, "locale"),
        "paper": _text(form, "paper"),
        "cover": {_YES: True, _NO: False}.get(cover),
        "notify": _text(form, "notify"),
    }
    if not has_own_sections(kept):
        offered = dict(form.fields["sections"].choices)  # type: ignore[attr-defined]
        chosen = [key for key in _chosen(form, "sections") if key in offered]
        shown["sections"] = _unless_same(kept.get("sections"), chosen)
    left = {key: value for key, value in kept.items() if key not in shown}
    return left | {key: value for key, value in shown.items() if value not in (None, "", [])}


def _conditions(form: ScheduleForm) -> list[object]:
    rows: list[object] = []
    for place in range(CONDITIONS):
        measure, bound = _text(form, f"measure_{place}"), _text(form, f"bound_{place}")
        if not measure and not bound:
            continue
        side = _text(form, f"side_{place}") or "above"
        try:
            number = float(bound.removesuffix("%").replace(",", "."))
        except ValueError:
            raise InvalidInput("Write the bound as a number, such as 2.5.", field=bound_place(len(rows))) from None
        rows.append({"measure": camel(measure), side: int(number) if number.is_integer() else number})
    return rows


def bound_place(number: int) -> str:
    """Give the name that errors use for a condition, by its place among those that are filled in."""
    return f"config.onlyWhen[{number}]"


def condition_places(form: ScheduleForm) -> dict[str, str]:
    """Map the names of errors about conditions to the fields that they were typed in."""
    filled = [n for n in range(CONDITIONS) if _text(form, f"measure_{n}") or _text(form, f"bound_{n}")]
    return {bound_place(number): f"bound_{n}" for number, n in enumerate(filled)}


def _unless_same(before: object, chosen: list[str], *, read: object = None) -> object:
    """Give what is chosen, in the order of before where only the order differs: boxes to tick know none."""
    same = set(_measures(before)) == set(_measures(chosen)) if read else set(_list(before)) == set(chosen)
    return before if same and before else chosen


def _measures(value: object) -> list[str]:
    """Give measures by our own names, without those that are none."""
    found = []
    for name in _list(value):
        try:
            found.append(check_measure(name, field="measures"))
        except InvalidInput:
            continue
    return [name for name in found if name in LABELS]


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _text(form: ScheduleForm, name: str) -> str:
    return str(form[name].value() or "").strip()


def _lines(form: ScheduleForm, name: str) -> list[str]:
    return [line.strip() for line in _text(form, name).splitlines() if line.strip()]


def _chosen(form: ScheduleForm, name: str) -> list[str]:
    return _list(form[name].value())


def _whole(form: ScheduleForm, name: str) -> int | None:
    text = _text(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _workspace_id(text: str) -> UUID:
    found = read_id(text)
    if found is None:
        raise InvalidInput("There is no such workspace.", field="workspaceId")
    return found
