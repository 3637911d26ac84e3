r"""Blocks of lines in, columns of hits out: the only code that may be clever for speed.

Two readings of a block, each exact:

1. one `re.split` of the whole block with the pattern of a format. Its flat list holds each field
   as a stride slice, without a tuple or a match object per line. The pattern matches every line;
   one that is odd comes out whole and is read by itself. What a request says is read later, once
   for all lines that say the same (answers.py);
2. `read_line`, one line at a time, for those, for the first line of a block, and for a block in
   which a field ran over the end of its line. It alone says what is right; the pattern is a
   shortcut that agrees with it (a law in the tests).

So the format that is tried first decides how fast a log is read, never what is read.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import compress
from operator import add, attrgetter, length_hint
from typing import Any, NamedTuple, cast

from monitor.escape import bytes_of, text_of
from monitor.formats.answers import text_from
from monitor.formats.clf import CAPTURED, FORMATS, Format, compile_format
from monitor.formats.lines import SAMPLE, Overlong
from monitor.formats.timestamps import TimeCache, runs_of

IGNORED = "ignored"
"""The reading of a blank line, a comment and a notice of log rotation."""


class Mark(NamedTuple):
    """A line that is no hit: the hits before it, IGNORED or why it is unparsed, and its beginning."""

    hits_before: int
    reason: str
    sample: bytes

    def moved(self, hits: int) -> "Mark":
        """Give the mark behind so many hits more."""
        return Mark(self.hits_before + hits, self.reason, self.sample)


Row = tuple[bytes, bytes, bytes]
"""A hit in the raw: client, time, and the text of its answer (answers.py)."""

LONG = 640
"""Bytes of client and text of a hit that are usual. A pattern takes 99 and 524 of them at most, so a
hit with more is always read by `read_line`: which ones are long does not depend on the reading."""


class Columns:
    """Some lines in file order: a list per field of the hits, and marks for the other lines.

    `epochs` are seconds since 1970, `texts` what answers.py reads. `long` are the places of the
    hits with more than LONG bytes: whoever keeps names must look at those.
    """

    def __init__(
        self,
        epochs: list[int] | None = None,
        clients: list[bytes] | None = None,
        texts: list[bytes] | None = None,
        marks: list[Mark] | None = None,
        long: list[int] | None = None,
    ) -> None:
        self.epochs = epochs or []
        self.clients = clients or []
        self.texts = texts or []
        self.marks = marks or []
        self.long = long or []

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Columns) and vars(self) == vars(other)

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def is_empty(self) -> bool:
        """Whether there is no line at all."""
        return not self.epochs and not self.marks

    def take_marks(self, stop: int) -> list[Mark]:
        """Take out the marks up to the one right before hit `stop`."""
        due = bisect_right(self.marks, stop, key=attrgetter("hits_before"))
        marks = self.marks[:due]
        del self.marks[:due]
        return marks

    def cut(self, start: int, stop: int) -> "Columns":
        """Give the hits from `start` up to `stop`, whose marks do not count."""
        whole = start == 0 and stop == len(self.epochs)
        return self if whole else self._part(start, stop)

    def _part(self, start: int, stop: int) -> "Columns":
        part = Columns(*(column[start:stop] for column in self._hits()))
        first, last = bisect_left(self.long, start), bisect_left(self.long, stop)
        part.long = [place - start for place in self.long[first:last]]
        return part

    def split(self, at: int) -> tuple["Columns", "Columns"]:
        """Cut in two before hit `at`; a mark right before that hit goes with the first part."""
        first, second = self._part(0, at), self._part(at, len(self))
        for mark in self.marks:
            if mark.hits_before <= at:
                first.marks.append(mark)
            else:
                second.marks.append(mark.moved(-at))
        return first, second

    def __add__(self, other: "Columns") -> "Columns":
        if self.is_empty:
            return other
        both = Columns(*map(list, self._hits()))
        both.marks, both.long = list(self.marks), list(self.long)
        both.extend(other)
        return both

    def extend(self, other: "Columns") -> None:
        """Add other columns behind these, which takes no longer the more there are."""
        self.marks += [mark.moved(len(self)) for mark in other.marks]
        self.long += [place + len(self) for place in other.long]
        for column, more in zip(self._hits(), other._hits(), strict=True):
            column += more

    def snapshot(self) -> dict[str, Any]:
        """Give the columns as a value that JSON can hold."""
        columns = [list(map(text_of, column)) for column in (self.clients, self.texts)]
        marks = [(i, why, text_of(line)) for i, why, line in self.marks]
        return {"epochs": self.epochs, "columns": columns, "marks": marks}

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Columns":
        """Make columns from a snapshot."""
        clients, texts = (list(map(bytes_of, c)) for c in snapshot["columns"])
        marks = [Mark(i, why, bytes_of(line)) for i, why, line in snapshot["marks"]]
        sizes = enumerate(map(volume_of, clients, texts))
        long = [place for place, volume in sizes if volume > LONG]
        return cls(list(snapshot["epochs"]), clients, texts, marks, long)

    def _hits(self) -> tuple[list[Any], ...]:
        return self.epochs, self.clients, self.texts


def volume_of(client: bytes, text: bytes) -> int:
    """Give the bytes of a hit that may be in names: no name is longer."""
    return len(client) + len(text)


# --- one line, exactly ---------------------------------------------------------------------

_TIME = rb"\[(\d{1,2}/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,9}+)?(?: [+-]\d{4})?)\]"
_STATUS = rb" ++(\d\d\d|-)"
_SIZE = rb" ++(\d{1,18}+|-)(?![^ \r])"
_time_before_request = re.compile(_TIME + rb'(?= ++")')
_any_time = re.compile(_TIME)
# The end of the request: where a server that escapes ends it, else the first quote that is
# followed by a status and a size, else the first one followed by a status.
_escaped_request = re.compile(
    rb'"((?:[^"\\]++|\\.)*+)"' + _STATUS + rb"(?:" + _SIZE + rb"| *+$)", re.DOTALL
)
_regular = re.compile(
    rb'([^" #][^ ]*+)(?<!,) (?:- (?!-)[^["]*+(?<= )|(?!")[^ ]++ (?!")[^ ]++ )'
    + _TIME
    + rb' "((?:[^"\\]++|\\.)*+)"'
    + _STATUS
    + _SIZE,
    re.DOTALL,
)
_raw_request = re.compile(rb'"' + _STATUS + _SIZE)
_cut_request = re.compile(rb'"' + _STATUS + rb"(?![^ \r])")
_bare_request = re.compile(rb"(?<![^ ])(\d\d\d)" + _SIZE)
_rotation_notice = re.compile(rb"newsyslog\[\d++\]: logfile turned over")
_addresses = re.compile(rb'"[^"]*+"|[^ ]++(?:(?<=,) *+(?!- )[^ ]++)*+')
_three_words = re.compile(rb"[^ ]++ ++[^ ]++ .")  # a user name may be of spaces


def read_line(line: bytes, times: TimeCache, vhost: bool | None = None) -> Row | str:
    """Read one line without its newline: a row, IGNORED, or the reason it is unparsed.

    `vhost` says whether a virtual host stands before the client; None: judge by the line.
    """
    # Takes half the time for a line whose request alone is odd, and reads it alike.
    regular = None if vhost else _regular.match(line)
    if regular and times[regular[2]] is not None:
        client, time, request, status, size = regular.groups()
        return client, time, text_from(request, status, size)
    return _read_odd_line(line.removesuffix(b"\r"), times, vhost)


def _read_odd_line(line: bytes, times: TimeCache, vhost: bool | None) -> Row | str:
    if not line.strip() or line.startswith(b"#"):
        return IGNORED
    time = _time_before_request.search(line) or _any_time.search(line)
    if time is None:
        return IGNORED if _rotation_notice.search(line) else "no time in it"
    if times[time[1]] is None:
        return "its time does not exist"
    rest = line[time.end() :].lstrip(b" ")
    found = _find_request(rest) if rest.startswith(b'"') else _find_bare_request(rest)
    if found is None:
        return "no status in it"
    request, status, size = found
    client = _client_of(line[: time.start()].lstrip(b" "), vhost)
    return client, time[1], text_from(request, status, size)


def _find_request(rest: bytes) -> tuple[bytes, bytes, bytes] | None:
    escaped = _escaped_request.match(rest)
    if escaped:
        return escaped[1], escaped[2], escaped[3] or b"-"
    raw = _raw_request.search(rest, 1)
    if raw:
        return rest[1 : raw.start()], raw[1], raw[2]
    cut = _cut_request.search(rest, 1)
    return (rest[1 : cut.start()], cut[1], b"-") if cut else None


def _find_bare_request(rest: bytes) -> tuple[bytes, bytes, bytes] | None:
    bare = _bare_request.search(rest)
    return (rest[: bare.start()].strip(b" "), bare[1], bare[2]) if bare else None


def _client_of(prefix: bytes, vhost: bool | None) -> bytes:
    """Give the client of `[VHOST] CLIENT IDENT USER`; a user name may hold spaces."""
    first = _addresses.match(prefix)
    if first is None:
        return b"-"
    rest = prefix[first.end() :].lstrip(b" ")
    if vhost is None:
        vhost = not rest.startswith(b"- ")
    second = _addresses.match(rest) if vhost and _three_words.match(rest) else None
    client = (second or first)[0]
    return client.strip(b'"') if client.startswith(b'"') else client


# --- a block at once -----------------------------------------------------------------------

_STRIDE = CAPTURED + 1


def _places_of_none(column: list[bytes | None]) -> list[int]:
    """Give where nothing stands in a column; what stands there is never empty.

    `all` stops at each of them, and its iterator tells where; that takes a fifth of comparing each.
    """
    places: list[int] = []
    rest = iter(column)
    while not all(rest):
        places.append(len(column) - length_hint(rest) - 1)
    return places


class Parser:
    """Reads the blocks of one source; remembers times, and which format to try first.

    `form` is the format of the log, None to find it out.
    """

    def __init__(self, form: Format | None = None) -> None:
        self._vhost = form.vhost if form else None
        self._forms = [form] if form else list(FORMATS.values())
        self._times = TimeCache()

    def parse(self, block: bytes | Overlong) -> Columns:
        """Read a block, which ends with a newline, or an overlong line."""
        if isinstance(block, Overlong):
            return Columns(marks=[Mark(0, "longer than 1 MiB", block.sample)])
        columns = self._split(block)
        if columns is None:
            lines = block[:-1].split(b"\n")
            table = [list[Any]([None]) * len(lines) for _ in range(3)]
            columns = self._complete(table, lines, range(len(lines)))
        assert columns is not None  # read_line lets no impossible value pass
        return columns

    def parse_all(self, blocks: Iterable[bytes | Overlong]) -> Columns:
        """Read blocks one after the other."""
        return reduce(add, map(self.parse, blocks), Columns())

    def _split(self, block: bytes) -> Columns | None:
        """Read lines by the pattern; None when it is not to be trusted.

        The first line has no newline before it and is read by itself: to put one there would be
        to copy the block. Behind the last newline the pattern finds a line too many.
        """
        parts = compile_format(self._forms[0]).split(block)
        parts[:1] = (b"", None, None, None, parts[0], b"")
        del parts[-_STRIDE:]
        clients, times, texts, odd = (parts[i::_STRIDE] for i in range(1, _STRIDE))
        return self._complete([clients, times, texts], odd, _places_of_none(clients))

    def _complete(
        self, table: list[list[Any]], odd: list[bytes], places: Sequence[int]
    ) -> Columns | None:
        """Read the lines that are odd, and turn text into columns; None when that cannot be.

        No value may have a newline in it: there a field ran over the end of its line. To look into
        what was found takes no longer than to count the newlines of the block, and copies less.
        """
        marks, long = self._read_odd_lines(table, odd, places)
        clients, times, texts = table
        if b"\n" in b"".join(clients) or b"\n" in b"".join(texts):
            return None
        epochs = self._epochs_of(times)
        return None if epochs is None else Columns(epochs, clients, texts, marks, long)

    def _read_odd_lines(
        self, table: list[list[Any]], odd: list[bytes], places: Sequence[int]
    ) -> tuple[list[Mark], list[int]]:
        """Put the hits among odd lines where they belong; take the others out, as marks.

        Gives the marks, and the places of the hits with many bytes. The first line is among them
        whatever the format, and says nothing about that.
        """
        if 2 * (len(places) - 1) > len(odd) and len(self._forms) > 1:
            self._choose_pattern(b"".join(b"\n" + odd[place] for place in places))
        kept = [True] * len(odd)
        marks: list[Mark] = []
        long: list[int] = []
        for place in places:
            row = read_line(odd[place], self._times, self._vhost)
            if isinstance(row, str):
                marks.append(Mark(place - len(marks), row, odd[place][:SAMPLE]))
                kept[place] = False
                continue
            client, _, text = row
            if volume_of(client, text) > LONG:
                long.append(place - len(marks))
            for column, each in zip(table, row, strict=True):
                column[place] = each
        if marks:
            table[:] = [list(compress(column, kept)) for column in table]
        return marks, long

    def _epochs_of(self, times: list[bytes]) -> list[int] | None:
        """Read times; None when one of them is none."""
        runs = runs_of(times)
        if runs is None:
            each = list(map(self._times.__getitem__, times))
            # A value is zero in one second of all: to compare with None takes longer.
            return None if not all(each) and None in each else cast("list[int]", each)
        epochs: list[int] = []
        for time, hits in runs:
            epoch = self._times[time]
            if epoch is None:
                return None
            epochs += [epoch] * hits
        return epochs

    def _choose_pattern(self, block: bytes) -> None:
        """Move the format that takes most of these lines to the front."""

        def odd_lines(form: Format) -> int:
            return compile_format(form).split(block)[1::_STRIDE].count(None)

        self._forms.sort(key=odd_lines)


def parser_of(name: str) -> Parser:
    """Return a new parser for one source in the format `name`; `auto` finds the format out."""
    return Parser(FORMATS.get(name))
