"""Questions put to a tally: one function each, named numbers for the outputs.

Every list is ordered by hits, most first, and by name where they are equal, so that the same
hits always read the same.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from heapq import nsmallest
from operator import itemgetter
from typing import NamedTuple

from monitor.formats import METHODS, NO_METHOD, OTHER
from monitor.stats.tally import Tally


class Section(NamedTuple):
    """A section of the site: its hits, the bytes sent and its 4xx and 5xx answers."""

    name: bytes
    hits: int
    bytes: int
    errors: int


def largest(
    counts: Mapping[bytes, int], most: int | None = None
) -> list[tuple[bytes, int]]:
    """Give the names with the highest counts, all of them for None.

    Looks at the numbers alone first: names are compared only where numbers are equal.
    """
    if most is None or most >= len(counts):
        return sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)
    if not most:
        return []
    least = sorted(counts.values(), reverse=True)[most - 1]
    above = {name: number for name, number in counts.items() if number > least}
    equal = [name for name, number in counts.items() if number == least]
    rest = nsmallest(most - len(above), equal)
    return largest(above) + [(name, least) for name in rest]


def sections(tally: Tally, most: int | None = None) -> list[Section]:
    """Give the largest sections of the site, all for None; last, if it has hits, `(other)`.

    That one holds the hits of all sections that are not kept, because there are too many, and is
    not one of the `most`.
    """
    return top_sections(tally, most)[0]


def top_sections(tally: Tally, most: int | None) -> tuple[list[Section], int]:
    """Give the largest sections, as `sections` does, and the number of the others that are kept."""
    hits = dict(tally.sections)
    other = hits.pop(OTHER, 0)
    shown = largest(hits, most)
    number = len(hits) - len(shown)
    shown += [(OTHER, other)] if other else []
    sizes, errors = tally.section_bytes, tally.section_errors
    return [Section(name, n, sizes[name], errors[name]) for name, n in shown], number


def more_sections(tally: Tally, shown: list[Section]) -> Section:
    """Give the sum of the sections that are kept and not shown, under no name."""
    hits = tally.hits - sum(section.hits for section in shown)
    size = tally.size - sum(section.bytes for section in shown)
    failed = errors(tally) - sum(section.errors for section in shown)
    return Section(b"", hits, size, failed)


def methods(tally: Tally, most: int | None = None) -> list[tuple[bytes, int]]:
    """Give the methods of the hits whose request line is well formed.

    Of those that are not registered, the `most` frequent, all for None; `(other)` has the rest.
    """
    counts = dict(tally.methods)
    counts.pop(NO_METHOD, None)
    if most is not None:
        others = {name: counts[name] for name in counts.keys() - METHODS - {OTHER}}
        dropped = others.keys() - dict(largest(others, most)).keys()
        if dropped:
            counts[OTHER] = counts.get(OTHER, 0) + sum(map(counts.pop, dropped))
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
    return sum(tally.section_errors.values())


def clients(tally: Tally) -> int:
    """Count the different clients: exactly up to 10,000, else within 2 %.

    In fact it is exact while all are kept (heavy.py), misses only a rare collision of hashes up to
    65,536, and is an estimate with a standard error of 0.45 % above.
    """
    return tally.different_clients


def sections_total(tally: Tally) -> int:
    """Count the different sections, also of those in `(other)`; as right as `clients`."""
    return tally.different_sections


def failing(tally: Tally, most: int) -> list[tuple[tuple[bytes, bytes], int]]:
    """Give the statuses and URLs, without their queries, of the most frequent errors.

    When there are too many different ones, as right as the counts of heavy.py.
    """
    found = largest(tally.failing, most)
    return [((what[:3], what[4:]), number) for what, number in found]


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


def numbers(tally: Tally) -> dict[str, int]:
    """Answer the plain numbers."""
    return {name: number_of(tally) for name, number_of in NUMBERS.items()}
