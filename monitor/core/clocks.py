"""Several followed logs with different clocks: hits far from stream time, and their correction.

A far hit of one log does not move stream time, because the other logs would then be late. It is
counted at once, as late or as misdated. When the offset of its log is found, it moves to its right
second in the alert window (streamtime/offsets.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from monitor.core.events import Event
from monitor.core.farcounts import FarCounts
from monitor.core.past import Counts
from monitor.core.results import Results
from monitor.core.stepping import Stepping
from monitor.formats import Columns
from monitor.streamtime import Clock, Offsets

Pieces = Iterable[tuple[str, Columns]]
"""Lines in the order of time, by log."""


class LogClocks:
    """Compares the clocks of followed logs with stream time."""

    def __init__(
        self, offsets: Offsets, clock: Clock, results: Results, stepping: Stepping
    ) -> None:
        self._offsets = offsets
        self._clock = clock
        self._results = results
        self._stepping = stepping
        self._counts = FarCounts(results.asked, results.alerting.window.seconds)
        self._waiting: dict[str, list[Columns]] = {}
        self._has_begun = False

    def backfill(self, logs: Mapping[str, tuple[Counter[int], Counts]]) -> None:
        """Add hits from before the start by log and second, and other numbers by name."""
        for log, (seconds, counts) in logs.items():
            self._offsets.backfill(log, seconds)
            self._counts.backfill(log, seconds, counts)
            self._results.alerting.backfill(log, seconds, counts, self._clock.now)
        if newest := [max(seconds) for seconds, _ in logs.values() if seconds]:
            self._clock.come_after(max(newest))

    def in_order(self, pieces: Pieces, mono: float) -> Pieces:
        """Return the lines in the order in which they are counted.

        If the first lines of several logs come together, the log that is nearest to the machine's
        time, by whole minutes, sets the clock.
        """
        now = self._clock.reading(mono)
        if self._clock.is_set or now is None:
            return pieces
        pieces, minutes = list(pieces), dict[str, int]()
        for log, columns in pieces:
            if len(columns):
                minutes.setdefault(log, abs(columns.epochs[0] - now) // 60)
        return sorted(pieces, key=lambda piece: minutes.get(piece[0], 0))

    def take(self, log: str, columns: Columns, mono: float) -> Iterator[Event]:
        """Count lines of a log, which were read at `mono`. Far hits wait for the end of the round."""
        far = self._far(log, columns.epochs, mono)
        if not any(far):
            yield from self._count_near(log, columns, mono)
        elif far[-1] and not all(far):
            for part in columns.split(len(far) - far[::-1].index(False)):
                yield from self.take(log, part, mono)
        else:
            near, others = columns.parted(far)
            self._waiting[log] = [*self._waiting.get(log, []), others]
            yield from self._count_near(log, near, mono)

    def end_round(self, mono: float) -> Iterator[Event]:
        """Count the far hits that wait, and correct the hits of logs whose offset is found."""
        for log in list(self._waiting):
            yield from self._count_far(log, mono)
        for found in self._offsets.found():
            counts = self._counts.moved(found.log, found.shift, found.moves)
            for name, moves in counts:
                self._results.alerting.move(moves, name)
            yield from self._results.diagnostics.of_offset(found.log, found.seconds)

    def _far(self, log: str, epochs: list[int], mono: float) -> list[bool]:
        now = self._clock.reading(mono)
        if not epochs or now is None or not self._clock.is_set:
            return []
        return self._offsets.far(log, epochs, now, mono)

    def _count_far(self, log: str, mono: float) -> Iterator[Event]:
        """Count the far hits of a log that wait. They do not move the clock."""
        now = self._clock.reading(mono) or 0
        for columns in self._waiting.pop(log, []):
            steps = self._offsets.see_far(log, columns.epochs, now, mono)
            self._counts.note(log, columns, steps, now)
            yield from self._stepping.count(columns, now, steps, mono)

    def _count_near(self, log: str, columns: Columns, mono: float) -> Iterator[Event]:
        """Count lines by the clock, and compare the last hit with the time of the clock."""
        before = self._clock.reading(mono) or 0
        yield from self._stepping.take(columns, mono)
        now = self._clock.now
        if now is None or not self._clock.is_set or not len(columns):
            return
        if not self._has_begun:
            self._begin(now)
        yield from self._count_far(log, mono)
        if steps := self._offsets.see(log, columns.epochs, before, now, mono):
            self._counts.note(log, columns, steps, now)
        else:
            self._counts.forget(log)

    def _begin(self, now: int) -> None:
        """Begin stream time. Hits from before the start that are far ahead of it are dropped."""
        ahead = self._offsets.begin(now)
        for name, moves in self._counts.dropped(ahead):
            self._results.alerting.move(moves, name)
        self._has_begun = True
