"""The steps of the clock: its moves, and the hits that are counted between two moves.

Nearly all blocks hold no surprise: no hit is far ahead, far behind, or a sign of a set-back. For
such a block `plain_steps` returns all steps at once. stamps.py returns the same steps hit by hit.
"""

from collections import Counter
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from monitor.formats import runs_of
from monitor.streamtime.setback import are_late
from monitor.streamtime.trust import FAR, JUMP, NEAR


class Hits(NamedTuple):
    """Hits `start` up to `stop` are counted; misdated hits count at the clock's present second."""

    start: int
    stop: int
    misdated: bool = False


class Start(NamedTuple):
    """The first hit sets the clock to a second."""

    second: int


class Advance(NamedTuple):
    """The clock moves forward to a second.

    `leap` is the number of seconds that silence does not explain; 0 if there are few.
    """

    second: int
    leap: int = 0


class SetBack(NamedTuple):
    """The log's clock was set back by `shift` seconds, to a second."""

    second: int
    shift: int


Step = Hits | Start | Advance | SetBack


class Steps:
    """Collects steps hit by hit."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._start = self._stop = 0
        self._misdated = False

    def hit(self, *, misdated: bool = False) -> None:
        """Count the next hit."""
        if misdated is not self._misdated:
            self._flush()
            self._misdated = misdated
        self._stop += 1

    def add(self, step: Step) -> None:
        """Add another step before the next hit."""
        self._flush()
        self._steps.append(step)

    def collected(self) -> list[Step]:
        """Return all steps."""
        self._flush()
        return self._steps

    def _flush(self) -> None:
        if self._stop > self._start:
            self._steps.append(Hits(self._start, self._stop, self._misdated))
            self._start = self._stop


def counted_by(steps: list[Step]) -> int:
    """Return the number of hits that steps count. The other hits wait for the next block."""
    last = steps[-1] if steps else None
    return last.stop if isinstance(last, Hits) else 0


def plain_steps(
    epochs: list[int], now: int, delay: int = 0, far: int = FAR
) -> list[Step] | None:
    """Return the steps of hits without a surprise, for a clock at `now`.

    Return None if there is no hit, if a hit is more than JUMP seconds ahead or more than `far`
    seconds behind, or if many hits in a row lag more than NEAR seconds and more than `delay`.
    """
    near = max(NEAR, delay)
    runs = runs_of(epochs)
    if epochs and (runs is None or runs[0][0] < now - near):
        newest = list(accumulate(epochs, max, initial=now))[1:]
        if not are_late(list(map(sub, newest, epochs)), near, far):
            return None
        runs = runs_of(newest) or list(Counter(newest).items())
    if not runs:
        return None
    steps: list[Step] = []
    start = index = 0
    for second, hits in runs:
        if second > now:
            if second - now > JUMP:
                return None
            if index > start:
                steps.append(Hits(start, index))
            steps.append(Advance(second))
            start, now = index, second
        index += hits
    steps.append(Hits(start, index))
    return steps
