"""Blocks of lines in, columns of hits out.

The shape that was right for the lines before parses a block. It leaves lines odd, and each odd line is
parsed by itself (detect.py), as are all lines without such a shape. A shape agrees with the parsers of
lines. The choice of the shape therefore changes only the speed, never the result.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
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
        columns = Columns()
        if self._shape is None:
            *first, block = block.split(b"\n", _SAMPLES)
            columns = self._completed(_by_line(first))
        if block:
            columns += self._completed(self._table_of(block))
        return columns

    def _table_of(self, block: bytes) -> Table:
        """Parse a block by its shape. Without a shape, and of directives, all lines are odd."""
        table = None
        is_plain = not (self._wrappers and self.carried.parts or block.startswith(b"#"))
        if self._shape and is_plain:
            inner: bytes | None = block
            for _ in range(self._wrappers):
                inner = inner and unwrap_lines(inner)
            table = self._shape.parse(inner) if inner else None
        if table and not self._wrappers:
            return table
        lines = _lines_of(block)
        if table is None:
            return _by_line(lines)
        return table._replace(odd={place: lines[place] for place in table.odd})

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
        parsed = [(line, self._lines.parse(line)) for line in _lines_of(lines)]
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
        parsed = {place: self._lines.parse(line) for place, line in table.odd.items()}
        if self._shape is None or 2 * len(parsed) > table.lines:
            self._choose_shape(islice(parsed.values(), _SAMPLES))
        hits = {
            place: each.taken
            for place, each in parsed.items()
            if isinstance(each.taken, Hit)
        }
        columns = self._with_hits(table, hits)
        if len(hits) < len(parsed):
            kept = [
                place not in parsed or place in hits for place in range(table.lines)
            ]
            columns = {
                name: list(compress(each, kept)) for name, each in columns.items()
            }
        epochs = columns.pop("epoch")
        marks = _marks_of(parsed, table.odd)
        return Columns(epochs, columns, marks) if epochs else Columns(marks=marks)

    def _with_hits(self, table: Table, hits: Mapping[int, Hit]) -> dict[str, list[Any]]:
        """Put hits into columns at their places. Columns that no line has stay absent."""
        columns = table.columns or {name: [None] * table.lines for name in _ALWAYS}
        fields = dict(zip(Hit._fields, zip(*hits.values(), strict=True), strict=False))
        for name in self._wanted - columns.keys():
            if any(value != MISSING[name] for value in fields.get(name, ())):
                columns[name] = [MISSING[name]] * table.lines
        for name, column in columns.items():
            for place, value in zip(hits, fields.get(name, ()), strict=True):
                column[place] = value
        return columns


def _lines_of(block: bytes) -> list[bytes]:
    return block[:-1].split(b"\n")


def _by_line(lines: list[bytes]) -> Table:
    """Return a table whose lines are all odd."""
    return Table(len(lines), {}, dict(enumerate(lines)))


def _marks_of(parsed: Mapping[int, Parsed], odd: Mapping[int, bytes]) -> list[Mark]:
    """Return marks for the odd lines that are no hits, and behind malformed hits."""
    marks: list[Mark] = []
    skipped = 0
    for place, each in parsed.items():
        line = odd[place]
        if isinstance(each.taken, str):
            marks.append(Mark(place - skipped, each.taken, line[:SAMPLE]))
            skipped += 1
        elif each.taken.head == MALFORMED_HEAD:
            marks.append(Mark.malformed(place - skipped + 1, line[:SAMPLE]))
    return marks


def reader_of(form: str, wanted: frozenset[str] = frozenset()) -> Reader:
    """Return a new reader for one source (see Reader)."""
    return Reader(form, wanted)
