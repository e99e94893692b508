"""The PDF of a report: set by Typst from a template of ours, tagged as PDF/UA-1.

The template gets the document as one JSON value in `sys.inputs`: text is data there, never markup.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import assert_never

from outbrief.render import chart as charts
from outbrief.render import colours, words
from outbrief.render.columns import Column, Fit, breakable, fit
from outbrief.render.head import LONGEST_NAME, LONGEST_PARAGRAPH, head_of, line, set_text
from outbrief.render.long_table import Texts, long_table
from outbrief.render.parts import PageDrawn, Picture, Piece, picture_of_page, typeset_pieces
from outbrief.render.prose import prose
from outbrief.render.typefaces import TYPEFACES
from outbrief.render.typeset import Json, letter_widths
from outbrief.terms.document import (
    Chart,
    Document,
    Figure,
    Figures,
    Findings,
    Section,
    Text,
    Verdict,
    change_of,
)
from outbrief.terms.errors import InvalidInput
from outbrief.terms.locale import writing_in
from outbrief.terms.look import Brand, Paper
from outbrief.terms.table import Cell, Kind, Table

# The room for text on an upright and a lying page, across and down, in points: paper less margins of 51, 51 and 62.
_ROOM: dict[Paper, tuple[tuple[float, float], tuple[float, float]]] = {
    Paper.A4: ((493.0, 728.0), (739.0, 482.0)),
    Paper.LETTER: ((510.0, 679.0), (690.0, 499.0)),
}
_ACROSS = {Paper.A4: 595.28, Paper.LETTER: 612.0}  # points, upright
MOST_ROWS = 10_000
_LONG = 300  # rows; a shorter table shares its pages with what is before and after it
_LONGEST_CELL = 200
_WRAPPING = frozenset({Kind.TEXT, Kind.JSON, Kind.TAGS})
_FIGURES = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES})
_TINTS: dict[Verdict, str] = {"good": "#eef8f3", "bad": "#fff5ed", "neutral": colours.GROUND}


def write_pdf(document: Document, *, max_table_rows: int = MOST_ROWS) -> bytes:
    """Set a document as PDF/UA-1; tables are cut after `max_table_rows` rows, with a line that says so.

    Text for which this machine has no font is still in the file, but shows as boxes, and the file then cannot claim
    PDF/UA-1 (its tags stay). The same document gives the same bytes. Raises RenderFailed when Typst refuses.
    """
    with writing_in(document.look.locale):
        pieces = _pieces(document, max_table_rows, document.look.paper)
        return typeset_pieces(head_of(document), pieces, int(document.as_of.timestamp()))


def write_page_picture(document: Document, *, page: int = 1, width: int = 1000) -> bytes:
    """Draw one page of the PDF of a document as PNG; an upright page is `width` pixels wide (100 to 3,000).

    The same document gives the same bytes. InvalidInput when there is no such page; RenderFailed when Typst refuses.
    """
    drawn = draw_page(document, page=page, width=width)
    if drawn.page != page:
        raise InvalidInput(f"This report has no page {page}.", field="page")
    return drawn.png


def draw_page(document: Document, *, page: int = 1, width: int = 1000) -> PageDrawn:
    """Draw one page as `write_page_picture` does, the last one when there are fewer, and tell how many there are."""
    if not 100 <= width <= 3000:
        raise InvalidInput("A picture is 100 to 3000 pixels wide.", field="width")
    if page < 1:
        raise InvalidInput("Pages are numbered from 1.", field="page")
    paper = document.look.paper
    with writing_in(document.look.locale):
        pieces = _pieces(document, MOST_ROWS, paper)
        return picture_of_page(head_of(document), pieces, page, width / _ACROSS[paper] * 72)


def _pieces(document: Document, max_rows: int, paper: Paper) -> list[Piece]:
    """Part a document: each long table has pages of its own; all between two of them is one piece."""
    if document.empty:
        return [Piece(sections=lambda _: [_no_activity()])]
    pieces: list[Piece] = []
    between: list[Section] = []
    for section in document.sections:
        if isinstance(section, Table) and min(len(section.rows), max_rows) > _LONG:
            if between or not pieces:
                pieces.append(_piece(between, document, max_rows, paper))
                between = []
            pieces += _long_pieces(section, document, max_rows, paper)
        else:
            between.append(section)
    return [*pieces, _piece(between, document, max_rows, paper)] if between or not pieces else pieces


def _piece(sections: Sequence[Section], document: Document, max_rows: int, paper: Paper) -> Piece:
    def told(picture: Picture) -> list[Json]:
        each = (_section(section, document, max_rows, paper, picture) for section in sections)
        return [section for section in each if section]

    sections = tuple(sections)
    ending = sections[-1] if sections else None
    columns = len(_page_columns(ending)[0].columns) if isinstance(ending, Table) else 0
    return Piece(sections=told, charts=any(isinstance(section, Chart) for section in sections), columns=columns)


def _no_activity() -> Json:
    tint = _TINTS["neutral"]
    calm: Json = {
        "headline": words.NO_ACTIVITY, "detail": words.NO_ACTIVITY_DETAIL, "verdict": "neutral", "tint": tint,
    }  # fmt: skip
    return {"form": "findings", "above": 20, "wide": False, "findings": [calm]}


def _section(section: Section, document: Document, max_rows: int, paper: Paper, picture: Picture) -> Json:
    """Tell one section to the template; None for one that has nothing in it."""
    match section:
        case Figures(figures=figures):
            count = len(figures)
            told: Json = [_figure(figure) for figure in figures]
            columns = 3 if count in (3, 5, 6, 9) else 4
            return (
                {"form": "figures", "above": 16, "wide": False, "columns": columns, "figures": told} if count else None
            )
        case Findings(findings=findings):
            told = [
                {
                    "headline": line(finding.headline, _LONGEST_CELL),
                    "detail": line(finding.detail, LONGEST_PARAGRAPH),
                    "verdict": finding.verdict,
                    "tint": _TINTS[finding.verdict],
                }
                for finding in findings
            ]
            return {"form": "findings", "above": 20, "wide": False, "findings": told} if findings else None
        case Chart():
            return _chart(section, document.brand, picture)
        case Table():
            return _table(section, document, max_rows, paper)
        case Text():
            return prose(section)
        case _:
            assert_never(section)


def _figure(figure: Figure) -> Json:
    moved = change_of(figure)
    return {
        "label": line(figure.label, 60, letters=24),
        "value": set_text(words.measure(figure.value, figure.kind)),
        "change": set_text(words.change(figure)),
        "verdict": moved.verdict if moved else "neutral",
        "aside": line(words.aside(figure), 120, letters=24),
    }


def _chart(chart: Chart, brand: Brand, picture: Picture) -> Json:
    svg = charts.chart_svg(chart, brand)
    drawn: Json = svg if picture == "svg" else list(charts.svg_png(svg, 2.0))
    return {
        "form": "chart",
        "above": 22,
        "wide": False,
        "title": line(chart.title, LONGEST_NAME),
        "alt": words.printable(chart.alt) or words.printable(chart.title) or "Chart",
        "format": picture,
        "picture": drawn,
    }


def _table(table: Table, document: Document, max_rows: int, paper: Paper) -> Json:
    texts, fitted = _laid_out(table, document, max_rows, paper)
    rows: list[Json] = [[breakable(c, n) for c, n in zip(row, fitted.letters, strict=True)] for row in texts.rows]
    total = rows.pop() if texts.total else None
    return {
        "form": "table",
        "above": 22,
        "wide": fitted.wide,
        "title": texts.title,
        "size": fitted.size,
        "inset": fitted.inset,
        "reserve": 40 + 6 * fitted.size * 2.1,
        "columns": [
            {"label": breakable(heading, letters), "right": right, "width": width, "share": share}
            for heading, right, letters, width, share in zip(
                texts.labels, texts.right, fitted.letters, fitted.widths, fitted.shares, strict=True
            )
        ],
        "rows": rows,
        "total": total,
        "lines": texts.lines,
    }


def _long_pieces(table: Table, document: Document, max_rows: int, paper: Paper) -> list[Piece]:
    texts, fitted = _laid_out(table, document, max_rows, paper)
    long = long_table(texts, fitted, _ROOM[paper][fitted.wide], letter_widths(document.brand.font))
    last = len(long.parts) - 1
    return [
        Piece(sections=_as_told(part), pages=pages if number < last else None, begins=number == 0, tabular=True)
        for number, (part, pages) in enumerate(zip(long.parts, long.pages, strict=True))
    ]


def _as_told(part: Json) -> Callable[[Picture], Sequence[Json]]:
    return lambda _: [part]


def _laid_out(table: Table, document: Document, max_rows: int, paper: Paper) -> tuple[Texts, Fit]:
    """Write all that a table says, and fit its columns to the paper."""
    table, more_columns = _page_columns(table)
    shown = table.rows[: max(0, max_rows)]
    grid, cut = _texts(table, shown, document.timezone)
    headings = [line(column.label, 60) for column in table.columns]
    columns = [
        Column(heading=heading, cells=[row[i] for row in grid], firm=column.kind not in _WRAPPING)
        for i, (heading, column) in enumerate(zip(headings, table.columns, strict=True))
    ]
    upright, lying = _ROOM[paper]
    main = table.key == document.main_table
    lines = [
        "" if table.rows else "No rows in this period.",
        words.rows_left_out(table, len(shown), main=main),
        words.columns_left_out(more_columns, main=main),
        f"Texts that end in … are whole in the {words.other_files(main=main)}." if cut else "",
        line(table.note, LONGEST_PARAGRAPH),
    ]
    texts = Texts(
        title=line(table.title, LONGEST_NAME),
        labels=headings,
        right=[column.kind in _FIGURES for column in table.columns],
        firm=[column.kind not in _WRAPPING for column in table.columns],
        rows=grid,
        total=table.total is not None,
        lines=[set_text(line) for line in lines if line],
    )
    return texts, fit(columns, upright[0], lying[0], TYPEFACES[document.brand.font].figure)


def _page_columns(table: Table) -> tuple[Table, int]:
    """Keep the columns that a page shows; also count those left out."""
    kept = [i for i, column in enumerate(table.columns) if not table.page_columns or column.key in table.page_columns]
    if not kept or len(kept) == len(table.columns):
        return table, 0
    narrow = dataclasses.replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        total=tuple(table.total[i] for i in kept) if table.total else None,
    )
    return narrow, len(table.columns) - len(kept)


def _texts(table: Table, shown: Sequence[tuple[Cell, ...]], timezone: str) -> tuple[list[list[str]], bool]:
    """Write the cells of the shown rows and the closing row; also tell whether a text had to be cut."""
    every = (*shown, table.total) if table.total else shown
    grid: list[list[str]] = [[] for _ in every]
    cut = False
    for index, column in enumerate(table.columns):
        values = [row[index] for row in every]
        decimals = words.column_decimals(column.kind, values)
        for row, value in zip(grid, values, strict=True):
            text = words.cell(value, column.kind, timezone, decimals)
            short = text if len(text) <= _LONGEST_CELL else words.printable(text, _LONGEST_CELL)
            cut = cut or short is not text
            row.append(set_text(short))
    if table.total:
        grid[-1] = ["" if value is None else text for text, value in zip(grid[-1], table.total, strict=True)]
    return grid, cut
