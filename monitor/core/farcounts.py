"""What is counted of hits that are far from stream time, by log (clocks.py).

When the offset of a log is found, its hits move to other seconds of the window. Moved are the hits
that `--only` chooses, and what the rules count of these hits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from monitor.alerts import HITS, Asked
from monitor.core.past import Counts, Moves
from monitor.formats import Columns
from monitor.streamtime import Hits, Step


class _Numbers:
    """Numbers by name, of hits that came at the second `came` or before."""

    def __init__(self) -> None:
        self.came = 0
        self.names: Counter[str] = Counter()


_Places = dict[tuple[int, int], _Numbers]
"""Numbers by the second in which they are counted, and by their own second."""


class FarCounts:
    """The counts of far hits, and of hits from before the start.

    Hits that came more than `window` seconds ago are forgotten.
    """

    def __init__(self, asked: Asked, window: int) -> None:
        self._asked = asked
        self._window = window
        self._far: dict[str, _Places] = {}
        self._before: dict[str, Counts] = {}

    def backfill(self, log: str, seconds: Counter[int], counts: Counts) -> None:
        """Add hits from before the start by second, and other numbers by name."""
        self._before[log] = {HITS: seconds, **counts}

    def note(self, log: str, columns: Columns, steps: Iterable[Step], now: int) -> None:
        """Add far hits of a log, which steps of the clock counted while it was at `now`."""
        only, measures = self._asked
        places = self._far.setdefault(log, {})
        begin = now - self._window
        for old in [place for place, each in places.items() if each.came < begin]:
            del places[old]
        for step in steps:
            if isinstance(step, Hits):
                hits = columns.cut(step.start, step.stop)
                if only:
                    hits = hits.chosen(only.flags(hits.column, len(hits)))
                counts = measures.of(hits, 0, len(hits))
                numbers = [(HITS, Counter(hits.epochs)), *counts]
                _add(places, numbers, now, is_misdated=step.misdated)

    def forget(self, log: str) -> None:
        """Forget the far hits of a log, because it is on time."""
        self._far.pop(log, None)

    def dropped(self, moves: Moves) -> Iterator[tuple[str, Moves]]:
        """Yield the moves of counts from before the start, by name, as their hits are moved."""
        for place in moves:
            for counts in self._before.values():
                for name, numbers in counts.items():
                    if place[0] is not None and place[0] in numbers:
                        yield name, {place: numbers[place[0]]}

    def moved(self, log: str, shift: int, moves: Moves) -> Iterator[tuple[str, Moves]]:
        """Yield the moves of the counts of a log, by name. Its hits move `shift` seconds back."""
        places, before = self._far.pop(log, {}), self._before.pop(log, {})
        for place in moves:
            counted, own = place[0], (place[1] or 0) + shift
            if counted is not None and (counted, own) in places:
                for name, number in places[counted, own].names.items():
                    yield name, {place: number}
            if counted in (None, own):
                for name, numbers in before.items():
                    if own in numbers:
                        yield name, {place: numbers[own]}


def _add(
    places: _Places,
    counts: Iterable[tuple[str, Mapping[int, int]]],
    now: int,
    *,
    is_misdated: bool,
) -> None:
    """Add numbers by name and second. Misdated hits are counted at the present second."""
    for name, numbers in counts:
        for own, number in numbers.items():
            found = places.setdefault((now if is_misdated else own, own), _Numbers())
            found.came = now
            found.names[name] += number
