"""Tables of measures, and the columns of names that they begin with."""

from collections.abc import Mapping, Sequence

from outbrief.compose import wording
from outbrief.compose.measures import LABELS, Row, count, measure_columns, ratio, worst_standing
from outbrief.terms.question import COUNTS, LIMITS, MEASURES, SHOWN_RATE_PARTS
from outbrief.terms.table import Cell, Column, Kind, Table

CAMPAIGN = {
    "campaign_name": Column(key="campaignName", label="Campaign", kind=Kind.TEXT),
    "campaign": Column(key="campaignId", label="Campaign ID", kind=Kind.TEXT),
    "campaign_status": Column(key="status", label="Status", kind=Kind.TEXT),
}
WORKSPACE = {"workspace": Column(key="workspaceName", label="Workspace", kind=Kind.TEXT)}
SENDING_DOMAIN = {"sending_domain": Column(key="domain", label="Sending domain", kind=Kind.TEXT)}
RECIPIENT_DOMAIN = {"recipient_domain": Column(key="recipientDomain", label="Recipient domain", kind=Kind.TEXT)}
DAY = {"day": Column(key="day", label="Day", kind=Kind.DATE)}
MONTH = {"month": Column(key="month", label="Month", kind=Kind.TEXT)}
SHARE = {"share": Column(key="share", label="Share of sent", kind=Kind.RATE)}
STANDING = {"standing": Column(key="againstLimits", label="Against limits", kind=Kind.TEXT)}

# What fits the width of a page beside a name.
PAGE_MEASURES = ("sent", "delivery_rate", "bounce_rate", "open_rate", "click_rate", "reply_rate")
_MOST_ON_PAGE = 7
LIMITS_NOTE = (
    "Against limits: above is more than chance explains, perhaps above may be chance; rates of fewer than 50 messages "
    "are too few to tell. Limits: bounces 2 % of sent, complaints 0.1 % of delivered."
)


def name_of(row: Row, dimension: str) -> Cell:
    """Give the name to show for a row: of a campaign its name, or its id when it has none."""
    if dimension == "campaign":
        return row.get("campaign_name") or row["campaign"]
    return row[dimension]


def shown(name: Cell) -> str:
    """Give a name as text; what has none is unknown."""
    return "(unknown)" if name is None or name == "" else str(name)


def with_share(rows: Sequence[Row], total: Row, measure: str = "sent") -> list[Row]:
    """Add to each row its `share` of the total's `measure`."""
    whole = count(total, measure)
    return [{**row, "share": count(row, measure) / whole if whole else None} for row in rows]


def with_standing(rows: Sequence[Row]) -> list[Row]:
    """Add to each row where it stands against the limits, as one of all these rows."""
    return [{**row, "standing": worst_standing(row, alike=len(rows)).value} for row in rows]


def page(measures: Sequence[str], chosen: Sequence[str]) -> tuple[str, ...]:
    """Give the measures to show on a page: these, or the first of those that were chosen for the report."""
    return tuple(chosen[:_MOST_ON_PAGE]) if chosen else tuple(measures)


def measures_table(
    *,
    key: str,
    title: str,
    names: Mapping[str, Column],
    rows: Sequence[Row],
    measures: Sequence[str] = MEASURES,
    extra: Mapping[str, Column] | None = None,
    last: Mapping[str, Column] | None = None,
    total: Row | None = None,
    total_rows: int | None = None,
    page: Sequence[str] = (),
    page_first: bool = False,
    note: str = "",
) -> Table:
    """Make a table of `names` of the dimensions, `extra`, `measures` and `last`, each by its key in the rows.

    `total` is the row of an answer without dimensions, so its ratios are of sums. `page` names, by row key, the
    columns that fit a page; with `page_first` the table begins with them, in this order.
    """
    columns = {**names, **(extra or {}), **measure_columns(measures), **(last or {})}
    if page_first:
        columns = {name: columns[name] for name in dict.fromkeys([*page, *columns])}
    closing: tuple[Cell, ...] | None = None
    if total is not None and rows:
        closing = (_closes(names), *(_total_cell(name, total, names) for name in list(columns)[1:]))
    return Table(
        key=key,
        title=title,
        columns=tuple(columns.values()),
        rows=tuple(tuple(_cell(row, name) for name in columns) for row in rows),
        total_rows=len(rows) if total_rows is None else total_rows,
        total=closing,
        note=note,
        page_columns=tuple(columns[name].key for name in page),
    )


def _closes(names: Mapping[str, Column]) -> Cell:
    """Name the closing row, where the first column holds text."""
    return "Total" if next(iter(names.values())).kind is Kind.TEXT else None


def _cell(row: Row, name: str) -> Cell:
    """Give a cell: counts as whole numbers, rates from their sums, everything else as it is."""
    if name in COUNTS:
        return count(row, name)
    return ratio(row, name) if name in SHOWN_RATE_PARTS else row.get(name)


def _total_cell(name: str, total: Row, names: Mapping[str, Column]) -> Cell:
    """Give a cell of the closing row: nothing under names, the whole under shares."""
    if name in names:
        return None
    return 1.0 if name == "share" and count(total, "sent") else _cell(total, name)


def limits_said(row: Row, rates: Sequence[str]) -> str:
    """Say these rates of a row, all above their limits: `bounce rate 10.0 %, limit 2 %`."""
    return "; ".join(
        f"{LABELS[rate].lower()} {wording.above(ratio(row, rate) or 0, LIMITS[rate])}, "
        f"limit {wording.limit(LIMITS[rate])}"
        for rate in rates
    )
