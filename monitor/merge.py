"""Several sources of hits -> one, in order of time: their hits add up to one traffic.

Invariants: the lines of one source keep their order; nothing waits for a source that has nothing
to give; a timestamp far off cannot hold back the others. A source that is known to begin at some
time need not be read before that time comes, so a thousand rotated files are never open at once.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from monitor.clock import FAR
from monitor.parser import Columns

_NEVER = 1 << 62


@dataclass(slots=True)
class _Queue:
    """The hits of a source that wait for their turn; `more` says that others follow now."""

    columns: Columns = field(default_factory=Columns)
    keys: list[int] = field(default_factory=list)
    more: bool = True
    ended: bool = False
    begins: int = -_NEVER
    newest: int | None = None

    def head(self) -> int:
        """Give the time that nothing of this source comes before."""
        if self.keys:
            return self.keys[0]
        return self.begins if self.more else _NEVER


class Merge:
    """Takes columns of several sources and gives them in order of time."""

    def __init__(self) -> None:
        self._queues: dict[Hashable, _Queue] = {}

    def expect(self, source: Hashable, begins: int | None = None) -> None:
        """Announce a source; nothing of it is older than `begins`."""
        self._queues[source] = _Queue(begins=-_NEVER if begins is None else begins)

    def push(self, source: Hashable, columns: Columns, more: bool) -> None:
        """Add columns of a source; `more` says that it has others to give right now."""
        queue = self._queues.setdefault(source, _Queue())
        queue.more = more
        queue.begins = -_NEVER
        queue.keys += (
            [0] * len(columns) if len(self._queues) == 1 else _steady(columns, queue)
        )
        queue.columns = queue.columns + columns if len(queue.columns) else columns

    def end(self, source: Hashable) -> None:
        """Say that a source has nothing more to give, ever."""
        queue = self._queues.get(source)
        if queue is not None:
            queue.more, queue.ended = False, True

    def wanted(self) -> list[Hashable]:
        """Give the sources that must be read before anything more can be taken."""
        head = min((queue.head() for queue in self._queues.values()), default=_NEVER)
        return [
            source
            for source, queue in self._queues.items()
            if queue.more and not queue.keys and queue.head() == head
        ]

    def take(self) -> Iterator[Columns]:
        """Yield what is in order for sure."""
        for queue in self._queues.values():
            if queue.columns.marks and not queue.keys:
                yield self._cut(queue, 0)
        while self._queues:
            first, *others = sorted(self._queues.values(), key=_Queue.head)
            if not first.keys:
                break
            limit = others[0].head() if others else _NEVER
            yield self._cut(first, bisect_right(first.keys, limit))
        self._queues = {
            source: queue
            for source, queue in self._queues.items()
            if queue.keys or not queue.ended
        }

    def _cut(self, queue: _Queue, at: int) -> Columns:
        if at == len(queue.keys):
            taken, queue.columns = queue.columns, Columns()
        else:
            taken, queue.columns = queue.columns.split(at)
        del queue.keys[:at]
        return taken


def _steady(columns: Columns, queue: _Queue) -> list[int]:
    """Give times to sort by: never falling, and not led astray by a single one far off."""
    keys: list[int] = []
    epochs, newest = columns.epochs, queue.newest
    for index, epoch in enumerate(epochs):
        after = epochs[index + 1] if index + 1 < len(epochs) else newest or epoch
        if newest is None:
            newest = min(epoch, after)
        elif epoch > newest and (epoch - newest <= FAR or after - newest > FAR):
            newest = epoch
        keys.append(newest)
    queue.newest = newest
    return keys
