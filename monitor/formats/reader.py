"""Blocks of lines in, columns of hits out.

One `re.split` with the strict pattern of a format (patterns.py) parses a block. It returns a flat list
in which every n-th item belongs to the same field. A slice with a stride is therefore a column.

A parser of lines parses line by line the odd lines, the first line of a block, and all lines of a
block in which a field ran over the end of its line. It is the tolerant parser (tolerant.py) for the
CLF formats, and the walk (walk.py) for a string of another shape. It defines the meaning of a line,
and the pattern agrees with it. The choice of the format to try first therefore changes only
the speed, never the result.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import compress
from typing import Any, cast

from monitor.formats.addresses import PortlessCache
from monitor.formats.closest import explanation
from monitor.formats.columns import FIELDS, Columns, Mark
from monitor.formats.lines import SAMPLE, Overlong
from monitor.formats.patterns import strict_pattern
from monitor.formats.requests import MALFORMED_HEAD, NO_METHOD
from monitor.formats.strings import is_clf, layout_of
from monitor.formats.times import time_format
from monitor.formats.timestamps import TimeCache, runs_of
from monitor.formats.tolerant import Row, read_line
from monitor.formats.walk import walk
from monitor.logformats import FORMATS, Format, is_string

_GROUPS = ("client", "time", "head", "rest", "status", "size")
_ABSENT = {"client": b"-", "head": MALFORMED_HEAD, "rest": b"", "size": b"-"}
"""The values of fields that a format does not log."""

_COLON = ord(":")  # the test of a byte in bytes is fast only for a number


class Reader:
    """Parses the blocks of one source. Remembers times, and which format to try first.

    `form` is the format of the log; None: any of FORMATS.
    """

    def __init__(self, form: Format | None = None) -> None:
        self._forms = [form] if form else list(FORMATS.values())
        self._read_line, self._times = _line_parser(form)
        self._logs_requests = form is None or _logs_requests(form)
        self._portless = PortlessCache()

    def read(self, block: bytes | Overlong) -> Columns:
        """Parse a block, which ends with a newline, or an overlong line."""
        if isinstance(block, Overlong):
            return Columns(marks=[Mark(0, "longer than 1 MiB", block.sample)])
        columns = self._read_by_pattern(block)
        if columns is None:
            columns = self._read_by_line(block[:-1].split(b"\n"))
        return columns

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

    def explain(self, line: bytes) -> str:
        """Return why a line cannot be parsed, or why its request is malformed, and what to do."""
        return explanation(line, self._forms)

    def format_of(self, lines: bytes) -> str | None:
        """Return the name of the format of most lines; None if no line is a hit.

        The pattern of a format matches lines with more fields, too. Because of that the format
        with the most fields counts. A hit that no pattern matches has the fields of `common`.
        """
        if not lines or not len(self.read(lines)):
            return None
        numbers = {form: _matched(form, b"\n" + lines[:-1]) for form in self._forms}
        most = max(numbers.values())
        fitting = [form for form in numbers if most and 2 * numbers[form] > most]
        longest = max(fitting, key=_number_of_fields, default=None)
        return longest.name if longest else "like common"

    def _read_by_line(self, lines: list[bytes]) -> Columns:
        rows = [None] * len(lines)
        columns = self._completed([list(rows) for _ in _GROUPS], lines)
        assert columns is not None  # the tolerant parser accepts no impossible time
        return columns

    def _read_by_pattern(self, block: bytes) -> Columns | None:
        """Parse lines by the pattern; None when a client is odd or a time does not exist.

        The first line has no newline before it. It is parsed as an odd line, because a newline in
        front would need a copy of the block. After the last newline the pattern matches once more.
        """
        pattern = strict_pattern(self._forms[0].string)
        groups = pattern.groups
        stride = len(groups) + 1  # the groups, and the text between two matches
        parts: list[Any] = pattern.regex.split(block)
        parts[:1] = [b"", *[None] * (len(groups) - 1), parts[0], b""]
        del parts[-stride:]
        columns = {name: parts[1 + at :: stride] for at, name in enumerate(groups)}
        return self._completed(_table_of(columns), columns["odd"])

    def _completed(self, table: list[list[Any]], odd: list[bytes]) -> Columns | None:
        """Parse the odd lines, and make columns of the table, which has one list per group."""
        places = [place for place, line in enumerate(odd) if line is not None]
        if 2 * (len(places) - 1) > len(odd) and len(self._forms) > 1:
            self._choose_format([odd[place] for place in places])
        clients = table[0]
        for place in places:
            clients[place] = b""
        if self._are_odd(clients):
            return None
        marks = self._read_odd_lines(table, odd, places)
        _, times, *_, sizes = table
        epochs = self._epochs_of(times)
        if epochs is None:
            return None
        table[-1] = _numbers_of(sizes)
        del table[1]
        return Columns(epochs, dict(zip(FIELDS, table, strict=True)), marks)

    def _are_odd(self, clients: list[bytes]) -> bool:
        """Return whether a client runs over the end of its line, or has a tab or a port in it."""
        joined = b"".join(clients)
        if b"\n" in joined or b"\t" in joined:
            return True
        if b":" not in joined:
            return False
        with_colon = [client for client in clients if _COLON in client]
        return not all(map(self._portless.__getitem__, with_colon))

    def _read_odd_lines(
        self, table: list[list[Any]], odd: list[bytes], places: list[int]
    ) -> list[Mark]:
        """Put the hits of the odd lines into the table; return marks for the other odd lines.

        A malformed hit has a mark behind it, too.
        """
        kept = [True] * len(odd)
        marks: list[Mark] = []
        skipped = 0
        for place in places:
            line = odd[place]
            row = self._read_line(line, self._times)
            if isinstance(row, str):
                marks.append(Mark(place - skipped, row, line[:SAMPLE]))
                kept[place] = False
                skipped += 1
                continue
            if row[2] == MALFORMED_HEAD and self._logs_requests:
                marks.append(Mark.malformed(place - skipped + 1, line[:SAMPLE]))
            for column, value in zip(table, row, strict=True):
                column[place] = value
        if skipped:
            table[:] = [list(compress(column, kept)) for column in table]
        return marks

    def _epochs_of(self, times: list[bytes]) -> list[int] | None:
        """Return the epoch of each time; None when a time does not exist."""
        runs = runs_of(times)
        if runs is None:
            each = list(map(self._times.__getitem__, times))
            return None if None in each else cast("list[int]", each)
        epochs: list[int] = []
        for time, hits in runs:
            epoch = self._times[time]
            if epoch is None:
                return None
            epochs += [epoch] * hits
        return epochs

    def _choose_format(self, lines: list[bytes]) -> None:
        """Put the format first whose pattern matches most of these lines."""
        block = b"".join(b"\n" + line for line in lines)
        self._forms.sort(key=lambda form: _matched(form, block), reverse=True)


def _line_parser(
    form: Format | None,
) -> tuple[Callable[[bytes, TimeCache], Row | str], TimeCache]:
    """Return the parser of the odd lines of a format, and the times that it needs."""
    if form is None:
        return read_line, TimeCache()
    layout = layout_of(form.string)
    if is_clf(layout):
        vhost = layout.fields[0].role == "host"
        return partial(read_line, vhost=vhost), TimeCache()
    (time,) = (field.time for field in layout.fields if field.role == "time")
    return partial(walk, form.string), TimeCache(time_format(time).parse)


def _logs_requests(form: Format) -> bool:
    layout = layout_of(form.string)
    return layout.has("request") or layout.has("target")


def _number_of_fields(form: Format) -> int:
    return len(layout_of(form.string).fields)


def _table_of(columns: Mapping[str, list[Any]]) -> list[list[Any]]:
    """Return the columns of a table. A method and a section become one column."""
    lines = len(columns["odd"])
    found = dict(columns)
    if "section" in found:
        methods = found.get("method", [NO_METHOD] * lines)
        pairs = zip(methods, found["section"], strict=True)
        found["head"] = [
            section and b"%b %b" % (method, section) for method, section in pairs
        ]
    return [
        found[name] if name in found else [_ABSENT[name]] * lines for name in _GROUPS
    ]


def _matched(form: Format, block: bytes) -> int:
    """Return the number of lines that the pattern of a format matches. A newline begins each."""
    pattern = strict_pattern(form.string)
    firsts = pattern.regex.split(block)[1 :: len(pattern.groups) + 1]
    return len(firsts) - firsts.count(None)


def _numbers_of(sizes: list[Any]) -> list[int]:
    """Return sizes as numbers; `-` is 0."""
    return [0 if size == b"-" else int(size) for size in sizes]


def reader_of(form: str) -> Reader:
    """Return a new reader for one source. `form` is a name of FORMATS, a string, or `auto`.

    Raises UsageError if a string cannot be compiled.
    """
    if is_string(form):
        layout_of(form)
        return Reader(Format("of --format", (form,), ""))
    return Reader(FORMATS.get(form))
