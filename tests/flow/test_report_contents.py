"""What each report says is what the facts say, recomputed apart: DuckDB over the messages themselves.

The sample's messages are read out as they are stored, their days are made anew from the instants of sending, and every
figure, table and chart of the five reports is counted again by definitions written here.
"""

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import psycopg
import pypdf
import pytest

from outbrief.facts import sample_facts
from outbrief.record.generations import Order
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.render.chart import chart_svg
from outbrief.run import reports
from outbrief.terms.calendar import Period, comparison_of, resolve_period
from outbrief.terms.document import Chart, Document
from outbrief.terms.report import ReportFormat, ReportType
from outbrief.terms.table import Kind, Table
from tests.people import People

NOW = dt.datetime(2026, 11, 25, 15, 30, tzinfo=dt.UTC)
ZONE = "Europe/Paris"
PERIOD = resolve_period("last_30d", at=NOW, timezone=ZONE)
BEFORE = comparison_of(PERIOD, "last_30d")

COUNTS = {
    "sent": "count(*)",
    "delivered": "count(delivered_at)",
    "bounced": "count(bounced_at)",
    "hardBounced": "count(*) FILTER (bounced_at IS NOT NULL AND bounce_type = 'hard')",
    "softBounced": "count(*) FILTER (bounced_at IS NOT NULL AND bounce_type = 'soft')",
    "opened": "count(*) FILTER (open_count > 0)",
    "clicked": "count(*) FILTER (click_count > 0)",
    "replied": "count(replied_at)",
    "complained": "count(complained_at)",
    "unsubscribed": "count(unsubscribed_at)",
    "opens": "sum(open_count)",
    "clicks": "sum(click_count)",
}
RATES = {
    "deliveryRate": ("delivered", "sent"), "bounceRate": ("bounced", "sent"),
    "hardBounceRate": ("hardBounced", "sent"), "softBounceRate": ("softBounced", "sent"),
    "openRate": ("opened", "delivered"), "clickRate": ("clicked", "delivered"),
    "replyRate": ("replied", "delivered"), "unsubscribeRate": ("unsubscribed", "delivered"),
    "complaintRate": ("complained", "delivered"), "clickToOpenRate": ("clicked", "opened"),
}  # fmt: skip
# What rows of a table are about, by the key of the column that names them.
SUBJECTS = {"campaignId": "campaign", "workspaceName": "workspace", "domain": "sending_domain"}

Sums = dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Raw:
    """The messages in DuckDB."""

    server: duckdb.DuckDBPyConnection

    def sums(self, period: Period, by: str = "''") -> dict[object, Sums]:
        """Count the messages of a period by an expression."""
        sql = f"SELECT {by}, {', '.join(COUNTS.values())} FROM messages WHERE day >= ? AND day < ? GROUP BY 1"
        found = self.server.execute(sql, [period.start, period.end]).fetchall()
        return {key: _with_rates(dict(zip(COUNTS, counts, strict=True))) for key, *counts in found}

    def days(self, period: Period, only: str) -> dict[object, Sums]:
        """Count the messages of each day: of the workspace or sending domain called `only`, or else of all."""
        for column in ("workspace", "sending_domain"):
            own = self.sums(period, by=f"CASE WHEN {column} = '{only}' THEN day END")
            own.pop(None, None)
            if own:
                return own
        return self.sums(period, by="day")


def _with_rates(sums: Sums) -> Sums:
    return sums | {
        rate: (sums[above] or 0) / sums[below] if sums[below] else None for rate, (above, below) in RATES.items()
    }


@pytest.fixture
def raw(database: str, people: People, tmp_path: Path) -> Iterator[Raw]:
    """Load the sample for Acme, and give its messages to DuckDB with days made anew in Python."""
    tenant_id = people.alice.tenant_id
    with tenant_scope(tenant_id):
        sample_facts(tenant_id=tenant_id, timezone=ZONE, now=NOW)
    columns = (
        "sent_at, sending_domain, recipient_domain, delivered_at, bounced_at, bounce_type, open_count, click_count,"
        " replied_at, complained_at, unsubscribed_at"
    )
    with psycopg.connect(database) as connection:
        found = connection.execute(
            f"SELECT c.external_id, w.name, {columns} FROM messages m JOIN campaigns c ON c.id = m.campaign_id"
            " JOIN workspaces w ON w.id = m.workspace_id"
        ).fetchall()
    zone = ZoneInfo(ZONE)
    rows = tmp_path / "messages.csv"
    rows.write_text(
        "".join(
            ",".join("" if cell is None else str(cell) for cell in (row[2].astimezone(zone).date(), *row)) + "\n"
            for row in found
        )
    )
    with duckdb.connect() as server:
        server.execute(
            f"CREATE TABLE messages AS FROM read_csv('{rows}', header = false, all_varchar = true, names ="
            f" {['day', 'campaign', 'workspace', *columns.split(', ')]!r})"
        )
        for column, kind in (("day", "DATE"), ("open_count", "INT"), ("click_count", "INT")):
            server.execute(f"ALTER TABLE messages ALTER {column} TYPE {kind}")
        yield Raw(server=server)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def draft(people: People, report_type: ReportType) -> Document:
    order = Order(
        title="Contents",
        report_type=report_type,
        format="pdf",
        date_range="last_30d",
        timezone=ZONE,
        workspace_id=None,
        config={},
        recipients=(),
        notify=None,
    )
    return reports.draft(order, tenant_facts(people.alice.tenant_id), at=NOW, now=NOW)


