"""Decides whether the log's clock was set back. A run of hits behind the clock is the evidence.

Each hit that is newer than the earlier hits of the run proves the seconds between them, but at most
STEP seconds. A hit on time ends the run. The log's clock was set back when a run proves SPAN seconds.
"""

from math import ceil
from typing import Any

SPAN = 60
"""Seconds of log time that must have passed behind the clock for it to be set back."""

STEP = 10
"""Seconds of log time that one hit can prove at most. A few odd hits therefore prove little."""

_HITS = 1 + SPAN // STEP
"""Hits that a run needs at least. The first hit proves nothing."""


class Lag:
    """A run of hits that are all behind the clock. Their times may be the log's new time.

    `shift` is the number of seconds by which the clock would be set back, to the second `newest`.
    """

    def __init__(self, shift: int, first: int, mono: float, evidence: int = 0) -> None:
        self.shift = shift
        self.newest = first
        self._evidence = evidence
        self._moved_at = self._began_at = mono

    def snapshot(self) -> dict[str, Any]:
        """Return the run as a value that JSON can hold."""
        return {
            "shift": self.shift,
            "newest": self.newest,
            "evidence": self._evidence,
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any], mono: float) -> "Lag":
        """Return the run of a snapshot."""
        return cls(snapshot["shift"], snapshot["newest"], mono, snapshot["evidence"])

    def add(self, epoch: int, mono: float, *, is_fresh: bool) -> None:
        """Add a hit that was read at `mono`.

        A hit is fresh if no hit since the clock last moved had a newer time. Fresh hits that are read
        together may come from a buffer. They prove only the seconds that have really passed.
        """
        if epoch <= self.newest:
            return
        most = min(STEP, self._passed(mono)) if is_fresh else STEP
        self._evidence += min(epoch - self.newest, most)
        self.newest = epoch
        self._moved_at = mono

    @property
    def is_new_time(self) -> bool:
        """Whether the log's clock was set back."""
        return self._evidence >= SPAN

    def may_be_new_time(self, mono: float) -> bool:
        """Return whether the run may prove a set-back soon: some evidence, still growing, not old."""
        is_recent = mono - self._began_at <= 2 * SPAN
        return self._evidence >= STEP and self._passed(mono) <= STEP and is_recent

    def _passed(self, mono: float) -> int:
        """Return the seconds that really passed since the newest hit of the run was read."""
        return ceil(mono - self._moved_at)


def are_late(lags: list[int], near: int, far: int) -> bool:
    """Return whether hits with these lags in seconds are only late, as slow requests are.

    A hit that lags up to `near` seconds is on time. The clock was perhaps set back if many hits in a
    row lag. A hit on time ends the row. Because a row may continue into the next block, the last hit
    must be on time.
    """
    if max(lags) <= near:
        return True
    if max(lags) > far or lags[-1] > near:
        return False
    return b"\1" * _HITS not in bytes(map(near.__lt__, lags))
