"""The Excel workbook of a report: a Summary sheet with figures and native charts, then a sheet per table.

Text is text in every cell: nothing a user typed can become a formula or a link.
"""

import datetime as dt
import io
import math
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from outbrief.render import colours, words
from outbrief.render.book import (
    Book,
    Property,
    is_figures,
    number_format,
    print_setup,
    sheet_names,
    write_cell,
    write_text,
)
from outbrief.render.native_charts import Drawn, draw_charts
from outbrief.terms.document import Change, Document, Figure, Findings, Text, Verdict, change_of
from outbrief.terms.table import Cell, Column, Kind, Table

_FIGURE_COLUMNS = (
    ("Figure", 30),
    ("This period", 16),
    ("Period before", 16),
    ("Change", 14),
    ("Limit", 20),
    ("Note", 46),
)
_LINE_LETTERS = 130
_VERDICTS: dict[Verdict, str] = {"good": colours.GOOD, "bad": colours.BAD, "neutral": colours.MUTED}
_SAMPLE = 500


def write_workbook(document: Document) -> bytes:
    """Write a report as an .xlsx file: Summary, one sheet per table as an Excel table, and the data of the charts.

    Rates are fractions shown as percent, dates are dates, instants are on the document's clock, minutes are numbers.
    Text longer than a cell holds is cut and says so. The same document gives the same bytes.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as file:
        book = Book(file=file, timezone=document.timezone)
        _describe(file, document)
        tables = document.tables()
        charts = () if document.empty else document.charts()
        names = sheet_names(["Summary", *(table.title for table in tables), "Chart data"])
        summary = file.add_worksheet(names[0])
        for table, name in zip(tables, names[1:], strict=False):
            _write_table(book, file.add_worksheet(name), table)
        drawn = draw_charts(book, file.add_worksheet(names[-1]), charts, document.brand) if charts else []
        _write_summary(book, summary, document, drawn)
    return buffer.getvalue()


def _describe(file: xlsxwriter.Workbook, document: Document) -> None:
    name = words.printable(document.brand.name, 250)
    file.set_properties(
        {
            "title": words.printable(document.title, 250),
            "subject": words.printable(words.subtitle(document), 250),
            "author": name,
            "company": name,
            "keywords": words.REPORT_NAMES[document.report_type],
            "comments": words.as_of(document),
            "created": document.as_of.astimezone(dt.UTC).replace(tzinfo=None),
        }
    )


# Summary -------------------------------------------------------------------------------------------------------------


def _write_summary(book: Book, sheet: Worksheet, document: Document, drawn: Sequence[Drawn]) -> None:
    for index, (_, width) in enumerate(_FIGURE_COLUMNS):
        sheet.set_column(index, index, width)
    muted = book.format(font_color=colours.MUTED)
    write_text(sheet, 0, 0, words.printable(document.title), book.format(bold=True, font_size=16))
    scope = words.printable(document.scope)
    said = (words.REPORT_NAMES[document.report_type], words.printable(document.brand.name), scope)
    write_text(sheet, 1, 0, " · ".join(filter(None, said)), muted)
    write_text(sheet, 2, 0, words.subtitle(document), muted)
    write_text(sheet, 3, 0, words.sentence(words.as_of(document)), muted)
    sheet.set_row(0, 24)
    down = 5
    if document.empty:
        down = _write_paragraph(book, sheet, down, words.NO_ACTIVITY, bold=True)
        down = _write_paragraph(book, sheet, down, words.NO_ACTIVITY_DETAIL) + 1
    down = _write_figures(book, sheet, down, document.figures())
    for section in document.sections:
        if isinstance(section, Findings) and section.findings:
            down = _write_paragraph(book, sheet, down, "Findings", bold=True)
            for finding in section.findings:
                text = " ".join(filter(None, (words.printable(finding.headline), words.printable(finding.detail))))
                down = _write_paragraph(book, sheet, down, text)
            down += 1
        elif isinstance(section, Text):
            down = _write_paragraph(book, sheet, down, words.printable(section.title), bold=True)
            for block in section.blocks:
                down = _write_paragraph(book, sheet, down, words.printable(block.text))
            down += 1
    for chart in drawn:
        sheet.insert_chart(down, 0, chart.native, {"description": chart.alt, "object_position": 2})
        down += math.ceil(chart.height / 20) + 1
    for note in document.notes:
        down = _write_paragraph(book, sheet, down, words.printable(note), colour=colours.MUTED)
    sheet.hide_gridlines(2)
    print_setup(sheet, landscape=False, pages_high=1)
    sheet.activate()


def _write_figures(book: Book, sheet: Worksheet, down: int, figures: Sequence[Figure]) -> int:
    if not figures:
        return down
    for index, (heading, _) in enumerate(_FIGURE_COLUMNS):
        write_text(sheet, down, index, heading, book.header(figures=1 <= index <= 3, indent=int(index > 3)))
    for row, figure in enumerate(figures, start=down + 1):
        style = book.format(bottom=1, bottom_color=colours.LINE, **number_format(figure.kind, _values(figure)))
        plain = book.format(bottom=1, bottom_color=colours.LINE)
        for column in range(len(_FIGURE_COLUMNS)):
            sheet.write_blank(row, column, None, plain)
        unit = " (minutes)" if figure.kind is Kind.MINUTES else ""
        write_text(sheet, row, 0, words.printable(figure.label) + unit, plain)
        write_cell(book, sheet, row, 1, figure.value, style)
        write_cell(book, sheet, row, 2, figure.previous, style)
        _write_change(book, sheet, row, change_of(figure))
        indented = book.format(bottom=1, bottom_color=colours.LINE, indent=1)
        write_text(sheet, row, 4, words.limit(figure), indented)
        write_text(sheet, row, 5, words.printable(figure.note), indented)
    return down + len(figures) + 2


def _values(figure: Figure) -> tuple[float | None, ...]:
    return (figure.value, figure.previous)


def _write_change(book: Book, sheet: Worksheet, row: int, moved: Change | None) -> None:
    """Write a change as a number with its sign: points for rates, percent for the rest."""
    if moved is None:
        return
    line: dict[str, Property] = {"bottom": 1, "bottom_color": colours.LINE, "align": "right"}
    if moved.direction == 0:
        write_text(sheet, row, 3, "no change", book.format(font_color=colours.MUTED, **line))
        return
    decimals = "0.00" if abs(moved.amount) < 0.1 else "0.0"
    shown = f'+{decimals}" {moved.unit}";-{decimals}" {moved.unit}"'
    style = book.format(font_color=_VERDICTS[moved.verdict], num_format=shown, **line)
    write_cell(book, sheet, row, 3, round(moved.amount, 4), style)


def _write_paragraph(
    book: Book, sheet: Worksheet, down: int, text: str, *, bold: bool = False, colour: str = colours.INK
) -> int:
    """Write text across the sheet, as many lines high as it needs; give the row after it."""
    if not text:
        return down
    style = book.format(text_wrap=True, valign="top", bold=bold, font_color=colour)
    sheet.merge_range(down, 0, down, len(_FIGURE_COLUMNS) - 1, "", style)
    write_text(sheet, down, 0, text, style)
    sheet.set_row(down, min(400, 16 * math.ceil(len(text) / _LINE_LETTERS)))
    return down + 1


# Tables --------------------------------------------------------------------------------------------------------------


def _write_table(book: Book, sheet: Worksheet, table: Table) -> None:
    """Write a table from the first cell on: Excel's own table with its filter, then the closing row and remarks."""
    headings = _headings(table.columns)
    heads = [book.header(figures=is_figures(column.kind)) for column in table.columns]
    for index, column in enumerate(table.columns):
        values = [row[index] for row in table.rows]
        shown = number_format(column.kind, values)
        style = book.format(**shown)
        for row, value in enumerate(values, start=1):
            write_cell(book, sheet, row, index, value, style)
        if table.total:
            closing = book.format(bold=True, top=1, top_color=colours.MUTED, **shown)
            sheet.write_blank(len(values) + 1, index, None, closing)
            write_cell(book, sheet, len(values) + 1, index, table.total[index], closing)
        sheet.set_column(index, index, _width(column, headings[index], values, book.timezone))
    if table.rows:
        columns = [{"header": heading, "header_format": head} for heading, head in zip(headings, heads, strict=True)]
        sheet.add_table(0, 0, len(table.rows), len(headings) - 1, {"columns": columns, "style": "Table Style Light 1"})
    else:
        for index, (heading, head) in enumerate(zip(headings, heads, strict=True)):
            write_text(sheet, 0, index, heading, head)
    down = len(table.rows) + (2 if table.total else 1)
    remarks = (
        "" if table.rows else "No rows in this period.",
        words.rows_left_out(table, len(table.rows), main=False),
        words.printable(table.note),
    )
    for remark in filter(None, remarks):
        down += 1
        write_text(sheet, down, 0, remark, book.format(font_color=colours.MUTED))
    sheet.freeze_panes(1, 1 if len(table.columns) > 6 else 0)
    sheet.repeat_rows(0)
    print_setup(sheet, landscape=len(table.columns) > 6)


def _headings(columns: Sequence[Column]) -> list[str]:
    """Give headings that differ in any case, as an Excel table wants them; minutes say that they are minutes."""
    headings: list[str] = []
    for column in columns:
        unit = " (minutes)" if column.kind is Kind.MINUTES else ""
        base = heading = (words.printable(column.label, 200) or column.key) + unit
        number = 1
        while heading.lower() in {other.lower() for other in headings}:
            number += 1
            heading = f"{base} {number}"
        headings.append(heading)
    return headings


def _width(column: Column, heading: str, values: Sequence[Cell], timezone: str) -> float:
    """Choose a width in characters that shows the heading beside its filter button, and most of the cells."""
    shown = (words.cell(value, column.kind, timezone) for value in values[:_SAMPLE])
    return min(60, max(len(heading) + 4, *(len(text) + 2 for text in shown), 8))
