"""The form of a schedule: everything that a person decides about it."""

from django import forms

from outbrief.compose import section_keys
from outbrief.compose.measures import LABELS
from outbrief.record import schedules, templates
from outbrief.terms.calendar import DateRange, Frequency
from outbrief.terms.report import ReportFormat, ReportType
from outbrief.web import report_words, words
from outbrief.web.forms import offer

Choices = list[tuple[str, str]]

CUSTOM = "custom"
CONDITIONS = 10
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_FORMATS = (ReportFormat.PDF, ReportFormat.EXCEL, ReportFormat.CSV)
# The places of errors, and the fields that they are shown at.
PLACES = {
    "name": "name",
    "frequency": "frequency",
    "time": "time",
    "timezone": "timezone",
    "dayOfWeek": "day_of_week",
    "dayOfMonth": "day_of_month",
    "recipients": "recipients",
    "workspaceId": "workspace",
    "reportType": "report_type",
    "dateRange": "date_range",
    "format": "formats",
    "config.formats": "formats",
    "config.template": "template",
    "config.campaignIds": "campaigns",
    "config.domains": "domains",
    "config.measures": "measures",
    "config.sections": "sections",
    "config.subject": "subject",
    "config.message": "message",
    "config.locale": "locale",
    "config.paper": "paper",
    "config.notify": "notify",
}
# What is seldom needed is behind "More", which is open when something in it is set or wrong.
MORE = (
    "campaigns", "domains", "measures", "sections", "skip_empty", "locale", "paper", "cover", "notify", "description",
)  # fmt: skip


class ScheduleForm(forms.Form):
    """A schedule as it is typed; `run.schedules` checks what it says."""

    name = forms.CharField(label="Name", max_length=255, widget=forms.TextInput(attrs={"dir": "auto"}))
    report_type = forms.ChoiceField(label="Report")
    template = forms.ChoiceField(label="Template", required=False)
    date_range = forms.ChoiceField(label="Period")
    from_day = forms.CharField(label="First day", required=False)
    to_day = forms.CharField(label="Last day", required=False)
    workspace = forms.ChoiceField(label="Workspace", required=False)
    formats = forms.MultipleChoiceField(label="Formats", widget=forms.CheckboxSelectMultiple)

    frequency = forms.ChoiceField(label="Runs")
    day_of_week = forms.ChoiceField(label="On")
    day_of_month = forms.ChoiceField(label="On the")
    time = forms.CharField(label="At", widget=forms.TimeInput(attrs={"type": "time"}))
    timezone = forms.CharField(
        label="Time zone", widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"})
    )

    recipients = forms.CharField(
        label="Recipients",
        help_text="One address on each line, or parted by commas.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    subject = forms.CharField(
        label="Subject",
        required=False,
        help_text="{report}, {period}, {workspace}, {tenant} and {date} are filled in. Usual: {report}: {period}.",
    )
    message = forms.CharField(label="Message", required=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))
    attach = forms.ChoiceField(label="Files", choices=[("yes", "Attached to the mail"), ("no", "Linked from the mail")])

    description = forms.CharField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    campaigns = forms.CharField(
        label="Campaigns",
        required=False,
        help_text="Only these: their ids on the platform, one on each line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    domains = forms.CharField(
        label="Sending domains",
        required=False,
        help_text="Only these, one on each line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measures = forms.MultipleChoiceField(
        label="Measures",
        required=False,
        help_text="None chosen: those that the report has by itself.",
        widget=forms.CheckboxSelectMultiple,
    )
    sections = forms.MultipleChoiceField(
        label="Sections",
        required=False,
        help_text="None chosen: all of them, or those of the template.",
        widget=forms.CheckboxSelectMultiple,
    )
    skip_empty = forms.BooleanField(label="Skip it when there was no activity", required=False)
    locale = forms.ChoiceField(label="Numbers and dates", required=False)
    paper = forms.ChoiceField(label="Paper", required=False)
    cover = forms.ChoiceField(label="Title page", required=False)
    notify = forms.CharField(label="Who is told of failures", required=False, help_text="Empty: the owner.")

    def __init__(self, *, report_type: str, **given: object) -> None:
        """Offer what the tenant in scope has; the sections are those of `report_type`."""
        super().__init__(**given)  # type: ignore[arg-type]
        usual = ("", "As usual")
        offered: dict[str, Choices] = {
            "report_type": words.choices(ReportType),
            "template": [("", "None"), *((name, name) for name in templates.names())],
            "date_range": [*words.choices(DateRange), (CUSTOM, "From … to …")],
            "workspace": [("", "All workspaces"), *((str(one), name) for one, name in schedules.workspace_names())],
            "formats": [(fmt.value, words.name(fmt)) for fmt in _FORMATS],
            "frequency": words.choices(Frequency),
            "day_of_week": [(str(day % 7), _DAYS[day % 7]) for day in range(1, 8)],
            "day_of_month": [(str(day), _day_of_month(day)) for day in range(1, 32)],
            "measures": list(LABELS.items()),
            "sections": [(key, report_words.section(key)) for key in _sections(report_type)],
            "locale": [usual, *report_words.LOCALES.items()],
            "paper": [usual, *report_words.PAPERS.items()],
            "cover": [usual, *report_words.COVERS.items()],
        }
        for name in ("template", "workspace"):
            # One that was deleted since stays chosen, so that saving says what is wrong.
            chosen = str(self[name].value() or "")
            if chosen not in dict(offered[name]):
                offered[name].append((chosen, f"{chosen} (deleted)"))
        for name, choices in offered.items():
            offer(self, name, choices)
        for name in ("from_day", "to_day"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        self._add_conditions()

    def _add_conditions(self) -> None:
        measured = [("", "Always"), *LABELS.items()]
        for place in range(CONDITIONS):
            said = [{"aria-label": f"{word} of condition {place + 1}"} for word in ("Measure", "Side", "Bound")]
            self.fields[f"measure_{place}"] = forms.ChoiceField(
                required=False, choices=measured, widget=forms.Select(attrs=said[0])
            )
            self.fields[f"side_{place}"] = forms.ChoiceField(
                required=False,
                choices=[("above", "is above"), ("below", "is below")],
                widget=forms.Select(attrs=said[1]),
            )
            self.fields[f"bound_{place}"] = forms.CharField(
                required=False, widget=forms.TextInput(attrs={**said[2], "inputmode": "decimal"})
            )

    def conditions(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Give the rows of conditions: those that are filled in, and one more."""
        typed = [(self[f"measure_{place}"].value(), self[f"bound_{place}"].value()) for place in range(CONDITIONS)]
        filled = [place for place, row in enumerate(typed) if any(row)]
        shown = min(CONDITIONS, (filled[-1] + 2) if filled else 1)
        return [(self[f"measure_{n}"], self[f"side_{n}"], self[f"bound_{n}"]) for n in range(shown)]

    def more_is_open(self) -> bool:
        """Tell whether something that is seldom needed is set or wrong."""
        rows = [field for row in self.conditions() for field in row if not field.name.startswith("side")]
        seldom = [*(self[name] for name in MORE), *rows]
        return any(field.errors or (field.value() and field.name != "notify") for field in seldom)


def _sections(report_type: str) -> tuple[str, ...]:
    return section_keys(ReportType(report_type)) if report_type in list(ReportType) else ()


def _day_of_month(day: int) -> str:
    return "last day" if day == 31 else f"{words.ordinal(day)}{', or the last day' if day > 28 else ''}"
