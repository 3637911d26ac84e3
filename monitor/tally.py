"""What is known about some lines. Tallies add: tally(a + b) == tally(a) + tally(b).

A report is the sum of its hits, the summary the sum of its reports; batches, several files and
parallel readers all follow from it. Everything in here is a count, so everything adds.
"""

from collections import Counter, defaultdict
from itertools import compress

from monitor.parser import IGNORED, Columns
from monitor.requests import url_of

_FIRST_ERROR = b"4"


class Tally:
    """Counts of some lines; `lines == hits + unparsed + ignored`, always.

    `heads` counts hits by method and section (requests.py), `head_bytes` and `head_errors` the
    bytes and the 4xx and 5xx answers of the same; `failing` counts (status, URL) of those answers.
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
        self.failing: Counter[tuple[bytes, bytes]] = Counter()
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
        failed = list(
            zip(
                compress(columns.statuses, errors),
                compress(columns.heads, errors),
                compress(columns.rests, errors),
                strict=True,
            )
        )
        failed = [row for row in failed if row[0] < b"6"]
        self.head_errors.update(head for _, head, _ in failed)
        self.failing.update(
            (status, url_of(head, rest)) for status, head, rest in failed
        )

    def add_mark(self, reason: str, sample: bytes) -> None:
        """Count a line that is no hit."""
        if reason == IGNORED:
            self.ignored += 1
            return
        self.unparsed += 1
        if self.sample is None:
            self.sample = (reason, sample)

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


def _numbers(sizes: list[bytes]) -> list[int]:
    """Turn sizes into numbers; `-` is 0. Many blocks have no `-`, and `map` is fastest."""
    try:
        return list(map(int, sizes))
    except ValueError:
        return [0 if size == b"-" else int(size) for size in sizes]
