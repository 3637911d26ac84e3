"""What is known about some lines. Tallies add: tally(a + b) == tally(a) + tally(b).

A report is the sum of its hits, the summary the sum of its reports; batches, several files and
parallel readers all follow from it. Everything in here is a count, so everything adds.

Where clients send more different names than are kept (heavy.py), the heaviest stay, and the hits,
bytes and errors of all other heads are counted under `(other)`: every sum over the heads is exact
all the same. The law then holds within the bounds of heavy.py, and exactly below.
"""

from collections import Counter, defaultdict
from itertools import compress, repeat
from typing import Any, cast

from monitor.distinct import Distinct
from monitor.formats import USUAL
from monitor.heavy import Heavy, add_counts, names_of, numbers_of, text_of, texts_of
from monitor.parser import IGNORED, Columns
from monitor.requests import OTHER, by_method, rest_of, sections_of, sections_with

_FIRST_ERROR, _AFTER_ERRORS = b"400", b"600"
_LOOKED_AT = 1 << 8
_EXACT = float(1 << 53)  # all whole numbers below, and so all sums of them, are exact


class Tally:
    """Counts of some lines; `lines == hits + unparsed + ignored`, always.

    `heads` counts hits by method and section (requests.py), `head_bytes` and
    `head_errors` the bytes and the 4xx and 5xx answers of the same; `failing` counts
    those answers by what failed: `STATUS HEAD` and the rest of the path.
    `late` and `misdated` are kinds of hits. `sample` is the first unparsed line and its reason.
    """

    def __init__(self) -> None:
        self.hits = 0
        self.unparsed = 0
        self.ignored = 0
        self.late = 0
        self.misdated = 0
        self.statuses: Counter[bytes] = Counter()
        self._heads = Heavy()
        self._head_bytes: Counter[bytes] = Counter()
        self._sizes: defaultdict[bytes, list[bytes | None]] = defaultdict(
            list
        )  # they wait
        self.head_errors: Counter[bytes] = Counter()
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
        return sum(self.head_bytes.values())

    @property
    def heads(self) -> Counter[bytes]:
        """Hits by head."""
        self.add_up()
        return self._heads.counts

    @property
    def head_bytes(self) -> Counter[bytes]:
        """Bytes sent by head."""
        self.add_up()
        return self._head_bytes

    @property
    def clients(self) -> Counter[bytes]:
        """Hits by client, of the heaviest clients."""
        return self._clients.counts

    @property
    def failing(self) -> Counter[bytes]:
        """The most frequent failures."""
        return self._failing.counts

    @property
    def sections(self) -> set[bytes]:
        """The sections that are kept."""
        return sections_of(self.heads)

    @property
    def different_clients(self) -> int:
        """The number of different clients; how right it is, distinct.py says."""
        return self._dropped_clients.count(self.clients)

    @property
    def different_sections(self) -> int:
        """The number of different sections, also of those in `(other)`; as right as clients."""
        return self._dropped_sections.count(self.sections)

    def add_hits(self, columns: Columns) -> None:
        """Count the hits of some columns, each for what it says."""
        self.hits += len(columns)
        self._dropped_clients.take(self._clients.count(columns.clients))
        start = 0
        for stop in self._heads.stops(columns.heads):
            self._add_requests(columns.cut(start, stop))
            self.add_up()
            self._prune_heads()
            start = stop
        self._add_requests(columns.cut(start, len(columns)))

    def _add_requests(self, columns: Columns) -> None:
        """Count what was asked for, and how that was answered."""
        if _hardly_repeats(columns.heads):
            self._add_new_requests(columns)
        else:
            # One list per head holds its hits and its bytes: half the time of counting both.
            sizes = self._sizes
            for head, size in zip(columns.heads, columns.sizes, strict=True):
                sizes[head].append(size)
        unusual = list(filter(None, columns.statuses))
        self.statuses.update(unusual)
        if len(unusual) < len(columns):
            self.statuses[USUAL] += len(columns) - len(unusual)
        if unusual and max(unusual) >= _FIRST_ERROR:
            self._add_errors(columns, unusual)

    def _add_new_requests(self, columns: Columns) -> None:
        """Count heads that are new for the most part: a list for each takes four times as long."""
        self._heads.counts.update(columns.heads)
        sums, sizes = self._head_bytes, map(int, map(_known_size, columns.sizes))
        for head, size in zip(columns.heads, sizes, strict=True):
            sums[head] = sums.get(head, 0) + size

    def add_up(self) -> None:
        """Turn the sizes that wait into sums."""
        for counts, number_of in ((self._heads.counts, len), (self._head_bytes, _sum)):
            numbers = map(number_of, self._sizes.values())
            add_counts(counts, dict(zip(self._sizes, numbers, strict=True)))
        self._sizes.clear()

    def _prune_heads(self) -> None:
        """Count the lightest heads under `(other)` when there are too many."""
        if not self._heads.is_full:
            return
        dropped = self._heads.prune()
        for method, heads in by_method(dropped).items():
            rest = rest_of(heads[0])
            sections = sections_with(method, heads)
            if rest in dropped and OTHER in sections:
                sections.remove(OTHER)
            self._dropped_sections.take(sections)
            self._heads.counts[rest] += sum(numbers_of(dropped, heads))
            for counts in filter(None, (self._head_bytes, self.head_errors)):
                number = sum(map(counts.pop, heads, repeat(0)))  # that of `rest`, too
                if number:
                    counts[rest] += number

    def _add_errors(self, columns: Columns, unusual: list[bytes]) -> None:
        """Count the 4xx and 5xx answers; `unusual` are the statuses without None."""
        failed = [_FIRST_ERROR <= status < _AFTER_ERRORS for status in unusual]
        heads, rests = (
            list(compress(compress(column, columns.statuses), failed))
            for column in (columns.heads, cast("list[bytes]", columns.rests))
        )
        self.head_errors.update(heads)
        answers = zip(compress(unusual, failed), heads, rests, strict=True)
        self._failing.count(
            [
                b"%b %b%b" % (status, head, rest.partition(b"?")[0])
                for status, head, rest in answers
            ]
        )

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
            **{name: texts_of(getattr(self, name)) for name in _COUNTERS},
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
            getattr(tally, name).update(names_of(snapshot[name]))
        for name, table in _TABLES.items():
            setattr(tally, f"_{name}", table.restored(snapshot[name]))
        if snapshot["sample"]:
            reason, text = snapshot["sample"]
            tally.sample = (reason, text.encode("latin-1"))
        return tally

    @property
    def is_exact(self) -> bool:
        """Whether it holds every name that it was told."""
        return not (self._heads.short or self._clients.short or self._failing.short)

    def adds_exactly(self, other: "Tally") -> bool:
        """Tell whether to add a tally is to count its lines: below the bounds it is."""
        self.add_up()
        return all(
            getattr(self, f"_{name}").adds_exactly(getattr(other, f"_{name}"))
            for name, table in _TABLES.items()
            if table is Heavy
        )

    def add(self, other: "Tally") -> None:
        """Add another tally to this one; `other` is the later of the two."""
        self.add_up()
        other.add_up()
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTERS:
            add_counts(getattr(self, name), getattr(other, name))
        for name in _TABLES:
            getattr(self, f"_{name}").add(getattr(other, f"_{name}"))
        self._prune_heads()
        if self._clients.is_full:
            self._dropped_clients.take(self._clients.prune())
        if self._failing.is_full:
            self._failing.prune()
        self.sample = self.sample or other.sample


_NUMBERS = ("hits", "unparsed", "ignored", "late", "misdated")
_COUNTERS = ("statuses", "head_bytes", "head_errors")
_TABLES: dict[str, type[Heavy] | type[Distinct]] = {
    "heads": Heavy,
    "clients": Heavy,
    "failing": Heavy,
    "dropped_clients": Distinct,
    "dropped_sections": Distinct,
}


def _hardly_repeats(names: list[bytes]) -> bool:
    """Tell from its first names whether most of a column come once."""
    first = names[:_LOOKED_AT]
    return 2 * len(set(first)) > len(first)


def _known_size(size: bytes | None) -> bytes:
    return size or b"0"


def _sum(sizes: list[bytes | None]) -> int:
    """Add up sizes in digits: as floats, which are read in half the time, while those are exact."""
    if len(sizes) == 1:
        return int(sizes[0] or 0)
    total = sum(map(float, filter(None, sizes)))
    return int(total) if total < _EXACT else sum(map(int, filter(None, sizes)))
