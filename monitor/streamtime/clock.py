"""Stream time: the time of the log, which no other clock can disturb.

Stream time moves forward with the newest timestamp. While a followed log is silent, stream time
moves forward with the monotonic clock. It starts at the machine's time.

A hit up to JUMP seconds ahead moves the clock at once. A hit farther ahead waits for the next one.
If the next hit is closer to it than to the clock, the log was silent and the clock jumps. If the
next hit is at the clock, the first hit was misdated. Otherwise the third hit decides (trust.py). At
the end of an input no hit follows, and the last hit is trusted up to LONGEST_GAP seconds ahead. In a
followed log a far hit that nothing follows is misdated, unless the hit before it was as far ahead.

A hit up to FAR seconds behind is late and counted in its own second. A hit farther behind is
misdated and counted at the present second. If all hits are behind for SPAN seconds of log time, the
log's clock was set back, or its zone changed (setback.py). The clock then follows it.

Lines from a buffer come in late, too. They are behind the clock, but newer than all lines before
them. Such lines prove only as much log time as has really passed since the line before them.

Each hit is judged by the hits around it. The cut of the input into blocks changes no result.
"""

from typing import Any

from monitor.streamtime.setback import Lag
from monitor.streamtime.stamps import StampedTime
from monitor.streamtime.steps import Advance, Hits, Step

GRACE = 1.0
"""Seconds of silence before the clock moves by itself, because a line may be on its way."""

SLACK = 3
"""The same for a log that is not followed. A file's time of change is less exact than a poll."""


class Clock(StampedTime):
    """Stream time. `now` is the present second of the log, None before it is known.

    `start` is the machine's time in seconds since 1970 for a followed log, and None in a replay.
    `delay` is the usual lateness of lines in seconds. `mono` is a monotonic clock in seconds.
    """

    def __init__(
        self, start: float | None = None, mono: float = 0.0, delay: int = 0
    ) -> None:
        super().__init__(start, delay)
        self._silence = None if start is None else _Silence(start, mono)

    def come_after(self, second: int) -> None:
        """Set the newest second that the log held before the start. The first hit comes after it."""
        self._beginning.before = second

    # --- what survives ---

    def snapshot(self, mono: float) -> dict[str, Any] | None:
        """Return the time as a value that JSON can hold; None before the first hit has set it."""
        if not self.is_set:
            return None
        return {
            "now": self.now,
            "reading": self.now if self._silence is None else self._silence.at(mono),
            "newest": self._newest,
            "lag": self._lag and self._lag.snapshot(),
            "doubted": self._doubted,
        }

    def resume(self, snapshot: dict[str, Any], away: float, mono: float) -> None:
        """Go on from a snapshot, which was taken `away` seconds ago."""
        self.now, self.is_set = int(snapshot["now"]), True
        self._newest = snapshot["newest"]
        self._doubted = snapshot["doubted"]
        if self._silence is not None:
            self._silence.go_on(snapshot["reading"] + away, mono)
        if snapshot["lag"]:
            self._lag = Lag.restored(snapshot["lag"], mono)

    # --- time ---

    def advance(
        self, epochs: list[int], mono: float, trust: int | None = None
    ) -> list[Step]:
        """Move forward with hits that are read at `mono`, and return the steps.

        A hit that only the next hits can judge waits and is in no step. With `trust` no hit waits,
        and a hit up to `trust` seconds ahead is trusted.
        """
        present = self.reading(mono)
        steps = self._plain_steps(epochs)
        if steps is None:
            steps = self._each_step(epochs, present, mono, trust)
        moves = [step for step in steps if not isinstance(step, Hits)]
        is_new_time = not all(isinstance(step, Advance) for step in moves)
        if is_new_time or (moves and self.now == self.reading(mono)):
            self._silence_begins(mono)
        return steps

    def _silence_begins(self, mono: float) -> None:
        if self._silence is not None and self.now is not None:
            self._silence.begin(self.now, mono)

    def reading(self, mono: float) -> int | None:
        """Return the present second at `mono`, by the monotonic clock; None before it is known."""
        if self._silence is None or self.now is None:
            return self.now
        reading = self._silence.reading(mono, GRACE if self.is_set else 0.0)
        return max(self.now, int(reading))

    def go_on(self, mono: float) -> int | None:
        """Move to the present second at `mono`, because the log is silent."""
        self.now = self.reading(mono)
        return self.now

    def pass_silence(self, silence: float) -> int | None:
        """Move on from the newest hit, because nothing was written for `silence` seconds since."""
        if self.is_set and self.now is not None:
            self.now = max(self.now, self._newest + int(silence) - SLACK)
        return self.now

    @property
    def newest(self) -> int | None:
        """The second of the newest hit; None before the first hit."""
        return self._newest if self.is_set else None

    def is_in_doubt(self, mono: float) -> bool:
        """Return whether the latest hits may come from a clock that was set back."""
        return self._lag is not None and self._lag.may_be_new_time(mono)

    def skew(self) -> float:
        """Return how many seconds the log's clock is ahead of the machine's at the start."""
        if self._silence is None or not self.is_set:
            return 0.0
        return self._silence.skew()


class _Silence:
    """The time of a silent log: its last hit, and the seconds since then by the monotonic clock."""

    def __init__(self, start: float, mono: float) -> None:
        self._wall = start - mono  # the machine's time at `mono` 0
        self.begin(start, mono)

    def begin(self, second: float, mono: float) -> None:
        """Begin a silence at a second of the log."""
        self._second = second
        self._began_at = mono

    def at(self, mono: float) -> float:
        """Return the time of the log at `mono`, as if it were certain that no line is on its way."""
        return self._second + mono - self._began_at

    def go_on(self, second: float, mono: float) -> None:
        """Go on with a silence that began long before, at a second of the log."""
        self.begin(second - GRACE, mono - GRACE)

    def reading(self, mono: float, grace: float) -> float:
        """Return the time of the log at `mono`, less `grace` seconds."""
        return self._second + max(0.0, mono - self._began_at - grace)

    def skew(self) -> float:
        """Return how many seconds the log's clock is ahead of the machine's."""
        return self._second - self._began_at - self._wall
