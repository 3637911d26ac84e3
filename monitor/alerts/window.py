"""The hits of the last `seconds` seconds: a sum that slides, and says where it changes.

Between two changes the sum is constant, so crossing a silent year costs no more than the seconds
that leave the window. A hit that comes late is in its own second, for what is judged after it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any


class Window:
    """Sums hits over `(second - seconds, second]`; `through` is the last second judged."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.through: int | None = None
        self.total = 0
        self._since = 0  # hits of before this second may be missing
        self._counts: dict[int, int] = {}  # of every second that is, or will be, inside
        self._order: list[int] = []  # its keys, sorted
        self._inside = 0  # how many of the first keys are summed in total
        self._touched = False  # total changed with no second entering or leaving

    def start(self, second: int) -> None:
        """Begin: the next second to be judged is the one after `second`."""
        self.through = second
        self._since = second - self.seconds + 1

    def restart(self, second: int) -> None:
        """Forget all hits; those up to `second` will be missing until they leave the window."""
        self.replace({}, second)
        self._since = second + 1

    def knows_all_at(self, second: int) -> bool:
        """Return whether all hits of the window that ends at `second` were counted.

        After a restart, and after a run with a shorter window, they are not for a while.
        """
        return second - self.seconds + 1 >= self._since

    def add(self, second: int, hits: int) -> None:
        """Count hits in a second; nothing when it is already out of the window."""
        through = self.through
        if through is not None and second <= through - self.seconds:
            return
        if second not in self._counts:
            self._counts[second] = 0
            place = bisect_right(self._order, second)
            self._order.insert(place, second)
            if through is not None and second <= through:
                self._inside += 1
        self._counts[second] += hits
        if through is not None and second <= through:
            self.total += hits
            self._touched = True

    def advance(self, second: int) -> Iterator[tuple[int, int]]:
        """Judge the seconds up to `second`; yield (second, total) where total changes, and last."""
        if self.through is None or second <= self.through:
            return
        while (change := self._next_change()) is not None and change < second:
            self._step(change)
            yield change, self.total
        self._step(second)
        yield second, self.total

    def _next_change(self) -> int | None:
        """Give the next second at which hits enter or leave."""
        assert self.through is not None
        if self._touched:
            return self.through + 1
        order = self._order
        if not order:
            return None
        leaves = order[0] + self.seconds if self._inside else None
        enters = order[self._inside] if self._inside < len(order) else None
        if leaves is None or (enters is not None and enters < leaves):
            return enters
        return leaves

    def _step(self, second: int) -> None:
        self.through = second
        self._touched = False
        order = self._order
        while self._inside < len(order) and order[self._inside] <= second:
            self.total += self._counts[order[self._inside]]
            self._inside += 1
        while order and order[0] <= second - self.seconds:
            self.total -= self._counts.pop(order.pop(0))
            self._inside -= 1

    def replace(self, counts: Mapping[int, int], through: int) -> None:
        """Start over with other counts at another time, all up to `through` already judged."""
        self._counts = {
            s: n for s, n in counts.items() if s > through - self.seconds and n
        }
        self._order = sorted(self._counts)
        self._inside = bisect_right(self._order, through)
        self.total = sum(self._counts[s] for s in self._order[: self._inside])
        self.through = through
        self._since = through - self.seconds + 1
        self._touched = True

    def snapshot(self) -> dict[str, Any]:
        """Give the hits per second, since when all are there, and the last second judged."""
        counts, through = sorted(self._counts.items()), self.through
        since = max(self._since, (through or 0) - self.seconds + 1)
        return {"counts": counts, "since": since, "through": through}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        if snapshot["through"] is not None:
            self.replace(dict(snapshot["counts"]), snapshot["through"])
            if snapshot["since"] is not None:
                self._since = snapshot["since"]

    def series(self, points: int) -> list[float]:
        """Give the hits per second over the window, oldest first, as `points` averages."""
        parts = min(points, self.seconds)
        sums = [0] * parts
        first = (self.through or 0) - self.seconds + 1
        for second in self._order[: self._inside]:
            sums[(second - first) * parts // self.seconds] += self._counts[second]
        lengths = _lengths(self.seconds, parts)
        means = [hits / length for hits, length in zip(sums, lengths, strict=True)]
        return [means[point * parts // points] for point in range(points)]


@cache
def _lengths(seconds: int, parts: int) -> list[int]:
    """Give the seconds of each of some parts of a window."""
    edges = [-(-part * seconds // parts) for part in range(parts + 1)]
    return [end - begin for begin, end in pairwise(edges)]
