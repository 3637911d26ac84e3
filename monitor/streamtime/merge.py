"""Several sources of hits -> one source, in order of time.

The lines of one source keep their order. No source waits for a source that has no lines right now.
One timestamp far ahead cannot hold back the other sources. If the first time of a source is known,
the source is not read before that time. A thousand rotated files are therefore never open at once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator
from heapq import heapify, heappop, heappush
from itertools import accumulate, islice

from monitor.formats import Columns
from monitor.streamtime.trust import FAR, LONGEST_GAP, ends_gap, first_time

_NEVER = 1 << 62


class _Queue:
    """The hits of a source that wait for their turn. `more`: further hits can be read now."""

    def __init__(self, source: Hashable, begins: int = -_NEVER) -> None:
        self.source = source
        self.columns = Columns()
        self.keys: list[int] = []
        self.more = True
        self.ended = False
        self.begins = begins
        self.newest: int | None = None
        self.offset = 0
        self.taken = 0  # hits at the front of `columns` that are gone

    def assign_keys(self) -> None:
        """Assign each new hit its sort key: the newest time that is trusted so far.

        A hit more than FAR seconds ahead waits, because the next hit decides whether it ends a gap.
        The first hits wait for two more unless they agree (trust.py).
        """
        new, newest = self.columns.epochs[len(self.keys) :], self.newest
        if not new:
            return
        if newest is not None and max(new) - newest <= FAR:
            self.keys += islice(accumulate(new, max, initial=newest), 1, None)
            self.newest = self.keys[-1]
            return
        for index, epoch in enumerate(new):
            if newest is None:
                newest = first_time(new[:3], more=self.more)
                if newest is None:
                    break
            elif epoch - newest <= FAR:
                newest = max(newest, epoch)
            else:
                after = [each - newest for each in new[index + 1 : index + 2]]
                if not after and self.more:
                    break
                if self._ends_gap(epoch - newest, after):
                    newest = epoch
            self.keys.append(newest)
        self.newest = newest

    def correct(self, offset: int) -> None:
        """Correct the hits so far by another offset of their clock."""
        seconds, self.offset = offset - self.offset, offset
        self.columns.epochs = [epoch - seconds for epoch in self.columns.epochs]
        self.keys = [key - seconds for key in self.keys]
        self.newest = None  # the source may have kept its time until now

    def _ends_gap(self, ahead: int, after: list[int]) -> bool:
        if not after:
            return self.ended and ahead <= LONGEST_GAP
        return ends_gap(ahead, after) or False

    def watermark(self) -> int:
        """Return a time before which no further hit of this source lies."""
        if self.is_ready:
            return self.keys[self.taken]
        return self.begins if self.more else _NEVER

    @property
    def is_ready(self) -> bool:
        """Whether a hit has its key."""
        return self.taken < len(self.keys)

    def leading(self) -> Columns:
        """Take the marks before the next hit. Marks have no time and need not wait."""
        marks = self.columns.take_marks(self.taken)
        return Columns(marks=[mark._replace(hits_before=0) for mark in marks])

    def cut(self, stop: int) -> Columns:
        """Take the hits up to `stop`, and the marks up to the next hit.

        The other hits stay in their lists, because moving them for every cut takes quadratic time.
        """
        start, columns = self.taken, self.columns
        part = columns.cut(start, stop)
        if part is not columns:
            part.marks = [mark.moved(-start) for mark in columns.take_marks(stop)]
        self.taken = stop
        if stop == len(columns):
            self.columns, self.keys, self.taken = Columns(), [], 0
        return part


class Merge:
    """Merges the columns of several sources in order of time."""

    def __init__(self) -> None:
        self._queues: dict[Hashable, _Queue] = {}

    @property
    def is_empty(self) -> bool:
        """Whether everything that was pushed has been taken."""
        return all(queue.columns.is_empty for queue in self._queues.values())

    def expect(self, source: Hashable, begins: int | None = None) -> None:
        """Announce a source. No hit of the source is older than `begins`."""
        self._add(_Queue(source, -_NEVER if begins is None else begins))

    def _add(self, queue: _Queue) -> _Queue:
        """Add a source. Only a source that was alone has hits without keys until now."""
        if len(self._queues) == 1:
            self._assign_keys()
        self._queues[queue.source] = queue
        return queue

    def _assign_keys(self) -> None:
        for queue in self._queues.values():
            queue.assign_keys()

    def push(
        self, source: Hashable, columns: Columns, more: bool, offset: int | None = None
    ) -> None:
        """Add columns of a source. `more`: further lines of the source can be read now.

        The times of the columns are corrected already, by the `offset` of their clock.
        """
        queue = self._queues.get(source)
        if queue is not None and columns.is_empty and not more and not queue.more:
            return  # fast path: the log is silent
        queue = queue or self._add(_Queue(source))
        queue.more = more
        queue.begins = -_NEVER
        if offset is not None and offset != queue.offset:
            queue.correct(offset)
        if queue.columns.is_empty:
            queue.columns = columns
        else:
            queue.columns.extend(columns)
        if len(self._queues) > 1:  # a single source needs no keys
            queue.assign_keys()

    def lets_pass(self, source: Hashable, newest: int | None) -> bool:
        """Return whether all hits of a source up to `newest` come before all other hits."""
        if not self.is_empty:
            return False
        others = [q.watermark() for name, q in self._queues.items() if name != source]
        return newest is None or not others or newest < min(others)

    def pass_by(self, source: Hashable, newest: int | None) -> None:
        """Note that hits of a source up to `newest` were counted and are not pushed."""
        queue = self._queues.get(source) or self._add(_Queue(source))
        queue.begins = -_NEVER
        if newest is not None:
            queue.newest = max(newest, queue.newest or newest)

    def end(self, source: Hashable) -> None:
        """Note that no lines of a source follow."""
        queue = self._queues.get(source)
        if queue is not None:
            queue.more, queue.ended = False, True
            queue.assign_keys()

    def let_go(self) -> None:
        """Let no source wait any more, because no lines will be read for now."""
        for queue in self._queues.values():
            queue.more = False
            queue.assign_keys()

    def waiting(self, source: Hashable) -> int:
        """Return the number of hits of a source that wait for their turn."""
        queue = self._queues.get(source)
        return len(queue.columns) - queue.taken if queue else 0

    def wanted(self) -> list[Hashable]:
        """Return the sources that must be read before anything more can be taken."""
        if len(self._queues) == 1:
            ((source, queue),) = self._queues.items()
            return [source] if queue.more and not queue.is_ready else []
        first = min(
            (queue.watermark() for queue in self._queues.values()), default=_NEVER
        )
        return [
            source
            for source, queue in self._queues.items()
            if queue.more and not queue.is_ready and queue.watermark() == first
        ]

    def take(self) -> Iterator[tuple[Hashable, Columns]]:
        """Yield the lines whose order is certain, by source. All lines of a single source are."""
        if len(self._queues) == 1:
            (queue,) = self._queues.values()
            if not queue.columns.is_empty:
                yield queue.source, queue.cut(len(queue.columns))
            if not queue.ended:
                return
        for queue in self._queues.values():
            if not (leading := queue.leading()).is_empty:
                yield queue.source, leading
        yield from self._in_order()
        self._queues = {
            source: queue
            for source, queue in self._queues.items()
            if queue.is_ready or not queue.ended
        }

    def _in_order(self) -> Iterator[tuple[Hashable, Columns]]:
        """Yield the hits whose order is certain. The next hit of each source is in a heap.

        Within one second, the source that was announced first comes first.
        """
        queues = list(self._queues.values())
        heap = [(queue.watermark(), index) for index, queue in enumerate(queues)]
        heapify(heap)
        while heap and queues[heap[0][1]].is_ready:
            _, index = heappop(heap)
            first, limit, bisect = queues[index], _NEVER, bisect_right
            if heap:
                limit, other = heap[0]
                bisect = bisect_left if other < index else bisect_right
            yield first.source, first.cut(bisect(first.keys, limit, first.taken))
            heappush(heap, (first.watermark(), index))
