"""Hits counted by what they have in common, before they are counted by statistic.

A site has few pages, so some thousand hits are of few kinds. The loops over the kinds are short,
and only the two loops in `count` run over hits.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import compress
from typing import NamedTuple

from monitor.formats import LONGEST_NAME, Columns

GROUPED = frozenset(("method", "section", "status", "failed"))
"""What groups are named by."""

_ERRORS = frozenset(b"%d" % status for status in range(400, 600))


Parts = Mapping[bytes, tuple[bytes, bytes, bytes]]
"""Heads, each with its method, a space and its section."""


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
        parts = {head: head.partition(b" ") for head in self._bytes}
        by_head = Group(_names_of(parts.values()), {"bytes": self._bytes.values()})
        return Groups((self._by_answer(parts), by_head, self._by_failure(parts)))

    def _by_answer(self, parts: Parts) -> Group:
        names = _names_of([parts[head] for head, _ in self._answers])
        names["status"] = statuses = [status for _, status in self._answers]
        hits = list(self._answers.values())
        errors = [
            number if status in _ERRORS else 0
            for status, number in zip(statuses, hits, strict=True)
        ]
        return Group(names, {"hits": hits, "errors": errors})

    def _by_failure(self, parts: Parts) -> Group:
        failed = [
            b"%b %b" % (status, (parts[head][2] + rest)[:LONGEST_NAME])
            for status, head, rest in self._failed
        ]
        return Group({"failed": failed}, {"hits": self._failed.values()})


def _names_of(parts: Collection[tuple[bytes, bytes, bytes]]) -> dict[str, list[bytes]]:
    """Return the methods and the sections of heads."""
    methods = [method for method, _, _ in parts]
    return {"method": methods, "section": [section for _, _, section in parts]}


def summed(names: Iterable[bytes], numbers: Iterable[int]) -> dict[bytes, int]:
    """Add up numbers by name; neither an empty name nor a sum of 0 is among the sums."""
    sums: dict[bytes, int] = {}
    for name, number in zip(names, numbers, strict=True):
        if number and name:
            sums[name] = sums.get(name, 0) + number
    return sums