def text_of(document: Document) -> list[str]:
    """Give the text of each page of the document's PDF, with plain single spaces."""
    sink = io.BytesIO()
    reports.write(document, ReportFormat.PDF, sink)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(sink).pages]


def test_every_figure_table_and_chart_says_what_the_messages_say(raw: Raw, people: People):
    for report_type in ReportType:
        document = draft(people, report_type)
        pages = text_of(document)
        check_pages(pages)
        check_figures(document, raw, " ".join(pages))
        assert [check_table(table, raw) for table in document.tables()].count(True) >= 1, report_type
        assert [check_chart(document, chart, raw) for chart in document.charts()].count(True) >= 2, report_type


def check_pages(pages: list[str]) -> None:
    """Each page says its number and how many there are."""
    assert all(f"{number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)), pages[-1][-200:]


def check_figures(document: Document, raw: Raw, text: str) -> None:
    """Every headline figure is that of the messages, now and before, and stands in the PDF."""
    now, before = raw.sums(PERIOD)[""], raw.sums(BEFORE)[""]
    figures = document.figures()
    assert len(figures) >= 6
    for figure in figures:
        assert figure.value == pytest.approx(now[camel(figure.key)]), figure.key
        assert figure.previous == pytest.approx(before[camel(figure.key)]), figure.key
        assert figure.label in text
        assert written(figure.value, figure.kind) in text, (figure.key, written(figure.value, figure.kind))


def written(value: float | None, kind: Kind) -> str:
    assert value is not None
    if kind is Kind.RATE:
        return f"{value * 100:.{2 if value < 0.01 else 1}f} %"
    return f"{value:,.0f}".replace(",", " ")


def check_table(table: Table, raw: Raw) -> bool:
    """Every cell that is a measure is that of the messages; False for a table of other subjects."""
    keys = [column.key for column in table.columns]
    subject = next((key for key in SUBJECTS if key in keys), None)
    if subject is None or not table.rows:
        return False
    expected = raw.sums(PERIOD, by=SUBJECTS[subject])
    if table.key in ("campaigns", "workspaces", "domains", "sendingDomains"):
        assert table.total_rows == len(expected), table.key
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        own = expected[cells[subject]]
        for key in set(cells) & set(own):
            assert cells[key] == pytest.approx(own[key]), (table.key, cells[subject], key)
    if table.total is not None:
        whole = raw.sums(PERIOD)[""]
        for key, cell in zip(keys, table.total, strict=True):
            if key in whole:
                assert cell == pytest.approx(whole[key]), (table.key, "total", key)
    return True


def check_chart(document: Document, chart: Chart, raw: Raw) -> bool:
    """A chart by day holds the values of the messages and draws them in proportion; False for a chart of bars."""
    if chart.form != "line":
        return False
    main = _measure_of(chart, next(series.name for series in chart.series if series.role == "current"))
    for series in chart.series:
        period = PERIOD if series.role == "current" else BEFORE
        name = _measure_of(chart, series.name) if series.role == "current" else main
        days = raw.days(period, only=series.name)
        for offset, value in enumerate(series.values):
            told = days.get(period.start + dt.timedelta(days=offset), {}).get(name)
            if chart.kind is Kind.RATE:
                assert value == (None if told is None else pytest.approx(told)), (chart.key, series.name, offset)
            else:
                assert (value or 0) == (told or 0), (chart.key, series.name, offset)
    check_drawing(document, chart)
    return True


def _measure_of(chart: Chart, name: str) -> str:
    """Tell which measure a line shows, from what it or its chart is called."""
    known = {
        "open rate": "openRate", "click rate": "clickRate", "reply rate": "replyRate", "bounce rate": "bounceRate",
        "hard bounces": "hardBounced", "soft bounces": "softBounced", "sent": "sent", "complaint rate": "complaintRate",
        "delivery rate": "deliveryRate",
    }  # fmt: skip
    for said in (name.lower(), chart.title.lower()):
        for words, measure in known.items():
            if said.startswith(words):
                return measure
    raise AssertionError(f"{chart.title}: {name}")


def check_drawing(document: Document, chart: Chart) -> None:
    """The heights of every line in the picture are in one proportion to the values it shows."""
    lines = list(drawn_lines(chart_svg(chart, document.brand)))
    for series in chart.series:
        values = [value for value in series.values if value is not None]
        if len(values) < 10 or max(values) == min(values) or None in series.values:
            continue
        assert any(in_proportion(heights, values) for heights in lines), (chart.key, series.name)


def drawn_lines(svg: str) -> Iterator[list[float]]:
    """Give the heights of the points of every open path of a picture."""
    for path in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
        drawing = path.get("d", "")
        if drawing and "Z" not in drawing:
            pairs = [re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", step) for step in re.findall("[MLC][^MLC]*", drawing)]
            yield [float(step[-1]) for step in pairs if step]


def in_proportion(heights: list[float], values: list[float]) -> bool:
    if len(heights) != len(values):
        return False
    low, high = values.index(min(values)), values.index(max(values))
    scale = (heights[low] - heights[high]) / (values[high] - values[low])
    return scale > 0 and all(
        abs(heights[low] - (value - values[low]) * scale - height) < 0.5
        for height, value in zip(heights, values, strict=True)
    )
