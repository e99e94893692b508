"""Intervals and verdicts, held against published tables and exact sums."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.compose.chance import ENOUGH, difference, interval, moved, sure, surely_above

WHOLE = st.integers(1, 5000)


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(WHOLE)
    return draw(st.integers(0, whole)), whole


def test_differences_are_newcombes():
    # Newcombe 1998, "Interval estimation for the difference between independent proportions", table II, method 10.
    for part, whole, part_before, whole_before, low, high in [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ]:
        assert difference(part, whole, part_before, whole_before) == pytest.approx((low, high), abs=1e-4)


@settings(deadline=None)
@given(shares(), shares())
def test_a_change_is_never_told_with_an_interval_that_denies_it(now: tuple[int, int], before: tuple[int, int]):
    low, high = difference(*now, *before)
    direction = moved(*now, *before)
    assert low <= now[0] / now[1] - before[0] / before[1] + 1e-12
    assert high >= now[0] / now[1] - before[0] / before[1] - 1e-12
    assert direction == 0 or ((low > 0) == (direction > 0) and (low > 0 or high < 0))
    assert moved(*before, *now) == -direction


@settings(deadline=None)
@given(shares())
def test_a_rate_has_not_moved_against_itself_and_lies_in_its_interval(share: tuple[int, int]):
    assert moved(*share, *share) == 0
    low, high = interval(*share)
    assert 0 <= low <= share[0] / share[1] + 1e-12 <= high + 2e-12 <= 1 + 2e-12


@settings(deadline=None)
@given(st.integers(0, ENOUGH - 1), st.integers(0, ENOUGH - 1))
def test_of_too_few_messages_nothing_is_called_a_change(whole: int, part: int):
    assert moved(min(part, whole), whole, 500, 1000) == moved(500, 1000, min(part, whole), whole) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data(), st.sampled_from([0.001, 0.02, 0.3]))
def test_sure_of_a_limit_is_the_exact_binomial_test(whole: int, data: st.DataObject, bound: float):
    part = data.draw(st.integers(0, min(whole, int(whole * bound) + 12)))
    chance = sum(math.comb(whole, k) * bound**k * (1 - bound) ** (whole - k) for k in range(part, whole + 1))
    if abs(chance - 0.025) > 1e-6:
        assert surely_above(part, whole, bound) == (part / whole > bound and chance < 0.025)


def test_one_complaint_in_a_hundred_messages_is_no_verdict():
    assert interval(1, 100)[0] > 0.001  # as the interval alone would have it
    assert not surely_above(1, 100, 0.001)
    assert surely_above(3, 100, 0.001)


def test_limits_are_judged_for_millions_of_messages():
    assert surely_above(200_900, 10_000_000, 0.02)
    assert not surely_above(200_800, 10_000_000, 0.02)
    assert surely_above(10_000_000, 10_000_000, 0.02)
    assert not surely_above(0, 0, 0.02)


def test_the_more_are_compared_the_more_it_takes():
    assert sure() == pytest.approx(1.96, abs=1e-3)
    assert sure(1000) == pytest.approx(4.056, abs=1e-3)  # of 0.05 / 2000 in each tail
    assert surely_above(30, 1000, 0.02)
    assert not surely_above(30, 1000, 0.02, alike=100)
