"""Columns -> steps of the clock -> counted values.

The last hits of a block wait if only the next hits can show whether their times are right.
"""

from collections.abc import Iterator
from typing import Any

from monitor.core.counting import Walk
from monitor.core.events import Event
from monitor.core.results import Results
from monitor.formats import Columns
from monitor.streamtime import Clock, Step, used

PATIENCE = 0.5
"""Seconds that a doubtful timestamp of a followed log waits for the next hit."""


class Stepping:
    """Counts lines in the steps of a clock. `mono` is a monotonic clock in seconds."""

    def __init__(self, clock: Clock, results: Results, mono: float) -> None:
        self._clock = clock
        self._results = results
        self._waiting = Columns()
        self._since = mono

    @property
    def is_done(self) -> bool:
        """Whether no hit waits."""
        return not len(self._waiting)

    def is_overdue(self, mono: float) -> bool:
        """Return whether hits have waited long enough."""
        return not self.is_done and mono - self._since >= PATIENCE

    def take(
        self, columns: Columns, mono: float, trust: int | None = None
    ) -> Iterator[Event]:
        """Count columns, except for the last hits if they need the next ones to be judged.

        With `trust` no hit waits (clock.py).
        """
        if not self.is_done:
            columns = self._waiting + columns
        now = self._clock.now or 0
        steps = self._clock.advance(columns.epochs, mono, trust)
        columns = self._judged(columns, used(steps), mono)
        yield from self.count(columns, now, steps, mono)

    def count(
        self, columns: Columns, now: int, steps: list[Step], mono: float
    ) -> Iterator[Event]:
        """Count columns by steps of the clock, which is at `now` before."""
        intervals, asked = self._results.intervals, self._results.asked
        walk = Walk(columns, now, intervals.end, intervals.grid, asked)
        yield from self._results.count(walk.counted(steps), mono)

    def _judged(self, columns: Columns, number: int, mono: float) -> Columns:
        """Hold back the hits after the first `number`, and return the others."""
        if number or self.is_done:
            self._since = mono
        self._waiting = Columns()
        if number < len(columns):
            columns, self._waiting = columns.split(number)
        return columns

    def snapshot(self) -> dict[str, Any]:
        """Return the hits that wait as a value that JSON can hold."""
        return self._waiting.snapshot()

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._waiting = Columns.restored(snapshot)
