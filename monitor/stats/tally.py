"""What is known about some lines. Tallies add: tally(a + b) == tally(a) + tally(b).

A report is the sum of its hits, the summary the sum of its reports; batches, several files and
parallel readers all follow from it. Everything in here is a count, so everything adds.

Where clients send more different names than are kept (heavy.py), the heaviest stay, and the hits,
bytes and errors of all other sections are counted under `(other)`: every sum over the sections is
exact all the same. The same goes for methods. The law then holds within the bounds of heavy.py,
and exactly below.
"""

from collections import Counter
from collections.abc import Collection
from itertools import accumulate, pairwise, repeat
from typing import Any

from monitor.escape import bytes_of, text_of
from monitor.formats import (
    IGNORED,
    LONG,
    MALFORMED,
    METHODS,
    NO_METHOD,
    OTHER,
    Columns,
    Sums,
    sums,
    volume_of,
)
from monitor.stats.distinct import Distinct
from monitor.stats.heavy import (
    Heavy,
    add_counts,
    may_be_full,
    names_of,
    texts_of,
)

LOOK = 1 << 14
"""Hits after which the tables are looked at; hits with long names count for several."""


class Tally:
    """Counts of some lines; `lines == hits + unparsed + ignored`, always.

    `methods` and `sections` count hits by the names of requests.py, `section_bytes` and
    `section_errors` the bytes and the 4xx and 5xx answers of sections; `failing` counts those
    answers by what failed: the status and the URL without its query.
    `late` and `misdated` are kinds of hits; `weight` is the number of hits, each long one counted
    several times.
    `sample` is the first unparsed line and its reason.
    The texts of answers wait, and are read when somebody asks, or when their names might be too
    many: those that are equal only once.
    """

    def __init__(self) -> None:
        self.hits = 0
        self.unparsed = 0
        self.ignored = 0
        self.late = 0
        self.misdated = 0
        self.weight = 0
        self._waiting: Counter[bytes] = Counter()
        self._statuses: Counter[bytes] = Counter()
        self._methods = Heavy()
        self._sections = Heavy()
        self._section_bytes: Counter[bytes] = Counter()
        self._section_errors: Counter[bytes] = Counter()
        self._clients = Heavy()
        self._failing = Heavy()
        self._dropped_clients = Distinct()
        self._dropped_sections = Distinct()
        self.sample: tuple[str, bytes] | None = None

    @property
    def lines(self) -> int:
        """Lines of any kind."""
        return self.hits + self.unparsed + self.ignored

    @property
    def size(self) -> int:
        """Bytes sent, of all hits."""
        return sum(self.section_bytes.values())

    @property
    def methods(self) -> Counter[bytes]:
        """Hits by method."""
        self.add_up()
        return self._methods.counts

    @property
    def sections(self) -> Counter[bytes]:
        """Hits by section."""
        self.add_up()
        return self._sections.counts

    @property
    def section_bytes(self) -> Counter[bytes]:
        """Bytes sent by section."""
        self.add_up()
        return self._section_bytes

    @property
    def section_errors(self) -> Counter[bytes]:
        """The 4xx and 5xx answers by section."""
        self.add_up()
        return self._section_errors

    @property
    def statuses(self) -> Counter[bytes]:
        """Hits by status."""
        self.add_up()
        return self._statuses

    @property
    def clients(self) -> Counter[bytes]:
        """Hits by client, of the heaviest clients."""
        return self._clients.counts

    @property
    def failing(self) -> Counter[bytes]:
        """The most frequent failures."""
        self.add_up()
        return self._failing.counts

    @property
    def names(self) -> int:
        """How many names it holds, at most while nobody makes up methods.

        A text that waits may turn out to be a section and a failing URL.
        """
        read = len(self._methods) + len(self._sections) + len(self._failing)
        return read + len(self._clients) + 2 * len(self._waiting)

    @property
    def different_clients(self) -> int:
        """The number of different clients; how right it is, distinct.py says."""
        return min(self.hits, self._dropped_clients.count(self.clients))

    @property
    def different_sections(self) -> int:
        """The number of different sections, also of those in `(other)`; as right as clients."""
        kept = self.sections.keys() - {OTHER}
        return min(self.hits, self._dropped_sections.count(kept))

    def add_hits(self, columns: Columns) -> None:
        """Count the hits of some columns, each for what it says."""
        longest = None if columns.long else self._longest  # before these are weighed
        start = 0
        for stop in self._weigh(columns):
            self._count(columns.cut(start, stop))
            self._look(longest)
            start = stop
        self._count(columns.cut(start, len(columns)))

    @property
    def _longest(self) -> int | None:
        """Bytes that no name is longer than; None when there may be such a one."""
        return LONG if self.weight == self.hits else None

    def _look(self, longest: int | None) -> None:
        """Look at the tables; at texts that wait only where their names might be too many.

        On a usual log they are not for hours, and the longer texts wait, the more of them are
        equal. No name is longer than the client or the text it came from: so while they cannot be
        too many no table is full, and what is dropped does not depend on who asks when.
        """
        tables = self._methods, self._sections, self._failing
        names = len(self._waiting) + max(map(len, tables))
        if may_be_full(names, longest):
            self.add_up()
        self._prune(longest)

    def _weigh(self, columns: Columns) -> list[int]:
        """Add columns to the weight, and give the places after which to look at the tables.

        They depend on all hits so far, never on how those were cut into columns. The names that
        come between two looks have LOOK * LONG bytes, and some more where requests are long.
        """
        before = self.weight
        if not columns.long:
            self.weight += len(columns)
            return list(range(LOOK - before % LOOK, len(columns) + 1, LOOK))
        weights = [1] * len(columns)
        for place in columns.long:
            volume = volume_of(columns.clients[place], columns.texts[place])
            weights[place] += volume // LONG
        reached = list(accumulate(weights, initial=before))
        self.weight = reached[-1]
        steps = [weight // LOOK for weight in reached]
        return [
            place for place, pair in enumerate(pairwise(steps), 1) if pair[0] < pair[1]
        ]

    def _count(self, columns: Columns) -> None:
        self.hits += len(columns)
        self._clients.counts.update(columns.clients)
        self._waiting.update(columns.texts)

    def add_up(self) -> None:
        """Read the texts that wait, and count what they say."""
        if not self._waiting:
            return
        for said in sums(self._waiting):
            self._add_sums(said)
        self._waiting.clear()

    def _add_sums(self, said: Sums) -> None:
        add_counts(self._methods.counts, said.methods)
        add_counts(self._sections.counts, said.sections)
        add_counts(self._statuses, said.statuses)
        add_counts(self._section_bytes, said.sent)
        add_counts(self._section_errors, said.errors)
        add_counts(self._failing.counts, said.failing)

    def _prune(self, longest: int | None) -> None:
        """Drop the lightest names where there are too many."""
        if self._methods.is_full(longest):
            _drop(self._methods, always=(NO_METHOD, *METHODS))
        if self._sections.is_full(longest):
            self._prune_sections()
        if self._clients.is_full(longest):
            self._dropped_clients.take(self._clients.prune())
        if self._failing.is_full(longest):
            self._failing.prune()

    def _prune_sections(self) -> None:
        dropped = _drop(self._sections, always=(MALFORMED,))
        self._dropped_sections.take(dropped)
        for counts in filter(None, (self._section_bytes, self._section_errors)):
            number = sum(map(counts.pop, dropped, repeat(0)))
            if number:
                counts[OTHER] += number

    def add_mark(self, reason: str, sample: bytes) -> None:
        """Count a line that is no hit."""
        if reason == IGNORED:
            self.ignored += 1
            return
        self.unparsed += 1
        if self.sample is None:
            self.sample = (reason, sample)

    def snapshot(self) -> dict[str, Any]:
        """Give all counts as a value that JSON can hold."""
        self.add_up()
        sample = [self.sample[0], text_of(self.sample[1])] if self.sample else None
        return {
            **{name: getattr(self, name) for name in _NUMBERS},
            **{name: texts_of(getattr(self, f"_{name}")) for name in _COUNTERS},
            **{name: getattr(self, f"_{name}").snapshot() for name in _TABLES},
            "sample": sample,
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Tally":
        """Make a tally from a snapshot."""
        tally = cls()
        for name in _NUMBERS:
            setattr(tally, name, snapshot[name])
        for name in _COUNTERS:
            getattr(tally, f"_{name}").update(names_of(snapshot[name]))
        for name, table in _TABLES.items():
            setattr(tally, f"_{name}", table.restored(snapshot[name]))
        if snapshot["sample"]:
            reason, text = snapshot["sample"]
            tally.sample = (reason, bytes_of(text))
        return tally

    @property
    def is_exact(self) -> bool:
        """Whether it holds every name that it was told."""
        return not any(table.short for table in self._heavy)

    def adds_exactly(self, other: "Tally") -> bool:
        """Tell whether to add a tally is to count its lines: below the bounds it is."""
        if not other.is_exact:  # it was pruned after so many hits of its own
            return not self.hits
        self.add_up()
        other.add_up()
        pairs = zip(self._heavy, other._heavy, strict=True)
        return all(mine.adds_exactly(others) for mine, others in pairs)

    @property
    def _heavy(self) -> tuple[Heavy, ...]:
        return self._methods, self._sections, self._clients, self._failing

    def add(self, other: "Tally") -> None:
        """Add another tally to this one; `other` is the later of the two."""
        self.add_up()
        other.add_up()
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTERS:
            add_counts(getattr(self, f"_{name}"), getattr(other, f"_{name}"))
        for name in _TABLES:
            getattr(self, f"_{name}").add(getattr(other, f"_{name}"))
        self._prune(self._longest)
        self.sample = self.sample or other.sample


_NUMBERS = ("hits", "unparsed", "ignored", "late", "misdated", "weight")
_COUNTERS = ("statuses", "section_bytes", "section_errors")
_TABLES: dict[str, type[Heavy] | type[Distinct]] = {
    "methods": Heavy,
    "sections": Heavy,
    "clients": Heavy,
    "failing": Heavy,
    "dropped_clients": Distinct,
    "dropped_sections": Distinct,
}


def _drop(table: Heavy, always: Collection[bytes]) -> Collection[bytes]:
    """Count the lightest names of a table under `(other)`, but for some that always stay.

    Gives what was dropped.
    """
    dropped, counts = table.prune(), table.counts
    for name in always:
        if name in dropped:
            counts[name] = dropped.pop(name)
    before = dropped.pop(OTHER, 0)
    if dropped or before:
        counts[OTHER] += before + sum(dropped.values())
    return dropped
