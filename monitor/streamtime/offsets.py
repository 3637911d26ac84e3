"""Decides whether the clock of one of several followed logs differs from stream time.

If a clock is an hour ahead or its zone is wrong, all hits of the log are about an hour from stream
time. The rule: ENOUGH hits in a row, which were read over at least LASTING seconds, are each more
than FAR_OFF seconds from stream time, and their distances differ by at most SPREAD seconds. This
distance is then the offset of the log, and its next hits are corrected before the logs are merged.
The rule holds for corrected hits, too. It therefore finds a clock that is set right again.

Buffered lines, and lines of a log that was not read for a while, have distances that vary. They are
late hits.

Another log must be on time, because only two logs can show that their clocks differ. If all logs are
far from stream time, their clock was set, and stream time follows it (clock.py).

Lines that were written while nothing was read are behind stream time, but their log has no other
clock. Hits that are behind are therefore compared only while all lines are read soon.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from monitor.streamtime.steps import Step, Steps
from monitor.streamtime.trust import FAR

FAR_OFF = 60
"""Seconds from stream time up to which a hit is on time."""

ENOUGH = 10
"""Far hits in a row that show an offset."""

LASTING = 3.0
"""Seconds over which these hits must be read. The lines of a buffer are read at once."""

SPREAD = 10
"""Seconds by which the distances of these hits may differ, because requests take a moment."""

SOON = 60.0
"""Seconds since everything was read, up to which the next lines are new."""

ZONE, EXCESS = 900, 2
"""Zones are multiples of ZONE seconds apart.

Stream time is up to EXCESS seconds behind the true time of the logs, because it moves with their
last hits. A distance is too large by so many seconds.
"""

Moves = Counter[tuple[int | None, int | None]]
"""Hits by the second in which they are counted, and the second in which they are to be counted.

None means no second.
"""


class Offset(NamedTuple):
    """A log's clock is `seconds` ahead of stream time; `moves` are hits, `shift` seconds back."""

    log: str
    seconds: int
    shift: int
    moves: Moves


class _Row:
    """Far hits in a row, from the lowest to the highest distance to stream time.

    `counted` are the hits by the second in which they were counted, and by their own second.
    """

    def __init__(self, low: int, high: int, mono: float) -> None:
        self.low, self.high = low, high
        self.counted: Counter[tuple[int, int]] = Counter()
        self.number = 0
        self._began_at = self._ended_at = mono

    def continues(self, low: int, high: int) -> bool:
        """Return whether hits with these distances belong to the row, too."""
        return max(self.high, high) - min(self.low, low) <= SPREAD

    def add(
        self, low: int, high: int, counted: list[tuple[int, int]], mono: float
    ) -> None:
        """Add hits that were read at `mono`."""
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.counted.update(counted)
        self.number += len(counted)
        self._ended_at = mono

    @property
    def is_proof(self) -> bool:
        """Whether the row shows an offset."""
        return self.number >= ENOUGH and self._ended_at - self._began_at >= LASTING


class _Log:
    """The offset of a log, its far hits in a row, and its hits `before` the start by second.

    `is_known`: one of its hits was on time.
    """

    def __init__(self, offset: int = 0, *, is_known: bool = False) -> None:
        self.offset = offset
        self.is_known = is_known
        self.row: _Row | None = None
        self.before: Counter[int] = Counter()

    @property
    def is_on_time(self) -> bool:
        """Whether other logs can be compared with this log."""
        return self.is_known and (self.row is None or self.row.number < ENOUGH)

    def forget(self) -> None:
        """Forget the hits so far, because they show no offset."""
        self.row = None
        self.before.clear()


