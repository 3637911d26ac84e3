r"""Blocks of lines in, columns of hits out: the only code that may be clever for speed.

Three readings of a block, each exact, from the fastest to the most tolerant:

1. one `re.split` of the whole block with the fast pattern of a format. Its flat list holds each
   field as a stride slice, without a tuple or a match object per line, and what did not match as
   the pieces in between;
2. the same with the exact pattern, when the count of newlines shows that a fast field ran over
   the end of a line, or when a column has a value that cannot be;
3. `read_line`, one line at a time, for the pieces in between. It alone says what is right; the
   patterns are shortcuts that agree with it (a law in the tests).

So the format that is tried first decides how fast a log is read, never what is read.
"""

import re
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, cast

from monitor.formats import CAPTURED, FORMATS, Format, compile_format
from monitor.lines import SAMPLE, Overlong
from monitor.requests import TOKEN, read_request, unescape
from monitor.timestamps import TimeCache

IGNORED = "ignored"
"""The reading of a blank line, a comment and a notice of log rotation."""

Row = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""A hit in the raw: client, time, head, rest of the target, status, bytes."""


@dataclass(slots=True)
class Columns:
    """Some lines in file order: a list per field of the hits, and marks for the other lines.

    `epochs` are seconds since 1970; `heads` and `rests` the two parts of a request that
    requests.py tells; `statuses` are three digits or `-`; `sizes` are digits, in bytes, or `-`.
    A mark is `(hits before it, reason, sample)`; its reason is IGNORED or why it is unparsed.
    """

    epochs: list[int] = field(default_factory=list)
    clients: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    rests: list[bytes] = field(default_factory=list)
    statuses: list[bytes] = field(default_factory=list)
    sizes: list[bytes] = field(default_factory=list)
    marks: list[tuple[int, str, bytes]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.epochs)

    def cut(self, start: int, stop: int) -> "Columns":
        """Give the hits from `start` up to `stop`, whose marks do not count."""
        if start == 0 and stop == len(self.epochs):
            return self
        return Columns(*(column[start:stop] for column in self._hits()))

    def split(self, at: int) -> tuple["Columns", "Columns"]:
        """Cut in two before hit `at`; a mark right before that hit goes with the first part."""
        first = Columns(*(column[:at] for column in self._hits()))
        second = Columns(*(column[at:] for column in self._hits()))
        first.marks = [mark for mark in self.marks if mark[0] <= at]
        second.marks = [
            (i - at, reason, line) for i, reason, line in self.marks if i > at
        ]
        return first, second

    def __add__(self, other: "Columns") -> "Columns":
        if not self.epochs and not self.marks:
            return other
        both = Columns(
            *(a + b for a, b in zip(self._hits(), other._hits(), strict=True))
        )
        moved = [(i + len(self), reason, line) for i, reason, line in other.marks]
        both.marks = self.marks + moved
        return both

    def snapshot(self) -> dict[str, Any]:
        """Give the columns as a value that JSON can hold."""
        epochs, *texts = self._hits()
        columns = [[text.decode("latin-1") for text in column] for column in texts]
        marks = [(i, why, line.decode("latin-1")) for i, why, line in self.marks]
        return {"epochs": epochs, "columns": columns, "marks": marks}

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Columns":
        """Make columns from a snapshot."""
        clients, heads, rests, statuses, sizes = (
            [text.encode("latin-1") for text in column]
            for column in snapshot["columns"]
        )
        marks = [(i, why, line.encode("latin-1")) for i, why, line in snapshot["marks"]]
        epochs = snapshot["epochs"]
        return cls(epochs, clients, heads, rests, statuses, sizes, marks)

    def _hits(self) -> tuple[list[Any], ...]:
        return (
            self.epochs,
            self.clients,
            self.heads,
            self.rests,
            self.statuses,
            self.sizes,
        )


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
    rb'([^" #][^ ]*+)(?<![,"]) (?:- (?!-)[^["]*+(?<= )|(?!")[^ ]++ (?!")[^ ]++ )'
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
_addresses = re.compile(rb'"[^"]*+"|[^ ]++(?:(?<=,) *+[^ ]++)*+')
_three_words = re.compile(rb"[^ ]++ ++[^ ]++ ++[^ ]")
_plain_head = re.compile(TOKEN + rb'++ /[^/? "\\\n]*+')


def read_line(line: bytes, times: TimeCache, vhost: bool | None = None) -> Row | str:
    """Read one line without its newline: a row, IGNORED, or the reason it is unparsed.

    `vhost` says whether a virtual host stands before the client; None: judge by the line.
    """
    # Takes half the time for a line whose request alone is odd, and reads it alike.
    regular = None if vhost else _regular.match(line)
    if regular and times[regular[2]] is not None:
        client, time, request, status, size = regular.groups()
        return client, time, *read_request(unescape(request)), status, size
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
    client = _client_of(line[: time.start()].strip(b" "), vhost)
    return client, time[1], *read_request(unescape(request)), status, size


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
    return (second or first)[0].strip(b'"')


# --- a block at once -----------------------------------------------------------------------

_STRIDE = CAPTURED + 1
_Mark = tuple[int, str, bytes]
_REMEMBERED_HEADS = 1 << 16
_LONGEST_REMEMBERED = 200  # bytes: the client chooses how long a section is


def _unescape(fields: list[bytes], joined: bytes) -> None:
    """Undo the escapes in some fields, which are joined by newlines; few have any."""
    index = start = 0
    while (place := joined.find(b"\\", start)) >= 0:
        index += joined.count(b"\n", start, place)
        fields[index] = unescape(fields[index]).rstrip(b" ")
        start = joined.find(b"\n", place)
        if start < 0:
            break


class Parser:
    """Reads blocks of complete lines; remembers times, and which format to try first.

    `form` is the format of the log, None to find it out.
    """

    def __init__(self, form: Format | None = None) -> None:
        self._vhost = form.vhost if form else None
        known = [form] if form else [FORMATS["combined"], FORMATS["vhost_combined"]]
        self._patterns = [
            (compile_format(each, exact=False), compile_format(each, exact=True))
            for each in known
        ]
        self._times = TimeCache()
        self._plain_heads: set[bytes] = set()

    def parse(self, block: bytes | Overlong) -> Columns:
        """Read a block, which ends with a newline, or an overlong line."""
        if isinstance(block, Overlong):
            return Columns(marks=[(0, "longer than 1 MiB", block.sample)])
        for exact in (False, True):
            columns = self._parse_with(block, exact)
            if columns is not None:
                return columns
        columns = self._columns(*self._read_piece(block))
        assert columns is not None  # read_line lets no impossible time pass
        return columns

    def _parse_with(self, block: bytes, exact: bool) -> Columns | None:
        """Read a block by one pattern; None when a match is not to be trusted."""
        parts = self._patterns[0][exact].split(block)
        rests = parts[4::_STRIDE]
        joined = b"\n".join(rests)
        if not exact and not self._is_sound(parts, joined):
            return None
        if b"\\" in joined:
            _unescape(rests, joined)
            parts[4::_STRIDE] = rests
        matched = len(rests)
        marks = self._read_gaps(parts)
        if 2 * matched < len(parts) // _STRIDE + len(marks):
            self._choose_pattern(block)
        return self._columns(parts, marks)

    def _is_sound(self, parts: list[bytes], rests: bytes) -> bool:
        """Tell whether the fast pattern took only what the exact one does.

        It takes more: fields that run over the end of a line, clients that are a comment or part
        of a list, and methods that are no token. Asking all of a column at once is quicker.
        """
        lines = len(parts) // _STRIDE
        clients = b"\n".join(parts[1::_STRIDE]) + b"\n"
        return (
            rests.count(b"\n") + 1 <= max(1, lines)
            and clients.count(b"\n") <= max(1, lines)
            and not any(mark in clients for mark in (b",\n", b'"', b"#"))
            and self._all_plain(parts[3::_STRIDE])
        )

    def _choose_pattern(self, block: bytes) -> None:
        """Move the format that matches most of this block to the front."""
        self._patterns.sort(key=lambda pair: len(pair[1].findall(block)), reverse=True)

    def _all_plain(self, heads: list[bytes]) -> bool:
        """Tell whether all heads are a method and a path; the fast pattern takes more."""
        new = set(heads) - self._plain_heads
        if not all(map(_plain_head.fullmatch, new)):
            return False
        if len(self._plain_heads) > _REMEMBERED_HEADS:
            self._plain_heads.clear()
        self._plain_heads.update(h for h in new if len(h) <= _LONGEST_REMEMBERED)
        return True

    def _read_gaps(self, parts: list[bytes]) -> list[_Mark]:
        """Read the pieces that did not match, and put their hits where they belong."""
        gaps = parts[::_STRIDE]
        found: list[tuple[int, int, list[_Mark]]] = []
        for index in reversed(list(compress(range(len(gaps)), gaps))):
            rows, marks = self._read_piece(gaps[index])
            found.append((index, len(rows) // _STRIDE, marks))
            parts[index * _STRIDE : index * _STRIDE + 1] = [*rows, b""]
        moved: list[_Mark] = []
        before = 0
        for index, number, marks in reversed(found):
            moved += [(index + before + i, why, line) for i, why, line in marks]
            before += number
        return moved

    def _read_piece(self, piece: bytes) -> tuple[list[bytes], list[_Mark]]:
        """Read lines one by one; a gap stands before each row, as in what split gives."""
        flat: list[bytes] = []
        marks: list[_Mark] = []
        for line in piece.removesuffix(b"\n").split(b"\n"):
            row = read_line(line, self._times, self._vhost)
            if isinstance(row, str):
                marks.append((len(flat) // _STRIDE, row, line[:SAMPLE]))
            else:
                flat += (b"", *row)
        return flat, marks

    def _columns(self, flat: list[bytes], marks: list[_Mark]) -> Columns | None:
        """Slice the flat list into columns; None when a time in it does not exist."""
        epochs = list(map(self._times.__getitem__, flat[2::_STRIDE]))
        if None in epochs:
            return None
        clients, heads, rests, statuses, sizes = (
            flat[i::_STRIDE] for i in (1, 3, 4, 5, 6)
        )
        known = cast("list[int]", epochs)
        return Columns(known, clients, heads, rests, statuses, sizes, marks)
