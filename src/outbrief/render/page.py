"""The Document as part of an HTML page: the very report that was sent, read on screen.

Every text is escaped here, and no element brings a style or a script of its own: pages forbid both. The style sheet
`report.css` gives it its look, `chart.js` shows what a day held where somebody points.
"""

import base64
import dataclasses
import datetime as dt
import html
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import assert_never

from outbrief.render import words
from outbrief.render.chart import WIDTH
from outbrief.render.logo import small_logo
from outbrief.render.mail_pictures import logo_size
from outbrief.render.page_svg import picture
from outbrief.terms import locale
from outbrief.terms.document import (
    Block,
    Chart,
    Document,
    Figure,
    Figures,
    Finding,
    Findings,
    Section,
    Span,
    Text,
    Verdict,
    change_of,
)
from outbrief.terms.look import Brand
from outbrief.terms.table import Cell, Column, Kind, Table

MOST_ROWS = 200
_FEWER_ROWS, _MOST_BYTES = (100, 50, 20), 300_000
NARROW = 300
_LONGEST = 4000
_IN_THREES = (3, 5, 6, 9)  # so many figures leave fewer places empty in three columns than in four
_LONGEST_CELL = 200
_NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES})
_ROLES = ("table", "rowgroup", "row", "columnheader", "rowheader", "cell")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
_CHANGED: dict[Verdict, str] = {"good": " (better)", "bad": " (worse)", "neutral": ""}
_FOUND: dict[Verdict, str] = {"good": "Good: ", "bad": "Look at this: ", "neutral": ""}


def document_html(document: Document) -> str:
    """Write a whole document as one `article`, its title an `h2` and the titles of its sections `h3`.

    Tables are cut after 200 rows, and after fewer where there are so many that the page would pass 300 KB; a line says
    so.
    """
    with locale.writing_in(document.look.locale):
        for most_rows in (MOST_ROWS, *_FEWER_ROWS):
            written = _document(document, most_rows)
            if len(written.encode()) < _MOST_BYTES:
                break
    return written


def _document(document: Document, most_rows: int) -> str:
    title = _said(document.title, 160) or words.REPORT_NAMES[document.report_type]
    kicker = _said(" · ".join(filter(None, (document.brand.name, words.REPORT_NAMES[document.report_type]))))
    about = _element("p", _said(words.subtitle(document))) + _element("p", _said(document.scope, 160), "scope")
    name = f'<p class="kicker" dir="auto">{kicker}</p><h2 dir="auto">{title}</h2>'
    head = f"<header>{_logo(document.brand)}{name}{about}</header>"
    sections = () if document.empty else document.sections
    body = "".join(_section(section, document, most_rows) for section in sections) or _no_activity()
    notes = "".join(_element("li", _said(note)) for note in document.notes)
    foot = _element("ul", notes, "notes") + _element("p", _said(f"{words.sentence(words.as_of(document))}."))
    return f'<article class="document">{head}{body}<footer>{foot}</footer></article>'


def figures_html(figures: Figures) -> str:
    """Write headline figures, each with its change, as a list of terms; empty without any."""
    manner = "figures thirds" if len(figures.figures) in _IN_THREES else "figures"
    return _element("dl", "".join(map(_figure, figures.figures)), manner)


def findings_html(findings: Findings) -> str:
    """Write findings as a list, in their order; empty without any."""
    return _element("ul", "".join(map(_finding, findings.findings)), "findings")


def chart_html(chart: Chart, brand: Brand, *, width: int = WIDTH) -> str:
    """Write a chart as a `figure`: its picture, `width` units wide and scaled to its place, and its figures as a table.

    A second picture, drawn narrow, is for narrow places. A chart without a title has no heading.
    """
    said = _spoken(chart)
    plots = picture(chart, brand, width=width, said=said, manner="broad")
    if width > NARROW:
        plots += picture(chart, brand, width=NARROW, said=said, manner="slim")
    label = _said(chart.title, 160)
    return (
        f'<figure class="chart" data-form="{chart.form}">{_heading(chart.title)}'
        f'<div class="plot" data-label="{label}">{plots}</div>{_chart_figures(chart, label)}</figure>'
    )


def table_html(table: Table, *, most_rows: int = 20, timezone: str = "UTC") -> str:
    """Write the first rows of a table, with a line on what is left out; times are on the clock of `timezone`.

    A table without a title has no heading.
    """
    shown = min(len(table.rows), most_rows)
    left = f"Rows 1–{words.number(shown)} of {words.number(table.total_rows)}." if shown < table.total_rows else ""
    return _table(table, most_rows, timezone, [left if shown else "", table.note])


