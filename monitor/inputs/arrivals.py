"""What an input hands on: bytes of a source, their end, and notices."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from monitor.core import Notice, PartialCount


class Source(NamedTuple):
    """One file behind a path; each new file has the next number."""

    path: str
    number: int


class Data(NamedTuple):
    """Bytes of a source.

    `at_start`: they begin at its first byte. `mid_line`: they begin in a line that was counted.
    """

    source: Source
    data: bytes
    at_start: bool
    mid_line: bool = False


class UpToDate(NamedTuple):
    """A source was read to its present end."""

    source: Source


class End(NamedTuple):
    """A source has nothing more to come; `complete`: its last line needs no newline."""

    source: Source
    complete: bool


class Segment(NamedTuple):
    """The next lines of a source, counted by a worker.

    `lines` reads them again. It is needed when the partial count does not fit the pipeline.
    """

    source: Source
    partial: PartialCount
    lines: Callable[[], Iterator[bytes]]


Arrival = Data | Segment | UpToDate | End | Notice

Wants = Callable[[Source], bool]
"""Whether more of a source is wanted now; False when other logs must be read first."""


class Input(Protocol):
    """Where lines come from.

    `busy`: there is more to read right now. `ended`: nothing can ever come any more.
    """

    @property
    def busy(self) -> bool: ...

    @property
    def ended(self) -> bool: ...

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Return what came since the last poll, a bounded amount of each source."""
