"""The shape of the stored state: one class per object, one line per key.

A state is checked against `State` before a run goes on from it. A room that changes its snapshot
changes its class here too. Tests compare real snapshots with these classes, and go on from states
with the smallest and largest values that fit.
"""

import sqlite3
from typing import Annotated, Any, NotRequired, TypedDict

from monitor.hooks import RESULTS
from monitor.state.kinds import (
    Bucket,
    Credit,
    Digits,
    Name,
    Packed,
    Passed,
    Reading,
    Second,
    Shift,
    Status,
    misfit,
)
from monitor.state.schema_parts import (
    Alert,
    AlertState,
    Log,
    Recent,
    RuleKey,
    Totals,
    Window,
)
from monitor.stats import STATISTICS, TABLES

_SHOWN = 100  # characters of a place in a state

_FURTHER = {statistic.name: len(statistic.also) for statistic in STATISTICS}
"""How many further numbers each statistic has."""

_TABLES = {each.name: len(each.also) for each in TABLES.values()}
"""The same for the tables by a key."""


def _are_statistics(rankings: dict[str, Any]) -> bool:
    """Return whether each ranking is of a statistic or a table, with as many further numbers.

    A state of an earlier release has no ranking for a newer statistic.
    """
    found = {name: len(each["also"]) for name, each in rankings.items()}
    return "status" in found and found.items() <= (_FURTHER | _TABLES).items()


def _adds_up(tally: dict[str, Any]) -> bool:
    """Return whether each hit of a tally has a status."""
    counts = tally["rankings"]["status"]["hits"]["counts"]
    has_statuses = not any(misfit(name, Status, "status") for name in counts)
    return has_statuses and sum(counts.values()) == tally["hits"]


def _ends_later(interval: list[Any]) -> bool:
    """Return whether an interval ends after its start."""
    return bool(interval[0] < interval[1])


def _are_even(columns: dict[str, Any]) -> bool:
    """Return whether all columns have one value per hit, and no mark stands behind the last hit."""
    number = len(columns["epochs"])
    is_inside = all(hits <= number for hits, *_ in columns["marks"])
    return is_inside and all(len(each) == number for each in columns["fields"].values())


class HeavyHitters(TypedDict):
    """Counts by name, and how much each may be too low."""

    counts: dict[Name, int]
    undercount: int
    missed: dict[Name, Credit]
    offset: Credit


class DistinctCount(TypedDict):
    """The hashes of different names, in base64; the limit has too many digits for a number."""

    limit: Digits
    hashes: Packed


class Ranking(TypedDict):
    """The hits of a statistic, its further numbers, and the names that were dropped."""

    hits: HeavyHitters
    also: list[dict[Name, int]]
    dropped: DistinctCount


class Sketches(TypedDict):
    """How many numbers are in each bucket: of all hits, and by name; the hits of the names."""

    all: list[tuple[Bucket, int]]
    hits: HeavyHitters
    names: dict[Name, Annotated[list[tuple[Bucket, int]], len]]


Minute = tuple[Second, int] | None
"""The first second of a minute, and its hits."""


class Tally(TypedDict):
    """The counts of some lines; `rankings` by the name of the statistic.

    States of earlier releases have no `sketches` and no `unsized`.
    """

    hits: int
    unparsed: int
    ignored: int
    late: int
    misdated: int
    unsized: NotRequired[int]
    rankings: Annotated[dict[str, Ranking], _are_statistics]
    sketches: NotRequired[dict[str, Sketches]]
    sample: tuple[str, Name] | None
    malformed: Name
    minutes: tuple[Minute, Minute, Minute]


WholeTally = Annotated[Tally, _adds_up]


class Intervals(TypedDict):
    """The open report, and a report that is held back: its bounds, its seconds, its tally.

    `observed` has the present second, and how much of the open report was observed.
    """

    start: Second | None
    tally: WholeTally
    previous_rate: float | None
    observed: tuple[Second | None, int, Second, bool]
    held: Annotated[tuple[Second, Second, int, WholeTally], _ends_later] | None


class Lag(TypedDict):
    """Hits that may show that the log's clock was set back."""

    shift: Shift
    newest: Second
    evidence: int


class Clock(TypedDict):
    """The stream time."""

    now: Second
    reading: Reading
    newest: Second
    lag: Lag | None
    doubted: Second | None


class Fields(TypedDict):
    """What the log says of hits that wait to be counted. Some formats lack some fields."""

    client: list[Name]
    head: list[Name]
    rest: list[Name]
    status: list[Status]
    size: NotRequired[list[int | None]]
    seconds: NotRequired[list[float | None]]
    host: NotRequired[list[Name]]
    agent: NotRequired[list[Name]]
    referrer: NotRequired[list[Name]]


class Columns(TypedDict):
    """Hits that wait to be counted, and lines between them that are no hits."""

    epochs: list[Second]
    fields: Fields
    marks: list[tuple[int, str, Name, tuple[str, int, Second] | None]]


class Coverage(TypedDict):
    """Logs without data, rows of unparsed lines by log, and seconds whose hits may be missing."""

    is_blind: bool
    missed_through: Second
    missed: list[tuple[Second, Second]]
    gaps: list[tuple[str, Second, str, bool]]
    rows: list[tuple[str, Second, str, Name, int, int, Second, bool]]


class Core(TypedDict):
    """What the pipeline needs to go on."""

    clock: Clock | None
    offsets: dict[str, tuple[Shift, bool]]
    waiting: Annotated[Columns, _are_even]
    window: Window
    backfill: dict[str, list[tuple[Second, int]]]
    backfill_counts: NotRequired[dict[str, dict[Name, list[tuple[Second, int]]]]]
    rules: dict[RuleKey, AlertState]
    seen_from: NotRequired[Second | None]
    fired: NotRequired[dict[RuleKey, tuple[bool, list[Second]]]]
    intervals: Intervals
    alerts: list[Alert]
    alert_count: int
    recent: Recent
    legibility: dict[str, tuple[int, int, int, Second]]
    coverage: Coverage
    only: NotRequired[list[str]]
    totals: NotRequired[Totals]


class Moment(TypedDict):
    """When the state was saved: by the machine's clock, and since a boot."""

    wall: Passed
    boot: str
    awake: Passed


HookResult = Annotated[str, RESULTS.__contains__]
"""How a run of a hook ended."""


class State(TypedDict):
    """All that the next run needs; `files` by absolute path; how often hooks ran.

    `unchecked` are the alerts since the last answer of `--check`, `named` the names of
    places.py.
    """

    core: Core
    files: dict[str, Log]
    moment: Moment
    hooks: NotRequired[dict[HookResult, int]]
    unchecked: NotRequired[list[Alert]]
    named: NotRequired[list[str]]


def check_state(value: object) -> None:
    """Raise sqlite3.DatabaseError with the first place at which a state does not fit."""
    if place := misfit(value, State, "state"):
        raise sqlite3.DatabaseError(f"{place[:_SHOWN]} does not fit")
