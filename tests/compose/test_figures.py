"""Headline figures: what changed, how sure it is, and in how few letters that is said."""

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.compose.chance import interval
from outbrief.compose.figures import USUAL, figures_of
from outbrief.compose.measures import parts_of
from outbrief.compose.parts import Given
from outbrief.terms.document import Figure, change_of
from outbrief.terms.question import COUNTS
from tests.compose.facts import MONDAY_AFTER, Fact, document_of, request_for

LONGEST_NOTE = 34


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def figures(*facts: Fact, name: str = "campaign") -> dict[str, Figure]:
    return {figure.key: figure for figure in document_of(name, list(facts)).figures()}


def now(**changed: object) -> Fact:
    usual = {
        "day": "2026-11-16",
        "sent": 10_000,
        "delivered": 9800,
        "hard_bounced": 200,
        "opened": 4000,
        "replied": 300,
    }
    return Fact(**(usual | changed))  # type: ignore[arg-type]


def before(**changed: object) -> Fact:
    return now(day="2026-11-09", **changed)


def test_a_rate_that_moved_by_chance_has_not_changed():
    found = figures(now(replied=310), before())["reply_rate"]
    assert found.within_chance
    change = change_of(found)
    assert change is not None
    assert (change.direction, change.verdict) == (0, "neutral")
    assert plain(found.note) == "± 0.3 pt"


def test_a_rate_that_moved_beyond_chance_says_between_what():
    found = figures(now(replied=400), before())["reply_rate"]
    assert not found.within_chance
    assert plain(found.note) == "± 0.4, change +0.5 to +1.5 pt"


def test_beside_its_limit_a_rate_says_only_the_change():
    found = figures(now(delivered=9700, hard_bounced=300), before())["bounce_rate"]
    assert plain(found.note) == "change +0.6 to +1.4 pt"
    assert plain(figures(now(), before(opened=4200))["open_rate"].note) == "direction only, −3.4 to −0.7 pt"


def test_a_proven_change_of_the_complaint_rate_shows_although_it_is_small():
    big = {"sent": 102_000, "delivered": 100_000, "hard_bounced": 2000}
    found = figures(now(**big, complained=60), before(**big, complained=20))["complaint_rate"]
    change = change_of(found)
    assert change is not None
    assert (change.direction, change.verdict) == (1, "bad")


