"""One line of LTSV -> a hit. The labels of a line say what its fields are.

Source: ltsv.org, "Labels for Web server's log". A line is `label:value` with tabs between. `host` is
the client there, and `vhost` the virtual host.
"""

import re
from collections.abc import Collection
from functools import lru_cache, partial
from typing import NamedTuple

from monitor.formatnames import ROWS
from monitor.formats.directives import CLF, ISO, SECONDS, UNITS
from monitor.formats.fields import USED, Field
from monitor.formats.hits import Shape, Taken
from monitor.formats.shapes import PatternShape
from monitor.formats.strings import Layout, layout_from
from monitor.formats.walk import walk

_CLIENT = Field("client", "$remote_addr")  # each line has it
_FIELDS = {
    **dict.fromkeys((b"time", b"datetime"), Field("time")),
    **dict.fromkeys((b"host", b"remote_addr", b"remote_host"), _CLIENT),
    b"forwardedfor": Field("clients"),
    **dict.fromkeys((b"req", b"request"), Field("request")),
    b"method": Field("method"),
    b"uri": Field("target"),
    b"status": Field("status"),
    **dict.fromkeys((b"size", b"body_bytes_sent"), Field("size")),
    b"referer": Field("referrer"),
    b"ua": Field("agent"),
    b"vhost": Field("host"),
    **dict.fromkeys((b"reqtime", b"request_time"), Field("seconds", per_second=1)),
    b"reqtime_microsec": Field("seconds", per_second=UNITS["us"]),
}
"""The fields of labels. A field with another label is not used."""

_SKIPPED = Field("skip")

_TIMES = (
    (CLF, re.compile(rb"\d{1,2}/")),
    (ISO, re.compile(rb"\d{4}[-/]")),
    (SECONDS, re.compile(rb"\d{9,11}(?:\.|$)")),
    ("msec", re.compile(rb"\d{13}$")),
)
"""The formats of a time, and how the values begin."""

_mark = re.compile(ROWS["ltsv"].mark.encode())
_name = re.compile(rb"[0-9A-Za-z_.-]++")
_MOST_CELLS = 99  # what follows is one value


class Ltsv:
    """Parses lines of LTSV. `wanted` are the roles of the columns that its shapes have."""

    name = "ltsv"

    def __init__(self, wanted: Collection[str] = ()) -> None:
        self._shapes = lru_cache(64)(partial(_shape_of, wanted))

    def take(self, line: bytes) -> Taken:
        """Parse one line."""
        if not _mark.match(line):
            return None
        layout = _layout_of(_labels_of(line))
        return walk(layout, line) if layout else "its labels have no time and status"

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of lines that have all labels of this line."""
        return self._shapes(_labels_of(line))


class _Label(NamedTuple):
    """The beginning of a cell: its label, and how its value writes a time if it is one."""

    name: bytes
    time: str = ""
    is_in_brackets: bool = False


def _labels_of(line: bytes) -> tuple[_Label, ...]:
    return tuple(map(_label_of, line.split(b"\t", _MOST_CELLS)))


def _mark_of(labels: tuple[_Label, ...], wanted: Collection[str]) -> bytes:
    """Return a pattern of lines that have these labels and no other ones.

    `wanted` are optional roles. The strict pattern finds the values up to the last one that is used or
    wanted. Because of that such a value ends in its line.
    """
    fields = [_FIELDS.get(label.name, _SKIPPED) for label in labels]
    roles = USED.union(wanted)
    last = max(place for place, field in enumerate(fields) if field.role in roles)
    cells = [
        re.escape(label.name) + (rb":[^\t]*+" if place < last else rb":[^\t\n]*+")
        for place, label in enumerate(labels)
    ]
    return rb"\t".join(cells) + rb"(?:\n|\Z)"


def _label_of(cell: bytes) -> _Label:
    name, colon, value = cell.partition(b":")
    if not colon or not _name.fullmatch(name):
        return _Label(b"")
    if _FIELDS.get(name, _SKIPPED).role != "time":
        return _Label(name)
    value = value.removeprefix(b"[")
    times = (time for time, beginning in _TIMES if beginning.match(value))
    return _Label(name, next(times, ISO), cell[len(name) + 1 :] != value)


def _shape_of(wanted: Collection[str], labels: tuple[_Label, ...]) -> Shape | None:
    layout = _layout_of(labels)
    if layout is None or not all(label.name for label in labels):
        return None
    return PatternShape.of(layout, wanted, mark=_mark_of(labels, wanted))


@lru_cache(256)
def _layout_of(labels: tuple[_Label, ...]) -> Layout | None:
    tokens: list[Field | str] = []
    for column, label in enumerate(labels):
        field = _FIELDS.get(label.name, _SKIPPED)._replace(column=column)
        before = "\t" if column else ""
        before += f"{label.name.decode()}:" if label.name else ""
        if label.is_in_brackets:
            tokens += [f"{before}[", field._replace(time=label.time), "]"]
        else:
            tokens += [before, field._replace(time=label.time)]
    roles = {token.role for token in tokens if isinstance(token, Field)}
    return layout_from(tokens) if roles >= {"time", "status"} else None
