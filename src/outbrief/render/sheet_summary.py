"""The Summary of a report's workbook: figures, findings, texts and charts in the order of the document."""

import io
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.image import Image
from xlsxwriter.worksheet import Worksheet

from outbrief.render import colours, words
from outbrief.render.book import (
    Book,
    Property,
    letters,
    lines,
    needed_decimals,
    number_format,
    page_height,
    print_setup,
    reference,
    write_cell,
    write_text,
)
from outbrief.render.native_charts import Drawn
from outbrief.terms.document import (
    Block,
    Change,
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
from outbrief.terms.table import Kind, Table

_COLUMNS = (
    ("Figure", 30),
    ("This period", 16),
    ("Period before", 16),
    ("Change", 14),
    ("", 9),
    ("Limit", 20),
    ("Note", 40),
)
_LAST = len(_COLUMNS) - 1
_ACROSS = sum(width for _, width in _COLUMNS)
_PIXELS = sum(7 * width + 5 for _, width in _COLUMNS)
_GAP = 16
_LINE = 15.0  # points
_MOST_LINES = 24
_MOST_OF_A_PAGE = 1.4
_VERDICTS: dict[Verdict, str] = {"good": colours.GOOD, "bad": colours.BAD, "neutral": colours.MUTED}
_VERDICT_WORDS: dict[Verdict, str] = {"good": "better", "bad": "worse", "neutral": ""}
_LOGO = (240, 44)

Run = tuple[str, bool, bool]


@dataclass(kw_only=True)
class _Sheet:
    """The Summary being written from above: the row that is next, and how high the rows before it are in points."""

    book: Book
    sheet: Worksheet
    down: int = 0
    height: float = 0.0

    def row(self, points: float = _LINE) -> int:
        """Take the next row, so many points high."""
        if points != _LINE:
            self.sheet.set_row(self.down, points)
        self.height += points
        self.down += 1
        return self.down - 1


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Another sheet as the Summary lists it: its name, its title, and what it holds."""

    name: str
    title: str
    holds: str


def write_summary(
    book: Book, sheet: Worksheet, document: Document, drawn: Sequence[Drawn], sheets: Sequence[Listed]
) -> None:
    """Write the Summary of a document, which draws its charts here and lists the other `sheets`."""
    for index, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(index, index, width)
    at = _Sheet(book=book, sheet=sheet)
    _write_head(at, document)
    if document.empty:
        _write_text(at, [(words.NO_ACTIVITY, True, False)])
        _write_text(at, [(words.NO_ACTIVITY_DETAIL, False, False)])
        at.row()
    charts = iter(drawn)
    named: set[str] = set()
    # Tables have sheets of their own, so charts around one stand together here.
    shown = [section for section in document.sections if not isinstance(section, Table)]
    for kind, group in itertools.groupby(shown, type):
        if kind is Chart:
            _put_charts(at, [chart for _, chart in zip(group, charts, strict=False)])
        else:
            for section in group:
                _write_section(at, section, named)
    _write_sheets(at, sheets)
    for note in document.notes:
        _write_text(at, [(words.printable(note), False, False)], colour=colours.MUTED)
    sheet.hide_gridlines(2)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.print_area(0, 0, at.down, _LAST)
    # A little more than a page goes on one; beyond that it would be too small to read.
    print_setup(book, sheet, landscape=False, pages_high=int(at.height < _MOST_OF_A_PAGE * page_height(book, _PIXELS)))
    sheet.activate()


def _write_head(at: _Sheet, document: Document) -> None:
    title = words.printable(document.title)
    style = at.book.format(
        bold=True, font_size=18, font_color=colours.INK, valign="vcenter", align="left", text_wrap=True
    )
    beside = _put_logo(at, document)
    room = sum(width for _, width in _COLUMNS[: beside + 1])
    height = 26.0 * min(lines(title, room / 1.8), 6) + 4
    row = at.row(max(height, 36.0 if beside < _LAST else 0.0))
    at.sheet.merge_range(row, 0, row, beside, "", style)
    write_text(at.sheet, 0, 0, title, style)
    scope = words.printable(document.scope)
    said = (words.REPORT_NAMES[document.report_type], words.printable(document.brand.name), scope)
    muted = at.book.remark()
    write_text(at.sheet, at.row(), 0, " · ".join(filter(None, said)), muted)
    write_text(at.sheet, at.row(), 0, words.subtitle(document), muted)
    write_text(at.sheet, at.row(), 0, words.sentence(words.as_of(document)), muted)
    at.row()


def _put_logo(at: _Sheet, document: Document) -> int:
    """Put the logo into the upper right corner; give the last column that is free beside it."""
    if document.brand.logo is None:
        return _LAST
    image = Image(io.BytesIO(document.brand.logo))
    shrink = min(_LOGO[0] / image.width, _LOGO[1] / image.height)
    left = 7 * _COLUMNS[_LAST][1] + 5 - image.width * shrink
    placed = {
        "image_data": io.BytesIO(document.brand.logo),
        # Excel goes by the dots per inch that the picture claims.
        "x_scale": shrink * image.x_dpi / 96,
        "y_scale": shrink * image.y_dpi / 96,
        "x_offset": max(0.0, left),
        "y_offset": 2,
        "description": words.printable(document.brand.name, 250),
        "object_position": 3,
    }
    at.sheet.insert_image(0, _LAST, "logo.png", placed)
    return _LAST - 1


def _write_section(at: _Sheet, section: Section, named: set[str]) -> None:
    match section:
        case Figures():
            _write_figures(at, section.figures, named)
        case Findings() if section.findings:
            _write_heading(at, "Findings")
            for finding in section.findings:
                _write_finding(at, finding)
            at.row()
        case Text():
            _write_heading(at, words.printable(section.title))
            for block in section.blocks:
                _write_block(at, block)
            at.row()
        case _:
            return


# Figures -------------------------------------------------------------------------------------------------------------


def _write_figures(at: _Sheet, figures: Sequence[Figure], named: set[str]) -> None:
    if not figures:
        return
    row = at.row(18)
    for index, (heading, _) in enumerate(_COLUMNS):
        told: dict[str, Property] = {"align": "right"} if 1 <= index <= 3 else {"indent": int(index >= 4)}
        style = at.book.format(font_color=colours.MUTED, bottom=1, bottom_color=colours.RULE, font_size=10, **told)
        at.sheet.write_blank(row, index, None, style)
        write_text(at.sheet, row, index, heading, style)
    for figure in figures:
        row = at.row(19)
        _write_figure(at.book, at.sheet, row, figure)
        name = f"figure_{re.sub('[^A-Za-z0-9_]', '_', figure.key)}"
        if name.lower() not in named:
            named.add(name.lower())
            at.book.file.define_name(name, f"=Summary!$B${row + 1}")
    at.row()


def _write_figure(book: Book, sheet: Worksheet, row: int, figure: Figure) -> None:
    line: dict[str, Property] = {"bottom": 1, "bottom_color": colours.LINE, "valign": "vcenter"}
    shown = number_format(figure.kind, (figure.value, figure.previous))
    plain, indented = (
        book.format(align="left", **line),
        book.format(align="left", indent=1, font_color=colours.MUTED, **line),
    )
    unit = " (minutes)" if figure.kind is Kind.MINUTES and "minute" not in figure.label.lower() else ""
    over = _is_over(figure)
    value = book.format(bold=True, font_color=colours.BAD if over else colours.INK, align="right", **line, **shown)
    before = book.format(font_color=colours.MUTED, align="right", **line, **shown)
    for column in range(len(_COLUMNS)):
        sheet.write_blank(row, column, None, plain)
    write_text(sheet, row, 0, words.printable(figure.label) + unit, plain)
    write_cell(book, sheet, row, 1, figure.value, value)
    write_cell(book, sheet, row, 2, figure.previous, before)
    _write_change(book, sheet, row, change_of(figure), line)
    _write_limit(book, sheet, row, figure, line, over=over)
    write_text(sheet, row, _LAST, words.printable(figure.note), indented)


def _is_over(figure: Figure) -> bool:
    if figure.value is None or figure.limit is None:
        return False
    return figure.value < figure.limit if figure.better == "up" else figure.value > figure.limit


def _write_change(book: Book, sheet: Worksheet, row: int, moved: Change | None, line: dict[str, Property]) -> None:
    """Write a change as a number with its sign, points for rates and else percent, and its verdict as a word."""
    if moved is None:
        return
    if moved.direction == 0:
        write_text(sheet, row, 3, "no change", book.format(font_color=colours.MUTED, align="right", **line))
        return
    decimals = max(1, words.change_decimals(moved.amount))
    digits = f"0.{'0' * decimals}"
    shown = f'+{digits}" {moved.unit}";-{digits}" {moved.unit}"'
    colour = _VERDICTS[moved.verdict]
    style = book.format(font_color=colour, num_format=shown, align="right", **line)
    write_cell(book, sheet, row, 3, round(moved.amount, max(4, decimals)), style)
    write_text(sheet, row, 4, _VERDICT_WORDS[moved.verdict], book.format(font_color=colour, indent=1, **line))


def _write_limit(
    book: Book, sheet: Worksheet, row: int, figure: Figure, line: dict[str, Property], *, over: bool
) -> None:
    """Write the usual limit as a number that says what it is."""
    if figure.limit is None:
        return
    said = "usual: above" if figure.better == "up" else "above limit" if over else "limit"
    decimals = needed_decimals(figure.limit)
    digits = "0" + "." * bool(decimals) + "0" * decimals
    shown = f'"{said} "{digits}%' if figure.kind is Kind.RATE else f'"{said} "#,##0'
    colour = colours.BAD if over else colours.MUTED
    write_cell(
        book, sheet, row, 5, figure.limit,
        book.format(num_format=shown, align="left", indent=1, font_color=colour, bold=over, **line),
    )  # fmt: skip


# Text ----------------------------------------------------------------------------------------------------------------


def _write_heading(at: _Sheet, title: str) -> None:
    if title:
        _write_text(at, [(title, True, False)], size=13)


def _write_finding(at: _Sheet, finding: Finding) -> None:
    """Write a finding on a ground of its own, with a bar in the colour of its verdict before it."""
    colour = _VERDICTS[finding.verdict]
    ground = colours.GROUND if finding.verdict == "neutral" else colours.mix(colour, "#ffffff", 0.93)
    runs = [(words.printable(finding.headline), True, False)]
    if finding.detail:
        runs.append((" " + words.printable(finding.detail), False, False))
    _write_text(at, runs, indent=1, bg_color=ground, left=5, left_color=colour)


def _write_block(at: _Sheet, block: Block) -> None:
    runs = [run for span in block.spans if (run := _run(span))[0]]
    if block.form == "heading":
        _write_text(at, [(text, True, emphasis) for text, _, emphasis in runs])
    elif block.form == "bullet":
        _write_text(at, [("•  ", False, False), *runs], indent=1)
    elif block.form == "number":
        _write_text(at, [(f"{block.place}.  ", False, False), *runs], indent=1)
    else:
        _write_text(at, runs)


def _run(span: Span) -> Run:
    """Give the words of a span, with its address behind them: no cell holds a link that somebody wrote."""
    text = words.printable(span.text)
    if span.href and words.printable(span.href) != text:
        text += f" ({words.printable(span.href)})"
    before, after = (" " if edge.isspace() else "" for edge in (span.text[:1], span.text[-1:]))
    return f"{before}{text}{after}" if text else before, span.strong, span.emphasis


def _write_text(
    at: _Sheet, runs: Sequence[Run], *, colour: str = colours.INK, size: int = 11, **properties: Property
) -> None:
    """Write text across the sheet in rows as high as it needs; what is longer than a row may be goes on in the next."""
    told: dict[str, Property] = {"font_color": colour, "font_size": size}
    for piece in _pieces(runs, _MOST_LINES * _ACROSS):
        wider = size / 11 * (1.1 if piece[0][1] else 1.0)
        high = lines("".join(text for text, _, _ in piece), (_ACROSS - 2) / wider)
        row = at.row(_LINE * size / 11 * high + (5 if "bg_color" in properties else 3))
        parts = [(at.book.format(bold=bold, italic=italic, **told), text) for text, bold, italic in piece]
        whole: dict[str, Property] = {"text_wrap": True, "valign": "top", "align": "left", **told, **properties}
        if len(piece) == 1:
            whole |= {"bold": piece[0][1], "italic": piece[0][2]}
        style = at.book.format(**whole)
        at.sheet.merge_range(row, 0, row, _LAST, "", style)
        if len(piece) == 1:
            write_text(at.sheet, row, 0, piece[0][0], style)
        else:
            at.sheet.write_rich_string(row, 0, *itertools.chain.from_iterable(parts), style)


def _pieces(runs: Sequence[Run], room: int) -> Iterator[list[Run]]:
    """Cut text into pieces that fit into `room` letters, between words where there are any."""
    piece: list[Run] = []
    left = room
    for text, bold, italic in runs:
        for word in re.findall(rf"\S{{1,{room // 2}}}\s*|\s+", text):
            if piece and letters(word) > left:
                yield piece
                piece, left = [], room
            left -= letters(word)
            if piece and piece[-1][1:] == (bold, italic):
                piece[-1] = (piece[-1][0] + word, bold, italic)
            else:
                piece.append((word, bold, italic))
    if piece:
        yield piece


# Charts and sheets ---------------------------------------------------------------------------------------------------


def _put_charts(at: _Sheet, drawn: Sequence[Drawn]) -> None:
    """Put charts side by side, two in a row; one that is left takes the whole width."""
    for pair in (drawn[first : first + 2] for first in range(0, len(drawn), 2)):
        height = max(chart.height for chart in pair)
        rows = math.ceil(height * 0.75 / _LINE)
        width = (_PIXELS - _GAP) // 2 if len(pair) > 1 else _PIXELS
        for place, chart in enumerate(pair):
            chart.native.set_size({"width": width, "height": height})
            options = {"description": chart.alt, "object_position": 2, "x_offset": place * (width + _GAP)}
            at.sheet.insert_chart(at.down, 0, chart.native, options)
        for _ in range(rows + 1):
            at.row()


def _write_sheets(at: _Sheet, sheets: Sequence[Listed]) -> None:
    """List the other sheets, each with a link to it."""
    if not sheets:
        return
    _write_heading(at, "In this workbook")
    link = at.book.format(font_color=colours.readable(at.book.accent, "#ffffff"), underline=1, align="left")
    for listed in sheets:
        row = at.row()
        at.sheet.write_url(
            row, 0, f"internal:{reference(listed.name)}!A1", link, words.printable(listed.title, 80) or listed.name
        )
        write_text(at.sheet, row, 3, listed.holds, at.book.remark())
    at.row()
