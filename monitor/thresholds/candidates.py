"""Thresholds that are worth a trial: averages of the window, rounded up to two digits."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, log

SHARES = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1)
"""Shares of the time in which the average is not above a candidate."""

FACTOR, STEPS = 1.3, 10
"""Neighbours differ by this factor or less, unless that would be more steps than this."""


def quantile(spread: Counter[int], share: float) -> int:
    """Return the hits that the window does not exceed in a share of the time."""
    hits = sorted(spread)
    times = accumulate(spread[each] for each in hits)
    due = share * spread.total()
    return next(each for each, time in zip(hits, times, strict=True) if time >= due)


def candidates(spread: Counter[int], window: int) -> list[Fraction]:
    """Return thresholds in hits per second, the lowest first. The highest was never exceeded."""
    hits = sorted({quantile(spread, share) for share in SHARES} - {0})
    return sorted({rounded_up(Fraction(each) / window) for each in _filled(hits)})


def _filled(hits: list[int]) -> Iterator[float]:
    """Yield numbers in order, with steps between two that are far apart."""
    factor = max(FACTOR, (hits[-1] / hits[0]) ** (1 / STEPS))
    for low, high in pairwise(hits):
        parts = ceil(log(high / low) / log(factor))
        yield from (low * (high / low) ** (step / parts) for step in range(parts))
    yield hits[-1]


def rounded_up(number: Fraction) -> Fraction:
    """Round a number above 0 up to two significant digits."""
    unit = Fraction(1)
    while number >= 100 * unit:
        unit *= 10
    while number < 10 * unit:
        unit /= 10
    return -(-number // unit) * unit
