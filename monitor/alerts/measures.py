"""Columns of hits -> counts by the second and name, for the rules that need more than the hits.

Only what a rule asks for is counted. One row of COUNTERS counts one measure of the table of rules.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, NamedTuple

from monitor.alerts.rules import HITS, TIMED, Rule, rules_of
from monitor.escape import text_of
from monitor.formats import Columns
from monitor.keys import section_of
from monitor.only import ALL, Only
from monitor.settings import Settings

CLIENT = "client "
"""What the name of the count of a client begins with."""

_UNKNOWN = {b"", b"-"}

_FAILED = frozenset(b"%d" % status for status in range(500, 600))

Counts = Iterable[tuple[str, Mapping[int, int]]]
"""Names, and the numbers of each second."""


class Piece(NamedTuple):
    """Some hits: the second in which each is counted, and their other columns."""

    seconds: Sequence[int]
    columns: Columns
    start: int
    stop: int

    def column(self, name: str) -> list[Any]:
        """Return a column of the hits, with None for hits that do not log it."""
        column = self.columns.fields.get(name)
        if column is None:
            return [None] * (self.stop - self.start)
        return column[self.start : self.stop]


def _errors(rules: list[Rule], piece: Piece) -> Counts:
    failed = map(_FAILED.__contains__, piece.column("status"))
    yield rules[0].measure, Counter(compress(piece.seconds, failed))


def _sections(rules: list[Rule], piece: Piece) -> Counts:
    names, heads = {rule.subject: rule.measure for rule in rules}, piece.column("head")
    wanted = {head: names.get(section_of(head)) for head in set(heads)}
    return _by_name(map(wanted.__getitem__, heads), piece.seconds)


def _clients(rules: list[Rule], piece: Piece) -> Counts:
    clients = piece.column("client")
    names = {each: CLIENT + text_of(each) for each in set(clients) - _UNKNOWN}
    return _by_name(map(names.get, clients), piece.seconds)


def _by_name(names: Iterable[str | None], seconds: Sequence[int]) -> Counts:
    found: dict[str, dict[int, int]] = {}
    for (name, second), number in Counter(zip(names, seconds, strict=True)).items():
        if name is not None:
            found.setdefault(name, {})[second] = number
    return found.items()


def _slow(rules: list[Rule], piece: Piece) -> Counts:
    """Count the hits that log a request time, and the slow hits.

    A time and the limit are compared as they are read: `0.1` is not above `0.1`.
    """
    times = piece.column("seconds")
    yield TIMED, Counter(compress(piece.seconds, [each is not None for each in times]))
    for rule in rules:
        limit = float(rule.seconds or 0)
        slow = [each is not None and each > limit for each in times]
        yield rule.measure, Counter(compress(piece.seconds, slow))


def _bytes(rules: list[Rule], piece: Piece) -> Counts:
    sums: dict[int, int] = {}
    for second, size in zip(piece.seconds, piece.column("size"), strict=True):
        if size:
            sums[second] = sums.get(second, 0) + size
    yield rules[0].measure, sums


COUNTERS: dict[str, Callable[[list[Rule], Piece], Counts]] = {
    "errors": _errors,
    "section": _sections,
    "client": _clients,
    "slow": _slow,
    "bytes": _bytes,
}
"""How each measure is counted, by its name in the table of rules."""


class Measures:
    """Counts what some rules ask for beside the hits."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.kind.measure != HITS:
                self._rules.setdefault(rule.kind.measure, []).append(rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def of(
        self, columns: Columns, start: int, stop: int, second: int | None = None
    ) -> Iterator[tuple[str, Mapping[int, int]]]:
        """Yield the names of counts, with the numbers of each second, of the hits from `start` on.

        Hits count in the seconds of their times, or all in `second`.
        """
        seconds = columns.epochs[start:stop]
        if second is not None:
            seconds = [second] * len(seconds)
        piece = Piece(seconds, columns, start, stop)
        for measure, rules in self._rules.items():
            for name, numbers in COUNTERS[measure](rules, piece):
                if numbers:
                    yield name, numbers


class Asked(NamedTuple):
    """What is counted: the hits that `only` chooses, and the `measures` of the rules."""

    only: Only = ALL
    measures: Measures = Measures()

    @classmethod
    def of(cls, settings: Settings) -> "Asked":
        """Return what the options ask for."""
        return cls(Only(settings.only), Measures(rules_of(settings)))


ALL_HITS = Asked()
"""All hits are counted, and nothing beside the hits of each second."""
