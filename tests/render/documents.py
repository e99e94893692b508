"""Sample documents: a plain week, nothing at all, long names, other scripts, many rows, naughty strings."""

import dataclasses
import datetime as dt
import json

from outbrief.terms.document import (
    Block,
    Chart,
    Document,
    Figure,
    Figures,
    Finding,
    Findings,
    Section,
    Series,
    Span,
    Text,
)
from outbrief.terms.look import Brand
from outbrief.terms.report import ReportType
from outbrief.terms.table import Cell, Column, Kind, Table
from tests.shared import shared

WEEK = tuple(dt.date(2026, 11, 16) + dt.timedelta(days=i) for i in range(7))
AS_OF = dt.datetime(2026, 11, 23, 14, 0, 5, tzinfo=dt.UTC)


def blocks(*paragraphs: str) -> tuple[Block, ...]:
    return tuple(Block(form="paragraph", spans=(Span(text=text),)) for text in paragraphs)


BRAND = Brand(name="Acme Outreach", colour="#2f5fde")
LONG_NAME = "Quarterly_re-engagement_of_" + "trial_accounts_that_never_finished_the_onboarding_" * 5 + "v2"
SCRIPTS = (
    "إعادة تنشيط العملاء 2026",
    "第四季度续约提醒",
    "ग्राहक पुनः सक्रियण",
    "Привет, Ελλάδα, Ærøskøbing",
    "🚀 Q4 launch 🧑‍💻",
    "שלום לקוחות",
)
COLUMNS = (
    Column(key="campaignName", label="Campaign", kind=Kind.TEXT),
    Column(key="sent", label="Sent", kind=Kind.INTEGER),
    Column(key="deliveryRate", label="Delivered", kind=Kind.RATE),
    Column(key="openRate", label="Opened", kind=Kind.RATE),
    Column(key="clickRate", label="Clicked", kind=Kind.RATE),
    Column(key="replyRate", label="Replied", kind=Kind.RATE),
    Column(key="avgTimeToOpen", label="Time to open", kind=Kind.MINUTES),
    Column(key="launchedOn", label="Launched", kind=Kind.DATE),
)
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("Founders, seed stage: intro", 9120, 0.989, 0.524, 0.079, 0.041, 214.0, dt.date(2026, 11, 2)),
    ("Q4 renewal nudge", 7480, 0.986, 0.470, 0.061, 0.030, 95.5, dt.date(2026, 11, 9)),
    ("Ops leaders webinar (Zürich, Wien, København)", 6211, 0.981, 0.448, 0.057, 0.022, 8.2, dt.date(2026, 10, 28)),
    ("Partner referral ask", 5902, 0.974, 0.391, 0.044, 0.029, 3125.0, dt.date(2026, 9, 14)),
    ("Re-engage 2025 trials", 4380, 0.942, 0.287, 0.020, 0.008, None, None),
    ("Corporate IT, cold list B", 2117, 0.910, 0.223, 0.011, 0.002, 61.0, dt.date(2026, 11, 18)),
)
TOTAL: tuple[Cell, ...] = ("All campaigns", 35210, 0.972, 0.421, 0.052, 0.025, 240.0, None)
FIGURES = (
    Figure(key="sent", label="Sent", kind=Kind.INTEGER, value=48210, previous=45395, better="neither",
           note="24 campaigns"),
    Figure(key="delivery_rate", label="Delivery rate", kind=Kind.RATE, value=0.976, previous=0.980, limit=0.98),
    Figure(key="open_rate", label="Open rate", kind=Kind.RATE, value=0.413, previous=0.392,
           note="± 0.4, counted opens are directional"),
    Figure(key="click_rate", label="Click rate", kind=Kind.RATE, value=0.052, previous=0.0521, note="± 0.2",
           within_chance=True),
    Figure(key="replied", label="Replies", kind=Kind.INTEGER, value=1204, previous=1077, note="2.6 % of delivered"),
    Figure(key="bounce_rate", label="Bounce rate", kind=Kind.RATE, value=0.024, previous=0.020, better="down",
           limit=0.02),
    Figure(key="complaint_rate", label="Complaints", kind=Kind.RATE, value=0.0004, previous=0.0004, better="down",
           limit=0.001),
    Figure(key="avg_time_to_open", label="Time to open", kind=Kind.MINUTES, value=200.0, previous=None),
)  # fmt: skip
LINE = Chart(
    key="sent_per_day",
    title="Sent per day",
    form="line",
    kind=Kind.INTEGER,
    x=WEEK,
    series=(
        Series(name="this period", values=(8210.0, 9120.0, 8900.0, 9400.0, 7980.0, 2300.0, 2300.0)),
        Series(name="period before", values=(7800.0, 8600.0, 8700.0, 8800.0, 7100.0, 2200.0, 2195.0), role="previous"),
    ),
    alt="Messages sent per day: between 2 300 and 9 400, most on Thursday 19 November.",
)
BARS = Chart(
    key="reply_rate",
    title="Reply rate by campaign",
    form="bar",
    kind=Kind.RATE,
    x=tuple(str(row[0]) for row in ROWS),
    series=(
        Series(name="this period", values=(0.041, 0.030, 0.022, 0.029, 0.008, 0.002)),
        Series(name="period before", values=(0.038, 0.034, None, 0.029, 0.011, 0.004), role="previous"),
    ),
    alt="Reply rate by campaign: Founders, seed stage: intro leads with 4.1 %.",
)
FINDINGS = Findings(
    findings=(
        Finding(
            headline="Bounce rate 2.4 % is above the 2 % limit.",
            detail="Corporate domains carry 71 % of the rise; mail2.acme.test sends four of five of them. "
            "Pause its two newest campaigns and check the list source.",
        ),
        Finding(headline="Replies rose by 11.8 %.", detail="Founders, seed stage: intro brought most.", verdict="good"),
    )
)
TABLE = Table(key="campaigns", title="Campaigns", columns=COLUMNS, rows=ROWS, total_rows=6, total=TOTAL)
NORMAL = Document(
    report_type=ReportType.CAMPAIGN,
    title="Weekly campaign performance",
    brand=BRAND,
    scope="North America",
    period_label="16 – 22 November 2026",
    comparison_label="9 – 15 November 2026",
    timezone="America/New_York",
    as_of=AS_OF,
    sections=(Figures(figures=FIGURES), FINDINGS, LINE, BARS, TABLE),
    main_table="campaigns",
    notes=("Opens are counted by a picture in the mail, so they are a direction rather than a count.",),
)
EMPTY = dataclasses.replace(
    NORMAL,
    empty=True,
    sections=(
        Figures(figures=(Figure(key="sent", label="Sent", kind=Kind.INTEGER, value=0, previous=0),)),
        dataclasses.replace(LINE, series=(Series(name="this period", values=(0.0,) * 7),)),
        dataclasses.replace(TABLE, rows=(), total_rows=0, total=None),
    ),
    notes=(),
)


