"""Partial counts: a worker counts a segment of a log and sends counts instead of lines.

A partial count holds the hits of each second, the moves of the clock, and a tally for each interval.
The worker assumes where the clock of the pipeline is, and what the source carries into the segment. It
counts only lines without a surprise (streamtime/steps.py). The pipeline checks the assumptions. If one
is wrong, the lines are read again. Partial counts therefore never change a result.

The causes of an alert are not in the counts. If an alert fires, its lines are read again for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from monitor.alerts import Asked
from monitor.core.causes import Recent, Stretch
from monitor.core.chosen import Chosen, columns_for
from monitor.core.counting import Counted, Lines, Seconds, Walk
from monitor.core.intervals import Grid
from monitor.core.legibility import BLIND
from monitor.core.sources import Carried
from monitor.formats import Columns, LineSplitter, Overlong, reader_of
from monitor.only import Only
from monitor.settings import Settings
from monitor.stats import Tally
from monitor.streamtime import Advance, Step, plain_steps


class IntervalCount:
    """The count of one interval: its lines as `tally`, and the steps of the clock.

    Every interval after the first one of a partial count begins with the advance that opens it.
    """

    def __init__(self, by: str) -> None:
        self.tally = Tally(by=by)
        self.steps: list[Seconds | Advance] = []


class PartialCount:
    """The count of some blocks, for a clock at `now` before them and at `newest` after them.

    `last` are the last hits, which later alerts can need. `now` is None if the clock may be at any
    second up to the `first` hit. `first` and `newest` are None if there is no hit. `before` and
    `after` are what the source carries into the first line and out of the last line.
    """

    def __init__(self, now: int | None, by: str, before: Carried) -> None:
        self.now = now
        self.before = self.after = before
        self.first: int | None = None
        self.newest: int | None = None
        self.last: Stretch | None = None
        self.intervals = [IntervalCount(by)]

    def goes_on_from(self, now: int) -> bool:
        """Return whether the count is right for a clock at `now`."""
        if self.first is None:
            return True
        if self.now is not None:
            return self.now == now
        return now <= self.first and plain_steps([self.first], now) is not None

    def tallies_before(self, end: int) -> list[Tally]:
        """Return the tallies of all lines before `end`, which the open interval must take."""
        first, *others = self.intervals
        opened = [each for each in others if _opened_at(each) < end]
        return [first.tally, *(each.tally for each in opened)]

    def counted(self) -> Iterator[Counted | Tally]:
        """Yield the counted values in the order of time; the lines of an interval are a tally."""
        for interval in self.intervals:
            yield from interval.steps
            yield interval.tally


def _opened_at(interval: IntervalCount) -> int:
    advance = interval.steps[0]
    assert isinstance(advance, Advance)
    return advance.second


class PartialCounter:
    """Counts the lines of a segment, one partial count after the other.

    `carried` is what the source carries into the first line.
    """

    def __init__(self, settings: Settings, carried: Carried | None = None) -> None:
        self._reader = reader_of(settings.format, columns_for(settings))
        self._reader.carried.restore(carried or {})
        self._grid = Grid.of(settings)
        self._delay = settings.delay
        self._by = settings.by
        self._asked = Asked.of(settings)
        self._now: int | None = None
        self._end: int | None = None  # of the interval that `now` lies in
        self._partial = PartialCount(None, self._by, self._reader.carried.snapshot())
        self._recent = Recent(settings.window, settings.delay)

    def add(self, blocks: Iterable[bytes | Overlong]) -> bool:
        """Count some lines; return False if they hold a surprise and are not counted.

        After False the caller must take the partial count before it adds other lines.
        """
        columns, partial = self._reader.read_all(blocks), self._partial
        if not _is_legible(columns):
            return self._refuse()
        steps: list[Step] = []
        if epochs := columns.epochs:
            now = epochs[0] if self._now is None else self._now
            plain = plain_steps(epochs, now, self._delay)
            if plain is None:
                return self._refuse()
            if partial.first is None:
                partial.first = epochs[0]
            steps = plain if self._now is not None else [Advance(now), *plain]
        self._record(columns, steps)
        partial.newest = self._now if partial.first is not None else None
        partial.after = self._reader.carried.snapshot()
        return True

    def _refuse(self) -> bool:
        self._now = self._end = None
        return False

    def take(self) -> PartialCount:
        """Return the partial count of the lines so far, and begin the next one."""
        partial, carried = self._partial, self._reader.carried.snapshot()
        self._partial = PartialCount(self._now, self._by, carried)
        for interval in partial.intervals:
            interval.tally.add_up()  # sums are smaller to send than the groups of a batch
        if partial.newest is not None:
            partial.last = self._recent.last(partial.newest - self._delay)
            self._recent.clear()
        return partial

    def _record(self, columns: Columns, steps: list[Step]) -> None:
        intervals = self._partial.intervals
        walk = Walk(columns, self._now or 0, self._end, self._grid, self._asked)
        for value in walk.counted(steps):
            match value:
                case Stretch():
                    self._recent.add(value)
                case Seconds():
                    intervals[-1].steps.append(value)
                case Lines():
                    value.enter(intervals[-1].tally)
                case Advance(second):
                    if self._end is None or second >= self._end:
                        intervals.append(IntervalCount(self._by))
                        self._end = self._grid.end_of(second)
                    intervals[-1].steps.append(value)
                    self._now = second


def read_again(
    lines: Iterable[bytes], partial: PartialCount, now: int, settings: Settings
) -> Stretch:
    """Return the hits of a partial count, for a clock at `now`, from the `lines` of its segment."""
    reader = reader_of(settings.format, columns_for(settings))
    reader.carried.restore(partial.before)
    splitter = LineSplitter(at_start=False)
    columns = reader.read_all(block for data in lines for block in splitter.feed(data))
    steps = plain_steps(columns.epochs, now, settings.delay)
    assert steps is not None  # the worker found no surprise in these lines
    chosen = Chosen.of(columns, Only(settings.only))
    return Stretch(chosen.hits, now, chosen.steps(steps))


def _is_legible(columns: Columns) -> bool:
    """Return whether no time passes at unparsed lines, and few of these lines follow each other.

    Otherwise hits may be missing (core/legibility.py), and only the pipeline can judge that.
    """
    epochs = columns.epochs
    rows = Counter(mark.hits_before for mark in columns.marks if mark.is_unparsed)
    return all(
        0 < place < len(epochs)
        and epochs[place - 1] == epochs[place]
        and length < BLIND
        for place, length in rows.items()
    )
