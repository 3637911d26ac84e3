"""Lines that are JSON objects: one table of names for all writers.

A line is a hit if its object has a time, a status and a request. A writer that is known by its keys
may leave the request out. Objects that a known server writes beside its requests are ignored. An object
with a line of text in it, and without a status, is an envelope (docker, journald, log shippers).
"""

from collections.abc import Collection
from functools import lru_cache

from monitor.formats.hits import Hit, Shape, Taken
from monitor.formats.json_hits import EXTRAS, bytes_of_text, row_of, status_of
from monitor.formats.json_objects import Object, object_of
from monitor.formats.json_plans import PLANS
from monitor.formats.json_shape import JsonShape
from monitor.formats.wrappers import Envelope

_TEXTS = ("log", "message", "MESSAGE", "textPayload", "line")
_DOCKER = frozenset(("log", "stream", "time", "attrs"))


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
        row = row_of(found, PLANS[found], EXTRAS)
        return row if isinstance(row, str) else Hit(*row)

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of all JSON lines."""
        return self._shape


def envelope_in(line: bytes) -> Envelope | None:
    """Return the line of text in an object without a status; None for another line."""
    found = _object_of(line)
    if not isinstance(found, dict):
        return None
    inner = next(filter(None, (_text_in(found.get(key)) for key in _TEXTS)), None)
    if inner is None or b"\n" in inner[:-1]:
        return None
    if status_of(found, PLANS[found]) is not None:
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
