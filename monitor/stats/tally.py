"""All counts of some lines. Tallies add: tally(a + b) == tally(a) + tally(b).

A report is the sum of its hits, and the summary is the sum of its reports. Blocks, several files and
several processes give the same reports, because a tally holds only counts, and counts add.

If clients send more different names than fit (heavy_hitters.py), the most frequent names stay. The
hits, bytes and errors of all other sections are counted under `(other)`. Sums over all sections and
over all methods therefore stay exact. The law is exact while all names fit, and then holds within
the bounds of heavy_hitters.py.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.escape import bytes_of, text_of
from monitor.formats import Columns, Mark
from monitor.stats.batch import GROUPED, Batch
from monitor.stats.minutes import Minutes
from monitor.stats.ranking import Ranking
from monitor.stats.spreads import Spreads
from monitor.stats.statistics import STATISTICS, TABLES
from monitor.stats.values import Ranked, Values

REPORT_ROOM = 1 << 15
"""Names of each statistic that surely fit in a report."""

RUN_ROOM = 1 << 16
"""Names of each statistic that surely fit in the summary of a run."""

PRUNE_EVERY = 1 << 13
"""Hits of a tally between two prunings of its rankings."""

UNLOGGED = b"-"
"""The client, or the section, of a line that does not log it."""

_NUMBERS = ("hits", "unparsed", "ignored", "late", "misdated")
_COUNTS = (*_NUMBERS, "unsized")
_COLUMNS = [each for each in STATISTICS if each.by not in GROUPED]
_GROUPED = [each for each in STATISTICS if each.by in GROUPED]


class Tally:
    """Counts of some lines. Always `lines == hits + unparsed + ignored`.

    Late and misdated hits are hits, too. `sample` is the reason of the first unparsed line, and its
    first bytes. `malformed` has the first bytes of the first malformed hit. `unsized` is the number
    of hits that do not log their bytes. `by` is the key of the table (keys.py). `room` is the number
    of names of each statistic that surely fit.
    """

    def __init__(self, room: int = REPORT_ROOM, by: str = "section") -> None:
        self.hits = self.unparsed = self.ignored = self.late = self.misdated = 0
        self.sample: tuple[str, bytes] | None = None
        self.malformed = b""
        table = TABLES.get(by)
        statistics = [*STATISTICS, table] if table else STATISTICS
        self._rankings = {each.name: Ranking(each, room) for each in statistics}
        self._table = table and self._rankings[table.name]
        self._by = by
        self._spreads = Spreads(room)
        self._batch = Batch(by)
        self.unsized = 0
        self.minutes = Minutes()

    @property
    def lines(self) -> int:
        """The number of all lines."""
        return self.hits + self.unparsed + self.ignored

    def add_hits(self, columns: Columns) -> None:
        """Count the hits of some columns.

        Rankings are pruned after each PRUNE_EVERY hits of the tally. The dropped names therefore
        depend on the hits alone, and not on how they were cut into columns.
        """
        start, stop = 0, PRUNE_EVERY - self.hits % PRUNE_EVERY
        while stop <= len(columns):
            self._count(columns.cut(start, stop))
            self.add_up()
            for ranking in self._rankings.values():
                ranking.prune()
            self._spreads.prune()
            start, stop = stop, stop + PRUNE_EVERY
        self._count(columns.cut(start, len(columns)))

    def _count(self, columns: Columns) -> None:
        self.hits += len(columns)
        for statistic in _COLUMNS:
            self._rankings[statistic.name].count(columns.column(statistic.by))
        self._batch.count(columns)

    def add_up(self) -> None:
        """Add the groups of the batch to the rankings, and begin a new batch."""
        if self._batch:
            sums = self._batch.sums()
            for each in _GROUPED:
                hits = sums.of(each.by, "hits")
                also = [sums.of(each.by, measure) for measure in each.also]
                self._rankings[each.name].add_sums(hits, also)
            self._spreads.add_batch(self._batch)
            self.unsized += self._batch.unsized
            if self._table:
                self._table.add_sums(*self._batch.table())
            self._batch = Batch(self._by)

    def add_mark(self, mark: Mark) -> None:
        """Count a line that is no hit, or note a malformed hit."""
        self.ignored += mark.is_ignored
        self.unparsed += mark.is_unparsed
        if self.sample is None and mark.is_unparsed:
            self.sample = (mark.reason, mark.sample)
        if not self.malformed and not mark.is_line:
            self.malformed = mark.sample

    def has_room_for(self, other: "Tally") -> bool:
        """Return whether the sum with another tally is exact, because all names surely fit."""
        self.add_up()
        other.add_up()
        return self._spreads.has_room_for(other._spreads) and all(
            ranking.has_room_for(other._rankings[name])
            for name, ranking in self._rankings.items()
        )

    def add(self, other: "Tally") -> None:
        """Add another tally to this one; `other` is the later of the two."""
        self.add_up()
        other.add_up()
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, ranking in self._rankings.items():
            ranking.add(other._rankings[name])
        self._spreads.add(other._spreads)
        self.minutes.add(other.minutes)
        self.sample = self.sample or other.sample
        self.malformed = self.malformed or other.malformed

    def values(self, most: int) -> Values:
        """Return the numbers and rankings of a report; each ranking lists `most` names."""
        self.add_up()
        rankings = {name: each.value(most) for name, each in self._rankings.items()}
        numbers = {
            "lines": self.lines,
            **{name: getattr(self, name) for name in _NUMBERS},
            "bytes": rankings["sections"].totals[1],
            "clients": min(self.hits, rankings["clients"].cardinality),
        }
        unlogged = frozenset(_unlogged(self, rankings)) if self.hits else frozenset()
        for name in unlogged & numbers.keys():
            del numbers[name]
        spreads = self._spreads.values(rankings, most)
        busiest = self.minutes.busiest()
        return Values(
            numbers, rankings, spreads, self.sample, busiest, unlogged, self._by
        )

    def snapshot(self) -> dict[str, Any]:
        """Return all counts as a value that JSON can hold."""
        self.add_up()
        rankings = {name: each.snapshot() for name, each in self._rankings.items()}
        sample = [self.sample[0], text_of(self.sample[1])] if self.sample else None
        counts = {name: getattr(self, name) for name in _COUNTS}
        malformed = text_of(self.malformed)
        return {
            **counts,
            "rankings": rankings,
            "sketches": self._spreads.snapshot(),
            "sample": sample,
            "malformed": malformed,
            "minutes": self.minutes.snapshot(),
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot. A statistic that is not in it begins with no names.

        A table by another key begins with the hits, bytes and errors of `(other)`.
        """
        for name in _COUNTS:
            setattr(self, name, snapshot.get(name, 0))
        for name in self._rankings.keys() & snapshot["rankings"].keys():
            self._rankings[name].restore(snapshot["rankings"][name])
        is_new = f"by {self._by}" not in snapshot["rankings"]
        if self._table and is_new and self.hits:
            self._table.add_other(self._rankings["sections"].value(0).totals)
        self._spreads.restore(snapshot.get("sketches", {}))
        self.minutes.restore(snapshot["minutes"])
        self.malformed = bytes_of(snapshot["malformed"])
        if snapshot["sample"]:
            reason, text = snapshot["sample"]
            self.sample = (reason, bytes_of(text))


def _unlogged(tally: Tally, rankings: Mapping[str, Ranked]) -> Iterator[str]:
    """Yield the names of the numbers and rankings that no line of a tally logs.

    A client or a section that is not logged is `-`.
    """
    if tally.unsized == tally.hits:
        yield "bytes"
    if _is_only(UNLOGGED, rankings["clients"], tally.hits):
        yield "clients"
    if _is_only(UNLOGGED, rankings["sections"], tally.hits):
        yield from ("methods", "sections", "failing")


def _is_only(name: bytes, ranked: Ranked, hits: int) -> bool:
    """Return whether all hits have one name."""
    return any(row.name == name and row.hits == hits for row in ranked.rows[:1])
