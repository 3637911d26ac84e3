"""The last hits, and the causes of an alert: the names that most of these hits have in common.

Nothing is computed for a line. The columns of the last blocks are kept until the blocks after them
hold enough hits. Shares are computed only when an alert fires.
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any

from monitor.alerts import Cause
from monitor.escape import bytes_of, text_of
from monitor.formats import Columns
from monitor.keys import section_of
from monitor.streamtime import Advance, Hits, SetBack, Step, counted_by

MOST = 1000
"""The last hits that show the causes of an alert."""

LEAST = 0.25
"""The share of these hits from which a name is a cause."""

NAMES = ("section", "client", "status")
"""What the causes are named by, in the order of the messages."""

_COLUMNS = ("head", "client", "status")
"""The column of each kind of name. The section is a part of the head (columns.py)."""


class Stretch:
    """The hits of some columns from `start` on, up to a set-back of the clock.

    The clock is at `now` before the first of the steps that count the hits.
    """

    def __init__(
        self, columns: Columns, now: int, steps: list[Step], start: int = 0
    ) -> None:
        self.now = now
        # The other fields are not needed. They would fill the processor's cache.
        fields = {name: columns[name] for name in _COLUMNS}
        self._columns = Columns(columns.epochs, fields)
        self._steps = steps
        self._start = start

    @classmethod
    def counted(cls, columns: Columns, now: int) -> "Stretch":
        """Return hits that were counted at the times in their columns; the clock is at `now`."""
        return cls(columns, now, [Hits(0, len(columns))] if len(columns) else [])

    def __len__(self) -> int:
        return max(0, counted_by(self._steps) - self._start)

    @property
    def newest(self) -> int:
        """The second of the clock after the last hit."""
        moves = (step for step in reversed(self._steps) if not isinstance(step, Hits))
        return next((step.second for step in moves), self.now)

    @cached_property
    def _times(self) -> tuple[list[int], list[int]]:
        """The second of the clock at each hit, and the second in which each hit is counted."""
        clocks: list[int] = []
        seconds: list[int] = []
        epochs, now = self._columns.epochs, self.now
        for step in self._steps:
            if isinstance(step, SetBack):
                break
            if isinstance(step, Hits):
                start, stop, is_misdated = step
                present = [now] * (stop - start)
                clocks += present
                seconds += present if is_misdated else epochs[start:stop]
            else:
                now = step.second
        return clocks, seconds

    @property
    def seconds(self) -> list[int]:
        """The second in which each hit is counted."""
        return self._times[1]

    def before(self, second: int, delay: int) -> Iterator[int]:
        """Yield the places of the hits that are counted up to a second when it is judged.

        The last hit comes first. A second is judged when the clock is `delay` seconds after it.
        """
        clocks, seconds = self._times
        places = range(bisect_right(clocks, second + delay) - 1, -1, -1)
        return (place for place in places if seconds[place] <= second)

    def values(self, name: str, places: Iterable[int]) -> list[bytes]:
        """Return a column of the hits at some places."""
        column, start = self._columns[name], self._start
        return [column[start + place] for place in places]


class Recent:
    """The last hits that were counted, for a window and a delay in seconds."""

    def __init__(self, window: int, delay: int) -> None:
        self._window = window
        self._delay = delay
        self._number = 0  # of the hits in `_settled`
        self._settled: deque[Stretch] = deque()  # before all seconds to be judged
        self._open: deque[Stretch] = deque()
        self._read: Callable[[], Stretch] | None = None
        self._is_set = False  # whether a hit has set the clock

    def clear(self) -> None:
        """Forget all hits, because the log's clock was set back."""
        self._number = 0
        self._settled.clear()
        self._open.clear()

    def begin(self, logs: Iterable[Columns]) -> None:
        """Add the last hits of some logs from before the start."""
        columns = Columns()
        for each in logs:
            columns.extend(each)
        epochs = columns.epochs
        order = sorted(range(len(columns)), key=epochs.__getitem__)[-MOST:]
        fields = {name: [columns[name][at] for at in order] for name in _COLUMNS}
        if order:
            self._open.append(_in_order(Columns([epochs[at] for at in order], fields)))

    def add(self, stretch: Stretch) -> None:
        """Add hits before the clock moves over them."""
        self._forget(stretch.now - self._delay)
        self._open.append(stretch)
        self._is_set = True

    def _forget(self, second: int) -> None:
        """Forget hits that no alert at `second` or later can need."""
        while self._open and self._open[0].newest <= second:
            self._number += len(self._open[0])
            self._settled.append(self._open.popleft())
        begin = self._end_before(second)
        while self._settled and (
            self._number - len(self._settled[0]) >= MOST
            or self._settled[0].newest <= begin
        ):
            self._number -= len(self._settled.popleft())

    def _end_before(self, second: int) -> int:
        """Return the last second before the window of `second`; 0 before the clock is set.

        The first hit may set the clock to another time than the machine's.
        """
        return second - self._window if self._is_set else 0

    def expect(self, read: Callable[[], Stretch]) -> None:
        """Expect hits that a worker counts. `read` returns them if an alert fires among them."""
        self._read = read

    def pass_by(self, last: Stretch | None) -> None:
        """Go on after the expected hits, of which these are the last; None if there was no hit."""
        if self._read is not None and last is not None:
            self.add(last)
        self._read = None

    def causes(self, second: int) -> tuple[Cause, ...]:
        """Return the causes of an alert at a second that is judged."""
        if self._read is not None:
            read, self._read = self._read, None
            self.add(read())
        values: dict[str, list[bytes]] = {name: [] for name in _COLUMNS}
        most = MOST
        for stretch in chain(reversed(self._open), reversed(self._settled)):
            places = list(islice(stretch.before(second, self._delay), most))
            most -= len(places)
            begin, seconds = second - self._window, stretch.seconds
            places = [place for place in places if seconds[place] > begin]
            for name, column in values.items():
                column += stretch.values(name, places)
            if not most:
                break
        values["head"] = list(map(section_of, values["head"]))
        columns = zip(NAMES, values.values(), strict=True)
        return tuple(cause for name, each in columns for cause in _largest(name, each))

    def last(self, second: int) -> Stretch:
        """Return the hits that alerts at `second` and later can need. The clock is past them."""
        self._forget(second)
        seconds: list[int] = []
        values: dict[str, list[bytes]] = {name: [] for name in _COLUMNS}
        for stretch in chain(self._settled, self._open):
            seconds += stretch.seconds
            for name, column in values.items():
                column += stretch.values(name, range(len(stretch)))
        counted = [place for place, each in enumerate(seconds) if each <= second]
        places = range(counted[-MOST] if len(counted) > MOST else 0, len(seconds))
        begin = self._end_before(second)
        start = next(
            (place for place in places if seconds[place] > begin), len(seconds)
        )
        fields = {name: column[start:] for name, column in values.items()}
        return Stretch.counted(Columns(seconds[start:], fields), second + self._delay)

    def snapshot(self, second: int) -> dict[str, Any]:
        """Return the hits that later alerts can need as a value that JSON can hold.

        The next second to be judged is `second`.
        """
        last = self.last(second)
        names = {
            name: [text_of(value) for value in last.values(name, range(len(last)))]
            for name in _COLUMNS
        }
        return {"seconds": last.seconds, **names}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        seconds = snapshot["seconds"]
        fields = {name: list(map(bytes_of, snapshot[name])) for name in _COLUMNS}
        columns = Columns(seconds, fields)
        self._open.append(Stretch.counted(columns, max(seconds, default=0)))


def _in_order(columns: Columns) -> Stretch:
    """Return hits in the order of their times, which the clock was at when they were counted."""
    steps: list[Step] = []
    start = 0
    for second, hits in Counter(columns.epochs).items():
        steps += [Advance(second), Hits(start, start + hits)]
        start += hits
    return Stretch(columns, columns.epochs[0], steps)


def _largest(name: str, column: list[bytes]) -> Iterator[Cause]:
    """Yield the most frequent value of a column if it is frequent enough to be a cause."""
    counts = Counter(column)
    del counts[b""]
    if not counts:
        return
    value = min(counts, key=lambda each: (-counts[each], each))
    share = counts[value] / len(column)
    if share >= LEAST:
        yield Cause(name, value, share)
