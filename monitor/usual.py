"""The usual rate: the median of the same hour on the days before.

Traffic follows the time of day. The median is not moved by one day with an attack or an outage. Hours
are those of UTC, and are numbered since 1970.
"""

from collections.abc import Mapping

HOUR = 3600
LONGEST = 2 * HOUR
"""Seconds from which an interval says nothing about an hour."""

DAYS = 7
FEWEST = 3
"""The days before of which the hour is used, and how many of them must be known."""

OBSERVED = 600
"""Seconds of an hour that must have been observed."""


def hour_of(start: int, end: int) -> int | None:
    """Return the hour of the middle of an interval; None if it is longer than LONGEST."""
    return (start + end) // 2 // HOUR if end - start <= LONGEST else None


def usual_rate(rates: Mapping[int, float], start: int, end: int) -> float | None:
    """Return the usual hits per second of an interval, from the rates of hours; None if unknown."""
    hour = hour_of(start, end)
    if hour is None:
        return None
    days = (hour - 24 * day for day in range(1, DAYS + 1))
    known = sorted(rates[each] for each in days if each in rates)
    if len(known) < FEWEST:
        return None
    half = len(known) // 2
    return (known[half] + known[-half - 1]) / 2
