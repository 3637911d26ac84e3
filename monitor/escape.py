"""Bytes of a log or of a path -> text that a terminal can show.

Invariants: the text that `printable` returns holds no control character, no bidirectional control
and no other character that a terminal does not show as itself, whatever bytes a client sent. The
bytes can be restored from the text, because a backslash is written as two.

Text is escaped once, when an output writes it. Until then names are bytes, and messages are text
with surrogates for bytes that are not UTF-8, as Python has in paths.
"""

import re
import unicodedata
from collections.abc import Iterator

_MARKS = 2
"""Combining marks in a row that are shown. Vietnamese needs two; more paint over other lines."""


def printable(text: bytes | str, *, ascii_only: bool = False) -> str:
    r"""Return bytes or a message as text; what is not safe to show becomes `\x1b` or `\u202e`.

    `\xff` above 7f is a byte that is not UTF-8, or with `ascii_only` not ASCII.
    """
    if isinstance(text, str):
        text = encoded(text)
    if ascii_only:
        decoded = text.decode("ascii", "surrogateescape")
    else:
        decoded = text.decode("utf-8", "surrogateescape")
    if decoded.isprintable() and decoded.isascii() and "\\" not in decoded:
        return decoded
    return "".join(_safely(decoded))


def _safely(text: str) -> Iterator[str]:
    marks = 0  # in a row
    for char in text:
        marks = marks + 1 if is_mark(char) else 0
        is_safe = char.isprintable() and char != "\\" and marks <= _MARKS
        yield char if is_safe else _escaped(char)


def is_mark(char: str) -> bool:
    """True for a combining mark, which a terminal paints over the character before it."""
    return unicodedata.category(char) in ("Mn", "Me")


def _escaped(char: str) -> str:
    if char == "\\":
        return "\\\\"
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_ESCAPE = re.compile(
    rb"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4})|U(00(?:0[0-9a-f]|10)[0-9a-f]{4}))"
)


def original(text: str) -> bytes:
    """Return the bytes from which `printable` made a text."""
    return _ESCAPE.sub(_unescaped, encoded(text))


def _unescaped(match: re.Match[bytes]) -> bytes:
    backslash, byte, *codes = match.groups()
    if backslash or byte:
        return backslash or bytes([int(byte, 16)])
    code = int(next(filter(None, codes)), 16)
    return chr(code).encode("utf-8", "surrogatepass")


def encoded(text: str) -> bytes:
    """Return the bytes of a path or an argument, which may hold bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def text_of(name: bytes) -> str:
    """Return bytes as a text of the same length, which JSON can hold."""
    return name.decode("latin-1")


def bytes_of(text: str) -> bytes:
    """Return the bytes from which `text_of` made a text."""
    return text.encode("latin-1")
