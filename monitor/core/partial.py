"""What a worker sends home about a segment of a log: counts, not lines.

A partial count is what some lines do to a pipeline whose clock stands where the worker supposed it
to: the hits of each second, the moves of the clock, and a tally for each interval. It is made only
of lines without a surprise (streamtime). The pipeline checks the supposition. Where it fails the
lines are read again. A partial count is therefore a shortcut and never another result.
"""

from collections.abc import Iterable, Iterator, Sequence

from monitor.core.counting import Counted, Lines, Seconds, Walk
from monitor.formats import Columns, Overlong, parser_of
from monitor.options import Settings
from monitor.stats import Tally
from monitor.streamtime import Advance, Step, plain_steps

MANY = 40_000
"""The weight of a partial count that is sent home before it gets more: names take memory."""

USUAL_LINE = 256
"""Bytes of a line whose names count once; those of lines twice as long count twice."""


class IntervalCount:
    """What falls into one interval: its lines as `tally`, and the steps of the clock.

    Every interval after the first one of a partial count begins with the advance that opens it.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.steps: list[Seconds | Advance] = []


class PartialCount:
    """The count of some blocks for a clock at `now`; None: anywhere up to the `first` hit.

    `newest` is where the clock is afterwards. `first` and `newest` are None when there is no hit.
    `blocks` is how many of the blocks that the worker read are counted.
    """

    def __init__(self, now: int | None) -> None:
        self.now = now
        self.first: int | None = None
        self.newest: int | None = None
        self.blocks = 0
        self.intervals = [IntervalCount()]
        self._lines = self._bytes = 0
        self._names_before = 0  # the last interval

    @property
    def names(self) -> int:
        """How many names it holds, about."""
        return self._names_before + self.intervals[-1].tally.names

    @property
    def weight(self) -> int:
        """Its names, counted several times where lines are long: the memory that it takes."""
        usual = USUAL_LINE * max(1, self._lines)
        return self.names * max(usual, self._bytes) // usual

    def see(self, columns: Columns, size: int) -> None:
        """Take note of so many bytes of lines, which show how long names may be."""
        self._lines += len(columns) + len(columns.marks)
        self._bytes += size

    def begin_interval(self) -> None:
        """Go on with the next interval."""
        # Texts that wait count for more names than they are.
        self.intervals[-1].tally.add_up()
        self._names_before = self.names
        self.intervals.append(IntervalCount())

    def tallies_before(self, end: int) -> list[Tally]:
        """Return what goes into the open interval, which ends at `end`."""
        first, *others = self.intervals
        opened = [each for each in others if _opened_at(each) < end]
        return [first.tally, *(each.tally for each in opened)]

    def counted(self) -> Iterator[Counted | Tally]:
        """Yield what is counted in the order of time, the lines of an interval as a tally."""
        for interval in self.intervals:
            yield from interval.steps
            yield interval.tally


def _opened_at(interval: IntervalCount) -> int:
    advance = interval.steps[0]
    assert isinstance(advance, Advance)
    return advance.second


class PartialCounter:
    """Counts the lines of a segment, one partial count after the other."""

    def __init__(self, settings: Settings) -> None:
        self._parser = parser_of(settings.format)
        self._interval = settings.interval
        self._delay = settings.delay
        self._now: int | None = None
        self._end: int | None = None  # of the interval that `now` lies in

    def count(
        self, blocks: Iterable[Sequence[bytes | Overlong]]
    ) -> PartialCount | None:
        """Count the first of some reads, each given as blocks of lines.

        The count ends before a read that holds a surprise, and after one with which it gets many
        names. It is None when a name was dropped from its first interval, because the tally that
        it is added to may hold that name.
        """
        partial = PartialCount(self._now)
        first = partial.intervals[0].tally
        for lines in blocks:
            columns = self._parser.parse_all(lines)
            partial.see(columns, sum(map(len, lines)))
            if not self._add(partial, columns):
                self._now = self._end = None
                break
            if not first.is_exact:
                self._now = self._end = None
                return None
            partial.blocks += 1
            partial.newest = self._now if partial.first is not None else None
            if partial.weight > MANY:
                break
        for interval in partial.intervals:
            interval.tally.add_up()  # sums are quicker to send than what they are of
        return partial

    def _add(self, partial: PartialCount, columns: Columns) -> bool:
        """Count lines; return False when they hold a surprise."""
        epochs = columns.epochs
        if not epochs:
            self._record(partial, columns, [])
            return True
        now = epochs[0] if self._now is None else self._now
        steps = plain_steps(epochs, now, self._delay)
        if steps is None:
            return False
        if partial.first is None:
            partial.first = epochs[0]
        if self._now is None:
            steps.insert(0, Advance(now))
        self._record(partial, columns, steps)
        return True

    def _record(
        self, partial: PartialCount, columns: Columns, steps: list[Step]
    ) -> None:
        walk = Walk(columns, self._now or 0, self._end, self._interval)
        for value in walk.counted(steps):
            match value:
                case Seconds():
                    partial.intervals[-1].steps.append(value)
                case Lines():
                    value.enter(partial.intervals[-1].tally)
                case Advance(second):
                    if self._end is None or second >= self._end:
                        partial.begin_interval()
                        self._end = second - second % self._interval + self._interval
                    partial.intervals[-1].steps.append(value)
                    self._now = second
