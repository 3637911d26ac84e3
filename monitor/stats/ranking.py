"""Names and their hits in bounded memory. A tally has one ranking for each row of STATISTICS."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from monitor.escape import bytes_of, text_of
from monitor.formats import OTHER
from monitor.stats.cardinality import DistinctCount
from monitor.stats.heavy_hitters import HeavyHitters
from monitor.stats.statistics import Statistic
from monitor.stats.values import Ranked, RankedName, largest

Counts = Mapping[bytes, int]


class Ranking:
    """The hits of a statistic by name; rankings add.

    `room` is the number of names that a pruning leaves.
    """

    def __init__(self, statistic: Statistic, room: int) -> None:
        self._statistic = statistic
        self._hits = HeavyHitters(room)
        self._also: list[dict[bytes, int]] = [{} for _ in statistic.also]
        self._dropped = DistinctCount()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranking) and vars(self) == vars(other)

    def has_room_for(self, other: "Ranking") -> bool:
        """Return whether the sum with another ranking is surely exact and needs no pruning."""
        return self._hits.has_room_for(other._hits)

    def count(self, names: Collection[bytes]) -> None:
        """Count one hit for each name. A name may come several times."""
        self._hits.count(names)

    def add_sums(self, hits: Counts, also: Sequence[Counts]) -> None:
        """Add hits by name, and the further numbers by name."""
        self._hits.add_counts(hits)
        self._add_also(also)

    def add_other(self, totals: Sequence[int]) -> None:
        """Add the hits and the further numbers of names that are unknown."""
        hits, *also = ({OTHER: total} for total in totals)
        self.add_sums(hits, also)

    def add(self, other: "Ranking") -> None:
        """Add another ranking of the same statistic."""
        self._hits.add(other._hits)
        self._add_also(other._also)
        self._dropped.add(other._dropped)
        self.prune()

    def _add_also(self, also: Sequence[Counts]) -> None:
        for counts, more in zip(self._also, also, strict=True):
            if not counts:
                counts.update(more)
                continue
            for name, number in more.items():
                counts[name] = counts.get(name, 0) + number

    def prune(self) -> None:
        """Drop the least frequent names if there are too many names."""
        if not self._hits.is_full:
            return
        dropped, hits = self._hits.prune(), self._hits.counts
        for name in self._statistic.always:
            if name in dropped:
                hits[name] = dropped.pop(name)
        dropped_hits = sum(dropped.values())
        dropped.pop(OTHER, None)
        if self._statistic.other:
            hits[OTHER] += dropped_hits
            for place, counts in enumerate(self._also):
                number = sum(counts.get(name, 0) for name in dropped)
                kept = {name: counts[name] for name in counts.keys() - dropped.keys()}
                kept[OTHER] = counts.get(OTHER, 0) + number
                self._also[place] = kept
        if self._statistic.cardinality:
            self._dropped.add_names(dropped)

    def value(self, most: int) -> Ranked:
        """Return the `most` largest names and the totals; names with equal hits are sorted by name."""
        statistic, hits = self._statistic, self._hits.counts
        names: Mapping[bytes, int] = hits
        if statistic.other and OTHER in hits:
            names = {name: number for name, number in hits.items() if name != OTHER}
        listed = most if statistic.listed is None else statistic.listed
        rows = [self._named(name, number) for name, number in largest(names, listed)]
        other = self._named(OTHER, hits[OTHER]) if len(names) < len(hits) else None
        number = len(names)
        if not self._dropped.is_empty:
            number = self._dropped.count_with(names)
        totals = tuple(sum(each.values()) for each in (hits, *self._also))
        return Ranked(rows, len(names), number, totals, other)

    def _named(self, name: bytes, hits: int) -> RankedName:
        if not self._also:
            return RankedName(name, hits)
        return RankedName(name, hits, tuple([each.get(name, 0) for each in self._also]))

    def snapshot(self) -> dict[str, Any]:
        """Return the ranking as a value that JSON can hold."""
        also = [{text_of(name): n for name, n in each.items()} for each in self._also]
        dropped = self._dropped.snapshot()
        return {"hits": self._hits.snapshot(), "also": also, "dropped": dropped}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._hits.restore(snapshot["hits"])
        self._also = [
            {bytes_of(text): number for text, number in counts.items()}
            for counts in snapshot["also"]
        ]
        self._dropped = DistinctCount.restored(snapshot["dropped"])
