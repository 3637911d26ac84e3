"""Moments of the command line -> the seconds of a period.

A moment is a length of time before the newest second, a time of day, or a date with or without a
time. Without an offset it is in the machine's zone, or in UTC.
"""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from monitor.errors import UsageError
from monitor.units import seconds_of

Moment = timedelta | time | datetime

_DAY = timedelta(days=1)


class Period(NamedTuple):
    """The seconds `[since, until)`, since 1970. A bound that is None is open."""

    since: int | None = None
    until: int | None = None

    def holds(self, second: int) -> bool:
        """Return whether a second is in the period."""
        since, until = self
        return (since is None or since <= second) and (until is None or second < until)


ALWAYS = Period()
"""The period without bounds."""


def moment_of(text: str) -> Moment:
    """Parse a moment: `12h`, `02:00`, `2026-11-23 22:41`, also with seconds, `T` and offset.

    Raises ValueError for any other text.
    """
    if seconds := seconds_of(text):
        return timedelta(seconds=seconds)
    try:
        if of_day := re.fullmatch(r"(\d\d?):(\d\d)(?::(\d\d))?", text, re.ASCII):
            hour, minute, second = (int(part or 0) for part in of_day.groups())
            return time(hour, minute, second)
        moment = datetime.fromisoformat(text)
        if not 1970 <= moment.year < 9999:
            raise ValueError
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"give a time such as 12h, 02:00 or 2026-11-23T22:41, not '{text}'"
        ) from error
    return moment


def period_of(
    since: Moment | None, until: Moment | None, newest: int, zone: tzinfo | None
) -> Period:
    """Return the period between two moments; `newest` is the newest second to be read.

    A time of day is of the day of the newest second. If that is later than the newest second, `since`
    is of the day before. After `since`, a time of day as `until` is the next one. A time without an
    offset is in `zone`; None is the machine's. Raises UsageError for a period without a second.
    """
    start = end = None
    if until is not None and not isinstance(until, time):
        end = _second(until, newest, zone)
    if isinstance(since, time):
        start = _last(since, newest + 1 if end is None else end, zone)
    elif since is not None:
        start = _second(since, newest, zone)
    if isinstance(until, time):
        last = int(_on_day_of(newest, until, zone).timestamp())
        end = last if start is None else _next(until, start, zone)
    if start is not None and end is not None and start >= end:
        times = (datetime.fromtimestamp(each, UTC) for each in (start, end))
        shown = " is not before ".join(str(each.astimezone(zone)) for each in times)
        raise UsageError(f"--since must be before --until: {shown}")
    return Period(start, end)


def fixed_period(since: Moment | None, until: Moment | None) -> Period:
    """Return the period between two dates that have an offset."""
    return period_of(since, until, 0, UTC)


def _second(moment: timedelta | datetime, newest: int, zone: tzinfo | None) -> int:
    if isinstance(moment, timedelta):
        return newest - int(moment.total_seconds())
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())


def _last(of_day: time, before: int, zone: tzinfo | None) -> int:
    """Return the last second before another one that has a time of day."""
    at = _on_day_of(before, of_day, zone)
    return int((at if at.timestamp() < before else at - _DAY).timestamp())


def _next(of_day: time, after: int, zone: tzinfo | None) -> int:
    """Return the first second after another one that has a time of day."""
    at = _on_day_of(after, of_day, zone)
    return int((at if at.timestamp() > after else at + _DAY).timestamp())


def _on_day_of(second: int, of_day: time, zone: tzinfo | None) -> datetime:
    day = datetime.fromtimestamp(second, zone).date()
    return datetime.combine(day, of_day, zone)
