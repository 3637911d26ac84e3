"""Numbers of hits by name, in bounded memory. A tally has sketches for each row of SPREADS.

All numbers are in one sketch (quantiles.py), and the numbers of each name in another. If there are
too many names, the sketches of the least frequent names are dropped (heavy_hitters.py). A name with
a hundredth of all numbers is never dropped, and less than a thousandth of all numbers is missing in
its sketch.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from monitor.escape import bytes_of, text_of
from monitor.stats.heavy_hitters import HeavyHitters
from monitor.stats.quantiles import Quantiles, quantiles_of
from monitor.stats.statistics import Spread
from monitor.stats.values import SpreadValue

Buckets = Mapping[int, int]
"""How many numbers are in each bucket."""

PART = 8
"""One of so many names of a ranking has a sketch."""

LEAST = 100
"""A name is listed as one of the highest if one of so many numbers is its own."""


class Sketches:
    """The numbers of a spread by name; sketches add. `room` is the number of names of a ranking."""

    def __init__(self, spread: Spread, room: int) -> None:
        self._spread = spread
        self._all: dict[int, int] = {}
        self._hits = HeavyHitters(room // PART)
        self._names: dict[bytes, dict[int, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sketches) and vars(self) == vars(other)

    def has_room_for(self, other: "Sketches") -> bool:
        """Return whether the sum with other sketches is surely exact and needs no pruning."""
        return self._hits.has_room_for(other._hits)

    def add_buckets(self, names: Mapping[bytes, Buckets]) -> None:
        """Add the numbers of some hits by name."""
        self._hits.add_counts(
            {name: sum(each.values()) for name, each in names.items()}
        )
        self._add(names)
        for buckets in names.values():
            _add(self._all, buckets)

    def add(self, other: "Sketches") -> None:
        """Add other sketches of the same numbers."""
        if not other._all:
            return
        self._hits.add(other._hits)
        self._add(other._names)
        _add(self._all, other._all)
        self.prune()

    def _add(self, names: Mapping[bytes, Buckets]) -> None:
        for name, buckets in names.items():
            if name in self._names:
                _add(self._names[name], buckets)
            else:
                self._names[name] = dict(buckets)

    def prune(self) -> None:
        """Drop the least frequent names if there are too many names."""
        if self._hits.is_full:
            for name in self._hits.prune():
                self._names.pop(name, None)

    def value(self, listed: Iterable[bytes], most: int) -> SpreadValue | None:
        """Return the quantiles of all hits, of the listed names, and of the `most` highest names.

        Return None if there is no number.
        """
        if not self._all:
            return None
        whole = quantiles_of(self._all)
        hits = self._hits.counts
        frequent = [name for name in hits if hits[name] * LEAST >= whole.number]
        names = self._quantiles_of({*frequent, *listed})
        by_height = sorted(
            (name for name in frequent if name in names),
            key=lambda name: (-names[name].p95, name),
        )
        spread = self._spread
        return SpreadValue(spread.by, spread.title, whole, names, by_height[:most])

    def _quantiles_of(self, names: Collection[bytes]) -> dict[bytes, Quantiles]:
        held = self._names
        return {name: quantiles_of(held[name]) for name in names if name in held}

    def snapshot(self) -> dict[str, Any]:
        """Return the sketches as a value that JSON can hold."""
        names = {
            text_of(name): sorted(each.items()) for name, each in self._names.items()
        }
        hits = self._hits.snapshot()
        return {"all": sorted(self._all.items()), "hits": hits, "names": names}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._all = dict(snapshot["all"])
        self._hits.restore(snapshot["hits"])
        self._names = {
            bytes_of(name): dict(each) for name, each in snapshot["names"].items()
        }


def _add(counts: dict[int, int], more: Buckets) -> None:
    """Add counts. An update of a Counter takes longer where there are few."""
    for bucket, number in more.items():
        counts[bucket] = counts.get(bucket, 0) + number