@pytest.mark.parametrize(
    ("complained", "delivered", "note"),
    [
        (0, 2000, "0.00–0.19 %"),
        (1, 1000, "0.02–0.56 %"),
        (1, 10_000, "0.00–0.06 %"),
        (5000, 100_000, "± 0.1 pt"),
    ],
)
def test_an_interval_that_lies_unevenly_about_the_rate_is_written_itself(complained: int, delivered: int, note: str):
    few = {"sent": delivered, "delivered": delivered, "hard_bounced": 0, "opened": delivered // 2, "replied": 0}
    assert plain(figures(now(**few, complained=complained))["complaint_rate"].note) == note


def test_an_uneven_interval_leaves_room_for_the_change():
    small = {"sent": 200, "delivered": 200, "hard_bounced": 0, "opened": 0}
    found = figures(now(**small, replied=100), before(**small, replied=0))["reply_rate"]
    assert plain(found.note) == "± 6.9, change +42.9 to +56.9 pt"
    found = figures(now(**small, replied=30), before(**small, replied=4))["reply_rate"]
    assert plain(found.note) == "10.7–20.6 %, +7.8 to +18.7 pt"
    opens = figures(now(**small | {"opened": 20}))["open_rate"]
    assert plain(opens.note) == "6.6–14.9 %, a direction only"


def test_counts_change_plainly():
    found = figures(now(sent=10_001), before())["sent"]
    assert not found.within_chance
    assert found.previous == 10_000


def test_rates_of_few_messages_have_no_limit_and_say_so():
    found = figures(now(sent=40, delivered=20, hard_bounced=20, opened=3, replied=0), before())
    assert found["bounce_rate"].limit is None
    assert found["bounce_rate"].note == "of 40: too few to tell"
    assert found["reply_rate"].note == "of 20: too few to tell"
    assert found["bounce_rate"].within_chance


def test_what_was_measured_before_alone_has_no_note():
    found = figures(before())
    assert (found["bounce_rate"].value, found["bounce_rate"].note) == (None, "")


@st.composite
def totals(draw: st.DrawFn) -> dict[str, int]:
    most = draw(st.sampled_from([10, 100, 10_000, 10**7, 10**9]))
    sent = draw(st.integers(0, most))
    delivered = draw(st.integers(0, sent))
    below = st.integers(0, delivered)
    rest = sent - delivered
    known = {"sent": sent, "delivered": delivered, "bounced": rest, "hard_bounced": rest, "soft_bounced": 0}
    return {name: known[name] if name in known else draw(below) for name in COUNTS}


@settings(max_examples=150, deadline=None)
@given(totals(), totals())
def test_notes_fit_a_tile_and_agree_with_the_change(current: dict[str, int], earlier: dict[str, int]):
    answers = {"totals": pa.Table.from_pylist([current]), "totals_before": pa.Table.from_pylist([earlier])}
    given_facts = Given(request=request_for("overall"), answers=answers, as_of=MONDAY_AFTER)
    for figure in figures_of(given_facts, USUAL).figures:
        assert len(figure.note) <= LONGEST_NOTE, figure.note
        found = re.search(r"([+−][\d\u202f.]+) to ([+−][\d\u202f.]+) pt", figure.note)
        if figure.kind == "rate" and figure.value is not None:
            assert bool(found) != (figure.within_chance or "few" in figure.note)
        if found:
            ends = [float(text.replace("−", "-").replace("\u202f", "")) for text in found.groups()]
            moved = (figure.value or 0) - (figure.previous or 0)
            assert ends[0] - 0.1 <= moved * 100 <= ends[1] + 0.1
            assert ends[0] <= ends[1]


@settings(max_examples=150, deadline=None)
@given(totals())
def test_the_ends_that_a_note_gives_are_those_of_the_interval(current: dict[str, int]):
    answers = {"totals": pa.Table.from_pylist([current]), "totals_before": pa.Table.from_pylist([{}])}
    given_facts = Given(request=request_for("overall"), answers=answers, as_of=MONDAY_AFTER)
    for figure in figures_of(given_facts, USUAL).figures:
        if figure.kind != "rate" or figure.value is None or "few" in figure.note:
            continue
        low, high = (end * 100 for end in interval(*parts_of(current, figure.key)))
        about = re.match(r"± ([\d.]+)", figure.note)
        between = re.match(r"([\d.]+)–([\d.]+)\u202f%", figure.note)
        if about:
            half, rate = float(about[1]), figure.value * 100
            # The unit of the last decimal, and the rounding of the half-width.
            near = 1.5 * 10 ** -len(about[1].partition(".")[2]) + 1e-9
            assert abs(rate - half - low) <= near
            assert abs(rate + half - high) <= near
            assert rate - half >= -0.0051
            assert rate + half <= 100.0051
        else:
            assert between is not None, figure.note
            near = 0.51 * 10 ** -len(between[1].partition(".")[2])
            assert abs(float(between[1]) - low) <= near
            assert abs(float(between[2]) - high) <= near


@pytest.mark.parametrize("sent", [1, 2, 49])
@pytest.mark.parametrize("name", ["campaign", "overall", "deliverability", "workspace_summary", "domain_health"])
def test_few_messages_make_no_verdict_anywhere(name: str, sent: int):
    document = document_of(name, [now(sent=sent, delivered=0, hard_bounced=sent, opened=0, replied=0)])
    told = [f for section in document.sections for f in getattr(section, "findings", ())]
    assert [finding.verdict for finding in told] == ["neutral"]
    assert told[0].headline.startswith("Too few messages to judge")
    assert all(figure.limit is None for figure in document.figures())
