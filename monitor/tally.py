"""What is known about some lines. Tallies add: tally(a + b) == tally(a) + tally(b).

A report is the sum of its hits, the summary the sum of its reports; batches, several files and
parallel readers all follow from it. Everything in here is a count, so everything adds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import compress
from typing import Any, cast

from monitor.formats import USUAL
from monitor.parser import IGNORED, Columns

_FIRST_ERROR, _AFTER_ERRORS = b"400", b"600"
_MOST_WAITING = 1 << 14
_EXACT = float(1 << 53)  # all whole numbers below, and so all sums of them, are exact


Failing = tuple[bytes, bytes, bytes]
"""A URL that failed: the status, the head and the rest of the path."""


class Tally:
    """Counts of some lines; `lines == hits + unparsed + ignored`, always.

    `heads` counts hits by method and section (requests.py), `head_bytes` and
    `head_errors` the bytes and the 4xx and 5xx answers of the same; `failing` counts
    those answers by status, head and the rest of the path.
    `late` and `misdated` are kinds of hits. `sample` is the first unparsed line and its reason.
    """

    def __init__(self) -> None:
        self.hits = 0
        self.unparsed = 0
        self.ignored = 0
        self.late = 0
        self.misdated = 0
        self.statuses: Counter[bytes] = Counter()
        self._heads: Counter[bytes] = Counter()
        self._head_bytes: Counter[bytes] = Counter()
        self._sizes: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self._waiting = 0  # hits in there
        self.head_errors: Counter[bytes] = Counter()
        self.clients: Counter[bytes] = Counter()
        self.failing: Counter[Failing] = Counter()
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
        return self._heads

    @property
    def head_bytes(self) -> Counter[bytes]:
        """Bytes sent by head."""
        self.add_up()
        return self._head_bytes

    def add_hits(self, columns: Columns) -> None:
        """Count the hits of some columns, each for what it says."""
        self.hits += len(columns)
        self.clients.update(columns.clients)
        # One list per head holds its hits and its bytes: half the time of counting both at once.
        sizes = self._sizes
        for head, size in zip(columns.heads, columns.sizes, strict=True):
            sizes[head].append(size)
        self._waiting += len(columns)
        if self._waiting > _MOST_WAITING:
            self.add_up()
        unusual = list(filter(None, columns.statuses))
        self.statuses.update(unusual)
        if len(unusual) < len(columns):
            self.statuses[USUAL] += len(columns) - len(unusual)
        if unusual and max(unusual) >= _FIRST_ERROR:
            self._add_errors(columns)

    def add_up(self) -> None:
        """Turn the sizes that wait into sums."""
        for head, sizes in self._sizes.items():
            self._heads[head] += len(sizes)
            self._head_bytes[head] += _sum(sizes)
        self._sizes.clear()
        self._waiting = 0

    def _add_errors(self, columns: Columns) -> None:
        """Count the 4xx and 5xx answers."""
        statuses = columns.statuses
        unusual = zip(
            compress(statuses, statuses),
            compress(columns.heads, statuses),
            compress(columns.rests, statuses),
            strict=True,
        )
        failing = [
            (status, head, rest.partition(b"?")[0])
            for status, head, rest in cast("Iterable[Failing]", unusual)
            if _FIRST_ERROR <= status < _AFTER_ERRORS
        ]
        self.failing.update(failing)
        self.head_errors.update(head for _, head, _ in failing)

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
        counts = {
            name: {_text(key): number for key, number in getattr(self, name).items()}
            for name in _COUNTERS
        }
        failing = [[*map(_text, key), number] for key, number in self.failing.items()]
        sample = [self.sample[0], _text(self.sample[1])] if self.sample else None
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {**numbers, **counts, "failing": failing, "sample": sample}

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Tally":
        """Make a tally from a snapshot."""
        tally = cls()
        for name in _NUMBERS:
            setattr(tally, name, snapshot[name])
        for name in _COUNTERS:
            counts = {_bytes(key): number for key, number in snapshot[name].items()}
            getattr(tally, name).update(counts)
        for *key, number in snapshot["failing"]:
            status, head, path = map(_bytes, key)
            tally.failing[status, head, path] = number
        if snapshot["sample"]:
            tally.sample = (snapshot["sample"][0], _bytes(snapshot["sample"][1]))
        return tally

    def add(self, other: "Tally") -> None:
        """Add another tally to this one; `other` is the later of the two."""
        self.hits += other.hits
        self.unparsed += other.unparsed
        self.ignored += other.ignored
        self.late += other.late
        self.misdated += other.misdated
        self.statuses.update(other.statuses)
        self.heads.update(other.heads)
        self.head_errors.update(other.head_errors)
        self.clients.update(other.clients)
        self.failing.update(other.failing)
        self.head_bytes.update(other.head_bytes)
        self.sample = self.sample or other.sample


_NUMBERS = ("hits", "unparsed", "ignored", "late", "misdated")
_COUNTERS = ("statuses", "heads", "head_bytes", "head_errors", "clients")


def _text(name: bytes) -> str:
    """Write bytes as a text of the same length, which JSON can hold."""
    return name.decode("latin-1")


def _bytes(name: str) -> bytes:
    return name.encode("latin-1")


def _sum(sizes: list[bytes]) -> int:
    """Add up sizes in digits: as floats, which are read in half the time, while those are exact."""
    total = sum(map(float, sizes))
    return int(total) if total < _EXACT else sum(map(int, sizes))
