"""The sections of a template as forms: each kind with its own settings, read from and written to plain fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.utils.datastructures import MultiValueDict

from outbrief.compose import check_layout, section_keys
from outbrief.compose.measures import LABELS
from outbrief.terms.errors import InvalidInput
from outbrief.terms.layout import (
    ChartSection,
    LayoutSection,
    Recommendations,
    Standard,
    SummaryMetrics,
    TableSection,
    TextSection,
)
from outbrief.terms.layout_check import check_sections
from outbrief.terms.question import MEASURES, camel
from outbrief.terms.report import ReportType
from outbrief.web import report_words
from outbrief.web.report_templates import wording

# Kinds that a person adds with settings of their own, each with what it is when it is new.
FRESH: Mapping[str, Mapping[str, object]] = {
    "summary_metrics": {"type": "summary_metrics"},
    "chart": {"type": "chart", "measures": ["sent"], "by": "day"},
    "table": {
        "type": "table",
        "by": "campaign",
        "measures": ["sent", "deliveryRate", "openRate", "clickRate", "replyRate", "bounceRate"],
    },
    "text": {
        "type": "text",
        "markdown": "Write your text here: **bold**, *slanted*, [links](https://example.com), lists.",
    },
    "recommendations": {"type": "recommendations"},
}
KIND_NAMES: Mapping[str, str] = {
    "summary_metrics": "Figures of your choice",
    "chart": "Chart",
    "table": "Table",
    "text": "Text",
    "recommendations": "Recommendations",
}
# How a section that the type of report makes by itself is told from the kinds above, in fields.
_STANDARD = "standard:"
_MEASURES = [(camel(name), LABELS[name]) for name in MEASURES]
_AT_LEAST_ONE = {"required": "Choose at least one."}
_BY = [(camel(name), label.capitalize()) for name, label in wording.BY.items()]
# The places of a section's problems under the names that its fields have.
_FIELDS = {"measures": "Measures", "by": "Shown by", "title": "Title", "orderBy": "Ordered by", "order": "Order",
           "limit": "Rows", "markdown": "Text"}  # fmt: skip


class _Settings(forms.Form):
    use_required_attribute = False


class _Summary(_Settings):
    measures = forms.MultipleChoiceField(
        choices=_MEASURES, required=False, help_text="None chosen: those of the type of report."
    )


class _Chart(_Settings):
    title = forms.CharField(required=False, max_length=200, help_text="Empty: made of what it shows.")
    by = forms.ChoiceField(label="Shown by", choices=_BY)
    measures = forms.MultipleChoiceField(
        choices=_MEASURES,
        error_messages=_AT_LEAST_ONE,
        help_text="Up to four of one kind over days or months; one over names, as bars.",
    )


class _Table(_Settings):
    title = forms.CharField(required=False, max_length=200, help_text="Empty: made of what it shows.")
    by = forms.ChoiceField(label="A row for each", choices=_BY)
    orderBy = forms.ChoiceField(label="Ordered by", choices=_MEASURES)  # noqa: N815 - as sections are written
    order = forms.ChoiceField(choices=[("descending", "Most first"), ("ascending", "Fewest first")])
    limit = forms.IntegerField(
        label="Rows", required=False, min_value=1, max_value=10_000, help_text="Empty: as many as there are."
    )
    measures = forms.MultipleChoiceField(
        choices=_MEASURES, error_messages=_AT_LEAST_ONE, help_text="Its columns, in this order."
    )


class _Text(_Settings):
    title = forms.CharField(required=False, max_length=200)
    markdown = forms.CharField(
        label="Text",
        error_messages={"required": "Write something, or remove the section."},
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Markdown: **bold**, *slanted*, [words](https://example.com), # headings, - lists.",
    )


class _Recommendations(_Settings):
    title = forms.CharField(required=False, max_length=200, help_text="Empty: Recommendations.")


_FORMS: Mapping[str, type[_Settings]] = {
    "summary_metrics": _Summary,
    "chart": _Chart,
    "table": _Table,
    "text": _Text,
    "recommendations": _Recommendations,
}


@dataclass(frozen=True, kw_only=True)
class MeasureOffered:
    """A measure to choose: `key` tells it apart on the page, `name` is what is posted."""

    key: str
    name: str
    label: str


@dataclass(kw_only=True)
class SectionDraft:
    """One section while it is written. `key` is its own within the form; `problem` says what is wrong with it."""

    key: str
    kind: str
    form: forms.Form | None
    problem: str = ""
    is_open: bool = False
    _value: object = field(default=None, repr=False)

    @property
    def value(self) -> object:
        """Give the section as templates keep it: a name, or an object with a type."""
        if self.form is None:
            return self.kind.removeprefix(_STANDARD)
        self.form.is_valid()
        chosen = {key: value for key, value in self.form.cleaned_data.items() if value not in ("", None, [])}
        if self.kind == "table" and chosen.get("order") == "descending":
            del chosen["order"]
        return {"type": self.kind, **chosen}

    @property
    def name(self) -> str:
        """Say the section by what it is now."""
        if self.form is None:
            return report_words.section(self.kind.removeprefix(_STANDARD))
        try:
            return wording.section(check_sections([self.value], field="")[0])
        except InvalidInput:
            return KIND_NAMES[self.kind]

    @property
    def chosen_measures(self) -> list[MeasureOffered]:
        """Give the measures that are chosen, in their order."""
        return [self._offered(name) for name in self._chosen() if name in dict(_MEASURES)]

    @property
    def further_measures(self) -> list[MeasureOffered]:
        """Give the measures that could be chosen as well."""
        return [self._offered(name) for name, _ in _MEASURES if name not in self._chosen()]

    def check(self, report_type: ReportType) -> None:
        """Find out what is wrong with the section, and keep it in `problem`."""
        if self.form is not None and not self.form.is_valid():
            name, errors = next(iter(self.form.errors.items()))
            self.problem = f"{_FIELDS.get(name, name)}: {errors[0]}"
            return
        self.problem = _problem(self.value, report_type)

    def _chosen(self) -> list[str]:
        field = self.form["measures"] if self.form is not None and "measures" in self.form.fields else None
        return list(dict.fromkeys(field.value() or ())) if field else []

    def _offered(self, name: str) -> MeasureOffered:
        return MeasureOffered(key=f"{self.key}.{name}", name=name, label=dict(_MEASURES)[name])


def draft_of(value: object, *, key: str) -> SectionDraft:
    """Make a section to be written of one that is kept; InvalidInput when this version does not know it."""
    [section] = check_sections([value], field="sections")
    kind, fields = _fields(section)
    return read(kind, MultiValueDict({f"{key}-{name}": values for name, values in fields.items()}), key=key)


def read(kind: str, posted: "MultiValueDict[str, str]", *, key: str) -> SectionDraft:
    """Read a section from posted fields; a kind that there is none of becomes a section of the type's own."""
    if kind in _FORMS:
        return SectionDraft(key=key, kind=kind, form=_FORMS[kind](posted, prefix=key))
    return SectionDraft(key=key, kind=kind if kind.startswith(_STANDARD) else _STANDARD + kind, form=None)


