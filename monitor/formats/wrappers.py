r"""What stands in front of a log line or around it -> the line itself.

A wrapper is what another program wrote when it carried the line: a daemon of syslog, a container
runtime, a command that shows logs. Wrappers nest. `unwrapped` undoes one level:

    prefixes   in front of the line, such as `web-1  | `, a row of PREFIXES each
    colours    of Werkzeug, around the request
    quotes     around the whole line; quotes in it are doubled, behind a backslash, or as they are

Sources: RFC 3164, RFC 5424 section 6 (the values of structured data escape `"`, `\` and `]`; a byte
order mark may stand before the message), rsyslog, journalctl, the container runtime interface of
Kubernetes (CRI), kubectl, docker compose, docker logs, Werkzeug, OpenLiteSpeed, RFC 4180 (doubled
quotes), RFC 8259 (a string of JSON).
"""

import json
import re
from functools import cache
from typing import NamedTuple

from monitor.escape import bytes_of, text_of
from monitor.formats.lines import MAX_LINE, SAMPLE, Overlong

_PARTS = {
    b"PRI": rb"<\d{1,3}>",
    b"ISO": rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9}+)?(?:Z|[+-]\d\d:?\d\d)?",
    b"WORD": rb"[^ \t\r\n]{1,255}+",
    b"HOST": rb"(?:[^ \t\r\n:]{1,255}+|[0-9A-Fa-f:.]{2,45}+)",
    b"TAG": rb"[^ \t\r\n\[\]:]{1,99}+(?:\[\d{1,10}\])?:",
    b"DATA": rb'(?:\[(?:[^\]"\r\n]++|"(?:[^"\\\r\n]++|\\[^\r\n])*+")*+\])++',
    b"RESET": rb"\x1b\[0?m",
    b"END": rb"(?![^\r\n])",
    b"COLOURS": rb"(?:\x1b\[[\d;]{0,16}m){1,3}+",
}
PREFIXES = {
    "syslog": rb"(?:PRI)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:HOST )?TAG",
    "rsyslog, kubernetes, docker logs": (
        rb"(?:PRI)?ISO(?: HOST TAG| (?:stdout|stderr) [FP])?"
    ),
    "syslog 5424": rb"PRI1 (?:ISO|-) HOST WORD WORD WORD (?:-|DATA)",
    "kubectl": rb"\[pod/WORD",
    "docker compose": rb"(?:COLOURS)?[\w.@-]{1,99}+ ++\|(?:RESET)?",
    "logging library": rb"\[ISO\](?: [A-Z]{1,9}(?![^ \t\r\n]))?",
    "envoy in filebeat": rb"ACCESS(?= \[)",
}
"""Prefixes by name. The words in capital letters stand for the patterns of _PARTS."""


MOST = 3
"""Wrappers of a line that are undone."""


def _filled(pattern: bytes) -> bytes:
    for name, part in _PARTS.items():
        pattern = pattern.replace(name, part)
    return pattern


# A runtime writes one space, because a part of a line may begin with spaces of its own.
_AFTER = rb"(?:(?<=(?:out|err) [FP]) |(?<=\|) RESET|[ \t]++(?:\xef\xbb\xbf)?|END)"
_of_runtime = re.compile(_filled(rb"ISO (stdout|stderr) ([FP])(?: |\Z)"))
_coloured = re.compile(_filled(rb'([^"\x1b]*+")COLOURS([^\x1b]*+)COLOURS(".*+)'))
_before_colours = b'"\x1b['
_escaped = re.compile(rb'\\(["\\])')


@cache
def _prefix() -> re.Pattern[bytes]:
    """Return the pattern of any prefix, which is long, and which the lines of most logs do not need."""
    return re.compile(_filled(rb"(?:%b)%b" % (b"|".join(PREFIXES.values()), _AFTER)))


