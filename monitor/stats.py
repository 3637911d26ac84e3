"""Questions put to a tally: one function each, named numbers for the outputs.

Every list is ordered by hits, most first, and by name where they are equal, so that the same
hits always read the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeVar

from monitor.requests import split_head, url_of
from monitor.tally import Tally

Name = TypeVar("Name", bytes, tuple[bytes, bytes])


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the site: its hits, the bytes sent and its 4xx and 5xx answers."""

    name: bytes
    hits: int
    bytes: int
    errors: int


def largest(
    counts: Mapping[Name, int], most: int | None = None
) -> list[tuple[Name, int]]:
    """Give the names with the highest counts, all of them for None."""
    if most is None:
        return sorted(counts.items(), key=_order)
    return nsmallest(most, counts.items(), key=_order)


def _order(item: tuple[Name, int]) -> tuple[int, Name]:
    return -item[1], item[0]


def sections(tally: Tally) -> list[Section]:
    """Give all sections of the site."""
    hits: Counter[bytes] = Counter()
    sizes: Counter[bytes] = Counter()
    errors: Counter[bytes] = Counter()
    for head, number in tally.heads.items():
        name = split_head(head)[1]
        hits[name] += number
        sizes[name] += tally.head_bytes[head]
        errors[name] += tally.head_errors[head]
    return [Section(name, n, sizes[name], errors[name]) for name, n in largest(hits)]


def methods(tally: Tally) -> list[tuple[bytes, int]]:
    """Give the methods of the hits whose request line is well formed."""
    counts: Counter[bytes] = Counter()
    for head, number in tally.heads.items():
        method = split_head(head)[0]
        if method is not None:
            counts[method] += number
    return largest(counts)


def statuses(tally: Tally) -> list[tuple[bytes, int]]:
    """Give the statuses of the answers, `-` where the server sent none."""
    return largest(tally.statuses)


def status_classes(tally: Tally) -> list[tuple[str, int]]:
    """Give the hits per class of status, `2xx` and so on in order; the rest is `other`."""
    counts: Counter[str] = Counter()
    for status, number in tally.statuses.items():
        first = status[:1].decode("ascii")
        counts[f"{first}xx" if first in "12345" else "other"] += number
    return sorted(counts.items())


def errors(tally: Tally) -> int:
    """Count the 4xx and 5xx answers."""
    return sum(tally.head_errors.values())


def clients(tally: Tally) -> int:
    """Count the different clients, exactly."""
    return len(tally.clients)


def failing(tally: Tally, most: int) -> list[tuple[tuple[bytes, bytes], int]]:
    """Give the statuses and URLs, without their queries, of the most frequent errors."""
    counts: Counter[tuple[bytes, bytes]] = Counter()
    for (status, head, path), number in tally.failing.items():
        counts[status, url_of(head, path)] += number
    return largest(counts, most)


def share(part: int, whole: int) -> float:
    """Give a part as a share of the whole between 0 and 1; of nothing it is 0."""
    return part / whole if whole else 0.0


def change(rate: float, before: float | None) -> float | None:
    """Give the change of a rate as a share of the one before; None where there is none."""
    return rate / before - 1 if before else None


NUMBERS: dict[str, Callable[[Tally], int]] = {
    "lines": lambda tally: tally.lines,
    "hits": lambda tally: tally.hits,
    "unparsed": lambda tally: tally.unparsed,
    "ignored": lambda tally: tally.ignored,
    "late": lambda tally: tally.late,
    "misdated": lambda tally: tally.misdated,
    "bytes": lambda tally: tally.size,
    "clients": clients,
}
"""The plain numbers of a report, in the order they are told."""


def numbers(tally: Tally, names: Iterable[str] = NUMBERS) -> dict[str, int]:
    """Answer the plain numbers."""
    return {name: NUMBERS[name](tally) for name in names}