def text_html(text: Text) -> str:
    """Write a section of text; links lead only to addresses of the web and of mail."""
    parts = []
    for form, group in groupby(text.blocks, key=lambda block: block.form):
        blocks = list(group)
        if form == "bullet":
            parts.append(_element("ul", "".join(_element("li", _spans(block.spans)) for block in blocks)))
        elif form == "number":
            parts.append(_element("ol", "".join(map(_numbered, blocks, range(1, len(blocks) + 1)))))
        else:
            parts += [_element("h4" if form == "heading" else "p", _spans(block.spans)) for block in blocks]
    return f'<section class="prose" dir="auto">{_heading(text.title)}{"".join(parts)}</section>'


def _section(section: Section, document: Document, most_rows: int) -> str:
    match section:
        case Figures():
            return figures_html(section)
        case Findings():
            return findings_html(section)
        case Chart():
            return chart_html(section, document.brand)
        case Table():
            return _document_table(section, document, most_rows)
        case Text():
            return text_html(section)
        case _:
            assert_never(section)


def _logo(brand: Brand) -> str:
    """Give the logo in the size in which mails show it, sharp on dense screens; empty without one."""
    size = logo_size(brand)
    png = small_logo(brand.logo, width=2 * size[0], height=2 * size[1]) if size and brand.logo else b""
    if not size or not png:
        return ""
    data = base64.b64encode(png).decode()
    return f'<img class="logo" alt="" width="{size[0]}" height="{size[1]}" src="data:image/png;base64,{data}">'


def _no_activity() -> str:
    calm = Finding(headline=words.NO_ACTIVITY, detail=words.NO_ACTIVITY_DETAIL, verdict="neutral")
    return findings_html(Findings(findings=(calm,)))


def _figure(figure: Figure) -> str:
    moved = change_of(figure)
    verdict: Verdict = moved.verdict if moved else "neutral"
    change = words.change(figure)
    changed = html.escape(change) + _element("span", _CHANGED[verdict], "unseen")
    value = html.escape(words.measure(figure.value, figure.kind))
    below = _element("dd", changed, f"change {verdict}") + _element("dd", _said(words.aside(figure), 120), "aside")
    return f'<div><dt class="label">{_said(figure.label, 60)}</dt><dd class="value">{value}</dd>{below}</div>'


def _finding(finding: Finding) -> str:
    told = _element("span", _FOUND[finding.verdict], "unseen")
    headline = f"<strong>{told}{_said(finding.headline, _LONGEST_CELL)}</strong>"
    detail = _element("span", _said(finding.detail))
    return f'<li class="{finding.verdict}" dir="auto">{headline}{" " if detail else ""}{detail}</li>'


def _names(chart: Chart) -> list[str]:
    return [words.cell(x, Kind.TEXT, "UTC") for x in chart.x]


def _values(chart: Chart) -> list[list[str]]:
    """Write the values of each series of a chart, as many as it has days or names."""
    decimals = None
    if chart.kind is Kind.RATE:
        decimals = words.rate_decimals(v for series in chart.series for v in series.values if v is not None)
    return [
        [
            words.measure(series.values[i] if i < len(series.values) else None, chart.kind, decimals)
            for i in range(len(chart.x))
        ]
        for series in chart.series
    ]


def _spoken(chart: Chart) -> list[str]:
    """Tell in words what each day or name of a chart holds: its name, then a line for each series."""
    series = [words.printable(one.name, 60) for one in chart.series]
    rows = zip(*_values(chart), strict=True)
    return [
        "\n".join([words.printable(name, 120), *(f"{one}: {value}" for one, value in zip(series, row, strict=True))])
        for name, row in zip(_names(chart), rows, strict=False)
    ]


def _chart_figures(chart: Chart, label: str) -> str:
    first = "Day" if all(isinstance(x, dt.date) for x in chart.x) else "Name"
    columns = [(first, False), *((words.printable(one.name, 60), True) for one in chart.series)]
    rows = [[name, *row] for name, row in zip(_names(chart), zip(*_values(chart), strict=True), strict=False)]
    named = f'<span class="unseen"> of {label}</span>' if label else ""
    grid = _grid(columns, rows, None, folds=False)
    return f"<details><summary>The figures{named}</summary>{grid}</details>" if rows else ""


