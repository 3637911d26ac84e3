"""Lays out text in the columns and rows of a terminal."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from monitor.escape import is_mark
from monitor.units import count, short

WIDTH, HEIGHT = 80, 23
"""Columns and rows of a report. A terminal of 24 rows has one row for the cursor."""

LABEL = 9
"""Columns of the label at the beginning of a row."""

BARS = " ▁▂▃▄▅▆▇█"
ASCII_BARS = " .:-=+*#@"

_painting = re.compile(r"\x1b\[\d+m")


# --- columns ---


def columns(text: str) -> int:
    """Return the columns of a text on a terminal. Source: Unicode Standard Annex 11."""
    if "\x1b" in text:
        text = _painting.sub("", text)
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(map(is_mark, text))
    return len(text) + wide - marks


def fit(text: str, width: int) -> str:
    """Shorten a text to `width` columns, with `...` at its end."""
    if columns(text) <= width:
        return text
    text = text[: 3 * width]  # each character may have two marks (escape.py)
    while text and columns(text) > width - 3:
        text = text[:-1]
    return text + "..."


def fit_end(text: str, width: int) -> str:
    """Shorten a text to `width` columns, with `...` at its beginning."""
    if columns(text) <= width:
        return text
    text = text[-3 * width :]
    while text and (columns(text) > width - 3 or is_mark(text[0])):
        text = text[1:]
    return "..." + text


def pad(text: str, width: int) -> str:
    """Fill a text with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def cell(number: int, width: int) -> str:
    """Write a count right-aligned in a column, with a space before it."""
    text = count(number)
    return (text if len(text) < width else short(number)).rjust(width)


def first_fit(candidates: Sequence[str], width: int) -> str:
    """Return the first text that has at most `width` columns, or else the last one, shortened."""
    for text in candidates:
        if columns(text) <= width:
            return text
    return fit(candidates[-1], width)


def joined(parts: Iterable[str], separator: str, width: int) -> str:
    """Join as many parts as fit in `width` columns, from the left; the first is shortened.

    No parts are made beyond the first one that does not fit.
    """
    text = ""
    for place, part in enumerate(parts):
        longer = text + separator + part if place else fit(part, width)
        if columns(longer) > width:
            break
        text = longer
    return text


def labelled(label: str, parts: Iterable[str], width: int = WIDTH) -> str:
    """Put parts after a label, as many as fit in a row of `width` columns."""
    return f"{label:<{LABEL}}{joined(parts, '  ', width - LABEL)}"


def sparkline(series: Sequence[float], bars: str, top: float) -> str:
    """Draw numbers between 0 and `top` as bars; only 0 is drawn as the lowest bar."""
    steps = len(bars) - 1
    if not top:
        return bars[0] * len(series)
    return "".join(
        [bars[round(number / top * steps) or number > 0] for number in series]
    )


# --- rows ---


class Part(NamedTuple):
    """Rows of a report for up to `most` items, at least for `least`; `rows` writes a number of them.

    Parts with a low `rank` lose items first.
    """

    most: int
    least: int
    rows: Callable[[int], list[str]]
    rank: int = 0


def fixed(*rows: str) -> Part:
    """Return a part that is always whole."""
    return Part(0, 0, lambda number: list(rows))


def lay_out(parts: Sequence[Part], height: int) -> list[str]:
    """Return the rows of all parts: at most `height`, if the parts can have so few.

    Of parts with the same rank, the first parts lose items first.
    """
    blocks = [part.rows(part.most) for part in parts]
    for place, part in sorted(enumerate(parts), key=lambda each: each[1].rank):
        number = part.most
        while number > part.least and (excess := sum(map(len, blocks)) - height) > 0:
            number = max(part.least, number - excess)
            blocks[place] = part.rows(number)
    return list(chain.from_iterable(blocks))
