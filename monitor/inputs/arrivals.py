"""What the readers of logs give: bytes, the ends of them, and what the user should know."""

from typing import NamedTuple

from monitor.inputs.files import Source


class Data(NamedTuple):
    """Bytes of a source; `at_start`: they begin at its first byte, `mid_line`: in a line that
    was counted already.
    """

    source: Source
    data: bytes
    at_start: bool
    mid_line: bool = False


class CaughtUp(NamedTuple):
    """All that there is of a source now was given."""

    source: Source


class Ended(NamedTuple):
    """A source gives nothing any more; `complete`: its last line needs no newline."""

    source: Source
    complete: bool


class Told(NamedTuple):
    """Something happened to a log that the user should know."""

    message: str


Arrival = Data | CaughtUp | Ended | Told
