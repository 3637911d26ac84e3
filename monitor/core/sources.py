"""The splitter and the reader of each source: bytes -> columns."""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from monitor.formats import Columns, LineSplitter, Overlong, Reader, reader_of

Carried = Mapping[str, Mapping[str, str]]
"""What a source carries from line to line (formats/carried.py)."""


class Kept(NamedTuple):
    """What a source keeps for the lines after its last whole line.

    `partial`: the bytes of its partial line. `carried`: what it carries; None if no line was read.
    """

    partial: int = 0
    carried: Carried | None = None


class Sources:
    """Splits and parses the bytes of each source.

    `form` is the format of all. `columns` are the optional columns that are needed.
    """

    def __init__(self, form: str, columns: frozenset[str] = frozenset()) -> None:
        self._form = form
        self._columns = columns
        self._readers: dict[Hashable, Reader] = {}
        self._splitters: dict[Hashable, LineSplitter] = {}

    @property
    def are_ended(self) -> bool:
        """Whether all sources have ended."""
        return not self._readers

    def begin(
        self,
        source: Hashable,
        at_start: bool,
        mid_line: bool = False,
        carried: Carried | None = None,
    ) -> None:
        """Begin a source, unless it has begun.

        `at_start`: its first bytes are the first bytes of the file. `mid_line`: they are in a line that
        was counted already. `carried`: what it carries into its first line; None at the start of a file.
        """
        if source not in self._splitters:
            self._splitters[source] = LineSplitter(at_start, mid_line)
        if source not in self._readers:
            self._readers[source] = reader_of(self._form, self._columns)
            self._readers[source].carried.restore(carried or {})

    def read(self, source: Hashable, data: bytes) -> Columns:
        """Parse the lines of a source that `data` completes."""
        return self._parse(source, self._splitters[source].feed(data))

    def end(self, source: Hashable, *, complete: bool, goes_on: bool) -> Columns:
        """End a source. Return its last line without a newline if it is `complete`.

        If the source `goes_on` in a later run, what it keeps stays known.
        """
        columns = Columns()
        if complete and source in self._splitters:
            columns = self._parse(source, self._splitters[source].end())
        if not goes_on:
            self._splitters.pop(source, None)
            self._readers.pop(source, None)
        return columns

    def carried(self, source: Hashable) -> Carried:
        """Return what a source carries out of its last whole line."""
        reader = self._readers.get(source) or reader_of(self._form)
        return reader.carried.snapshot()

    def kept(self, source: Hashable) -> Kept:
        """Return what a source keeps for its next lines."""
        splitter, reader = self._splitters.get(source), self._readers.get(source)
        return Kept(
            splitter.held if splitter else 0,
            reader.carried.snapshot() if reader else None,
        )

    def pass_by(self, source: Hashable, carried: Carried) -> None:
        """Note what a source carries after lines that a worker counted."""
        self.begin(source, at_start=False)
        self._readers[source].carried.restore(carried)

    def _parse(self, source: Hashable, blocks: Iterable[bytes | Overlong]) -> Columns:
        return self._readers[source].read_all(blocks)
