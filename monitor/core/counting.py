"""Columns and steps of the clock -> values that can be counted.

The pipeline and the workers use the same walk. Its loops run over seconds and intervals, never over
lines. Hits in order of time are counted many seconds at once, before the clock reaches these
seconds. That is correct because the window sums a second only when the clock reaches it. Late hits
are counted when the clock is at the second in which they came.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from monitor.alerts import ALL_HITS, HITS, Asked
from monitor.core.causes import Stretch
from monitor.core.chosen import Chosen
from monitor.core.intervals import Grid
from monitor.core.totals import Totals
from monitor.formats import Columns, Mark, runs_of
from monitor.stats import Minutes, Tally
from monitor.streamtime import Advance, Hits, SetBack, Start, Step, counted_by


class Seconds(NamedTuple):
    """Counts of some seconds under a name, as `(second, number)`."""

    name: str
    counts: list[tuple[int, int]]


class Lines(NamedTuple):
    """Lines of the open interval: hits, the numbers of late and misdated hits, and marks.

    `marks` are the lines that are no hits. `minutes` has the hits by the minutes of the clock.
    `left_out` is the number of hits that are not to be counted.
    """

    hits: Columns
    late: int
    misdated: int
    marks: list[Mark]
    minutes: Minutes
    left_out: int

    def enter(self, tally: Tally) -> None:
        """Count the lines in the tally of their interval."""
        if len(self.hits):
            tally.add_hits(self.hits)
        tally.minutes.add(self.minutes)
        tally.late += self.late
        tally.misdated += self.misdated
        tally.ignored += self.left_out
        for mark in self.marks:
            tally.add_mark(mark)

    def total(self, totals: Totals) -> None:
        """Count the lines in totals."""
        ignored = self.left_out + sum(mark.is_ignored for mark in self.marks)
        unparsed = sum(mark.is_unparsed for mark in self.marks)
        totals.add(
            self.hits,
            ignored=ignored,
            unparsed=unparsed,
            late=self.late,
            misdated=self.misdated,
        )


class PlacedMarks(NamedTuple):
    """Marks with a place in the row of a log (legibility.py), and the second at which they came."""

    second: int
    marks: list[Mark]


Counted = Stretch | Seconds | Lines | PlacedMarks | Start | Advance | SetBack


class Walk:
    """One walk over columns by the steps of the clock.

    `now` is the present second of the clock before the steps. The open interval ends at `end`; None
    if the first step opens one. `asked` is what is counted.
    """

    def __init__(
        self,
        columns: Columns,
        now: int,
        end: int | None,
        grid: Grid,
        asked: Asked = ALL_HITS,
    ) -> None:
        self._columns = columns
        self._chosen = Chosen.of(columns, asked.only)
        self._measures = asked.measures
        self._now = now
        self._end = end
        self._begin = grid.start_of(end - 1) if end else 0
        self._grid = grid
        self._entered = 0  # hits that were yielded as lines
        self._stop = 0  # hits of the steps so far
        self._late = self._misdated = self._left_out = 0
        self._minutes = Minutes()
        self._seconds: list[tuple[int, int]] = []
        self._counts: dict[str, list[tuple[int, int]]] = {}  # by what the rules ask for
        self._moved = False  # the clock moved since the last value was yielded
        self._placed = [mark for mark in columns.marks if mark.place]

    def counted(self, steps: list[Step]) -> Iterator[Counted]:
        """Yield the values in the order of time.

        A stretch of hits comes before all values of these hits. The lines of an interval come before
        the step that ends it.
        """
        yield from self._stretch(steps)
        for place, step in enumerate(steps, start=1):
            if isinstance(step, Hits):
                seconds = self._seconds_of(step)
                if seconds[0][0] != self._now or len(seconds) > 1:
                    yield from self._so_far()
                self._add(step, seconds)
                continue
            if self._placed:
                yield from self._placed_marks()
            is_plain = isinstance(step, Advance) and not step.leap
            if is_plain and self._end is not None and step.second < self._end:
                self._now = step.second
                self._moved = True
                continue
            yield from self._so_far()
            yield self._lines()
            self._go_to(step.second)
            yield step
            if isinstance(step, SetBack):
                yield from self._stretch(steps[place:])
        yield from self._placed_marks()
        yield from self._so_far()
        yield self._lines()

    def _stretch(self, steps: list[Step]) -> Iterator[Stretch]:
        steps = self._chosen.steps(steps)
        if counted_by(steps):
            start = self._chosen.before[self._stop]
            yield Stretch(self._chosen.hits, self._now, steps, start)

    def _go_to(self, second: int) -> None:
        self._now = second
        self._begin = self._grid.start_of(second)
        self._end = self._grid.end_of(second)

    def _seconds_of(self, hits: Hits) -> list[tuple[int, int]]:
        self._stop = hits.stop
        start, stop = (self._chosen.before[place] for place in hits[:2])
        self._left_out += hits.stop - hits.start - (stop - start)
        if start == stop:
            return [(self._now, 0)]  # the log is observed
        self._minutes.count(self._now, stop - start)
        if hits.misdated:
            self._misdated += stop - start
            return [(self._now, stop - start)]
        seconds = hits_of(self._chosen.hits.epochs[start:stop])
        begin = self._begin
        if min(seconds)[0] < begin:
            self._late += sum(number for second, number in seconds if second < begin)
        return seconds

    def _add(self, hits: Hits, seconds: list[tuple[int, int]]) -> None:
        self._seconds += seconds
        if self._measures:
            start, stop = (self._chosen.before[place] for place in hits[:2])
            second = self._now if hits.misdated else None
            counts = self._measures.of(self._chosen.hits, start, stop, second)
            for name, numbers in counts:
                self._counts.setdefault(name, []).extend(numbers.items())

    def _so_far(self) -> Iterator[Counted]:
        if self._seconds:
            yield Seconds(HITS, self._seconds)
            self._seconds = []
            yield from (Seconds(*each) for each in self._counts.items())
            self._counts = {}
        if self._moved:
            yield Advance(self._now)
            self._moved = False

    def _placed_marks(self) -> Iterator[Counted]:
        """Yield the marks with a place before the next hit."""
        due = bisect_right(self._placed, self._stop, key=attrgetter("hits_before"))
        if due:
            yield from self._so_far()
            yield PlacedMarks(self._now, self._placed[:due])
            del self._placed[:due]

    def _lines(self) -> Lines:
        start, stop = (self._chosen.before[at] for at in (self._entered, self._stop))
        hits = self._chosen.hits.cut(start, stop) if stop > start else Columns()
        marks = self._columns.take_marks(self._stop)
        numbers = self._late, self._misdated, marks, self._minutes, self._left_out
        self._entered = self._stop
        self._late = self._misdated = self._left_out = 0
        self._minutes = Minutes()
        return Lines(hits, *numbers)


def hits_of(epochs: list[int]) -> list[tuple[int, int]]:
    """Return the hits of each second as `(second, hits)`."""
    first, number = epochs[0], len(epochs)
    if epochs.count(first) == number:  # fast path
        return [(first, number)]
    return runs_of(epochs) or list(Counter(epochs).items())
