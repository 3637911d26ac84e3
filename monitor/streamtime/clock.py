"""Stream time: the log's own time, which no other clock can disturb.

Stream time moves forward with the newest timestamp. While a followed log is silent, it goes on with
the monotonic clock. The machine's time is only where it starts.

A hit up to JUMP seconds ahead moves the clock at once. A hit farther ahead waits for the next one.
If the next hit is closer to it than to the clock, the log was silent and the clock jumps. If the
next hit is at the clock, the first was misdated. Otherwise the third hit decides (trust.py). At the
end of an input no hit follows. The last hit is then trusted up to LONGEST_GAP seconds ahead. In a
followed log a far hit that nothing follows is misdated, unless the hit before it was as far ahead.

A hit up to FAR seconds behind is late and counted in its own second. A hit farther behind is
misdated and counted at the present second. If all hits are behind for SPAN seconds of log time, the
log's clock was set back, or its zone changed (setback.py). The clock then follows it.

Lines from a buffer come in late, too. They are behind the clock, but newer than all lines before
them. Such lines prove only as much log time as has really passed since the line before them.

Everything is decided hit by hit. The result does not depend on how the input is cut into blocks.
"""

from typing import Any

from monitor.streamtime.setback import Lag
from monitor.streamtime.stamps import StampedTime
from monitor.streamtime.steps import Advance, Hits, Step

GRACE = 1.0
"""Seconds of silence before the clock goes on by itself: a line may be on its way."""


class Clock(StampedTime):
    """Stream time. `now` is the present second of the log, None before it is known.

    A clock that follows gets `start`, the machine's time as seconds since 1970. `delay` is how many
    seconds late lines usually are. `mono` is a monotonic clock in seconds.
    """

    def __init__(
        self, start: float | None = None, mono: float = 0.0, delay: int = 0
    ) -> None:
        super().__init__(start, delay)
        self._silence = None if start is None else _Silence(start, mono)

    def come_after(self, second: int) -> None:
        """Learn the newest second of what was in the log before; the first hit comes after it."""
        self._beginning.before = second

    # --- what survives ---

    def snapshot(self, mono: float) -> dict[str, Any] | None:
        """Return the time as a value that JSON can hold; None before the first hit has set it."""
        if not self.is_set:
            return None
        return {
            "now": self.now,
            "reading": self.reading(mono),
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
            self._silence.begin(snapshot["reading"] + away, mono)
        if snapshot["lag"]:
            self._lag = Lag.restored(snapshot["lag"], mono)

    # --- time ---

    def advance(
        self, epochs: list[int], mono: float, trust: int | None = None
    ) -> list[Step]:
        """Move forward with hits that are read at `mono`; return what happens, step by step.

        A hit that needs the next ones to be judged waits and is in no step, unless `trust` is how
        many seconds ahead a hit is trusted without them.
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
        """Move to the present second at `mono`: the log is silent."""
        self.now = self.reading(mono)
        return self.now

    def is_in_doubt(self, mono: float) -> bool:
        """Return whether the hits that come in may be of a clock set back."""
        return self._lag is not None and self._lag.may_be_new_time(mono)

    def skew(self) -> float:
        """Return how many seconds the log's clock is ahead of the machine's at the start."""
        if self._silence is None or not self.is_set:
            return 0.0
        return self._silence.skew()


class _Silence:
    """Goes on from the last hit with the monotonic clock."""

    def __init__(self, start: float, mono: float) -> None:
        self._wall = start - mono  # what the monotonic clock is behind the machine's
        self.begin(start, mono)

    def begin(self, second: float, mono: float) -> None:
        """Count from a second of the log on."""
        self._second = second
        self._began_at = mono

    def reading(self, mono: float, grace: float) -> float:
        """Return the time of the log after a silence, less a grace."""
        return self._second + max(0.0, mono - self._began_at - grace)

    def skew(self) -> float:
        """Return how many seconds the log's clock is ahead of the machine's."""
        return self._second - self._began_at - self._wall