def _document_table(table: Table, document: Document, most_rows: int) -> str:
    """Write a table of a report as on paper: the columns that have room, and where the rest is."""
    narrow = _page_columns(table)
    main = table.key == document.main_table
    lines = [
        words.rows_left_out(table, min(len(table.rows), most_rows), main=main) if table.rows else "",
        words.columns_left_out(len(table.columns) - len(narrow.columns), main=main),
        table.note,
    ]
    return _table(narrow, most_rows, document.timezone, lines)


def _page_columns(table: Table) -> Table:
    kept = [i for i, column in enumerate(table.columns) if not table.page_columns or column.key in table.page_columns]
    if not kept or len(kept) == len(table.columns):
        return table
    return dataclasses.replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows[:MOST_ROWS]),
        total=tuple(table.total[i] for i in kept) if table.total else None,
    )


def _table(table: Table, most_rows: int, timezone: str, lines: Sequence[str]) -> str:
    every = [*table.rows[:most_rows], *([table.total] if table.total else [])]
    written = [_column(column, [row[i] for row in every], timezone) for i, column in enumerate(table.columns)]
    rows = [list(row) for row in zip(*written, strict=True)]
    total = rows.pop() if table.total else None
    if table.total and total:
        total = ["" if value is None else text for text, value in zip(total, table.total, strict=True)]
    columns = [(words.printable(column.label, 60), column.kind in _NUMBERS) for column in table.columns]
    grid = _grid(columns, rows, total) if rows else _element("p", "No rows in this period.", "line")
    below = "".join(_element("p", _said(line), "line") for line in lines)
    return f'<section class="rows">{_heading(table.title)}{grid}{below}</section>'


def _column(column: Column, values: Sequence[Cell], timezone: str) -> list[str]:
    decimals = words.column_decimals(column.kind, values)
    return [words.printable(words.cell(v, column.kind, timezone, decimals), _LONGEST_CELL) for v in values]


def _grid(
    columns: Sequence[tuple[str, bool]],
    rows: Iterable[Sequence[str]],
    total: Sequence[str] | None,
    *,
    folds: bool = True,
) -> str:
    """Write a table; `columns` are names, and whether numbers stand there.

    With `folds` a narrow screen shows each row as a list: its roles stay, and each cell names its column.
    """
    labels = [html.escape(name) for name, _ in columns]
    numbers = [' class="number"' if is_number else "" for _, is_number in columns]
    roles = {name: f' role="{name}"' if folds else "" for name in _ROLES}
    head = "".join(
        f'<th{roles["columnheader"]} scope="col"{number}>{label}</th>'
        for label, number in zip(labels, numbers, strict=True)
    )
    named = [f' data-label="{label}"' if folds else "" for label in labels]
    opens = [f"<td{roles['cell']}{name}{number}>" for name, number in zip(named, numbers, strict=True)]
    first = f'<th{roles["rowheader"]} scope="row" dir="auto">'

    def row(cells: Sequence[str]) -> str:
        said = [f"{start}{html.escape(cell)}</td>" for start, cell in zip(opens[1:], cells[1:], strict=True)]
        return f"<tr{roles['row']}>{first}{html.escape(cells[0])}</th>{''.join(said)}</tr>"

    foot = f"<tfoot{roles['rowgroup']}>{row(total)}</tfoot>" if total else ""
    return (
        f"<table{roles['table']}><thead{roles['rowgroup']}><tr{roles['row']}>{head}</tr></thead>"
        f"<tbody{roles['rowgroup']}>{''.join(map(row, rows))}</tbody>{foot}</table>"
    )


def _numbered(block: Block, place: int) -> str:
    return f'<li value="{block.place or place}">{_spans(block.spans)}</li>'


def _spans(spans: Sequence[Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    text = html.escape(words.clean(span.text[:_LONGEST]))
    text = f"<em>{text}</em>" if span.emphasis else text
    text = f"<strong>{text}</strong>" if span.strong else text
    if span.href and _ADDRESS.fullmatch(span.href):
        return f'<a href="{html.escape(span.href)}" rel="noopener noreferrer nofollow">{text}</a>'
    return text


def _heading(title: str) -> str:
    return f'<h3 dir="auto">{said}</h3>' if (said := _said(title, 160)) else ""


def _element(name: str, content: str, manner: str = "") -> str:
    """Wrap HTML in an element of a class; empty without content."""
    marked = f' class="{manner}"' if manner else ""
    return f"<{name}{marked}>{content}</{name}>" if content else ""


def _said(text: str, most: int = _LONGEST) -> str:
    return html.escape(words.printable(text, most))
