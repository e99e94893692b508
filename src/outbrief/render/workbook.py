"""The Excel workbook of a report: a Summary with figures and native charts, then a sheet per table.

Text is text in every cell: nothing a user typed can become a formula or a link.
"""

import datetime as dt
import io
import re

import xlsxwriter

from outbrief.render import colours, words
from outbrief.render.book import Book, sheet_names
from outbrief.render.native_charts import draw_charts
from outbrief.render.sheet_summary import Listed, write_summary
from outbrief.render.sheet_tables import write_table
from outbrief.terms.document import Document
from outbrief.terms.locale import writing_in
from outbrief.terms.table import Table

_CHART_DATA = "Chart data"


def write_workbook(document: Document) -> bytes:
    """Write a report as an .xlsx file: Summary, one sheet per table as an Excel table, and the data of the charts.

    Rates are fractions shown as percent, dates are dates, instants are on the document's clock, minutes are numbers.
    Figures within text are written for the document's locale; those in cells follow the reader's Excel. Text longer
    than a cell holds is cut and says so. The same document gives the same bytes.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with writing_in(document.look.locale), xlsxwriter.Workbook(buffer, options) as file:
        book = Book(
            file=file,
            timezone=document.timezone,
            accent=colours.readable(colours.accent(document.brand), "#ffffff", 3.0),
            paper=document.look.paper,
        )
        _describe(file, document)
        _write_sheets(book, document)
    return buffer.getvalue()


def _write_sheets(book: Book, document: Document) -> None:
    tables = document.tables()
    charts = () if document.empty else document.charts()
    names = sheet_names(["Summary", *(table.title for table in tables), *([_CHART_DATA] if charts else [])])
    summary = book.file.add_worksheet(names[0])
    listed = []
    for name, key, table in zip(names[1:], _table_names(tables), tables, strict=False):
        write_table(book, book.file.add_worksheet(name), table, key)
        listed.append(Listed(name=name, title=table.title, holds=_holds(table)))
    drawn = draw_charts(book, book.file.add_worksheet(names[-1]), charts) if charts else []
    if charts:
        listed.append(Listed(name=names[-1], title=names[-1], holds="the figures that the charts are drawn from"))
    write_summary(book, summary, document, drawn, listed)


def _table_names(tables: tuple[Table, ...]) -> list[str]:
    """Give each table a name for formulas, such as `table_campaigns`, that is no cell and no other table."""
    names: list[str] = []
    for table in tables:
        base = re.sub("[^A-Za-z0-9_]+", "_", table.key).strip("_")[:60] or "report"
        name, number = f"table_{base}", 1
        while name.lower() in {other.lower() for other in names}:
            number += 1
            name = f"table_{base}_{number}"
        names.append(name)
    return names


def _holds(table: Table) -> str:
    rows = f"{words.number(len(table.rows))} {'row' if len(table.rows) == 1 else 'rows'}"
    return rows if table.total_rows <= len(table.rows) else f"{rows} of {words.number(table.total_rows)}"


def _describe(file: xlsxwriter.Workbook, document: Document) -> None:
    name = words.printable(document.brand.name, 250)
    keywords = (words.REPORT_NAMES[document.report_type], document.scope, document.period_label)
    file.set_properties(
        {
            "title": words.printable(document.title, 250),
            "subject": words.printable(words.subtitle(document), 250),
            "author": name,
            "company": name,
            "category": words.REPORT_NAMES[document.report_type],
            "keywords": words.printable(", ".join(filter(None, keywords)), 250),
            "comments": words.sentence(words.as_of(document)),
            "created": document.as_of.astimezone(dt.UTC).replace(tzinfo=None),
        }
    )
