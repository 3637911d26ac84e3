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
from monitor.formats.wrappers import Envelope, unwrap_block

_TEXTS = ("log", "message", "MESSAGE", "textPayload", "line")
_DOCKER = frozenset(("log", "stream", "time", "attrs"))
_STREAMS = (b"stdout", b"stderr")  # few, because a part is remembered for each


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
    return _envelope_of(_object_of(line))


def unwrap_lines(block: bytes) -> bytes | None:
    """Return a block, each line of which has lost its outermost wrapper, if it has one.

    The wrapper may be an object. Return None if a line may be a part.
    """
    if not block.startswith(b"{") and b"\n{" not in block:
        return unwrap_block(block)
    inner: list[bytes] = []
    for line in block.split(b"\n"):
        if not line.startswith(b"{"):
            rest = unwrap_block(line)
            if rest is None:
                return None
            inner.append(rest)
            continue
        envelope = _envelope_of(object_of(line.decode("utf-8", "surrogateescape")))
        if envelope and envelope.is_part:
            return None
        inner.append(envelope.line if envelope else line)
    return b"\n".join(inner)


def _envelope_of(found: Object | str | None) -> Envelope | None:
    if not isinstance(found, dict):
        return None
    for key in _TEXTS:
        inner = _text_in(found[key]) if key in found else None
        if inner:
            break
    else:
        return None
    is_of_docker = found.keys() <= _DOCKER
    is_hit = not is_of_docker and status_of(found, PLANS[found]) is not None
    if is_hit or b"\n" in inner[:-1]:
        return None
    stream = _text_in(found.get("stream")) or b""
    is_part = is_of_docker and stream in _STREAMS and not inner.endswith(b"\n")
    return Envelope(inner.removesuffix(b"\n").removesuffix(b"\r"), stream, is_part)


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
