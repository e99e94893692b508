"""The PDF of a report: set by Typst from a template of ours, tagged as PDF/UA-1.

The template gets the document as one JSON value in `sys.inputs`: text is data there, never markup.
"""

import dataclasses
import functools
import importlib.resources
import json
from collections.abc import Mapping, Sequence
from typing import Literal, assert_never

import font_hanken_grotesk
import typst

from outbrief.render import chart as charts
from outbrief.render import colours, words
from outbrief.render.columns import Column, breakable, fit
from outbrief.terms.document import (
    Brand,
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
from outbrief.terms.errors import RenderFailed
from outbrief.terms.table import Cell, Kind, Table

Paper = Literal["a4", "us-letter"]
Json = str | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
Picture = Literal["svg", "png"]
Standard = Literal["ua-1"] | None

# The room for text across an upright and a lying page, in points: paper less two margins of 51.
_ROOM: dict[Paper, tuple[float, float]] = {"a4": (493.0, 739.0), "us-letter": (510.0, 690.0)}
_LONGEST_NAME, _LONGEST_CELL, _LONGEST_PARAGRAPH = 160, 200, 4000
_PALETTE: dict[str, Json] = {
    "ink": colours.INK, "muted": colours.MUTED, "line": colours.LINE, "rule": colours.RULE, "good": colours.GOOD,
    "bad": colours.BAD,
}  # fmt: skip
_WRAPPING = frozenset({Kind.TEXT, Kind.JSON, Kind.TAGS})
_FIGURES = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES})
_TINTS: dict[Verdict, str] = {"good": "#eef8f3", "bad": "#fff5ed", "neutral": colours.GROUND}


def write_pdf(document: Document, *, max_table_rows: int = 1000, paper: Paper = "a4") -> bytes:
    """Set a document as PDF/UA-1; tables are cut after `max_table_rows` rows, with a line that says so.

    Text for which this machine has no font is still in the file, but shows as boxes, and the file then cannot claim
    PDF/UA-1 (its tags stay). The same document gives the same bytes. Raises RenderFailed when Typst refuses.
    """
    attempts: tuple[tuple[Picture, Standard], ...] = (("svg", "ua-1"), ("png", "ua-1"), ("svg", None))
    refusal = ""
    for picture, standard in attempts:
        told = json.dumps(_told(document, max_table_rows, paper, picture))
        try:
            return _compile(told, standard, int(document.as_of.timestamp()))
        except typst.TypstError as error:
            refusal = error.message
            # Text without a font, or charts with scripts that SVG cannot carry: only the standard refuses those.
            if not refusal.startswith("PDF/UA-1 error"):
                break
    raise RenderFailed(f"Typst could not set the report: {refusal}")


def _compile(told: str, standard: Standard, timestamp: int) -> bytes:
    compiler = typst.Compiler(_template(), font_paths=_fonts(), sys_inputs={"document": told})
    written = compiler.compile(format="pdf", pdf_standards=standard, timestamp=timestamp)
    if not isinstance(written, bytes):
        raise RenderFailed("Typst gave no single PDF file.")
    return written


@functools.cache
def _template() -> bytes:
    return importlib.resources.files("outbrief.render").joinpath("report.typ").read_bytes()


@functools.cache
def _fonts() -> typst.Fonts:
    """Read the fonts once: ours first, then those of the machine and those that Typst carries, for other scripts."""
    return typst.Fonts(font_paths=[font_hanken_grotesk.font_directory])


def _told(document: Document, max_rows: int, paper: Paper, picture: Picture) -> Json:
    accent = colours.accent(document.brand)
    title = words.printable(document.title, _LONGEST_NAME) or words.REPORT_NAMES[document.report_type]
    name = words.printable(document.brand.name, 40)
    sections: list[Json] = [
        told for section in document.sections if (told := _section(section, document, max_rows, paper, picture))
    ]
    if document.empty:
        sections = [_no_activity()]
    return {
        "paper": paper,
        "title": title,
        "shown_title": breakable(title, 34),
        "kicker": words.REPORT_NAMES[document.report_type],
        "description": f"{name}: {words.subtitle(document)}",
        "subtitle": _set(words.subtitle(document)),
        "scope": _line(document.scope, _LONGEST_NAME),
        "footer": _footer(document),
        "brand": {
            "name": name,
            "fill": accent,
            "text": colours.on(accent),
            "ink": colours.readable(accent, colours.PANEL),
        },
        "palette": _PALETTE,
        "sections": sections,
        "notes": [_line(note, _LONGEST_PARAGRAPH) for note in document.notes],
    }


