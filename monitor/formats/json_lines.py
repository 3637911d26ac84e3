"""Lines that are JSON objects: one table of names for all writers.

A line is a hit if its object has a time, a status and a request. A writer that is known by its keys
may leave the request out. Objects that a known server writes beside its requests are ignored. An object
with a line of text in it, and without a status, is an envelope (docker, journald, log shippers).
"""

from collections.abc import Collection
from functools import lru_cache

from monitor.formats.hits import Hit, Shape, Table, Taken
from monitor.formats.json_hits import (
    COLUMNS,
    EXTRAS,
    Row,
    bytes_of_text,
    row_of,
    status_of,
)
from monitor.formats.json_objects import Object, object_of
from monitor.formats.json_plans import Plans
from monitor.formats.wrappers import Envelope

_TEXTS = ("log", "message", "MESSAGE", "textPayload", "line")
_DOCKER = frozenset(("log", "stream", "time", "attrs"))

_plans = Plans()


class JsonLines:
    """The format of lines that are JSON objects.

    `wanted` are the columns of a table beside the columns that all tables have.
    """

    name = "json"

    def __init__(self, wanted: Collection[str] = EXTRAS) -> None:
        self._shape = JsonShape(tuple(name for name in EXTRAS if name in wanted))

    def take(self, line: bytes) -> Taken:
        """Parse one line."""
        found = _object_of(line)
        if not isinstance(found, dict):
            return found
        row = row_of(found, _plans[found], EXTRAS)
        return row if isinstance(row, str) else Hit(*row)

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of all JSON lines."""
        return self._shape


class JsonShape:
    """Parses the lines of a block that are JSON objects. `extras` are further columns."""

    def __init__(self, extras: tuple[str, ...]) -> None:
        self._extras = extras

    def parse(self, block: bytes) -> Table | None:
        """Parse a block; None if all lines are odd."""
        texts = block.decode("utf-8", "surrogateescape").split("\n")
        texts.pop()
        rows = list(map(self._row_of, texts))
        usual = next(filter(None, rows), None)
        if usual is None:
            return None
        odd: list[bytes | None] = [None] * len(rows)
        for place, row in enumerate(rows):
            if row is None:
                odd[place] = texts[place].encode("utf-8", "surrogateescape")
                rows[place] = rows[place - 1] if place else usual
        columns = map(list, zip(*filter(None, rows), strict=True))
        return Table(dict(zip(COLUMNS + self._extras, columns, strict=True)), odd)

    def _row_of(self, text: str) -> Row | None:
        found = object_of(text)
        if not isinstance(found, dict):
            return None
        row = row_of(found, _plans[found], self._extras)
        return None if isinstance(row, str) else row


def envelope_in(line: bytes) -> Envelope | None:
    """Return the line of text in an object without a status; None for another line."""
    found = _object_of(line)
    if not isinstance(found, dict):
        return None
    inner = next(filter(None, (_text_in(found.get(key)) for key in _TEXTS)), None)
    if inner is None or b"\n" in inner[:-1]:
        return None
    if status_of(found, _plans[found]) is not None:
        return None
    is_part = found.keys() <= _DOCKER and not inner.endswith(b"\n")
    name = _text_in(found.get("stream")) or b""
    return Envelope(inner.removesuffix(b"\n").removesuffix(b"\r"), name, is_part)


def _text_in(value: object) -> bytes | None:
    """Return a text, which journald writes as an array of bytes if it is not UTF-8."""
    if isinstance(value, str):
        return bytes_of_text(value)
    try:
        return bytes(value) if isinstance(value, list) else None
    except (TypeError, ValueError):
        return None


@lru_cache(maxsize=1)  # a line is first asked for an envelope, and then for a hit
def _object_of(line: bytes) -> Object | str | None:
    return object_of(line.decode("utf-8", "surrogateescape"))
