"""The numbers of hits for each row of SPREADS. A tally has them beside its rankings."""

from collections.abc import Mapping
from typing import Any

from monitor.stats.batch import Batch
from monitor.stats.sketches import Sketches
from monitor.stats.statistics import SPREADS, STATISTICS
from monitor.stats.values import Ranked, SpreadValue


class Spreads:
    """The sketches of all spreads; they add."""

    def __init__(self, room: int) -> None:
        self._sketches = {each.name: Sketches(each, room) for each in SPREADS}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spreads) and vars(self) == vars(other)

    def has_room_for(self, other: "Spreads") -> bool:
        """Return whether the sum with other spreads is surely exact and needs no pruning."""
        return all(
            each.has_room_for(other._sketches[name])
            for name, each in self._sketches.items()
        )

    def add_batch(self, batch: Batch) -> None:
        """Add the numbers of the hits of a batch."""
        for spread in SPREADS:
            self._sketches[spread.name].add_buckets(batch.buckets(spread))

    def add(self, other: "Spreads") -> None:
        """Add other spreads."""
        for name, each in self._sketches.items():
            each.add(other._sketches[name])

    def prune(self) -> None:
        """Drop the least frequent names where there are too many names."""
        for each in self._sketches.values():
            each.prune()

    def values(
        self, rankings: Mapping[str, Ranked], most: int
    ) -> dict[str, SpreadValue]:
        """Return the quantiles of all hits, of the names in rankings, and of the `most` highest."""
        values = {}
        for spread in SPREADS:
            same = [each.name for each in STATISTICS if each.by == spread.by]
            listed = [row.name for name in same for row in rankings[name].rows]
            if value := self._sketches[spread.name].value(listed, most):
                values[spread.name] = value
        return values

    def snapshot(self) -> dict[str, Any]:
        """Return the spreads as a value that JSON can hold."""
        return {name: each.snapshot() for name, each in self._sketches.items()}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on from a snapshot. A spread that is not in it begins with no numbers."""
        for name in self._sketches.keys() & snapshot.keys():
            self._sketches[name].restore(snapshot[name])