def own_sections(report_type: ReportType) -> list[tuple[str, str]]:
    """Give what a type of report makes by itself: what to post to have it, and what it is called."""
    return [(_STANDARD + key, report_words.section(key)) for key in section_keys(report_type)]


def _problem(value: object, report_type: ReportType) -> str:
    try:
        check_layout(report_type, check_sections([value], field="sections"), field="sections")
    except InvalidInput as error:
        if isinstance(value, str):
            return "This type of report has no such section: remove it, or choose the other type again."
        name = (error.field or "").partition("].")[2].partition("[")[0]
        label = f"{_FIELDS[name]}: " if name in _FIELDS else ""
        return f"{label}{error.said}"
    return ""


def _fields(section: LayoutSection) -> tuple[str, dict[str, list[str]]]:
    """Give the kind of a section, and its settings under the names of its fields."""
    match section:
        case Standard(key=key):
            return _STANDARD + key, {}
        case SummaryMetrics(measures=measures):
            return "summary_metrics", {"measures": _camels(measures)}
        case ChartSection(measures=measures, by=by, title=title):
            return "chart", {"title": [title], "by": [camel(by)], "measures": _camels(measures)}
        case TableSection():
            return "table", {
                "title": [section.title],
                "by": [camel(section.by)],
                "orderBy": [camel(section.order_by)],
                "order": ["ascending" if section.ascending else "descending"],
                "limit": [str(section.limit or "")],
                "measures": _camels(section.measures),
            }
        case TextSection(markdown=markdown, title=title):
            return "text", {"title": [title], "markdown": [markdown]}
        case Recommendations(title=title):
            return "recommendations", {"title": [title]}


def _camels(measures: tuple[str, ...]) -> list[str]:
    return [camel(name) for name in measures]
