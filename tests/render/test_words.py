import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbrief.render import colours, columns, words
from outbrief.terms.document import Change
from outbrief.terms.locale import THIN
from outbrief.terms.look import Brand
from outbrief.terms.table import Kind
from tests.render import documents

T = THIN


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(48210, 0, f"48{T}210"), (-1234.56, 1, f"−1{T}234.6"), (0, 0, "0"), (-0.04, 1, "0.0"), (float("nan"), 0, "–")],
)
def test_numbers_are_grouped_by_thin_spaces(value: float, decimals: int, text: str) -> None:
    assert words.number(value, decimals) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.976, f"97.6{T}%"), (0.0004, f"0.04{T}%"), (0.0, f"0{T}%"), (1.0, f"100{T}%"), (0.01, f"1.0{T}%")],
)
def test_a_rate_is_written_as_percent_with_two_decimals_below_one(fraction: float, text: str) -> None:
    assert words.percent(fraction) == text


def test_the_rates_of_one_column_share_their_decimals() -> None:
    assert words.column_decimals(Kind.RATE, (0.002, 0.009, None)) == 2
    assert words.column_decimals(Kind.RATE, (0.002, 0.3)) == 1
    assert words.column_decimals(Kind.INTEGER, (1, 2)) is None


def test_a_change_has_a_sign_and_a_unit_or_says_that_there_is_none() -> None:
    by_key = {figure.key: words.change(figure) for figure in documents.FIGURES}
    assert by_key["open_rate"] == f"▲ 2.1{T}pt"
    assert by_key["delivery_rate"] == f"▼ 0.4{T}pt"
    assert by_key["sent"] == f"▲ 6.2{T}%"
    assert by_key["click_rate"] == "no change"
    assert by_key["avg_time_to_open"] == ""


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.04, f"▲ 0.04{T}pt"), (-0.004, f"▼ 0.004{T}pt"), (0.00021, f"▲ 0.0002{T}pt"), (1234.5, f"▲ 1{T}234{T}pt")],
)
def test_a_change_is_written_with_the_decimals_it_takes_to_see_it(amount: float, text: str) -> None:
    moved = Change(amount=amount, unit="pt", direction=1 if amount > 0 else -1, verdict="bad")
    assert words.change_words(moved) == text


def test_a_limit_loses_its_needless_zeros_and_tells_which_side_is_good() -> None:
    by_key = {figure.key: words.limit(figure) for figure in documents.FIGURES}
    assert by_key["delivery_rate"] == f"usual: above 98{T}%"
    assert by_key["bounce_rate"] == f"limit 2{T}%"
    assert by_key["complaint_rate"] == f"limit 0.1{T}%"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(4.24, f"4.2{T}min"), (35.4, f"35{T}min"), (200, f"3{T}h 20{T}min"), (240, f"4{T}h"), (3125, f"2{T}d 4{T}h")],
)
def test_minutes_are_written_in_the_unit_that_suits_them(minutes: float, text: str) -> None:
    assert words.duration(minutes) == text


def test_an_instant_is_written_on_the_clock_of_its_zone() -> None:
    assert words.moment(documents.AS_OF, "America/New_York") == "23 Nov 2026, 09:00 (New York)"
    assert words.moment(documents.AS_OF, "no such zone") == "23 Nov 2026, 14:00 (no such zone)"
    assert words.cell(dt.date(2026, 11, 2), Kind.DATE, "UTC") == "2 Nov 2026"


def test_controls_and_line_breaks_do_not_reach_print() -> None:
    assert words.printable("a\x00b\r\nc\ud800\ufffe\t d") == "a\ufffdb c\ufffd\ufffd d"
    assert words.printable("x" * 50, 10) == "x" * 9 + "…"


def test_text_that_turns_the_direction_of_writing_does_not_turn_what_follows() -> None:
    assert words.printable("a\u202eb") == "a\u202eb\u202c"
    assert words.printable("\u2067a\u202eb") == "\u2067a\u202eb\u202c\u2069"
    assert words.printable("\u202aa\u2066b\u202ec\u2069d") == "\u202aa\u2066b\u202ec\u2069d\u202c"
    assert words.printable("\u2068שלום\u2069 x\u202c\u2069") == "\u2068שלום\u2069 x\u202c\u2069"
    assert words.printable("\u202e" + "x" * 50, 10) == "\u202e" + "x" * 8 + "…\u202c"


