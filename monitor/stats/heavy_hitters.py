"""Counts by name in bounded memory, where clients choose the names: the heaviest stay right.

A table that is too full is pruned to its heaviest names. A name that comes again and again between
two prunings must not be dropped each time. This is the credit of Misra and Gries (Finding Repeated
Elements, 1982) in the form that adds up (Agarwal et al., Mergeable Summaries, 2012): a name that
enters the table late is credited with the hits that it may have had before. So, for any input:

- a count is never too high, and too low by `undercount` at most;
- `undercount` <= hits / (room + 1), so every name with more hits than that is in the table. Names
  that always stay (ranking.py) use up places of the room;
- the count of a name that was never dropped is exact. Until the first pruning all counts are.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import compress, filterfalse, repeat
from operator import add
from typing import Any

from monitor.escape import bytes_of, text_of


class HeavyHitters:
    """A table of counts. Tables add; the sum of two tables is as right as one of all hits.

    `room` is the number of names that a pruning leaves. A table is full with half as many more.
    """

    def __init__(self, room: int) -> None:
        self.counts: Counter[bytes] = Counter()
        self.undercount = 0
        self._room = room
        # How much more than its count a name may have had. To add up costs time for the names of
        # the smaller table only, because the part that all names share is in the offset.
        self._missed: dict[bytes, int] = {}
        self._offset = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HeavyHitters) and self.snapshot() == other.snapshot()

    @property
    def is_full(self) -> bool:
        """Whether it is time to prune."""
        return len(self.counts) > self._room + self._room // 2

    def has_room_for(self, other: "HeavyHitters") -> bool:
        """Whether adding another table surely gives exact counts that need no pruning."""
        is_exact = not self.undercount and not other.undercount
        return is_exact and len(self.counts) + len(other.counts) <= self._room

    def undercount_of(self, name: bytes) -> int:
        """Return the number of hits that a name may have had beyond its count."""
        if name not in self.counts:
            return self.undercount
        return self._missed.get(name, 0) + self._offset

    def count(self, names: Collection[bytes]) -> None:
        """Count names, each as often as it comes."""
        self._enter(names)
        self.counts.update(names)

    def add_counts(self, more: Mapping[bytes, int]) -> None:
        """Add exact counts of other hits."""
        self._enter(more)
        counts = self.counts
        counts.update(more.keys())  # fast path: most names of many have one hit
        for name, number in more.items():
            if number != 1:
                counts[name] += number - 1

    def _enter(self, names: Collection[bytes]) -> None:
        """Note what new names may have missed."""
        if self.undercount:
            new = filterfalse(self.counts.__contains__, names)
            self._missed |= dict.fromkeys(new, self.undercount - self._offset)

    def add(self, other: "HeavyHitters") -> None:
        """Add another table."""
        if other.undercount:
            before = self._offset
            for name in other.counts:
                missed = self.undercount_of(name) - before
                self._missed[name] = (
                    missed + other.undercount_of(name) - other.undercount
                )
            self._offset += other.undercount
            self.undercount += other.undercount
            self.counts.update(other.counts)
        else:
            self.add_counts(other.counts)

    def prune(self) -> dict[bytes, int]:
        """Drop all but the heaviest names; return the dropped names with their counts."""
        counts, missed = self.counts, map(self._missed.get, self.counts, repeat(0))
        credit = list(map(add, counts.values(), missed))
        if len(credit) <= self._room:
            return {}
        least = sorted(credit, reverse=True)[self._room]
        self.undercount = least + self._offset
        names = list(compress(counts, map(least.__ge__, credit)))
        for name in names:
            self._missed.pop(name, None)
        return {name: counts.pop(name) for name in names}

    def snapshot(self) -> dict[str, Any]:
        """Return the table as a value that JSON can hold."""
        return {
            "counts": {text_of(name): number for name, number in self.counts.items()},
            "undercount": self.undercount,
            "missed": {text_of(name): number for name, number in self._missed.items()},
            "offset": self._offset,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self.counts = Counter(_names_of(snapshot["counts"]))
        self.undercount = snapshot["undercount"]
        self._missed = _names_of(snapshot["missed"])
        self._offset = snapshot["offset"]


def _names_of(numbers: Mapping[str, int]) -> dict[bytes, int]:
    return {bytes_of(text): number for text, number in numbers.items()}