class Offsets:
    """The offsets of followed logs, by the name of the log. A replay compares no clocks."""

    def __init__(self) -> None:
        self._logs: defaultdict[str, _Log] = defaultdict(_Log)
        self._start = self._now = 0  # stream time, at first and at last
        self._all_read_at: float | None = None

    def snapshot(self) -> dict[str, tuple[int, bool]]:
        """Return the offsets as a value that JSON can hold."""
        return {log: (each.offset, each.is_known) for log, each in self._logs.items()}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on from a snapshot. The lines that were written since then are not new."""
        if self._all_read_at is not None:
            self._all_read_at = float("-inf")
        for log, (offset, is_known) in snapshot.items():
            self._logs[log] = _Log(offset, is_known=is_known)

    # --- hits from before the start ---

    def backfill(self, log: str, seconds: Counter[int]) -> None:
        """Add hits from before the start by second."""
        self._logs[log].before += seconds

    def begin(self, second: int) -> Moves:
        """Begin stream time; return the hits from before the start that are far ahead of it."""
        self._start = second
        hits = [hits for each in self._logs.values() for hits in each.before.items()]
        return Counter({(at, None): n for at, n in hits if self._is_ahead(at)})

    def _is_ahead(self, second: int) -> bool:
        return second > self._start + FAR_OFF

    # --- hits ---

    def of(self, log: str) -> int:
        """Return the offset of a log; 0 if none was found."""
        return self._logs[log].offset if log in self._logs else 0

    def note_all_read(self, mono: float) -> None:
        """Note that at `mono` everything that had been written was read."""
        self._all_read_at = mono

    def far(self, log: str, epochs: list[int], now: int, mono: float) -> list[bool]:
        """Return which hits are far from stream time `now`, while another log is on time.

        Return [] if none is. The hits were read at `mono`. Before the first `note_all_read` none is.
        """
        if self._all_read_at is None:
            return []
        last = now + FAR_OFF
        first = now - FAR_OFF if self._are_new(mono) else min(epochs)
        if (max(epochs) <= last and min(epochs) >= first) or not self._can_compare(log):
            return []
        return [not first <= epoch <= last for epoch in epochs]

    def _are_new(self, mono: float) -> bool:
        """Return whether lines that were read at `mono` had just been written."""
        return self._all_read_at is not None and mono - self._all_read_at <= SOON

    def see(
        self, log: str, epochs: list[int], before: int, now: int, mono: float
    ) -> list[Step]:
        """Note hits that moved stream time to `now`, read at `mono`; return the steps of far hits."""
        if now < self._now or now - before > FAR_OFF:
            for each in self._logs.values():  # the distances so far are to another time
                each.forget()
        self._now = now
        if abs(epochs[-1] - now) <= FAR_OFF:
            self._logs[log].is_known = True
            self._logs[log].forget()
        elif self._are_new(mono):
            return self.see_far(log, epochs, now, mono)
        return []

    def see_far(self, log: str, epochs: list[int], now: int, mono: float) -> list[Step]:
        """Note far hits, which were read at `mono`; return the steps that count them."""
        known, low, high = self._logs[log], min(epochs) - now, max(epochs) - now
        steps, counted = _late_or_misdated(epochs, now)
        if known.row is None or not known.row.continues(low, high):
            known.row = _Row(low, high, mono) if high - low <= SPREAD else None
        if known.row is not None:
            known.row.add(low, high, counted, mono)
        return steps

    # --- offsets ---

    def found(self) -> Iterator[Offset]:
        """Yield the offsets that the hits have shown since the last call."""
        for name, log in self._logs.items():
            if log.row is not None and log.row.is_proof and self._can_compare(name):
                yield self._corrected(name, log, log.row)

    def _can_compare(self, name: str) -> bool:
        """Return whether another log is on time."""
        return any(log.is_on_time for other, log in self._logs.items() if other != name)

    def _corrected(self, name: str, log: _Log, row: _Row) -> Offset:
        offset = _rounded(log.offset + row.high)
        shift, log.offset = offset - log.offset, offset
        moves: Moves = Counter()
        for (counted, own), number in row.counted.items():
            moves[counted, own - shift] += number
        for own, number in log.before.items():
            counted_at = None if self._is_ahead(own) else own
            moves[counted_at, own - shift] += number
        log.is_known = True
        log.forget()
        return Offset(name, offset, shift, moves)


def _late_or_misdated(
    epochs: list[int], now: int
) -> tuple[list[Step], list[tuple[int, int]]]:
    """Return the steps that count far hits, and for each hit where it is counted and its own second."""
    steps, counted = Steps(), list[tuple[int, int]]()
    for epoch in epochs:
        is_late = now - FAR <= epoch <= now
        steps.hit(misdated=not is_late)
        counted.append((epoch if is_late else now, epoch))
    return steps.collected(), counted


def _rounded(seconds: int) -> int:
    """Return the offset for a distance, which is a little too large."""
    excess = seconds % ZONE
    if excess <= EXCESS:
        seconds -= excess
    return 0 if abs(seconds) <= SPREAD else seconds
