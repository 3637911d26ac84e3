"""What the readers of logs give: bytes, the ends of them, and what the user should know."""

from dataclasses import dataclass

from monitor.files import Source


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes of a source; `at_start`: they begin at its first byte, `mid_line`: in a line that
    was counted already.
    """

    source: Source
    data: bytes
    at_start: bool
    mid_line: bool = False


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that there is of a source now was given."""

    source: Source


@dataclass(frozen=True, slots=True)
class Ended:
    """A source gives nothing any more; `complete`: its last line needs no newline."""

    source: Source
    complete: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Something happened to a log that the user should know."""

    message: str


Arrival = Data | CaughtUp | Ended | Told
