import string

from hypothesis import given
from hypothesis import strategies as st

from outbrief.render.lines import lines_of, pages_of

WIDTHS = {letter: 0.5 + (ord(letter) % 7) / 10 for letter in string.printable}
TEXTS = st.text(alphabet=st.sampled_from("ab W-_/.é\u0301👩\u200d💻\u00a0第ع"), max_size=60)


def width(line: str) -> float:
    return sum(WIDTHS.get(letter, 0.0) for letter in line)


@given(TEXTS, st.floats(min_value=3, max_value=40))
def test_lines_hold_every_letter_of_the_text_in_order(text: str, room: float) -> None:
    lines = lines_of(text, room, WIDTHS)
    whole = "".join(lines).replace(" ", "").replace("\u00a0", "")
    assert whole in (text.replace(" ", "").replace("\u00a0", ""), "")
    assert lines


@given(st.text(alphabet="abcW -_/.", max_size=80), st.floats(min_value=3, max_value=40))
def test_no_line_is_wider_than_its_room(text: str, room: float) -> None:
    assert all(width(line) <= room for line in lines_of(text, room, WIDTHS))


def test_a_line_ends_at_a_space_or_after_a_mark_where_it_can() -> None:
    widths = dict.fromkeys(string.printable, 1.0)
    assert lines_of("Founders seed stage", 10, widths) == ["Founders", "seed", "stage"]
    assert lines_of("trial_accounts_onboarding", 16, widths) == ["trial_accounts_", "onboarding"]
    assert lines_of("abcdefghij", 5, widths) == ["abcd", "efgh", "ij"]


def test_what_makes_one_sign_is_not_cut_apart() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert lines_of(family * 3, 5, {}) == [family, family, family]


def test_a_text_in_which_nothing_can_be_seen_is_one_blank() -> None:
    assert lines_of("", 5, {}) == lines_of("\u200b \u00ad", 5, {}) == ["\u00a0"]


@given(st.lists(st.floats(min_value=1, max_value=150), min_size=1, max_size=200))
def test_pages_hold_all_rows_in_order_and_no_more_than_fits(heights: list[float]) -> None:
    pages = pages_of(heights, 60, 100)
    assert [row for page in pages for row in page] == list(range(len(heights)))
    assert all(len(page) == 1 or sum(heights[row] for row in page) <= 100.0001 for page in pages)
    assert all(pages)
