"""How sure a rate is: intervals, changes beyond chance, limits passed for sure. Plain numbers in, plain numbers out."""

import math
from statistics import NormalDist

# Rates of fewer messages than this say more about chance than about the sender.
ENOUGH = 50
_ERROR = 0.05


def sure(alike: int = 1) -> float:
    """Give how many standard errors a 95 % interval reaches to each side.

    When `alike` rates are looked at to pick some of them, a wider one, so that chance alone picks any in one report
    of twenty (Bonferroni).
    """
    return NormalDist().inv_cdf(1 - _ERROR / 2 / max(alike, 1))


_Z = sure()


def interval(part: int, whole: int, z: float = _Z) -> tuple[float, float]:
    """Give the 95 % interval (Wilson) of the rate `part / whole`; (0, 1) when there is nothing to measure."""
    if whole <= 0:
        return 0.0, 1.0
    rate = min(part / whole, 1.0)
    square = z * z / whole
    middle = (rate + square / 2) / (1 + square)
    half = z * math.sqrt(rate * (1 - rate) / whole + square / (4 * whole)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(part: int, whole: int, part_before: int, whole_before: int, z: float = _Z) -> tuple[float, float]:
    """Give the 95 % interval (Newcombe's, of two Wilson intervals) of how much the first rate exceeds the second."""
    if whole <= 0 or whole_before <= 0:
        return -1.0, 1.0
    rate, before = min(part / whole, 1.0), min(part_before / whole_before, 1.0)
    low, high = interval(part, whole, z)
    low_before, high_before = interval(part_before, whole_before, z)
    middle = rate - before
    return (
        middle - math.hypot(rate - low, high_before - before),
        middle + math.hypot(high - rate, before - low_before),
    )


def moved(part: int, whole: int, part_before: int, whole_before: int, z: float = _Z) -> int:
    """Tell whether a rate rose (1) or fell (-1) by more than chance explains; 0 otherwise, and of too few messages.

    It takes the two-proportion test at 5 %, and an interval of the difference that leaves out 0, so that a change is
    never told with an interval that denies it.
    """
    if min(whole, whole_before) < ENOUGH:
        return 0
    pooled = min((part + part_before) / (whole + whole_before), 1.0)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / whole_before))
    if spread == 0 or abs(part / whole - part_before / whole_before) <= z * spread:
        return 0
    low, high = difference(part, whole, part_before, whole_before, z)
    return 1 if low > 0 else (-1 if high < 0 else 0)


def surely_above(part: int, whole: int, bound: float, *, alike: int = 1) -> bool:
    """Tell whether a rate is above `bound` (0 to 1, both excluded) by more than chance explains.

    It is when a sender right at the bound would see so many in at most 2.5 % of all cases (exact binomial test), or
    in so much less when `alike` rates are looked at. Of one complaint in 100 messages the interval alone would say so.
    """
    if whole <= 0 or part / whole <= bound:
        return False
    return _tail(min(part, whole), whole, bound) <= _ERROR / 2 / max(alike, 1)


def _tail(least: int, whole: int, chance: float) -> float:
    """Give the probability of at least `least` hits in `whole` tries; `least` lies above the mean."""
    logarithm = (
        math.lgamma(whole + 1) - math.lgamma(least + 1) - math.lgamma(whole - least + 1)
        + least * math.log(chance) + (whole - least) * math.log1p(-chance)
    )  # fmt: skip
    term = total = 1.0
    odds = chance / (1 - chance)
    for hits in range(least, whole):
        term *= (whole - hits) / (hits + 1) * odds
        total += term
        if term < total * 1e-9:
            break
    return math.exp(min(logarithm + math.log(total), 0.0))
