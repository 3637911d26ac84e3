"""On which side of its limit a count is: beyond it, back from it, or between.

Between means equal to an upper limit, or between the limit and the value at which an alert recovers.
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

from monitor.alerts.rules import SHARE, Rule, Tuning

BEYOND, BACK, BETWEEN = "beyond", "back", "between"

Side = Callable[[int, int], str]
"""Returns the side of a count; the second number is the hits that are judged."""


def side_of(rule: Rule, tuning: Tuning) -> Side:
    """Return the function that judges the counts of a rule."""
    limit = rule.threshold * rule.per
    eased = limit * tuning.hysteresis / 100
    if rule.kind.base == SHARE:
        return _of_share(limit, limit - eased, tuning.min_hits)
    return (
        _above(limit, limit - eased)
        if rule.kind.above
        else _below(limit, limit + eased)
    )


def _above(limit: Fraction, back: Fraction) -> Side:
    first = floor(limit) + 1
    # No count is below a limit of 0. An empty window recovers then.
    last = ceil(back) - 1 if back else 0

    def side(count: int, hits: int) -> str:
        if count >= first:
            return BEYOND
        return BACK if count <= last else BETWEEN

    return side


def _below(limit: Fraction, back: Fraction) -> Side:
    last, first = ceil(limit) - 1, ceil(back)

    def side(count: int, hits: int) -> str:
        if count <= last:
            return BEYOND
        return BACK if count >= first else BETWEEN

    return side


def _of_share(limit: Fraction, back: Fraction, min_hits: int) -> Side:
    number, parts = limit.as_integer_ratio()
    lower, of = back.as_integer_ratio()

    def side(count: int, hits: int) -> str:
        if hits >= min_hits and count * parts > number * hits:
            return BEYOND
        is_empty = not count and not lower * hits
        return BACK if is_empty or count * of < lower * hits else BETWEEN

    return side
