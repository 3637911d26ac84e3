"""The shape of the stored state: one class per object, one line per key.

A state is checked against `State` before a run goes on from it. A room that changes its snapshot
changes its class here too. A test compares real snapshots with these classes.
"""

from itertools import count
from types import NoneType, UnionType
from typing import Any, TypedDict, get_args, get_origin, get_type_hints, is_typeddict

from monitor.errors import StoreError

Count = tuple[int, int]
"""A second since 1970, and its hits."""


class HeavyHitters(TypedDict):
    """Counts by name, and how much each may be too low."""

    counts: dict[str, int]
    undercount: int
    missed: dict[str, int]
    offset: int


class DistinctCount(TypedDict):
    """The hashes of different names, in base64; the limit has too many digits for a number."""

    limit: str
    hashes: str


class Ranking(TypedDict):
    """The hits of a statistic, its further numbers, and the names that were dropped."""

    hits: HeavyHitters
    also: list[dict[str, int]]
    dropped: DistinctCount


class Tally(TypedDict):
    """The counts of some lines; `rankings` by the name of the statistic."""

    hits: int
    unparsed: int
    ignored: int
    late: int
    misdated: int
    rankings: dict[str, Ranking]
    sample: tuple[str, str] | None
    malformed: str


class Intervals(TypedDict):
    """The open report, and a report that is held back: its start, its end, its tally."""

    start: int | None
    tally: Tally
    previous_rate: float | None
    opened_late: bool
    held: tuple[int, int, Tally] | None


class Lag(TypedDict):
    """Hits that may show that the log's clock was set back."""

    shift: int
    newest: int
    evidence: int


class Clock(TypedDict):
    """The stream time."""

    now: int
    reading: float
    newest: int
    lag: Lag | None
    doubted: int | None


class Window(TypedDict):
    """The counts of each second of the alert window, by name."""

    counts: list[tuple[int, dict[str, int]]]
    since: int
    through: int | None


class AlertState(TypedDict):
    """The present state of a rule."""

    state: str
    since: int
    peak: int
    window: int


class Alert(TypedDict):
    """A crossing that was announced; its rule is a name, a threshold and a window."""

    rule: tuple[str, str, int]
    state: str
    hits: int
    at: int
    since: int
    peak: int
    seen_late: bool


class Fields(TypedDict):
    """What the log says of hits that wait to be counted."""

    client: list[str]
    head: list[str]
    rest: list[str]
    status: list[str]
    size: list[int]


Place = tuple[str, int, int]
"""The place of a line: its log, the unparsed lines in a row up to it, the time of the last hit."""


class Columns(TypedDict):
    """Hits that wait to be counted, and lines between them that are no hits."""

    epochs: list[int]
    fields: Fields
    marks: list[tuple[int, str, str, Place | None]]


class Coverage(TypedDict):
    """The logs without data, and the rows of unparsed lines, each with the name of its log."""

    is_blind: bool
    gaps: list[tuple[str, int, str, bool]]
    rows: list[tuple[str, int, str, str, int, int, int, bool]]


class Core(TypedDict):
    """What the pipeline needs to go on."""

    clock: Clock | None
    offsets: dict[str, tuple[int, bool]]
    waiting: Columns
    window: Window
    backfill: dict[str, list[Count]]
    rules: dict[str, AlertState]
    intervals: Intervals
    alerts: list[Alert]
    alert_count: int
    legibility: dict[str, tuple[int, int, int, int]]
    coverage: Coverage


class File(TypedDict):
    """A file that was being read."""

    device: int
    inode: int
    offset: int
    head: str
    mid_line: bool
    current: bool


class Log(TypedDict):
    """Where a followed log stands, with the files that it was rotated to."""

    known: list[str]
    files: list[File]
    was_open: bool


class Moment(TypedDict):
    """When the state was saved: by the machine's clock, and since a boot."""

    wall: float
    boot: str
    awake: float


class State(TypedDict):
    """All that the next run needs; `files` by absolute path."""

    core: Core
    files: dict[str, Log]
    moment: Moment


def check_state(value: object, path: str) -> None:
    """Raise StoreError for a state that does not fit, with the first place that does not."""
    if place := misfit(value, State, "state"):
        raise StoreError(
            f"the state in {path} cannot be understood and is left as it is "
            f"({place} does not fit); give another file with --state"
        )


def misfit(value: object, kind: Any, place: str) -> str | None:
    """Return the first place at which a value, as read from JSON, is not of its kind.

    JSON writes a tuple as a list, and may write a float as a whole number.
    """
    options = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    if value is None and NoneType in options:
        return None
    parts = _parts_of(value, options[0])
    if parts is None:
        return place
    found = (misfit(each, inner, f"{place}.{name}") for name, each, inner in parts)
    return next(filter(None, found), None)


def _parts_of(value: object, kind: Any) -> list[tuple[object, object, Any]] | None:
    """Return name, value and kind of each part; None when the value itself is of another kind."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(value, dict) and is_typeddict(kind):
        kinds = get_type_hints(kind)
        if value.keys() != kinds.keys():
            return None
        return [(name, each, kinds[name]) for name, each in value.items()]
    if isinstance(value, dict) and origin is dict:
        return [(name, each, inner[1]) for name, each in value.items()]
    if isinstance(value, list) and origin is list:
        return [(place, each, inner[0]) for place, each in enumerate(value)]
    if isinstance(value, list) and origin is tuple and len(value) == len(inner):
        return list(zip(count(), value, inner, strict=False))
    is_plain = type(value) is kind or (kind is float and type(value) is int)
    return [] if is_plain else None
