"""Notices about a log itself: its clock differs or was set, or none of its lines parses.

A notice that holds for a whole run comes once.
"""

from collections.abc import Iterator

from monitor.core.events import Notice
from monitor.formats import IGNORED, Columns
from monitor.streamtime import Clock
from monitor.units import duration

SKEW = 10
"""Seconds that the log's clock is wrong, or set back, that are worth a notice."""

SKEW_SETTLES = 5
"""Seconds after the first hit when the difference is told."""

UNREADABLE = 20
"""Unparsed lines without a single hit that are worth a notice."""


class Diagnostics:
    """Remembers the notices of a run; `delay` is how many seconds late lines usually are.

    `mono` is the present, by a monotonic clock in seconds.
    """

    def __init__(self, delay: int, mono: float, *, follow: bool) -> None:
        self._delay = delay
        self._follow = follow
        self._skew_noticed = self._unreadable_noticed = False
        self._set_at = mono

    def begin(self, mono: float) -> None:
        """Learn that the first hit was read at `mono`."""
        self._set_at = mono

    def of_skew(self, clock: Clock, mono: float) -> Iterator[Notice]:
        """Yield a notice when the log's clock differs and the first hits have settled it."""
        settled = clock.is_set and mono - self._set_at >= SKEW_SETTLES
        if self._skew_noticed or not settled:
            return
        self._skew_noticed = True
        skew = round(clock.skew())
        if not -SKEW - self._delay < skew < SKEW:
            side = "ahead of" if skew > 0 else "behind"
            yield Notice(
                f"the log's clock is {duration(abs(skew))} {side} this machine's: "
                "reports and alerts go by the log's"
            )

    def of_setback(self, shift: int) -> Iterator[Notice]:
        """Yield a notice when the log's clock was set back by so many seconds."""
        if shift >= SKEW:
            yield Notice(
                f"the log's clock went back by {duration(shift)}: "
                "reports and alerts follow it"
            )

    def of_leap(self, seconds: int) -> Iterator[Notice]:
        """Yield a notice when a followed log moved ahead by more than its silence explains."""
        if self._follow:
            yield Notice(
                f"the log's clock went forward by {duration(seconds)}: reports and alerts follow it"
            )

    def of_unreadable(
        self, columns: Columns, before: int, least: int = UNREADABLE
    ) -> Iterator[Notice]:
        """Yield a notice when no hit was read before `least` unparsed lines, `before` included."""
        first = [mark.reason for mark in columns.marks if not mark.hits_before]
        unparsed = before + len(first) - first.count(IGNORED)
        if not self._unreadable_noticed and unparsed >= least:
            self._unreadable_noticed = True
            yield Notice(
                "nothing parses: none of the first lines has a time and a status that can be "
                "read. Is it an access log in one of the formats of --help?"
            )
