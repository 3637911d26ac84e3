"""Counts of names that clients choose, in bounded memory: the heaviest stay right.

A table that is too full is pruned to its heaviest names. What guards against names that come
again and again between two prunings is Misra and Gries' credit (Finding Repeated Elements, 1982;
it adds: Agarwal et al., Mergeable Summaries, 2012): each pruning takes the same from the credit of
every name, and a name goes when others have more. So, for any input:

- a count is never too high, and too low by `short` at most;
- `short` <= hits / (KEPT + 1): a name with more hits than that is in the table (whoever counts
  dropped hits under a name of his own, as tally.py does with `(other)`, or puts names back, as it
  does with the usual methods, takes these from KEPT);
- a name that was never dropped has its exact count, and until the first pruning all have.

Where names are so long that fewer of them fit, their number takes the place of KEPT.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate, islice, repeat
from operator import add
from typing import Any

from monitor.escape import bytes_of, text_of

KEPT = 1 << 13
"""Names that are left by a pruning."""

MOST = 2 * KEPT
"""Names that a table may have when it is looked at: whoever fills it does that (tally.py)."""

VOLUME = 1 << 22
"""Bytes that its names may have then; a pruning leaves half of that."""

_LOOKED_AT = 32  # names, to judge by


class Heavy:
    """A table of counts. Tables add; the sum of two is as right as both together."""

    def __init__(self) -> None:
        self.counts: Counter[bytes] = Counter()
        self.short = 0
        self._shorts: dict[bytes, int] = {}  # what outlived a pruning

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Heavy) and vars(self) == vars(other)

    def __len__(self) -> int:
        return len(self.counts)

    def is_full(self, longest: int | None) -> bool:
        """Tell whether it is time to prune; `longest` as in may_be_full."""
        if not may_be_full(len(self.counts), longest):
            return False
        return len(self.counts) > MOST or _volume(self.counts) > VOLUME

    def short_of(self, name: bytes) -> int:
        """Give the number of hits that a name may have had beyond its count, at most."""
        return self._shorts.get(name, self.short)

    def prune(self) -> dict[bytes, int]:
        """Drop all but the heaviest, KEPT at most; give what was dropped, with its counts."""
        credit = self._credit()
        room = min(KEPT, _fitting(credit))
        if len(credit) <= room:
            return {}
        least = sorted(credit.values(), reverse=True)[room]
        kept = {name for name, number in credit.items() if number > least}
        self._shorts = {name: self.short_of(name) for name in kept}
        self.short += least
        left = {name: self.counts.pop(name) for name in kept}
        dropped, self.counts = self.counts, Counter(left)
        return dropped

    def _credit(self) -> dict[bytes, int]:
        """Give the counts, less what was taken since a name came into the table."""
        credit = dict(self.counts)
        for name, short in self._shorts.items():
            credit[name] -= self.short - short
        return credit

    def adds_exactly(self, other: "Heavy") -> bool:
        """Tell whether to add another table is to count its names: none was or is dropped."""
        if self.short or other.short:
            return not self.counts
        counts = self.counts.keys() | other.counts.keys()
        return len(counts) <= MOST and _volume(counts) <= VOLUME

    def add(self, other: "Heavy") -> None:
        """Add another table."""
        if self.short or other.short:
            names = self._shorts.keys() | other._shorts.keys()  # all others: the sum
            self._shorts = {n: self.short_of(n) + other.short_of(n) for n in names}
            self.short += other.short
        add_counts(self.counts, other.counts)

    def snapshot(self) -> dict[str, Any]:
        """Give the table as a value that JSON can hold."""
        return {
            "counts": texts_of(self.counts),
            "short": self.short,
            "shorts": texts_of(self._shorts),
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Heavy":
        """Make a table from a snapshot."""
        table = cls()
        table.counts.update(names_of(snapshot["counts"]))
        table.short = snapshot["short"]
        table._shorts = names_of(snapshot["shorts"])
        return table


def may_be_full(number: int, longest: int | None) -> bool:
    """Tell whether so many names can be too many; `longest` is the bytes of the longest, if known.

    When they cannot, their bytes need not be added up.
    """
    return longest is None or number > MOST or number * longest > VOLUME


def add_counts(counts: Counter[bytes], more: Mapping[bytes, int]) -> None:
    """Add counts to others: two thirds of the time of `Counter.update`, which is a loop.

    With few of the names known, as when clients make them up, a third less.
    """
    if not counts:
        dict.update(counts, more)
    elif _knows_few(counts, more):
        known = counts.keys() & more.keys()
        summed = {name: counts[name] + more[name] for name in known}
        dict.update(counts, more)
        dict.update(counts, summed)
    else:
        sums = map(add, map(counts.get, more, repeat(0)), more.values())
        dict.update(counts, zip(more, sums, strict=True))


def _knows_few(counts: Mapping[bytes, int], more: Mapping[bytes, int]) -> bool:
    """Judge by some of the names whether most of them are new."""
    if len(counts) < len(more):
        return True
    if len(more) < 16 * _LOOKED_AT:
        return False
    some = islice(more, 0, None, len(more) // _LOOKED_AT)
    return sum(map(counts.__contains__, some)) < _LOOKED_AT // 4


def _volume(names: Iterable[bytes]) -> int:
    return len(b"".join(names))


def _fitting(credit: Mapping[bytes, int]) -> int:
    """Give the number of the heaviest names that fit."""
    if _volume(credit) <= VOLUME // 2:
        return len(credit)
    names = sorted(credit, key=credit.__getitem__, reverse=True)
    return sum(volume <= VOLUME // 2 for volume in accumulate(map(len, names)))


def texts_of(numbers: Mapping[bytes, int]) -> dict[str, int]:
    """Give counts as a value that JSON can hold."""
    return {text_of(name): number for name, number in numbers.items()}


def names_of(numbers: Mapping[str, int]) -> dict[bytes, int]:
    """Give the counts that texts_of wrote."""
    return {bytes_of(text): number for text, number in numbers.items()}
