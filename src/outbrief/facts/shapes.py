"""The kinds of activity that come in, and the columns each of them has (DESIGN, section 10)."""

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    """What the rows of a file are."""

    CAMPAIGNS = "campaigns"
    LEADS = "leads"
    MESSAGES = "messages"
    EVENTS = "events"
    TOTALS = "totals"


class Shape(StrEnum):
    """What a cell must look like.

    `KEY` is an id (trimmed, at most 500 characters), `NAME` a name that is looked up (at most 255), `TEXT` any text,
    taken as it stands. `INSTANT` and `DAY` are times, `COUNT` a whole number from 0, `NUMBER` any finite number.
    """

    KEY = "key"
    NAME = "name"
    TEXT = "text"
    EMAIL = "email"
    DOMAIN = "domain"
    CHOICE = "choice"
    INSTANT = "instant"
    DAY = "day"
    COUNT = "count"
    NUMBER = "number"
    TAGS = "tags"
    JSON = "json"


# The type of a cell of each shape in the stage.
STAGE_TYPES = {
    Shape.KEY: "text",
    Shape.NAME: "text",
    Shape.TEXT: "text",
    Shape.EMAIL: "text",
    Shape.DOMAIN: "text",
    Shape.CHOICE: "text",
    Shape.INSTANT: "timestamptz",
    Shape.DAY: "date",
    Shape.COUNT: "bigint",
    Shape.NUMBER: "double precision",
    Shape.TAGS: "jsonb",
    Shape.JSON: "jsonb",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column of ours. `expected` must be a column of every file; `required` must be filled in every row."""

    name: str
    shape: Shape
    expected: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def stage_type(self) -> str:
        """Give the column's type in the stage."""
        return STAGE_TYPES[self.shape]


EVENT_KINDS = ("open", "click", "bounce", "reply", "complaint", "unsubscribe", "delivered")
BOUNCE_TYPES = ("hard", "soft")
TOTAL_COUNTS = (
    "sent", "delivered", "soft_bounced", "hard_bounced", "opened", "opens", "clicked", "clicks",
    "replied", "unsubscribed", "complained",
)  # fmt: skip


def _key(name: str, *, expected: bool = False, required: bool = False) -> Field:
    return Field(name=name, shape=Shape.KEY, expected=expected, required=required)


def _of(shape: Shape, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name=name, shape=shape) for name in names)


_EXTERNAL_ID = _key("external_id", expected=True, required=True)
_BOUNCE_TYPE = Field(name="bounce_type", shape=Shape.CHOICE, choices=BOUNCE_TYPES)

FIELDS: dict[FactKind, tuple[Field, ...]] = {
    FactKind.CAMPAIGNS: (
        _EXTERNAL_ID,
        *_of(Shape.TEXT, "name"),
        *_of(Shape.NAME, "workspace"),
        *_of(Shape.TEXT, "status"),
        *_of(Shape.INSTANT, "created_at", "launched_at"),
    ),
    FactKind.LEADS: (
        _EXTERNAL_ID,
        *_of(Shape.EMAIL, "email"),
        *_of(Shape.TEXT, "first_name", "last_name", "company", "status"),
        *_of(Shape.NUMBER, "lead_score"),
        *_of(Shape.TAGS, "tags"),
        *_of(Shape.JSON, "custom_fields"),
        *_of(Shape.TEXT, "source"),
        *_of(Shape.NAME, "workspace"),
        *_of(Shape.INSTANT, "created_at", "updated_at"),
    ),
    FactKind.MESSAGES: (
        _EXTERNAL_ID,
        _key("campaign", expected=True),
        *_of(Shape.TEXT, "campaign_name"),
        _key("lead"),
        *_of(Shape.EMAIL, "lead_email"),
        *_of(Shape.NAME, "workspace"),
        *_of(Shape.DOMAIN, "sending_domain"),
        *_of(Shape.TEXT, "mailbox"),
        *_of(Shape.DOMAIN, "recipient_domain"),
        *_of(Shape.INSTANT, "sent_at", "delivered_at", "bounced_at"),
        _BOUNCE_TYPE,
        *_of(Shape.TEXT, "bounce_reason"),
        *_of(Shape.INSTANT, "opened_at", "last_opened_at"),
        *_of(Shape.COUNT, "open_count"),
        *_of(Shape.INSTANT, "clicked_at", "last_clicked_at"),
        *_of(Shape.COUNT, "click_count"),
        *_of(Shape.INSTANT, "replied_at", "complained_at", "unsubscribed_at"),
    ),
    FactKind.EVENTS: (
        _key("external_id"),
        _key("message", expected=True, required=True),
        Field(name="kind", shape=Shape.CHOICE, choices=EVENT_KINDS, expected=True, required=True),
        Field(name="at", shape=Shape.INSTANT, expected=True, required=True),
        _BOUNCE_TYPE,
        *_of(Shape.TEXT, "bounce_reason"),
    ),
    FactKind.TOTALS: (
        Field(name="date", shape=Shape.DAY, expected=True, required=True),
        _key("campaign_id", expected=True, required=True),
        *_of(Shape.TEXT, "campaign_name"),
        *_of(Shape.NAME, "workspace"),
        *_of(Shape.DOMAIN, "sending_domain"),
        Field(name="sent", shape=Shape.COUNT, expected=True),
        *_of(Shape.COUNT, *TOTAL_COUNTS[1:]),
    ),
}


def fields_by_name(kind: FactKind) -> dict[str, Field]:
    """Give the columns of a kind by name, in their own order."""
    return {field.name: field for field in FIELDS[kind]}
