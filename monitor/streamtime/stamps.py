"""Timestamps -> steps of the clock, hit by hit. clock.py explains the rules."""

from collections.abc import Sequence

from monitor.streamtime.setback import Lag
from monitor.streamtime.steps import Advance, SetBack, Start, Step, Steps, plain_steps
from monitor.streamtime.trust import FAR, JUMP, NEAR, Beginning, ends_gap


class StampedTime:
    """Stream time by timestamps. `now` is the present second, None before it is known.

    `is_set` is True once a hit has set the time. clock.py explains `start` and `delay`.
    """

    def __init__(self, start: float | None, delay: int) -> None:
        self.now: int | None = None if start is None else int(start)
        self.is_set = False
        self._delay = delay
        self._near = max(NEAR, delay)
        self._beginning = Beginning(start)
        self._newest = 0  # the timestamp to which the time moved last
        self._lag: Lag | None = None
        self._doubted: int | None = (
            None  # the last hit, if it was far ahead and not trusted
        )

    def move_to(self, second: int) -> None:
        """Move to the newest second of hits without a surprise."""
        if second != self.now:
            self.now = self._newest = second
        self._lag = self._doubted = None

    def _plain_steps(self, epochs: list[int]) -> list[Step] | None:
        """Return the steps of hits without a surprise (steps.py), else None."""
        if not self.is_set or self.now is None:
            return None
        if self._lag and epochs and epochs[0] < self.now - self._near:
            return None
        # After silence the clock is ahead of all hits. Late hits then show how far the log is.
        far = FAR if self._newest == self.now else self._near
        steps = plain_steps(epochs, self.now, self._delay, far)
        if steps is not None:
            moves = [step.second for step in steps[-2:] if isinstance(step, Advance)]
            self.move_to(moves[0] if moves else self.now)
        return steps

    def _each_step(
        self, epochs: list[int], present: int | None, mono: float, trust: int | None
    ) -> list[Step]:
        """Return the steps hit by hit; `present` is the second that silence has led to."""
        steps = Steps()
        if epochs and not self.is_set:
            if not self._begin(epochs, trust, steps):
                return []
            present = None
        for index, epoch in enumerate(epochs):
            assert self.now is not None
            leap = epoch - max(self.now, present or self.now)
            if leap > JUMP:
                is_gap = self._ends_gap(epoch, epochs[index + 1 : index + 3], trust)
                if is_gap is None:
                    break
                if not is_gap:
                    self._doubted = epoch
                    steps.hit(misdated=True)
                    continue
            self._doubted = None
            if epoch > self.now:
                self.now = self._newest = epoch
                steps.add(Advance(epoch, leap if leap > JUMP else 0))
            if self._count(epoch, mono, steps):
                present = None
        return steps.collected()

    def _begin(self, epochs: list[int], trust: int | None, steps: Steps) -> bool:
        """Set the time by the first hits; return False if more hits are needed."""
        first = self._beginning.choose(epochs[:3], self.now, trust is not None)
        if first is None:
            return False
        self.now = self._newest = first
        self.is_set = True
        steps.add(Start(first))
        return True

    def _ends_gap(
        self, epoch: int, after: Sequence[int], trust: int | None
    ) -> bool | None:
        """Return whether a hit far ahead ends a gap; None if more hits are needed to decide."""
        now = self.now or 0
        verdict = ends_gap(epoch - now, [each - now for each in after], self._near)
        if verdict is not None or trust is None:
            return verdict
        if after:
            return False
        agrees = self._doubted is not None and 0 <= epoch - self._doubted <= JUMP
        return agrees or epoch - now <= trust

    def _count(self, epoch: int, mono: float, steps: Steps) -> bool:
        """Count a hit that is not ahead; return whether the log's clock was set back."""
        assert self.now is not None
        if epoch >= self.now - self._near:
            self._lag = None
            steps.hit()
            return False
        shift = self.now + 1 - epoch  # the clock shows `epoch` in its next second
        lag = self._lag = self._lag or Lag(shift, epoch, mono)
        is_fresh = self._newest < epoch
        if is_fresh:
            self._newest = epoch
            lag.shift = min(lag.shift, shift)
        lag.add(epoch, mono, is_fresh=is_fresh)
        if lag.is_new_time:
            self._lag = None
            self.now = self._newest = lag.newest
            steps.add(SetBack(lag.newest, lag.shift))
        steps.hit(misdated=epoch < self.now - FAR)
        return lag.is_new_time
