"""Blocks of lines in, columns of hits out.

The shape that was right for the lines before parses a block. It leaves lines odd, and each odd line is
parsed by itself (detect.py), as are all lines without such a shape. A shape agrees with the parsers of
lines. The choice of the shape therefore changes only the speed, never the result.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, islice
from typing import Any

from monitor.formats.carried import Carried
from monitor.formats.closest import explanation, kind_of
from monitor.formats.columns import IGNORED, MISSING, Columns, Mark
from monitor.formats.detect import TOO_LONG, Parsed, parser_of, rows_of
from monitor.formats.hits import Hit, Shape, Table
from monitor.formats.json_lines import unwrap_lines
from monitor.formats.lines import SAMPLE, Overlong
from monitor.formats.requests import MALFORMED_HEAD
from monitor.formats.strings import has_named_zone, layout_of
from monitor.logformats import is_string

_SAMPLES = 16
"""Lines by which a shape is chosen."""

_HASH = ord("#")  # the test of a byte in bytes is fast only for a number
_directives = re.compile(rb"^((?:#[^\n]*+\n)++)", re.MULTILINE)
_ALWAYS = ("epoch", "client", "head", "rest", "status")


class Reader:
    """Parses the blocks of one source. Remembers which shape to try first.

    `form` is a value of `--format`. `wanted` are the optional columns that are needed beside
    `seconds`: `host`, `agent` and `referrer`. Raises UsageError if a string cannot be compiled.
    """

    def __init__(
        self, form: str = "auto", wanted: frozenset[str] = frozenset()
    ) -> None:
        self._form = form
        self._wanted = wanted | {"seconds", "size"}
        self._lines = parser_of(form, wanted | {"seconds"})
        self._shape: Shape | None = None
        self._wrappers = 0  # of most lines

    @property
    def carried(self) -> Carried:
        """What the lines so far say about the lines after them."""
        return self._lines.carried

    def read(self, block: bytes | Overlong) -> Columns:
        """Parse a block, which ends with a newline, or an overlong line."""
        if isinstance(block, Overlong):
            return Columns(marks=[Mark(0, TOO_LONG, block.sample)])
        if _HASH in block and (block.startswith(b"#") or b"\n#" in block):
            columns = Columns()
            for piece in filter(None, _directives.split(block)):
                columns.extend(self._read_piece(piece))
            return columns
        return self._read_piece(block)

    def _read_piece(self, block: bytes) -> Columns:
        """Parse lines of directives, or a block without directives.

        A shape is chosen by the first lines, which are parsed one by one.
        """
        if block.startswith(b"#"):
            self._shape = None
            return self._completed(_by_line(block))
        if self._shape is None:
            *first, rest = block.split(b"\n", _SAMPLES)
            columns = self._completed(Table({}, list(first)))
            if rest:
                columns.extend(self._completed(self._table_of(rest)))
            return columns
        return self._completed(self._table_of(block))

    def _table_of(self, block: bytes) -> Table:
        """Parse a block by its shape. Without a shape all lines are odd."""
        if self._shape is None or (self._wrappers and self.carried.parts):
            return _by_line(block)
        inner: bytes | None = block
        for _ in range(self._wrappers):
            inner = inner and unwrap_lines(inner)
        table = self._shape.parse(inner) if inner else None
        if table is None or not self._wrappers:
            return table or _by_line(block)
        lines = zip(block[:-1].split(b"\n"), table.odd, strict=True)
        odd = [None if inner is None else line for line, inner in lines]
        return Table(table.columns, odd)

    def read_all(self, blocks: Iterable[bytes | Overlong]) -> Columns:
        """Parse blocks one after the other."""
        columns = Columns()
        for block in blocks:
            more = self.read(block)
            if columns.is_empty:
                columns = more
            else:
                columns.extend(more)
        return columns

    @property
    def has_named_zones(self) -> bool:
        """Whether times have the names of zones. A name but UTC, GMT and Z is read as UTC."""
        return is_string(self._form) and has_named_zone(layout_of(self._form))

    def explain(self, line: bytes) -> str:
        """Return why a line cannot be parsed, or why its request is malformed, and what to do."""
        return explanation(line, rows_of(self._form))

    def format_of(self, lines: bytes) -> str | None:
        """Return the name of the format of most lines. Without a hit, return the kind of a wrong file.

        Return None if neither is known. Ignored lines say nothing about the file.
        """
        parsed = [(line, self._lines.parse(line)) for line in lines[:-1].split(b"\n")]
        names = Counter(each.name for _, each in parsed if isinstance(each.taken, Hit))
        if names:
            return names.most_common(1)[0][0]
        kind = kind_of(line for line, each in parsed if each.taken != IGNORED)
        return kind.name if kind else None

    def _choose_shape(self, parsed: Iterable[Parsed]) -> None:
        """Choose the shape of most of some lines."""
        hits = [each for each in parsed if isinstance(each.taken, Hit)]
        shapes = Counter((each.shape, each.wrappers) for each in hits)
        if shapes:
            self._shape, self._wrappers = shapes.most_common(1)[0][0]

    def _completed(self, table: Table) -> Columns:
        """Parse the odd lines of a table, and return the columns of all lines."""
        odd = table.odd
        parsed = {
            place: self._lines.parse(line)
            for place, line in enumerate(odd)
            if line is not None
        }
        if self._shape is None or 2 * len(parsed) > len(odd):
            self._choose_shape(islice(parsed.values(), _SAMPLES))
        hits = {
            place: each.taken
            for place, each in parsed.items()
            if isinstance(each.taken, Hit)
        }
        columns = self._with_hits(table.columns, hits, len(odd))
        marks = _marks_of(parsed, odd)
        if len(hits) < len(parsed):
            kept = [line is None or at in hits for at, line in enumerate(odd)]
            columns = {
                name: list(compress(each, kept)) for name, each in columns.items()
            }
        epochs = columns.pop("epoch")
        return Columns(epochs, columns, marks) if epochs else Columns(marks=marks)

    def _with_hits(
        self, columns: dict[str, list[Any]], hits: Mapping[int, Hit], lines: int
    ) -> dict[str, list[Any]]:
        """Put hits into columns at their places. Columns that no line has stay absent."""
        if not columns:
            columns = {name: [None] * lines for name in _ALWAYS}
        for name in self._wanted - columns.keys():
            if any(getattr(hit, name) != MISSING[name] for hit in hits.values()):
                columns[name] = [MISSING[name]] * lines
        for name, column in columns.items():
            for place, hit in hits.items():
                column[place] = getattr(hit, name)
        return columns


def _by_line(block: bytes) -> Table:
    """Return a table whose lines are all odd."""
    return Table({}, list(block[:-1].split(b"\n")))


def _marks_of(parsed: Mapping[int, Parsed], odd: Sequence[bytes | None]) -> list[Mark]:
    """Return marks for the odd lines that are no hits, and behind malformed hits."""
    marks: list[Mark] = []
    skipped = 0
    for place, each in parsed.items():
        line = odd[place] or b""
        if isinstance(each.taken, str):
            marks.append(Mark(place - skipped, each.taken, line[:SAMPLE]))
            skipped += 1
        elif each.taken.head == MALFORMED_HEAD:
            marks.append(Mark.malformed(place - skipped + 1, line[:SAMPLE]))
    return marks


def reader_of(form: str, wanted: frozenset[str] = frozenset()) -> Reader:
    """Return a new reader for one source (see Reader)."""
    return Reader(form, wanted)
