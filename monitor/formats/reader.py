"""Blocks of lines in, columns of hits out.

One `re.split` with the strict pattern of a format (clf.py) parses a block. It returns a flat list
in which every n-th item belongs to the same field. A slice with a stride is therefore a column.

The tolerant parser (tolerant.py) parses line by line the odd lines, the first line of a block, and
all lines of a block in which a field ran over the end of its line. It defines the meaning of a
line, and the pattern agrees with it. The choice of the format to try first therefore changes only
the speed, never the result.
"""

from collections.abc import Iterable
from itertools import compress
from typing import Any, cast

from monitor.formats.addresses import PortlessCache
from monitor.formats.clf import FORMATS, GROUPS, Format, compile_format
from monitor.formats.closest import explanation
from monitor.formats.columns import FIELDS, Columns, Mark
from monitor.formats.lines import SAMPLE, Overlong
from monitor.formats.requests import MALFORMED_HEAD
from monitor.formats.timestamps import TimeCache, runs_of
from monitor.formats.tolerant import read_line

# Items of a line in the list that a split returns: the groups, and the text between two matches.
_STRIDE = len(GROUPS) + 1

_COLON = ord(":")  # the test of a byte in bytes is fast only for a number


class Reader:
    """Parses the blocks of one source. Remembers times, and which format to try first.

    `form` is the format of the log; None: any of FORMATS.
    """

    def __init__(self, form: Format | None = None) -> None:
        self._vhost = form.vhost if form else None
        self._forms = [form] if form else list(FORMATS.values())
        self._times = TimeCache()
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
        longest = max(fitting, key=lambda form: len(form.fields), default=None)
        return longest.name if longest else "like common"

    def _read_by_line(self, lines: list[bytes]) -> Columns:
        rows = [None] * len(lines)
        columns = self._completed([list(rows) for _ in GROUPS[:-1]], lines)
        assert columns is not None  # the tolerant parser accepts no impossible time
        return columns

    def _read_by_pattern(self, block: bytes) -> Columns | None:
        """Parse lines by the pattern; None when a client is odd or a time does not exist.

        The first line has no newline before it. It is parsed as an odd line, because a newline in
        front would need a copy of the block. After the last newline the pattern matches once more.
        """
        parts: list[Any] = compile_format(self._forms[0]).split(block)
        parts[:1] = [b"", *[None] * (len(GROUPS) - 1), parts[0], b""]
        del parts[-_STRIDE:]
        *table, odd = (parts[place::_STRIDE] for place in range(1, _STRIDE))
        return self._completed(table, odd)

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
            row = read_line(line, self._times, self._vhost)
            if isinstance(row, str):
                marks.append(Mark(place - skipped, row, line[:SAMPLE]))
                kept[place] = False
                skipped += 1
                continue
            if row[2] == MALFORMED_HEAD:
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


def _matched(form: Format, block: bytes) -> int:
    """Return the number of lines that the pattern of a format matches. A newline begins each."""
    clients = compile_format(form).split(block)[1::_STRIDE]
    return len(clients) - clients.count(None)


def _numbers_of(sizes: list[Any]) -> list[int]:
    """Return sizes as numbers; `-` is 0."""
    return [0 if size == b"-" else int(size) for size in sizes]


def reader_of(name: str) -> Reader:
    """Return a new reader for one source in a format of FORMATS; `auto` detects the format."""
    return Reader(FORMATS.get(name))