@given(st.text(st.characters(exclude_categories=())))
def test_printable_text_is_valid_xml_and_utf8(text: str) -> None:
    shown = words.printable(text)
    shown.encode()
    assert not any(ord(letter) < 32 or letter in "\x7f\ufeff\ufffe\uffff" for letter in shown)


def test_rows_left_out_are_told_with_the_place_where_they_are() -> None:
    table = documents.with_rows(3000).tables()[0]
    assert words.rows_left_out(table, 1000, main=True) == (
        f"Rows 1–1{T}000 of 3{T}000; all are in the Excel and CSV files."
    )
    assert words.rows_left_out(table, 1000, main=False).endswith("all are in the Excel file.")
    assert words.rows_left_out(table, 3000, main=True) == ""
    cut = dataclasses.replace(table, total_rows=9000)
    assert words.rows_left_out(cut, 3000, main=True) == f"Rows 1–3{T}000 of 9{T}000; an export holds them all."


def test_columns_left_out_are_counted_in_good_grammar() -> None:
    assert words.columns_left_out(0, main=True) == ""
    assert words.columns_left_out(1, main=False) == "1 more column is in the Excel file."
    assert words.columns_left_out(5, main=True) == "5 more columns are in the Excel and CSV files."


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.sampled_from((colours.PANEL, colours.DARK_PANEL)))
def test_any_colour_of_a_tenant_becomes_readable(colour: str, ground: str) -> None:
    assert colours.contrast(colours.readable(colour, ground), ground) >= 4.5
    assert colours.contrast(colours.on(colour), colour) >= 4.5


def test_a_colour_that_is_none_gives_way_to_ours() -> None:
    assert colours.accent(Brand(name="x", colour='red"/><b>')) == colours.ACCENT


@given(st.text(min_size=1, max_size=300), st.integers(4, 60))
def test_breaking_long_words_keeps_their_letters(text: str, letters: int) -> None:
    shown = columns.breakable(text, letters)
    assert shown.replace("\u200b", "") == text.replace("\u200b", "")
    assert all(len(part) <= letters for word in shown.split(" ") for part in word.split("\u200b"))


def test_a_table_too_wide_for_small_type_gets_a_lying_page() -> None:
    column = columns.Column(heading="Sent", cells=["1 234 567"], firm=True)
    name = columns.Column(heading="Campaign", cells=["A name of some length"], firm=False)
    few = columns.fit([name] + [column] * 5, 493, 739, 0.56)
    many = columns.fit([name] + [column] * 11, 493, 739, 0.56)
    assert (few.size, few.wide) == (9, False)
    assert many.wide
    assert sum(many.widths) < 739


def test_short_words_keep_their_column_beside_long_names() -> None:
    name = columns.Column(heading="Domain", cells=["go.brightpath-offers.example" * 2], firm=False)
    verdict = columns.Column(heading="Verdict", cells=["healthy"], firm=False)
    figure = columns.Column(heading="Unsubscribe rate", cells=["98.1 %"], firm=True)
    fitted = columns.fit([name, verdict] + [figure] * 5, 493, 739, 0.56)
    assert fitted.letters[1] >= len("healthy")
    assert sum(fitted.shares) + sum(fitted.widths) == pytest.approx(493, abs=0.1)


def test_smaller_type_is_taken_before_names_are_broken() -> None:
    name = columns.Column(heading="Campaign", cells=["A campaign for some founders"], firm=False)
    figure = columns.Column(heading="Open rate", cells=["98.1 %"], firm=True)
    fitted = columns.fit([name] + [figure] * 9, 493, 739, 0.56)
    assert (fitted.size, fitted.wide) == (8, False)
    assert fitted.letters[0] >= len("A campaign for some founders")


def test_a_column_of_rates_mostly_below_a_percent_keeps_two_decimals() -> None:
    assert words.column_decimals(Kind.RATE, [0.0003, 0.0004, 0.05, None, 0]) == 2
    assert words.column_decimals(Kind.RATE, [0.3, 0.004, 0.05]) == 1
    assert words.column_decimals(Kind.RATE, [None, 0]) == 1
    assert words.column_decimals(Kind.INTEGER, [1]) is None
