"""One threshold, judged at all seconds of a record, by the states of the real alerts."""

from fractions import Fraction
from math import floor
from typing import NamedTuple

from monitor.alerts import FIRING, HITS, Judging
from monitor.periods import Period
from monitor.settings import Settings
from monitor.thresholds.record import Record


class Trial(NamedTuple):
    """A threshold in hits per second, and for how many seconds each of its alerts fired."""

    threshold: Fraction
    lasted: tuple[int, ...]

    @property
    def alerts(self) -> int:
        """How often the threshold would have fired."""
        return len(self.lasted)

    @property
    def seconds(self) -> int:
        """The seconds for which it would have fired."""
        return sum(self.lasted)

    @property
    def longest(self) -> int:
        """The seconds of the longest alert; 0 without one."""
        return max(self.lasted, default=0)


def trial_of(record: Record, settings: Settings, period: Period) -> Trial:
    """Judge a record by the threshold of the settings, and by their hysteresis and delays.

    An alert that began before the period counts from the second before it, as in a replay. An alert
    that goes on at the end counts up to the last second.
    """
    since, until = period
    lasted = []
    for fired, recovered in _firings(record, settings):
        if (until is None or fired < until) and (since is None or recovered >= since):
            begin = fired if since is None else max(fired, since - 1)
            end = recovered if until is None else min(recovered, until - 1)
            lasted.append(end - begin)
    return Trial(settings.threshold, tuple(lasted))


def _firings(record: Record, settings: Settings) -> list[tuple[int, int]]:
    """Return the second at which each alert fired, and the second at which it recovered.

    When the log's clock is set back, the minute in which this is found out is not counted.
    """
    state = Judging(settings).first
    limit, sums = floor(settings.threshold * record.window), {HITS: 0}
    found, before = list[tuple[int, int]](), 0

    def judge(second: int, is_complete: int) -> None:
        alert = state.evaluate(second, sums, is_complete=bool(is_complete))
        if alert is not None and alert.state != FIRING:
            found.append((alert.since, second))

    for second, hits, is_complete in record:
        while (due := state.due) is not None and due < second:
            judge(due, is_complete)
        if second < before:
            state.shift(second - before)
        before = second
        if hits > limit or not state.is_idle:
            sums[HITS] = hits
            judge(second, is_complete)
    if state.firing:
        found.append((state.since, record.end - 1))
    return found
