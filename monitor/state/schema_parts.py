"""The shape of alerts, of the files of logs and of the counts for metrics; a part of schema.py."""

from typing import Annotated, Any, NotRequired, TypedDict

from monitor.alerts import RULES
from monitor.state.kinds import (
    Length,
    Name,
    Offset,
    Ratio,
    Second,
    Shift,
    Status,
    matches,
    misfit,
)


def _is_key(text: str) -> bool:
    name, _, subject = text.partition(" ")
    return name in RULES and not misfit(subject, Name, "")


RuleKey = Annotated[str, _is_key]
"""The name of a rule, and its subject."""

RuleName = Annotated[str, RULES.__contains__]
"""The name of a rule."""

Crossing = Annotated[str, matches("firing|recovered")]
"""The state of a rule after a crossing."""

CauseKind = Annotated[str, matches("section|client|status")]
"""The kind of name that is a cause of an alert."""


def _are_rows(columns: dict[str, list[Any]]) -> bool:
    """Return whether all columns have one value per hit."""
    return len(set(map(len, columns.values()))) == 1


class Window(TypedDict):
    """The counts of each second of the alert window, by name."""

    counts: list[tuple[Second, dict[Name, int]]]
    since: Second
    through: Second | None


class AlertState(TypedDict):
    """The present state of a rule. Those of earlier releases have fewer keys."""

    state: Crossing
    since: Second
    peak: int
    window: Length
    peak_hits: NotRequired[int]
    moved: NotRequired[Shift]
    row: NotRequired[Second | None]
    announced: NotRequired[Second]


class Alert(TypedDict):
    """A crossing that was announced; its rule is a name, a limit and a window.

    Those of earlier releases have no keys from `counted` on.
    """

    rule: tuple[RuleName, Ratio, Length]
    state: Crossing
    hits: int
    at: Second
    since: Second
    peak: int
    seen_late: bool
    causes: list[tuple[CauseKind, Name, float]]
    counted: NotRequired[int | None]
    peak_hits: NotRequired[int]
    moved: NotRequired[Shift]
    subject: NotRequired[Name]
    over: NotRequired[Ratio | None]


class Hits(TypedDict):
    """The last hits, which show the causes of an alert."""

    seconds: list[Second]
    head: list[Name]
    client: list[Name]
    status: list[Status]


Recent = Annotated[Hits, _are_rows]


class File(TypedDict):
    """A file that was being read. `carried` is what its lines say about the next lines."""

    device: int
    inode: int
    offset: Offset
    head: Name
    tail: Name
    modified: int
    mid_line: bool
    place: Name
    carried: dict[str, dict[Name, Name]]
    current: bool


class Log(TypedDict):
    """Where a followed log stands. `known` has the rows of `KnownFiles` in the inputs."""

    known: list[tuple[int, int, Offset, int, Offset, str, str]]
    since: int
    files: list[File]
    folders: list[Name]
    was_open: bool
    rotations: NotRequired[int]
    gone: NotRequired[bool]


class Totals(TypedDict):
    """Counts since the state was made: of a section its hits, errors and bytes."""

    numbers: dict[str, int]
    codes: dict[str, int]
    methods: dict[str, int]
    sections: dict[Name, tuple[int, int, int]]
    buckets: dict[str, int]
    seconds: float
    alerts: dict[str, dict[str, int]]
