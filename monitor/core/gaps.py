"""The times without data of each log, and the messages about them.

A gap begins when a log cannot be read, and ends when it can be read again. A message says that it
began, PATIENCE seconds after the first failure, and another message says that it ended.
"""

from collections.abc import Collection, Iterator
from typing import Any

from monitor.core.events import BEGAN, ENDED, Missing, NoData, name_of

PATIENCE = 10.0
"""Seconds from the first failure to the message, by the monotonic clock."""


class Gap:
    """Since when and why a log has no data: `since` in stream time, `failed_at` monotonic.

    `since` is 0 if no log had a time yet. `is_announced`: a message was emitted. `moved` are the
    seconds by which the log's clock was set since then.
    """

    def __init__(
        self, since: int, reason: str, failed_at: float, *, is_announced: bool = False
    ) -> None:
        self.since = since
        self.reason = reason
        self.failed_at = failed_at
        self.is_announced = is_announced
        self.moved = 0


class Gaps:
    """The present gaps by log."""

    def __init__(self) -> None:
        self._gaps: dict[str, Gap] = {}
        self._ended: list[NoData] = []

    def begin(self, log: str, gap: Gap) -> None:
        """Begin a gap, or change the reason of the present gap of a log."""
        self._gaps.setdefault(log, gap).reason = gap.reason

    def end_all_but(self, logs: Collection[str], now: int) -> None:
        """End the gaps of all other logs at a second of stream time."""
        for log in [each for each in self._gaps if each not in logs]:
            gap = self._gaps.pop(log)
            if gap.is_announced:
                ended = NoData(ENDED, log, gap.since, now, gap.reason, gap.moved)
                self._ended.append(ended)

    def ended(self) -> list[NoData]:
        """Return the messages of the gaps that ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def begun(self, now: int, mono: float, patience: float) -> Iterator[NoData]:
        """Yield the messages of the gaps that are `patience` seconds old at `mono`."""
        for log, gap in self._gaps.items():
            if not gap.is_announced and mono - gap.failed_at >= patience:
                gap.is_announced = True
                gap.since = gap.since or now
                yield NoData(BEGAN, log, gap.since, now, gap.reason)

    def shift(self, before: int, second: int) -> None:
        """Move the beginnings, because the log's clock was set from one second to another.

        `before` is 0 if no log had a time yet. Announced gaps then have the machine's time, and keep
        it.
        """
        for gap in self._gaps.values():
            if before or not gap.is_announced:
                gap.since += second - before
                gap.moved += (second - before) * gap.is_announced

    @property
    def logs(self) -> set[str]:
        """The logs that have no data."""
        return set(self._gaps)

    @property
    def latest(self) -> int:
        """The second at which the latest present gap began; 0 if there is none."""
        return max((gap.since for gap in self._gaps.values()), default=0)

    def missing(self) -> Missing | None:
        """Return since when logs have no data, and why; None if all have data."""
        if not self._gaps:
            return None
        reasons = [f"{name_of(log)}: {gap.reason}" for log, gap in self._gaps.items()]
        since = min(gap.since for gap in self._gaps.values())
        return Missing(since or None, "; ".join(reasons))

    def snapshot(self) -> list[tuple[str, int, str, bool]]:
        """Return the gaps as a value that JSON can hold."""
        return [
            (log, gap.since, gap.reason, gap.is_announced)
            for log, gap in self._gaps.items()
        ]

    def restore(self, snapshot: Any, mono: float) -> None:
        """Go on from a snapshot. The patience for a message begins anew at `mono`."""
        for log, since, reason, is_announced in snapshot:
            self._gaps[log] = Gap(since, reason, mono, is_announced=is_announced)
