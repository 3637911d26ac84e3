"""How numbers, time spans and bytes from a log are written for people.

Invariant: what `printable` gives holds no control character, no bidirectional control and nothing
else that a terminal does not show as itself, whatever bytes a client sent.
"""

import unicodedata
from collections.abc import Iterator
from fractions import Fraction

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_SPANS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_MARKS = 2  # in a row that are shown, as Vietnamese has; more would run over the lines around


def printable(text: bytes, *, ascii_only: bool = False) -> str:
    r"""Write bytes of a log; what cannot be shown safely becomes `\x1b`, `\u202e` and the like."""
    if ascii_only:
        decoded = text.decode("ascii", "surrogateescape")
    else:
        decoded = text.decode("utf-8", "surrogateescape")
    if decoded.isprintable() and decoded.isascii():
        return decoded
    return "".join(_safely(decoded))


def _safely(text: str) -> Iterator[str]:
    marks = 0  # in a row
    for char in text:
        marks = marks + 1 if is_mark(char) else 0
        yield char if char.isprintable() and marks <= _MARKS else _escaped(char)


def is_mark(char: str) -> bool:
    """Tell a mark, which takes no column: a terminal paints it over the character before it."""
    return unicodedata.category(char) in ("Mn", "Me")


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as surrogateescape holds it
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def duration(seconds: int) -> str:
    """Write a time span in its two largest units: `45s`, `3m20s`, `2h`, `5d3h`."""
    parts: list[str] = []
    for size, unit in _SPANS:
        number, seconds = divmod(seconds, size)
        if number or parts:
            parts.append(f"{number}{unit}" if number else "")
    return "".join(parts[:2]) or "0s"


def decimal(number: float) -> str:
    """Write a number with two digits after the point at most: `10`, `9.99`, `15.2`.

    Something is never written as nothing.
    """
    if 0 < number < 0.005:
        return "<0.01"
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def exactly(number: Fraction) -> str:
    """Write a decimal number that somebody gave as it is: `10`, `0.125`; up to 12 decimals."""
    whole, decimals = divmod(round(number * 10**12), 10**12)
    return f"{whole}.{decimals:012}".rstrip("0").rstrip(".")


def short(number: float) -> str:
    """Write a number from 0 to 10**15 in six characters: `0.72`, `144.5`, `1.2k`, `35M`."""
    scaled, unit = number, ""
    for bigger in ("k", "M", "G", "T"):
        if scaled < 999.5:
            break
        scaled, unit = scaled / 1000, bigger
    if not unit:
        return decimal(number)
    return f"{scaled:.0f}{unit}" if scaled >= 99.95 else f"{scaled:.1f}{unit}"


def count(number: int) -> str:
    """Write a count with its thousands apart: `1,234`."""
    return f"{number:,}"


def many(number: int, name: str) -> str:
    """Write a count of something: `1 hit`, `1,234 hits`."""
    return f"{count(number)} {name}{'' if number == 1 else 's'}"


def size(number: int) -> str:
    """Write bytes in the largest unit that leaves a number: `4.2 MB`.

    A unit is 1000 of the one before.
    """
    scaled, unit = float(number), _UNITS[0]
    for bigger in _UNITS[1:]:
        if scaled < 999.5:
            break
        scaled, unit = scaled / 1000, bigger
    return (
        f"{scaled:.0f} {unit}"
        if unit == "B" or scaled >= 99.95
        else f"{scaled:.1f} {unit}"
    )


def percent(share: float) -> str:
    """Write a share: `12%`, `0.4%`; something is never written as nothing."""
    value = 100 * share
    if value < 0.05:
        return "<0.1%" if value else "0%"
    return f"{value:.1f}%" if value < 9.95 else f"{value:.0f}%"


def encoded(text: str) -> bytes:
    """Give the bytes of a text with paths or arguments in it, also those that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def text_of(name: bytes) -> str:
    """Write bytes as a text of the same length, which JSON can hold."""
    return name.decode("latin-1")


def bytes_of(text: str) -> bytes:
    """Give the bytes that text_of wrote."""
    return text.encode("latin-1")
