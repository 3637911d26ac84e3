"""Decides which timestamps to trust. A far timestamp ends a gap, or it is a mistake.

The clock, the merge and the replay of several files decide this by the same rules. The following
hits show which it is. After a gap they have similar times; a mistake stands alone.
"""

from collections.abc import Sequence

JUMP = 600
"""Seconds ahead up to which a single timestamp is trusted."""

FAR = 86400
"""Seconds behind up to which a hit is late, not misdated. No two time zones are so far apart."""

NEAR = 2
"""Seconds behind up to which a hit is on time. A request may take a moment."""

LONGEST_GAP = 364 * 86400
"""Seconds of silence that are trusted after the first timestamp of an input, or before its last.

A wrong year is farther away than that.
"""


def ends_gap(ahead: int, after: Sequence[int], near: int = NEAR) -> bool | None:
    """Return whether a timestamp ends a silent gap; None if more hits are needed to decide.

    The timestamp is `ahead` seconds ahead of the newest time before it. `after` has the same
    distance for each of the next hits. If the next hit is closer to the timestamp than to the newest
    time before it, the log was silent. If the next hit is back at the newest time, the timestamp is
    a mistake. Otherwise the second hit after the timestamp decides.
    """
    for place, each in enumerate(after[:2]):
        if 2 * each > ahead and (not place or abs(each - ahead) <= JUMP):
            return True
        if abs(each) <= near:
            return False
    return False if len(after) > 1 else None


def first_time(epochs: Sequence[int], *, more: bool) -> int | None:
    """Return the time that a log begins with, by its first three hits.

    The first hit is right if the second hit is at most JUMP seconds older, or newer by any gap
    that is trusted. Otherwise the third hit decides between the two. If there are too few hits,
    return None when `more` may come, else the earlier time.
    """
    if len(epochs) > 1 and -JUMP <= epochs[1] - epochs[0] <= LONGEST_GAP:
        return epochs[0]
    if len(epochs) > 2:
        first, second, third = epochs[:3]
        return second if abs(third - second) < abs(third - first) else first
    return None if more else min(epochs)


class Beginning:
    """Chooses the time that a clock begins with.

    `start` is the machine's time in seconds since 1970 when a log is followed, and None in a
    replay. `before` is the newest second of the log before the start, None if there is none.
    """

    def __init__(self, start: float | None) -> None:
        self._start = start
        self.before: int | None = None

    def choose(self, epochs: Sequence[int], now: int | None, trust: bool) -> int | None:
        """Return the first time of a log, by its first hits; None if more hits are needed.

        `now` is the machine's time. With `trust` the first hit decides alone.
        """
        if self._is_near(epochs[0], now):
            return epochs[0]
        if trust:
            return self._trusted(epochs[0], now)
        if len(epochs) > 1 and self._is_near(epochs[1], now):
            return epochs[1]
        return first_time(epochs, more=True)

    def _trusted(self, first: int, now: int | None) -> int:
        if self.before is None:
            return first
        if -FAR <= first - self.before <= (JUMP if self._is_right else LONGEST_GAP):
            return first
        if self._start is None or now is None:
            return self.before
        return self.before + now - int(self._start)

    def _is_near(self, epoch: int, now: int | None) -> bool:
        """Return whether a hit is near the machine's time, or very near if the log agreed with it."""
        if self._start is None or now is None:
            return False
        return -FAR <= epoch - now <= (JUMP if self._is_right else FAR)

    @property
    def _is_right(self) -> bool:
        """Whether the log agreed with the machine's time before the start."""
        if self._start is None or self.before is None:
            return False
        return abs(self._start - self.before) <= JUMP
