"""Groups of equal hits. A tally adds up groups, because groups are fewer than hits.

A site has few pages. Some thousand hits therefore have few different pairs of head and status. Only
`Batch.count` runs over hits; all other loops run over groups.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Any, NamedTuple, cast

from monitor.formats import LONGEST_NAME, Columns
from monitor.keys import KEYS, Key, section_of
from monitor.stats.quantiles import BUCKETS
from monitor.stats.statistics import SPREADS, Spread

GROUPED = frozenset(("method", "section", "status", "failed"))
"""The names of hits that come from groups. All other names are columns (columns.py)."""

_ERRORS = frozenset(b"%d" % status for status in range(400, 600))


class Sums(NamedTuple):
    """The hits, errors and bytes of a batch by head and by status, and the hits by failed URL."""

    heads: dict[str, dict[bytes, int]]
    statuses: dict[str, dict[bytes, int]]
    failed: dict[str, dict[bytes, int]]

    def of(self, by: str, measure: str) -> dict[bytes, int]:
        """Return the sums of a number by name, without empty names and sums of 0."""
        if by == "failed":
            return self.failed[measure]
        if by == "status":
            return self.statuses[measure]
        part = 0 if by == "method" else 2
        numbers = self.heads[measure]
        names = [head.partition(b" ")[part] for head in numbers]
        return summed(names, numbers.values())


class Batch:
    """Groups some thousand hits, and also by a key (keys.py) if it is not the section.

    `unsized` is the number of hits that do not log their bytes.
    """

    def __init__(self, by: str = "section") -> None:
        self.unsized = 0
        self._key = KEYS[by] if by != "section" else None
        # By the values of the key and status; by these values.
        self._keyed: Counter[tuple[Any, bytes]] = Counter()
        self._keyed_bytes: dict[Any, int] = {}
        # By head and status; by head; by status, head and rest.
        self._answers: Counter[tuple[bytes, bytes]] = Counter()
        self._bytes: dict[bytes, int] = {}
        self._failed: Counter[tuple[bytes, bytes, bytes]] = Counter()
        self._buckets: dict[
            str, dict[bytes, list[int | None]]
        ] = {}  # by spread and head

    def __len__(self) -> int:
        return len(self._answers) + len(self._failed)

    def count(self, columns: Columns) -> None:
        """Add hits to their groups."""
        heads, statuses = columns["head"], columns["status"]
        self._answers.update(zip(heads, statuses, strict=True))
        failures = zip(statuses, heads, columns["rest"], strict=True)
        self._failed.update(compress(failures, map(_ERRORS.__contains__, statuses)))
        fields = columns.fields
        if "size" in fields:
            sizes = zip(heads, fields["size"], strict=True)
            self.unsized += _add_sizes(self._bytes, sizes)
        else:
            self.unsized += len(columns)
        for spread in SPREADS:
            if spread.of in fields:
                lists = self._buckets.setdefault(spread.name, defaultdict(list))
                buckets = map(BUCKETS.__getitem__, fields[spread.of])
                for head, bucket in zip(heads, buckets, strict=True):
                    lists[head].append(bucket)
        if self._key:
            self._count_by_key(self._key, columns)

    def _count_by_key(self, key: Key, columns: Columns) -> None:
        first, *more = map(columns.column, key.columns)
        values = list(zip(first, *more, strict=True)) if more else first
        self._keyed.update(zip(values, columns["status"], strict=True))
        if "size" in columns.fields:
            sizes = zip(values, columns["size"], strict=True)
            _add_sizes(self._keyed_bytes, sizes)

    def buckets(self, spread: Spread) -> dict[bytes, dict[int, int]]:
        """Return how many hits have a number of each bucket (quantiles.py), by name."""
        part = 0 if spread.by == "method" else 2
        names: dict[bytes, dict[int | None, int]] = {}
        for head, buckets in self._buckets.get(spread.name, {}).items():
            counts = names.setdefault(head.partition(b" ")[part], {})
            for bucket in buckets:
                counts[bucket] = counts.get(bucket, 0) + 1
        for counts in names.values():
            counts.pop(None, None)
        found = {name: counts for name, counts in names.items() if name and counts}
        return cast("dict[bytes, dict[int, int]]", found)

    def table(self) -> tuple[dict[bytes, int], list[dict[bytes, int]]]:
        """Return the hits by the key, and the bytes and the errors."""
        assert self._key is not None
        pairs = [(self._name_of(values), status) for values, status in self._keyed]
        names, numbers = [name for name, _ in pairs], self._keyed.values()
        failed = [
            number if status in _ERRORS else 0
            for (_, status), number in zip(pairs, numbers, strict=True)
        ]
        sized = map(self._name_of, self._keyed_bytes)
        sent = summed(sized, self._keyed_bytes.values())
        return summed(names, numbers), [sent, summed(names, failed)]

    def _name_of(self, values: Any) -> bytes:
        assert self._key is not None
        each = values if isinstance(values, tuple) else (values,)
        return self._key.name(*each)[:LONGEST_NAME]

    def sums(self) -> Sums:
        """Return the sums of all hits."""
        hits: dict[bytes, int] = {}
        errors: dict[bytes, int] = {}
        statuses: dict[bytes, int] = {}
        for (head, status), number in self._answers.items():
            hits[head] = hits.get(head, 0) + number
            statuses[status] = statuses.get(status, 0) + number
            if status in _ERRORS:
                errors[head] = errors.get(head, 0) + number
        failed = [
            b"%b %b" % (status, (section_of(head) + rest)[:LONGEST_NAME])
            for status, head, rest in self._failed
        ]
        return Sums(
            heads={"hits": hits, "errors": errors, "bytes": self._bytes},
            statuses={
                "hits": statuses,
                "errors": {
                    each: statuses[each] for each in statuses if each in _ERRORS
                },
            },
            failed={"hits": summed(failed, self._failed.values())},
        )


def _add_sizes(sent: dict[Any, int], sizes: Iterator[tuple[Any, Any]]) -> int:
    """Add sizes to sums by name, and return how many are missing.

    A missing size is an error, because a test of each size would take time.
    """
    get, missing = sent.get, 0
    while True:
        try:
            for name, size in sizes:
                sent[name] = get(name, 0) + size
        except TypeError:
            missing += 1
        else:
            return missing


def summed(names: Iterable[bytes], numbers: Iterable[int]) -> dict[bytes, int]:
    """Return the sums of numbers by name, without empty names and sums of 0."""
    sums: dict[bytes, int] = {}
    for name, number in zip(names, numbers, strict=True):
        if number and name:
            sums[name] = sums.get(name, 0) + number
    return sums
