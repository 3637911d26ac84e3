"""The samples of each metric, read off the counts and the present state."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from monitor import __version__
from monitor.escape import bytes_of, printable
from monitor.metrics.exposition import Sample
from monitor.metrics.process import Process

CROSSINGS = ("firing", "recovered")
"""The states of a rule after a crossing."""


class RuleState(NamedTuple):
    """A rule: how many of its alerts fire, and its limit, None if it has several."""

    name: str
    firing: int
    limit: float | None


class LogState(NamedTuple):
    """A log: whether it has data, the bytes left to read (None for a pipe), and its rotations."""

    file: str
    is_readable: bool
    behind: int | None
    rotations: int


class Reading(NamedTuple):
    """What metrics show.

    totals     the counts as the state holds them (core/totals.py)
    saved_at   when the state was saved, in seconds since 1970; 0 without a state
    window     the hits of the alert window, and its seconds
    newest     the second of the newest hit, None before the first one
    process    the numbers of this process, None if they are unknown
    hooks      how often hooks ran by their results, as the state holds it; empty without hooks
    """

    totals: Mapping[str, Any]
    saved_at: float
    window: tuple[int, int]
    newest: int | None
    rules: list[RuleState]
    logs: list[LogState]
    process: Process | None
    hooks: Mapping[str, int] = {}


Samples = Iterable[Sample]


def counts_of(name: str, label: str) -> Callable[[Reading], Samples]:
    """Return how to read counts by name, under a label."""

    def read(reading: Reading) -> Samples:
        counts = reading.totals[name]
        return (Sample(counts[each], {label: each}) for each in sorted(counts))

    return read


def number_of(name: str) -> Callable[[Reading], Samples]:
    """Return how to read a number."""
    return lambda reading: [Sample(reading.totals["numbers"][name])]


def sections_of(place: int) -> Callable[[Reading], Samples]:
    """Return how to read a number of each section: 0 hits, 1 errors, 2 bytes."""

    def read(reading: Reading) -> Samples:
        sections = reading.totals["sections"]
        for name in sorted(sections):
            section = printable(bytes_of(name))
            yield Sample(sections[name][place], {"section": section})

    return read


def sent(reading: Reading) -> Samples:
    """Return the bytes of all answers."""
    sums = reading.totals["sections"].values()
    return [Sample(sum(each[2] for each in sums))]


def lines(reading: Reading) -> Samples:
    """Return the lines by how they were read."""
    numbers = reading.totals["numbers"]
    names = {"hit": "hits", "unparsed": "unparsed", "ignored": "ignored"}
    return [Sample(numbers[each], {"result": name}) for name, each in names.items()]


def durations(reading: Reading) -> Iterator[Sample]:
    """Yield the histogram of the request times if the log has them."""
    buckets = reading.totals["buckets"]
    if buckets:
        sums = accumulate(buckets.values())
        for name, number in zip(buckets, sums, strict=True):
            yield Sample(number, {"le": name}, "_bucket")
        yield Sample(reading.totals["seconds"], {}, "_sum")
        yield Sample(number, {}, "_count")


def newest(reading: Reading) -> Samples:
    """Return the time of the newest hit."""
    return [] if reading.newest is None else [Sample(reading.newest)]


def firing(reading: Reading) -> Samples:
    """Return how many alerts of each rule are firing."""
    return [Sample(each.firing, {"rule": each.name}) for each in reading.rules]


def limits(reading: Reading) -> Samples:
    """Yield the limits of the rules that have one."""
    for each in reading.rules:
        if each.limit is not None:
            yield Sample(each.limit, {"rule": each.name})


def alerts(reading: Reading) -> Samples:
    """Yield how often each rule fired and recovered."""
    counts = reading.totals["alerts"]
    for rule in sorted({*counts, *(each.name for each in reading.rules)}):
        for state in CROSSINGS:
            number = counts.get(rule, {}).get(state, 0)
            yield Sample(number, {"rule": rule, "state": state})


def hooks(reading: Reading) -> Samples:
    """Return how often hooks ran."""
    return [Sample(number, {"result": name}) for name, number in reading.hooks.items()]


def readable(reading: Reading) -> Samples:
    """Return which logs have data."""
    return [
        Sample(int(e.is_readable), {"file": printable(e.file)}) for e in reading.logs
    ]


def behind(reading: Reading) -> Samples:
    """Yield the bytes that are left to read of each log."""
    for each in reading.logs:
        if each.behind is not None:
            yield Sample(each.behind, {"file": printable(each.file)})


def rotations(reading: Reading) -> Samples:
    """Return how often each log began anew."""
    return [
        Sample(each.rotations, {"file": printable(each.file)}) for each in reading.logs
    ]


def process_of(name: str) -> Callable[[Reading], Samples]:
    """Return how to read a number of this process."""

    def read(reading: Reading) -> Samples:
        process = reading.process
        return [] if process is None else [Sample(getattr(process, name))]

    return read


def versions(reading: Reading) -> Samples:
    """Return the versions of the program and of Python."""
    python = ".".join(map(str, sys.version_info[:3]))
    return [Sample(1, {"version": __version__, "python": python})]
