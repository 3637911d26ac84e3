"""The busiest minute of some hits, in a fixed amount of memory. Minutes add.

A hit counts in the minute of the stream in which it came, as it counts in the report in which it
came. The minutes of a log therefore follow each other. Only the first and the last minute can go on
in the tallies around this one. Of the minutes between, the busiest is enough.
"""

from typing import Any, NamedTuple

LENGTH = 60
"""Seconds of a minute."""


class Minute(NamedTuple):
    """The first second of a minute, since 1970, and its hits."""

    second: int
    hits: int


class Minutes:
    """The hits of the first, of the busiest and of the last minute."""

    def __init__(self) -> None:
        self._first: Minute | None = None  # unless it is the last minute, too
        self._busiest: Minute | None = None  # of the minutes between
        self._second: int | None = None  # at which the last minute begins
        self._hits = 0  # of the last minute

    def count(self, second: int, hits: int) -> None:
        """Count hits that came at a second of the stream."""
        second -= second % LENGTH
        if second != self._second:
            self._end_last()
            self._second = second
        self._hits += hits

    def add(self, other: "Minutes") -> None:
        """Add the minutes of later hits."""
        if other._first is not None:
            self.count(*other._first)
            self._end_last()
            self._busiest = _busiest(self._busiest, other._busiest)
            self._second, self._hits = other._second, other._hits
        elif other._second is not None:
            self.count(other._second, other._hits)

    def busiest(self) -> Minute | None:
        """Return the minute with the most hits, the first of equal ones; None without a hit."""
        return _busiest(self._first, self._busiest, self._last)

    @property
    def _last(self) -> Minute | None:
        return None if self._second is None else Minute(self._second, self._hits)

    def _end_last(self) -> None:
        """Let no hit be added to the last minute."""
        if self._first is None:
            self._first = self._last
        else:
            self._busiest = _busiest(self._busiest, self._last)
        self._second, self._hits = None, 0

    def snapshot(self) -> tuple[Minute | None, ...]:
        """Return the minutes as a value that JSON can hold."""
        return self._first, self._busiest, self._last

    def restore(self, snapshot: Any) -> None:
        """Go on from a snapshot."""
        first, busiest, last = (each and Minute(*each) for each in snapshot)
        self._first, self._busiest = first, busiest
        self._second, self._hits = last or (None, 0)


def _busiest(*minutes: Minute | None) -> Minute | None:
    present = filter(None, minutes)
    return max(present, key=lambda minute: minute.hits, default=None)
