"""A document as part of a page, read back by a parser that did not write it."""

import base64
import dataclasses
import datetime as dt
import io
import itertools
import random
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from outbrief.render import words
from outbrief.render.chart import chart_svg
from outbrief.render.page import (
    chart_html,
    document_html,
    figures_html,
    findings_html,
    table_html,
    text_html,
)
from outbrief.terms.document import Block, Document, Figures, Findings, Series, Span, Text
from outbrief.terms.locale import Locale
from outbrief.terms.look import Brand, Look
from outbrief.terms.table import Kind
from tests.render.documents import (
    BARS,
    BRAND,
    EMPTY,
    FIGURES,
    FINDINGS,
    FOREIGN,
    LINE,
    LONG,
    NORMAL,
    ROWS,
    TABLE,
    naughty,
    with_names,
    with_rows,
)

WHOLE = dataclasses.replace(
    NORMAL,
    sections=(
        *NORMAL.sections,
        Text(key="t", title="Said", blocks=(Block(form="paragraph", spans=(Span(text="x"),)),)),
    ),
)


class Read(HTMLParser):
    """What a page holds: its elements with their attributes, whether they nest, and the text of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(self.texts)


@pytest.mark.parametrize("document", [NORMAL, WHOLE, EMPTY, LONG, FOREIGN, with_rows(3)])
def test_a_page_forbids_nothing_that_a_document_holds(document: Document):
    read = Read(document_html(document))
    for tag, attributes in read.elements:
        assert tag not in ("style", "script", "iframe", "object", "form", "img"), tag
        for name, value in attributes.items():
            assert name != "style"
            assert not name.startswith("on")
            assert not re.match(r"\s*javascript:", value or "", re.IGNORECASE)


def test_text_of_users_never_becomes_an_element():
    plain = {tag for tag, _ in Read(document_html(with_names(("plain", "simple")))).elements}
    names = naughty()
    for start in range(0, len(names), 40):
        document = with_names(names[start : start + 40])
        read = Read(document_html(document))
        assert {tag for tag, _ in read.elements} == plain
        shown = "".join(read.texts)
        for row in document.tables()[0].rows:
            assert words.printable(words.cell(row[0], document.tables()[0].columns[0].kind, "UTC"), 200) in shown


def test_every_figure_is_told_with_its_change_and_what_it_means():
    read = Read(figures_html(Figures(figures=FIGURES)))
    for figure in FIGURES:
        assert figure.label in read.texts
        assert words.measure(figure.value, figure.kind) in read.texts
    assert "▼ 0.4\u202fpt" in read.texts
    assert " (worse)" in read.texts
    assert "limit 2\u202f%" in read.texts


def test_findings_come_in_their_order_with_their_verdict_in_words():
    read = Read(findings_html(FINDINGS))
    assert [item["class"] for item in read.of("li")] == ["bad", "good"]
    assert read.texts[:2] == ["Look at this: ", FINDINGS.findings[0].headline]


def test_nothing_at_all_makes_no_empty_lists():
    assert figures_html(Figures(figures=())) == ""
    assert findings_html(Findings(findings=())) == ""


def test_a_chart_has_a_text_alternative_its_figures_and_what_each_day_held():
    read = Read(chart_html(LINE, BRAND))
    assert {svg["aria-label"] for svg in read.of("svg")} == {LINE.alt}
    titles = [text for text in read.texts if text.startswith("17 Nov 2026\n")]
    assert titles[0] == "17 Nov 2026\nthis period: 9\u202f120\nperiod before: 8\u202f600"
    assert read.texts.count("9\u202f120") == 1  # in the table
    assert len(read.of("tr")) == 1 + len(LINE.x)


def test_the_days_of_a_chart_are_where_its_line_is():
    page = chart_html(LINE, BRAND)
    strips = next(group for group in Read(page).of("g") if group.get("class") == "strips")
    xs = [float(x) for x in str(strips["data-x"]).split()]
    assert len(xs) == len(LINE.x)
    current, before = (series.split() for series in str(strips["data-y"]).split("|"))
    line = re.search(r'stroke="light-dark\(#2f5fde[^>]*d="M([\d.]+),([\d.]+)C[^"]* ([\d.]+),([\d.]+)"', page)
    assert line is not None
    assert [float(line[1]), float(line[3])] == [xs[0], xs[-1]]
    assert [line[2], line[4]] == [current[0], current[-1]]
    assert len(before) == len(LINE.x)


def test_it_is_the_picture_that_the_pdf_shows():
    values = (3.0, 3.0, 8.0, 1.0, 1.5, None, 2.0, 0.0, 0.0, 4.0, 9.0, 9.0)
    days = tuple(LINE.x[0] + dt.timedelta(days=i) for i in range(len(values)))
    for series in (LINE.series, (Series(name="a", values=values), Series(name="b", values=values[::-1]))):
        chart = dataclasses.replace(LINE, x=days[: len(series[0].values)], series=series, kind=Kind.NUMBER)
        for one in (chart, BARS):
            theirs, ours = chart_svg(one, BRAND), chart_html(one, BRAND).split("</svg>")[0]
            their_lines = numbers(re.findall(r'<path[^>]* d="([^"]*)"[^>]* stroke="#', theirs))
            our_lines = numbers(re.findall(r'<path stroke="light-dark[^>]* d="([^"]*)"', ours))
            assert our_lines == pytest.approx(their_lines, abs=0.06)
            assert re.findall(r"<text[^>]*>([^<]*)<", ours) == re.findall(r"<text[^>]*>([^<]*)<", theirs)


def numbers(paths: list[str]) -> list[float]:
    return [float(number) for path in paths for number in re.findall(r"[\d.]+", path)]


def test_a_gap_has_no_height():
    gap = dataclasses.replace(LINE, series=(Series(name="a", values=(1.0, None, 2.0, 3.0, 4.0, 5.0, float("nan"))),))
    strips = next(group for group in Read(chart_html(gap, BRAND)).of("g") if group.get("class") == "strips")
    heights = str(strips["data-y"]).split()
    assert [y == "-" for y in heights] == [False, True, False, False, False, False, True]


def test_every_bar_has_its_values():
    read = Read(chart_html(BARS, BRAND))
    assert sum(text.startswith("Q4 renewal nudge\nthis period: 3.0\u202f%") for text in read.texts) == 2
    assert len(read.of("tr")) == 1 + len(ROWS)


def test_a_chart_of_nothing_says_so():
    nothing = dataclasses.replace(LINE, series=(Series(name="a", values=(None,) * 7),))
    read = Read(chart_html(nothing, BRAND))
    assert "Nothing to show for this period." in read.texts


def test_colours_are_given_for_light_and_dark():
    page = chart_html(LINE, Brand(name="x", colour="#ffe000"))
    for attribute in re.findall(r'(?:fill|stroke|stop-color)="([^"]+)"', page):
        assert attribute == "none" or attribute.startswith(("light-dark(#", "url(#"))


def test_a_year_with_two_charts_and_a_long_table_stays_small_and_says_what_is_left_out():
    days = tuple(dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(365))
    values = tuple(1000.0 + i * 37 % 811 for i in range(365))
    year = dataclasses.replace(
        LINE, x=days, series=tuple(dataclasses.replace(series, values=values) for series in LINE.series)
    )
    table = with_rows(900).tables()[0]
    document = dataclasses.replace(NORMAL, sections=(year, dataclasses.replace(year, title="Two"), table))
    page = document_html(document)
    assert len(page.encode()) < 300_000
    assert re.search(r"Rows 1–[0-9]+ of 900", page)
    assert page.count("<tr>") == 2 * 366


def test_a_long_table_is_cut_at_two_hundred_rows_with_a_line_that_says_so():
    page = document_html(with_rows(201))
    assert "Campaign 00200" in page
    assert "Campaign 00201" not in page
    assert "Rows 1–200 of 201; all are in the Excel and CSV files." in Read(page).text


def test_a_table_keeps_its_columns_names_and_total_where_it_folds():
    read = Read(table_html(TABLE))
    labels = [column.label for column in TABLE.columns]
    cells = [cell for cell in read.of("td") if cell["role"] == "cell"]
    assert [cell["data-label"] for cell in cells[: len(labels) - 1]] == labels[1:]
    assert len(read.of("tfoot")) == 1
    assert "Rows 1" not in read.text
    assert "Rows 1–2 of 6." in Read(table_html(TABLE, most_rows=2)).text
    assert "No rows in this period." in Read(table_html(EMPTY.tables()[0])).text


def test_headings_go_down_one_step_at_a_time():
    steps = [int(tag[1]) for tag, _ in Read(document_html(WHOLE)).elements if re.fullmatch("h[1-6]", tag)]
    assert steps[0] == 2
    assert all(after - before <= 1 for before, after in itertools.pairwise(steps))


def test_text_keeps_its_manner_and_links_only_where_links_may_lead():
    spans = (
        Span(text="bold", strong=True),
        Span(text=" site", href="https://example.test/?a=1&b=2"),
        Span(text=" bad", href="javascript:alert(1)"),
    )
    text = Text(
        key="t",
        title="",
        blocks=(
            Block(form="paragraph", spans=spans),
            Block(form="number", spans=(Span(text="one"),), place=3),
            Block(form="number", spans=(Span(text="two"),), place=4),
            Block(form="bullet", spans=(Span(text="dot"),)),
        ),
    )
    read = Read(text_html(text))
    assert [link["href"] for link in read.of("a")] == ["https://example.test/?a=1&b=2"]
    assert [item.get("value") for item in read.of("li")] == ["3", "4", None]
    assert not read.of("h3")


def test_a_report_without_activity_says_so_and_shows_no_empty_charts():
    read = Read(document_html(EMPTY))
    assert words.NO_ACTIVITY in read.text
    assert not read.of("svg")


def test_numbers_are_in_the_locale_of_the_report():
    document = dataclasses.replace(NORMAL, look=Look(locale=Locale.DE))
    assert "97,6\u202f%" in document_html(document)
    assert "97.6\u202f%" in document_html(NORMAL)


def test_the_logo_is_small_and_one_that_is_no_picture_is_left_out():
    pixels = random.Random(1).randbytes(1200 * 400 * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", (1200, 400), pixels).save(file, "PNG")
    for logo, shown in ((file.getvalue(), 1), (file.getvalue()[:40], 0), (b"nothing", 0), (None, 0)):
        page = document_html(dataclasses.replace(NORMAL, brand=dataclasses.replace(BRAND, logo=logo)))
        pictures = re.findall(
            r'<img class="logo" alt="" width="96" height="32" src="data:image/png;base64,([^"]+)">', page
        )
        assert len(pictures) == shown
        assert len(page) < 80_000
        for picture in pictures:
            assert Image.open(io.BytesIO(base64.b64decode(picture))).size == (192, 64)


def test_the_same_document_gives_the_same_page():
    assert document_html(NORMAL) == document_html(dataclasses.replace(NORMAL))