def _footer(document: Document) -> str:
    parts = (_line(document.brand.name, 24), _line(document.title, 44), _set(words.as_of(document)))
    return " · ".join(part for part in parts if part)


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
                    "headline": _line(finding.headline, _LONGEST_CELL),
                    "detail": _line(finding.detail, _LONGEST_PARAGRAPH),
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
        case Text(title=title, paragraphs=paragraphs):
            told = [_line(paragraph, _LONGEST_PARAGRAPH) for paragraph in paragraphs]
            heading = _line(title, _LONGEST_NAME)
            return {"form": "text", "above": 22, "wide": False, "title": heading, "paragraphs": told}
        case _:
            assert_never(section)


def _figure(figure: Figure) -> Json:
    moved = change_of(figure)
    return {
        "label": _line(figure.label, 60, letters=24),
        "value": _set(words.measure(figure.value, figure.kind)),
        "change": _set(words.change(figure)),
        "verdict": moved.verdict if moved else "neutral",
        "aside": _line(words.aside(figure), 120, letters=24),
    }


def _chart(chart: Chart, brand: Brand, picture: Picture) -> Json:
    svg = charts.chart_svg(chart, brand)
    drawn: Json = svg if picture == "svg" else list(charts.svg_png(svg, 2.0))
    return {
        "form": "chart",
        "above": 22,
        "wide": False,
        "title": _line(chart.title, _LONGEST_NAME),
        "alt": words.printable(chart.alt) or words.printable(chart.title) or "Chart",
        "format": picture,
        "picture": drawn,
    }


def _table(table: Table, document: Document, max_rows: int, paper: Paper) -> Json:
    table, more_columns = _page_columns(table)
    shown = table.rows[: max(0, max_rows)]
    grid, cut = _texts(table, shown, document.timezone)
    headings = [_line(column.label, 60) for column in table.columns]
    columns = [
        Column(heading=heading, cells=[row[i] for row in grid], firm=column.kind not in _WRAPPING)
        for i, (heading, column) in enumerate(zip(headings, table.columns, strict=True))
    ]
    fitted = fit(columns, *_ROOM[paper])
    rows: list[Json] = [[breakable(c, n) for c, n in zip(row, fitted.letters, strict=True)] for row in grid]
    total = rows.pop() if table.total else None
    main = table.key == document.main_table
    lines = [
        "" if table.rows else "No rows in this period.",
        words.rows_left_out(table, len(shown), main=main),
        words.columns_left_out(more_columns, main=main),
        f"Texts that end in … are whole in the {words.other_files(main=main)}." if cut else "",
        _line(table.note, _LONGEST_PARAGRAPH),
    ]
    return {
        "form": "table",
        "above": 22,
        "wide": fitted.wide,
        "title": _line(table.title, _LONGEST_NAME),
        "size": fitted.size,
        "inset": fitted.inset,
        "reserve": 40 + min(len(rows), 9) * fitted.size * 2.1,
        "columns": [
            {"label": breakable(heading, letters), "right": column.kind in _FIGURES, "width": width, "share": share}
            for heading, column, letters, width, share in zip(
                headings, table.columns, fitted.letters, fitted.widths, fitted.shares, strict=True
            )
        ],
        "rows": rows,
        "total": total,
        "lines": [_set(line) for line in lines if line],
    }


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
            row.append(_set(short))
    if table.total:
        grid[-1] = ["" if value is None else text for text, value in zip(grid[-1], table.total, strict=True)]
    return grid, cut


def _line(text: str, most: int, *, letters: int = 60) -> str:
    return breakable(_set(words.printable(text, most)), letters)


def _set(text: str) -> str:
    return text.replace(words.THIN, words.NO_BREAK)