def unwrapped(line: bytes) -> bytes | None:
    """Return a line without its outermost wrapper; None if it has none.

    A carriage return at the end of the line changes nothing.
    """
    prefix = _prefix().match(line)
    if prefix:
        return line[prefix.end() :]
    if _before_colours in line:
        coloured = _coloured.fullmatch(line)
        return b"".join(coloured.groups()) if coloured else None
    return _unquoted(line) if line.startswith(b'"') else None


def unwrap_block(block: bytes) -> bytes | None:
    """Return a block, each line of which has lost its outermost wrapper, if it has one.

    Return None if a line of the container runtime interface may be a part.
    """
    if b"out P" in block or b"err P" in block:
        return None
    lines = block.split(b"\n")
    return b"\n".join(
        [line if (inner := unwrapped(line)) is None else inner for line in lines]
    )


def without_prefixes(front: bytes) -> bytes:
    """Return what stands before the time of a line without its prefixes."""
    for _ in range(MOST):
        found = _prefix().match(front)
        if found is None:
            break
        front = front[found.end() :]
    return front


def _unquoted(line: bytes) -> bytes | None:
    """Return a line without quotes around it; None if it only begins and ends with fields in quotes.

    The first quote in the line decides. As it is it opens a field: it stands behind a space, and no
    space or comma follows.
    """
    line = line.removesuffix(b"\r")
    if len(line) < 3 or not line.endswith(b'"'):
        return None
    inner = line[1:-1]
    before, quote, after = inner.partition(b'"')
    if before.endswith(b"\\") or (not quote and b"\\" in inner):
        return _unescaped(line)
    if after.startswith(b'"') and not after.startswith(b'" '):
        return inner.replace(b'""', b'"')
    is_opening = before.endswith(b" ") and not after.startswith((b" ", b","))
    return inner if is_opening or not quote else None


def _unescaped(line: bytes) -> bytes:
    """Return the text in a string of JSON, or in quotes with backslashes only before `"` and `\\`."""
    try:
        text: str = json.loads(line.decode("utf-8", "surrogateescape"))
        inner = text.encode("utf-8", "surrogateescape").removesuffix(b"\n")
    except ValueError:
        inner = b"\n"
    return inner if b"\n" not in inner else _escaped.sub(rb"\1", line[1:-1])


class Envelope(NamedTuple):
    """A line that another program carries in a line of its own.

    stream    the name of the stream that the line is from, or nothing
    is_part   the next line of the stream continues the line
    """

    line: bytes
    stream: bytes
    is_part: bool


def envelope_of(line: bytes) -> Envelope | None:
    """Return what a line of the container runtime interface carries; None if it is no such line."""
    found = _of_runtime.match(line)
    if found is None:
        return None
    stream, tag = found.groups()
    return Envelope(line[found.end() :], stream, tag == b"P")


class Parts:
    """The unfinished lines of the streams of a container. Remembers at most 1 MiB a stream.

    Container runtimes cut a line of more than 16 KiB into parts.
    """

    def __init__(self, unfinished: dict[bytes, bytearray] | None = None) -> None:
        self._unfinished = unfinished or {}

    def __bool__(self) -> bool:
        """Return whether a line is unfinished."""
        return bool(self._unfinished)

    def join(self, envelope: Envelope) -> bytes | Overlong | None:
        """Return the line that ends with an envelope; None if the line goes on."""
        line, stream, is_part = envelope
        if is_part or stream in self._unfinished:
            before = self._unfinished.setdefault(stream, bytearray())
            before += line[: MAX_LINE + 1 - len(before)]
            if is_part:
                return None
            line = bytes(self._unfinished.pop(stream))
        return Overlong(line[:SAMPLE]) if len(line) > MAX_LINE else line

    def snapshot(self) -> dict[str, str]:
        """Return the unfinished lines as a value that JSON can hold."""
        return {
            text_of(stream): text_of(bytes(line))
            for stream, line in self._unfinished.items()
        }

    @classmethod
    def restored(cls, snapshot: dict[str, str]) -> "Parts":
        """Return the parts that a snapshot holds."""
        return cls(
            {
                bytes_of(stream): bytearray(bytes_of(line))
                for stream, line in snapshot.items()
            }
        )
