"""The kinds of arrivals, and the protocol of an input. To add an input, write one file."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

from monitor.core import Notice, PartialCount, Source

Carried = Mapping[str, Mapping[str, str]]
"""What a source carries from line to line (formats/carried.py), as a value that JSON can hold."""


class Data(NamedTuple):
    """Bytes of a source. Empty bytes mean that it is not ready yet, and newer sources must wait.

    `at_start`: these are its first bytes. `mid_line`: they begin in a line that was counted already.
    `carried`: what the source carries into its first bytes of this run.
    """

    source: Source
    data: bytes
    at_start: bool
    mid_line: bool = False
    carried: Carried | None = None


class UpToDate(NamedTuple):
    """A source was read to its present end."""

    source: Source


class End(NamedTuple):
    """No bytes of a source follow in this run.

    `complete`: its last line counts without a newline, too. `goes_on`: its file may still grow, and
    the next run reads an unfinished last line.
    """

    source: Source
    complete: bool
    goes_on: bool = False


class Segment(NamedTuple):
    """The next lines of a source, counted by a worker.

    `lines` reads the lines again, for a pipeline that does not accept the partial count, and for the
    causes of an alert.
    """

    source: Source
    partial: PartialCount
    lines: Callable[[], Iterator[bytes]]


Arrival = Data | Segment | UpToDate | End | Notice

Wants = Callable[[Source], bool]
"""Returns whether bytes of a source are wanted now; False if other sources must be read first."""


class Input(Protocol):
    """A source of bytes, or several sources.

    `busy`: more bytes can be read now. `ended`: no more bytes can ever come.
    """

    @property
    def busy(self) -> bool: ...

    @property
    def ended(self) -> bool: ...

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Yield the arrivals since the last poll, a bounded number of bytes of each source."""
