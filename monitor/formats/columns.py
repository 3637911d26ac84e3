"""Columns of hits: the fields of the lines of a source, one list for each name.

A hit is a row of named columns. A format fills the columns that it logs:

    epochs   seconds since 1970-01-01 UTC
    client   the address of the client
    head     the method, a space, and the section of the requested URL (requests.py)
    rest     what follows the section in the URL, without the query
    status   three digits, or `-` when the server sent no answer
    size     bytes of the answer's body, as a number
    seconds  how long the request took, a finite number that is not negative
    host     the virtual host
    agent    the User-Agent of the client
    referrer the page that led the client here

`size` and the columns after it are absent if no line logs them. A line that does not log a field of
a present column has the value of MISSING.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, compress
from operator import attrgetter, not_
from typing import Any, NamedTuple

from monitor.escape import bytes_of, text_of

IGNORED = "ignored"
"""The reason of a mark for a blank line, a comment or a notice of log rotation."""

LONGEST_NAME = 512
"""Bytes after which a name (client, method, section, URL) is cut."""

FIELDS = ("client", "head", "rest", "status", "size")
"""The names of the columns beside `epochs` that most formats have."""

MISSING: dict[str, Any] = {
    "size": None,
    "seconds": None,
    "host": b"-",
    "agent": b"-",
    "referrer": b"-",
}
"""The columns that may be absent, and the value of a line that does not log the field."""


class Place(NamedTuple):
    """The place of a line in its log: `row` unparsed lines in a row up to it, after a hit.

    `hit` is the time of this hit in seconds since 1970; 0 if the log had no hit yet.
    """

    log: str
    row: int
    hit: int


class Mark(NamedTuple):
    """A line that is no hit: the number of hits before it, the reason, and its first bytes.

    A mark without a reason is no line. With a sample it stands behind a hit whose request is
    malformed, and the sample is the line of this hit. Core gives marks a place (core/legibility.py).
    It also puts a mark without a sample behind the hit that ends a row of unparsed lines.
    """

    hits_before: int
    reason: str
    sample: bytes
    place: Place | None = None

    @property
    def is_line(self) -> bool:
        """Whether it is a line, and not the end of a row."""
        return bool(self.reason)

    @property
    def is_ignored(self) -> bool:
        """Whether it is a line that is ignored."""
        return self.reason == IGNORED

    @property
    def is_unparsed(self) -> bool:
        """Whether it is an unparsed line."""
        return self.reason not in ("", IGNORED)

    @classmethod
    def malformed(cls, number: int, line: bytes) -> "Mark":
        """Return a mark behind hit `number`, counted from 1, whose request is malformed."""
        return cls(number, "", line)

    @classmethod
    def after_hit(cls, number: int, log: str) -> "Mark":
        """Return a mark behind hit `number` of some columns, counted from 1."""
        return cls(number, "", b"", Place(log, 0, 0))

    def placed(self, log: str, row: int, hit: int) -> "Mark":
        """Return the mark with a place."""
        place = Place(log, row, hit)
        return Mark(self.hits_before, self.reason, self.sample, place)

    def moved(self, hits: int) -> "Mark":
        """Return the mark with `hits` more hits before it."""
        return Mark(self.hits_before + hits, self.reason, self.sample, self.place)


class Columns:
    """Lines in file order: one list per column for the hits, and marks for the other lines.

    Columns of no hits have any fields. A sum has each field of a part that has hits.
    """

    def __init__(
        self,
        epochs: list[int] | None = None,
        fields: dict[str, list[Any]] | None = None,
        marks: list[Mark] | None = None,
    ) -> None:
        self.epochs = epochs or []
        self.fields = fields or {name: [] for name in FIELDS}
        self.marks = marks or []

    def __getitem__(self, name: str) -> list[Any]:
        return self.fields[name]

    def column(self, name: str) -> list[Any]:
        """Return a column; if it is absent, the values of lines that do not log it."""
        if name in self.fields:
            return self.fields[name]
        return [MISSING[name]] * len(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Columns) and vars(self) == vars(other)

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def is_empty(self) -> bool:
        """Whether there is no line at all."""
        return not self.epochs and not self.marks

    def take_marks(self, stop: int) -> list[Mark]:
        """Remove and return the marks up to the mark right before hit `stop`."""
        due = bisect_right(self.marks, stop, key=attrgetter("hits_before"))
        marks = self.marks[:due]
        del self.marks[:due]
        return marks

    def cut(self, start: int, stop: int) -> "Columns":
        """Return the hits from `start` up to `stop`. Marks are included only with all hits."""
        whole = start == 0 and stop == len(self.epochs)
        return self if whole else self._part(start, stop)

    def _part(self, start: int, stop: int) -> "Columns":
        fields = {name: column[start:stop] for name, column in self.fields.items()}
        return Columns(self.epochs[start:stop], fields)

    def split(self, at: int) -> tuple["Columns", "Columns"]:
        """Cut in two before hit `at`; a mark right before that hit goes with the first part."""
        first, second = self._part(0, at), self._part(at, len(self))
        for mark in self.marks:
            if mark.hits_before <= at:
                first.marks.append(mark)
            else:
                second.marks.append(mark.moved(-at))
        return first, second

    def parted(self, flags: Sequence[bool]) -> tuple["Columns", "Columns"]:
        """Return the hits without a flag, with all marks, and the hits with a flag."""
        places = list(accumulate(map(not_, flags), initial=0))
        others = self.chosen(list(map(not_, flags)))
        others.marks = [
            mark._replace(hits_before=places[mark.hits_before]) for mark in self.marks
        ]
        return others, self.chosen(flags)

    def chosen(self, flags: Sequence[bool]) -> "Columns":
        """Return the hits with a flag."""
        fields = {
            name: list(compress(each, flags)) for name, each in self.fields.items()
        }
        return Columns(list(compress(self.epochs, flags)), fields)

    def __add__(self, other: "Columns") -> "Columns":
        if self.is_empty:
            return other
        both = self._part(0, len(self))
        both.marks = list(self.marks)
        both.extend(other)
        return both

    def extend(self, other: "Columns") -> None:
        """Append other columns. The time is proportional to the other columns, not to these."""
        self.marks += [mark.moved(len(self)) for mark in other.marks]
        if self.fields.keys() == other.fields.keys():
            for name, column in self.fields.items():
                column += other.fields[name]
        elif other.epochs:
            self._extend_fields(other)
        self.epochs += other.epochs

    def _extend_fields(self, other: "Columns") -> None:
        """Append the fields of other columns, of which some are absent here or there."""
        if not self.epochs:
            self.fields = {name: [] for name in other.fields}
        for name in other.fields.keys() - self.fields.keys():
            self.fields[name] = [MISSING[name]] * len(self)
        for name, column in self.fields.items():
            more = other.fields.get(name)
            column += [MISSING[name]] * len(other) if more is None else more

    def snapshot(self) -> dict[str, Any]:
        """Return the columns as a value that JSON can hold."""
        fields = {name: _texts_of(column) for name, column in self.fields.items()}
        marks = [(hits, why, text_of(line), at) for hits, why, line, at in self.marks]
        return {"epochs": self.epochs, "fields": fields, "marks": marks}

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Columns":
        """Return the columns that a snapshot holds."""
        fields = {name: _values_of(each) for name, each in snapshot["fields"].items()}
        marks = [
            Mark(hits, why, bytes_of(line), at and Place(*at))
            for hits, why, line, at in snapshot["marks"]
        ]
        return cls(list(snapshot["epochs"]), fields, marks)


def _texts_of(column: Iterable[bytes | float | None]) -> list[str | float | None]:
    return [text_of(each) if isinstance(each, bytes) else each for each in column]


def _values_of(column: Iterable[str | float | None]) -> list[bytes | float | None]:
    return [bytes_of(each) if isinstance(each, str) else each for each in column]
