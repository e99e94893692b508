"""How a figure moved against the comparison period."""

import pytest

from outbrief.terms.document import Change, Figure, change_of
from outbrief.terms.table import Kind


def complaints(value: float, previous: float, *, within_chance: bool = False) -> Change | None:
    return change_of(
        Figure(
            key="complaint_rate",
            label="Complaint rate",
            kind=Kind.RATE,
            value=value,
            previous=previous,
            better="down",
            within_chance=within_chance,
        )
    )


def test_a_proven_change_of_a_rate_is_a_change_however_small():
    change = complaints(0.0006, 0.0002)
    assert change is not None
    assert (change.direction, change.verdict, change.unit) == (1, "bad", "pt")
    assert change.amount == pytest.approx(0.04)
    fell = complaints(0.00001, 0.00002)
    assert fell is not None
    assert (fell.direction, fell.verdict) == (-1, "good")


def test_a_rate_that_moved_within_chance_or_not_at_all_has_not_changed():
    for change in (complaints(0.0006, 0.0002, within_chance=True), complaints(0.0006, 0.0006)):
        assert change is not None
        assert (change.direction, change.verdict) == (0, "neutral")


def test_a_count_that_moved_by_less_than_is_written_has_not_changed():
    change = change_of(Figure(key="sent", label="Sent", kind=Kind.INTEGER, value=10_001, previous=10_000))
    assert change is not None
    assert change.direction == 0
