"""The kinds of values that a report consists of: numbers, rankings and quantiles.

An output renders the kinds and needs no change for a new statistic.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from heapq import nsmallest
from operator import itemgetter
from typing import NamedTuple

from monitor.stats.minutes import Minute
from monitor.stats.quantiles import Quantiles


class RankedName(NamedTuple):
    """A name of a ranking, its hits, and its further numbers (`also` in statistics.py)."""

    name: bytes
    hits: int
    also: tuple[int, ...] = ()


class Ranked(NamedTuple):
    """A ranking. `rows` has the names with the most hits first, and equal hits by name.

    held         the number of names that are not dropped
    cardinality  the number of all different names; an estimate if names were dropped
    totals       the hits and the further numbers of all names
    other        the hits and the further numbers of the dropped names
    """

    rows: list[RankedName]
    held: int
    cardinality: int
    totals: tuple[int, ...]
    other: RankedName | None = None


class SpreadValue(NamedTuple):
    """The quantiles of a number of all hits, and of the hits of some names.

    `highest` are the names with the highest 95th percentile, the highest first. `by` and `title` say
    what the names are and what this list is called (Spread in statistics.py).
    """

    by: str
    title: str
    whole: Quantiles
    names: dict[bytes, Quantiles]
    highest: list[bytes]


class Values(NamedTuple):
    """The numbers, rankings and quantiles of a report by name.

    `unlogged` has the names of numbers and rankings that no line logs. Such a number is absent, and
    such a ranking is not to be shown. Quantiles that no line logs are absent. `sample` is the reason
    of the first unparsed line, and its first bytes. `busiest` is the minute with the most hits.
    """

    numbers: dict[str, int]
    rankings: dict[str, Ranked]
    spreads: dict[str, SpreadValue]
    sample: tuple[str, bytes] | None = None
    busiest: Minute | None = None
    unlogged: frozenset[str] = frozenset()
    by: str = "section"

    @property
    def table(self) -> Ranked:
        """The ranking of the table: by the key `by`."""
        return self.rankings["sections" if self.by == "section" else f"by {self.by}"]

    @property
    def has_table(self) -> bool:
        """Whether a line logs what the table is by."""
        return self.by != "section" or "sections" not in self.unlogged

    @property
    def hits(self) -> int:
        """The number of hits."""
        return self.numbers["hits"]

    @property
    def errors(self) -> int:
        """The number of hits with a status of 4xx or 5xx."""
        return self.rankings["sections"].totals[2]


def largest(counts: Mapping[bytes, int], most: int) -> list[tuple[bytes, int]]:
    """Return the names with the highest counts, and their counts.

    Names are compared only where counts are equal.
    """
    if most >= len(counts):
        return sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)
    if not most:
        return []
    names = sorted(counts, key=counts.__getitem__, reverse=True)
    least = counts[names[most - 1]]
    first = bisect_left(names, -least, key=lambda name: -counts[name])
    end = bisect_right(names, -least, key=lambda name: -counts[name])
    above = sorted(names[:first], key=lambda name: (-counts[name], name))
    equal = nsmallest(most - first, names[first:end])
    return [(name, counts[name]) for name in (*above, *equal)]


def share(part: int, whole: int) -> float:
    """Return a part as a share of the whole, between 0 and 1; a share of nothing is 0."""
    return part / whole if whole else 0.0


def change(rate: float, before: float | None) -> float | None:
    """Return the change of a rate as a share of the rate before; None if there is no rate before."""
    return rate / before - 1 if before else None
