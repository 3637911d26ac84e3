"""Hits counted by what they have in common, before they are counted by statistic.

A site has few pages, so some thousand hits are of few kinds. The loops over the kinds are short,
and only the two loops in `count` run over hits.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import compress
from typing import NamedTuple

from monitor.formats import LONGEST_NAME, Columns

GROUPED = frozenset(("method", "section", "status", "failed"))
"""What groups are named by."""

_ERRORS = frozenset(b"%d" % status for status in range(400, 600))


class Group(NamedTuple):
    """Kinds of hits: their names, and their numbers, each as a column."""

    names: dict[str, list[bytes]]
    numbers: dict[str, Collection[int]]


class Groups(tuple[Group, ...]):
    """All that a batch of hits adds up to."""

    def sums(self, by: str, measure: str) -> dict[bytes, int]:
        """Return a number by name; neither an empty name nor a sum of 0 is among them."""
        group = next(g for g in self if by in g.names and measure in g.numbers)
        return summed(group.names[by], group.numbers[measure])


class Batch:
    """Counts some thousand hits by kind."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[bytes, bytes]] = Counter()  # by head and status
        self._bytes: dict[bytes, int] = {}  # by head
        self._failed: Counter[tuple[bytes, bytes, bytes]] = (
            Counter()
        )  # by status, head, rest

    def __len__(self) -> int:
        return len(self._answers) + len(self._failed)

    def count(self, columns: Columns) -> None:
        """Count hits."""
        heads, statuses = columns["head"], columns["status"]
        self._answers.update(zip(heads, statuses, strict=True))
        sent, get = self._bytes, self._bytes.get
        for head, size in zip(heads, columns["size"], strict=True):
            sent[head] = get(head, 0) + size
        failures = zip(statuses, heads, columns["rest"], strict=True)
        self._failed.update(compress(failures, map(_ERRORS.__contains__, statuses)))

    def groups(self) -> Groups:
        """Return the kinds of hits."""
        return Groups((self._by_answer(), self._by_head(), self._by_failure()))

    def _by_answer(self) -> Group:
        methods, sections = _parts_of([head for head, _ in self._answers])
        statuses = [status for _, status in self._answers]
        hits = list(self._answers.values())
        errors = [
            number if status in _ERRORS else 0
            for status, number in zip(statuses, hits, strict=True)
        ]
        names = {"method": methods, "section": sections, "status": statuses}
        return Group(names, {"hits": hits, "errors": errors})

    def _by_head(self) -> Group:
        methods, sections = _parts_of(self._bytes)
        names = {"method": methods, "section": sections}
        return Group(names, {"bytes": self._bytes.values()})

    def _by_failure(self) -> Group:
        failed = [
            b"%b %b" % (status, (head.partition(b" ")[2] + rest)[:LONGEST_NAME])
            for status, head, rest in self._failed
        ]
        return Group({"failed": failed}, {"hits": self._failed.values()})


def _parts_of(heads: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return the methods and the sections of heads."""
    parts = [head.partition(b" ") for head in heads]
    return [method for method, _, _ in parts], [section for _, _, section in parts]


def summed(names: Iterable[bytes], numbers: Iterable[int]) -> dict[bytes, int]:
    """Add up numbers by name; neither an empty name nor a sum of 0 is among the sums."""
    sums: dict[bytes, int] = {}
    for name, number in zip(names, numbers, strict=True):
        if number and name:
            sums[name] = sums.get(name, 0) + number
    return sums
