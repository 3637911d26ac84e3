"""The sums of the last seconds, by name of what is counted, and the seconds at which they change.

Between two changes the sums are constant. A silent year therefore takes no more time than the
seconds that leave the window. A late hit counts in its own second. It changes only the sums of
seconds that are judged after it came.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

Counts = Mapping[str, int]
"""Counts of one second by name."""


class Window:
    """Sums counts over `(second - seconds, second]`.

    `through` is the last second that was judged. `sums` are the sums at that second by name, without
    names whose hits have left. `risen` are the names to which something was added; who reads them
    clears them.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.through: int | None = None
        self.sums: dict[str, int] = {}
        self.risen: set[str] = set()
        self._since = 0  # hits before this second may be missing
        self._counts: dict[int, dict[str, int]] = {}  # of every second inside, or ahead
        self._order: list[int] = []  # its keys, sorted
        self._inside = 0  # how many of the first keys are summed
        self._touched = False  # the sums changed with no second entering or leaving

    @property
    def next_second(self) -> int:
        """The second after the last one that was judged; 0 if none was judged."""
        return 0 if self.through is None else self.through + 1

    def start(self, second: int) -> None:
        """Begin after a second. The next second is the first to be judged."""
        self.through = second
        self._since = second - self.seconds + 1

    def restart(self, second: int) -> None:
        """Drop all counts. The hits up to `second` are missing until they leave the window."""
        self.replace({}, second)
        self._since = second + 1

    def knows_all_at(self, second: int) -> bool:
        """Return whether all hits of the window that ends at `second` were counted.

        Hits are missing for a while after a restart, and after a run with a shorter window.
        """
        return second - self.seconds + 1 >= self._since

    def add(self, second: int, name: str, number: int) -> None:
        """Add a number to a second under a name. A second before the window is ignored."""
        through = self.through
        if through is not None and second <= through - self.seconds:
            return
        counts = self._counts.get(second)
        if counts is None:
            counts = self._counts[second] = {}
            place = bisect_right(self._order, second)
            self._order.insert(place, second)
            if through is not None and second <= through:
                self._inside += 1
        counts[name] = counts.get(name, 0) + number
        if through is not None and second <= through:
            self.sums[name] = self.sums.get(name, 0) + number
            self.risen.add(name)
            self._touched = True

    def advance(
        self, second: int, due: Callable[[], int | None] | None = None
    ) -> Iterator[int]:
        """Move to `second`. Yield each second at which the sums change, and `second` itself.

        When a second is yielded, `sums` are the sums at this second. `due` returns another second
        to yield, or None; it is called after each second.
        """
        if self.through is None:
            return
        while self.through < second:
            change = self._next_change()
            stop = second if change is None else min(change, second)
            if due is not None and (wanted := due()) is not None:
                stop = max(self.through + 1, min(wanted, stop))
            self._step(stop)
            yield stop

    def _next_change(self) -> int | None:
        """Return the next second at which counts enter or leave."""
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
        order, sums = self._order, self.sums
        while self._inside < len(order) and order[self._inside] <= second:
            counts = self._counts[order[self._inside]]
            for name, number in counts.items():
                sums[name] = sums.get(name, 0) + number
            self.risen.update(counts)
            self._inside += 1
        while order and order[0] <= second - self.seconds:
            for name, number in self._counts.pop(order.pop(0)).items():
                rest = sums[name] = sums.get(name, 0) - number
                if not rest:
                    del sums[name]
            self._inside -= 1

    def replace(self, counts: Mapping[int, Counts], through: int) -> None:
        """Start over with other counts. All seconds up to `through` are judged already."""
        self._counts = {
            second: dict(each)
            for second, each in counts.items()
            if second > through - self.seconds and any(each.values())
        }
        self._order = sorted(self._counts)
        self._inside = bisect_right(self._order, through)
        self.sums = {}
        for place, second in enumerate(self._order):
            for name, number in self._counts[second].items():
                inside = number if place < self._inside else 0
                self.sums[name] = self.sums.get(name, 0) + inside
        self.risen = set(self.sums)
        self.through = through
        self._since = through - self.seconds + 1
        self._touched = True

    def snapshot(self) -> dict[str, Any]:
        """Return the window as a value that JSON can hold."""
        counts = [[second, dict(self._counts[second])] for second in self._order]
        since = max(self._since, (self.through or 0) - self.seconds + 1)
        return {"counts": counts, "since": since, "through": self.through}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        if snapshot["through"] is not None:
            self.replace(dict(snapshot["counts"]), snapshot["through"])
            self._since = snapshot["since"]

    def series(self, name: str, points: int) -> list[float]:
        """Return the averages of `points` parts of the window, per second, oldest first."""
        parts = min(points, self.seconds)
        sums = [0] * parts
        first = (self.through or 0) - self.seconds + 1
        for second in self._order[: self._inside]:
            part = (second - first) * parts // self.seconds
            sums[part] += self._counts[second].get(name, 0)
        lengths = _lengths(self.seconds, parts)
        means = [number / length for number, length in zip(sums, lengths, strict=True)]
        return [means[point * parts // points] for point in range(points)]


@cache
def _lengths(seconds: int, parts: int) -> list[int]:
    """Return the seconds of each part of a window."""
    edges = [-(-part * seconds // parts) for part in range(parts + 1)]
    return [end - begin for begin, end in pairwise(edges)]