def with_names(names: tuple[str, ...], base: Document = NORMAL) -> Document:
    """Give the normal document with `names` everywhere that user text can stand."""
    first = names[0] if names else ""
    rows = tuple((name, *ROWS[i % len(ROWS)][1:]) for i, name in enumerate(names))
    bars = dataclasses.replace(
        BARS,
        x=names[:8],
        series=(Series(name=first, values=tuple(0.01 * (8 - i) for i in range(len(names[:8])))),),
        title=first,
        alt=first or "Bars",
    )
    text = Text(key="said", title=first, blocks=blocks(*names[:8]))
    finding = Finding(headline=first, detail=names[-1])
    table = dataclasses.replace(TABLE, title=first, rows=rows, total_rows=len(rows), note=first)
    figure = dataclasses.replace(FIGURES[1], label=first, note=names[-1])
    sections: tuple[Section, ...] = (
        Figures(figures=(FIGURES[0], figure)), Findings(findings=(finding,)), LINE, bars, table, text,
    )  # fmt: skip
    brand = Brand(name=first, colour=first[:7])
    return dataclasses.replace(
        base, title=first, scope=names[-1], brand=brand, sections=sections, notes=names[:4], main_table="campaigns"
    )


def with_rows(count: int, total_rows: int | None = None) -> Document:
    """Give the normal document with a table of `count` rows."""
    rows = tuple((f"Campaign {i:05d}", i * 7, *ROWS[i % len(ROWS)][2:]) for i in range(1, count + 1))
    table = dataclasses.replace(TABLE, rows=rows, total_rows=total_rows or count)
    return dataclasses.replace(NORMAL, sections=(Figures(figures=FIGURES), LINE, table))


def naughty() -> tuple[str, ...]:
    """Give the 515 naughty strings of the shared data."""
    return tuple(json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8")))


LONG = with_names((LONG_NAME, "An ordinary name", LONG_NAME + LONG_NAME))
FOREIGN = with_names(SCRIPTS, dataclasses.replace(NORMAL, timezone="Asia/Kolkata"))
