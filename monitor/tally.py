"""What is known about some lines. Tallies add: tally(a + b) == tally(a) + tally(b).

A report is the sum of its hits, the summary the sum of its reports; batches, several files and
parallel readers all follow from it. Everything in here is a count, so everything adds.
"""

import json
from collections import Counter, defaultdict
from itertools import compress
from typing import Any

from monitor.parser import IGNORED, Columns

_FIRST_ERROR = b"4"


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
        self.heads: Counter[bytes] = Counter()
        self.head_bytes: defaultdict[bytes, int] = defaultdict(int)
        self.head_errors: Counter[bytes] = Counter()
        self.clients: Counter[bytes] = Counter()
        self.failing: Counter[tuple[bytes, bytes, bytes]] = Counter()
        self.sample: tuple[str, bytes] | None = None

    @property
    def lines(self) -> int:
        """Lines of any kind."""
        return self.hits + self.unparsed + self.ignored

    @property
    def size(self) -> int:
        """Bytes sent, of all hits."""
        return sum(self.head_bytes.values())

    def add_hits(self, columns: Columns) -> None:
        """Count the hits of some columns, each for what it says."""
        heads, statuses = columns.heads, columns.statuses
        self.hits += len(columns)
        self.heads.update(heads)
        self.statuses.update(statuses)
        self.clients.update(columns.clients)
        head_bytes = self.head_bytes
        for head, size in zip(heads, _numbers(columns.sizes), strict=True):
            head_bytes[head] += size
        errors = list(map(_FIRST_ERROR.__le__, statuses))
        if True in errors:
            self._add_errors(columns, errors)

    def _add_errors(self, columns: Columns, errors: list[bool]) -> None:
        """Count the answers from 400 on that `errors` marks, as far as they are 4xx and 5xx."""
        failed = Counter(
            zip(
                compress(columns.statuses, errors),
                compress(columns.heads, errors),
                map(_path, compress(columns.rests, errors)),
                strict=True,
            )
        )
        for (status, head, path), hits in failed.items():
            if status < b"6":
                self.head_errors[head] += hits
                self.failing[status, head, path] += hits

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
        for head, size in other.head_bytes.items():
            self.head_bytes[head] += size
        self.sample = self.sample or other.sample


_NUMBERS = ("hits", "unparsed", "ignored", "late", "misdated")
_COUNTERS = ("statuses", "heads", "head_bytes", "head_errors", "clients")


def _text(name: bytes) -> str:
    """Write bytes as a text of the same length, which JSON can hold."""
    return name.decode("latin-1")


def _bytes(name: str) -> bytes:
    return name.encode("latin-1")


def _path(rest: bytes) -> bytes:
    """Cut the query from the rest of a target."""
    return rest.partition(b"?")[0]


def _numbers(sizes: list[bytes]) -> list[int]:
    """Turn sizes into numbers; `-` is 0. The reader of JSON takes two thirds of the time."""
    try:
        text = b",".join(sizes).replace(b"-", b"0")
        numbers: list[int] = json.loads(b"[%b]" % text)
        return numbers
    except ValueError:  # a size with leading zeros
        return [0 if size == b"-" else int(size) for size in sizes]
