"""Counts by name in bounded memory: the most frequent names (heavy hitters) are always counted.

Clients choose the names, and there may be any number of names. A full table is pruned to its most
frequent names. A name that enters the table late gets a credit of the hits that it may have had
before. With this credit a name that comes steadily is not dropped at each pruning.

Sources: Misra and Gries, Finding Repeated Elements, 1982; in the form that adds: Agarwal et al.,
Mergeable Summaries, 2012. For any input:

- A count is never too high. It is too low by `undercount` at most.
- `undercount` <= hits / (room + 1). Every name with more hits than that is in the table. Names that
  are never dropped (ranking.py) use up places of the room.
- The count of a name that was never dropped is exact. Until the first pruning all counts are exact.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import compress, filterfalse, repeat
from operator import add
from typing import Any

from monitor.escape import bytes_of, text_of


class HeavyHitters:
    """A table of counts. Tables add, and the sum has the same bounds as one table of all hits.

    Up to `room` names surely fit, and a table is full with a quarter more. A pruning leaves at most
    `room` names. It leaves fewer if several names have the same credit at the limit.
    """

    def __init__(self, room: int) -> None:
        self.counts: Counter[bytes] = Counter()
        self.undercount = 0
        self._room = room
        # The credit of a name is `_missed` + `_offset`. The offset is the part that all names share.
        # Because of the offset, adding a table takes time for the names of the other table only.
        self._missed: dict[bytes, int] = {}
        self._offset = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HeavyHitters) and self.snapshot() == other.snapshot()

    @property
    def is_full(self) -> bool:
        """Whether it is time to prune."""
        return len(self.counts) > self._room + self._room // 4

    def has_room_for(self, other: "HeavyHitters") -> bool:
        """Return whether the sum with another table is surely exact and needs no pruning."""
        is_exact = not self.undercount and not other.undercount
        return is_exact and len(self.counts) + len(other.counts) <= self._room

    def undercount_of(self, name: bytes) -> int:
        """Return the number of hits by which the count of a name may be too low."""
        if name not in self.counts:
            return self.undercount
        return self._missed.get(name, 0) + self._offset

    def count(self, names: Collection[bytes]) -> None:
        """Count one hit for each name. A name may come several times."""
        self._enter(names)
        self.counts.update(names)

    def add_counts(self, more: Mapping[bytes, int]) -> None:
        """Add exact counts of other hits."""
        self._enter(more)
        counts = self.counts
        if not counts:
            counts.update(more)
            return
        counts.update(more.keys())  # fast path: most names of many have one hit
        for name, number in more.items():
            if number != 1:
                counts[name] += number - 1

    def _enter(self, names: Collection[bytes]) -> None:
        """Note the hits that new names may have had before."""
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
        """Drop all but the most frequent names; return the dropped names with their counts."""
        counts, missed = self.counts, map(self._missed.get, self.counts, repeat(0))
        credit = list(map(add, counts.values(), missed))
        if len(credit) <= self._room:
            return {}
        least = sorted(credit, reverse=True)[self._room]
        self.undercount = least + self._offset
        dropped = dict(compress(counts.items(), map(least.__ge__, credit)))
        # New dicts, because a dict never gets smaller.
        self.counts = Counter(dict(compress(counts.items(), map(least.__lt__, credit))))
        is_kept = self.counts.__contains__
        self._missed = {name: n for name, n in self._missed.items() if is_kept(name)}
        return dropped

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
