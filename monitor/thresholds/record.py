"""The sum of each judged second of a replay. Between two rows of the record the sum is constant."""

from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from monitor.periods import Period


class Record:
    """Seconds, the hits of the window at each, and whether hits may be missing.

    A row has 17 bytes. A day of a busy log has 86,400 rows. `end` is the second after the last one.
    """

    def __init__(self, window: int) -> None:
        self.window = window
        self.end = 0
        self._seconds = array("q")
        self._hits = array("q")
        self._complete = bytearray()

    def note(self, second: int, hits: int, is_complete: bool) -> None:
        """Take the next judged second."""
        is_on_time = second >= self.end
        last = (self._hits[-1], self._complete[-1]) if self._hits else None
        if not is_on_time and last:  # the log's clock was set back
            self._add(self.end - 1, *last)
        self.end = second + 1
        if not is_on_time or last != (hits, is_complete):
            self._add(second, hits, is_complete)

    def _add(self, second: int, hits: int, is_complete: int) -> None:
        self._seconds.append(second)
        self._hits.append(hits)
        self._complete.append(is_complete)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Yield the rows: a second, its hits, and 0 if hits may be missing; the last second, too."""
        yield from zip(self._seconds, self._hits, self._complete, strict=True)
        if self._hits and self._seconds[-1] != self.end - 1:
            yield self.end - 1, self._hits[-1], self._complete[-1]

    def bounds(self, period: Period) -> tuple[int, int]:
        """Return the first second of a period, and the second after its last one."""
        since, until = period
        first = min(self._seconds, default=0)
        start = first if since is None else max(first, since)
        return start, self.end if until is None else min(self.end, until)

    def spread(self, period: Period) -> Counter[int]:
        """Return for how many seconds of a period the window had each number of hits."""
        start, end = self.bounds(period)
        spread = Counter[int]()
        seconds = [*self._seconds, self.end]
        for hits, (first, after) in zip(self._hits, pairwise(seconds), strict=True):
            inside = min(after, end) - max(first, start)
            if inside > 0:
                spread[hits] += inside
        return spread
