"""What requests and answers about templates and branding look like."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import Field

from outbrief.api.schemas import OnOff, ReportTypeName, Text, _Asked, _one_of, _Told
from outbrief.terms.locale import Locale
from outbrief.terms.look import Font, Paper
from outbrief.terms.report import ReportType

_Colour = Annotated[str | None, Field(description="The accent, like #2f5fde.")]
_Font = Annotated[str | None, _one_of(Font)]
_Paper = Annotated[str | None, _one_of(Paper)]
_Locale = Annotated[str | None, _one_of(Locale, "How numbers and dates are written.")]
_Cover = Annotated[OnOff | None, Field(description="Whether the title has a page of its own.")]

Sections = Annotated[
    list[str | dict[str, object]],
    Field(
        description="In order. A section that the type of report has by itself is named by its key, such as figures or "
        "findings. Others are objects with a type: summary_metrics {measures}, chart {measures, by, title}, table "
        "{by, measures, title, orderBy, order, limit}, text {markdown, title}, recommendations {title}. An empty list "
        "means what the type of report has by itself."
    ),
]


Styling = Annotated[
    dict[str, object],
    Field(
        description=f"colour (#rrggbb), font ({', '.join(Font)}), paper ({', '.join(Paper)}), locale "
        f"({', '.join(Locale)}), cover (true: the title has a page of its own), logo (false leaves the tenant's out). "
        "What is left out, or null, is as the tenant's branding says."
    ),
]


class StylingOut(_Told):
    """How a report looks; null is as the tenant's branding says."""

    colour: str | None
    font: Font | None
    paper: Paper | None
    locale: Locale | None
    cover: bool | None
    logo: bool | None


class TemplateAsked(_Asked):
    """A report template."""

    name: Annotated[Text, Field(description="What schedules and reports name it by, in config.template.")]
    description: Text = ""
    report_type: ReportTypeName
    sections: Sections = Field(default_factory=list)
    styling: Styling = Field(default_factory=dict)


class TemplateChanged(_Asked):
    """What is to change of a template; the rest stays. Schedules follow a new name."""

    name: Text = ""
    description: Text = ""
    report_type: ReportTypeName = ""
    sections: Sections = Field(default_factory=list)
    styling: Styling = Field(default_factory=dict)


class TemplateOut(_Told):
    """A report template."""

    id: UUID
    name: str
    description: str
    report_type: ReportType
    sections: list[str | dict[str, object]]
    styling: StylingOut
    schedules: list[str] = Field(description="The names of the schedules that use it, of up to a hundred.")
    created_at: dt.datetime
    updated_at: dt.datetime


class TemplatePage(_Told):
    """Report templates, newest first."""

    items: list[TemplateOut]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class BrandingAsked(_Asked):
    """How the tenant's reports look, unless a template or a report says otherwise; null is what we would choose."""

    colour: _Colour = None
    font: _Font = None
    paper: _Paper = None
    locale: _Locale = None
    cover: _Cover = None


class LogoOut(_Told):
    """The logo as it is kept: a PNG."""

    sha256: str
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")


class BrandingOut(_Told):
    """How the tenant's reports look; null is what we would choose."""

    colour: str | None
    font: Font | None
    paper: Paper | None
    locale: Locale | None
    cover: bool | None
    logo: LogoOut | None
