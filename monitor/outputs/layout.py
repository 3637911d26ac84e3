"""Lays out text in the columns of a terminal."""

import re
import unicodedata
from collections.abc import Sequence

from monitor.escape import is_mark
from monitor.units import count, short

WIDTH = 80
"""Columns of a report. Only the lines of alerts and of NO DATA may be longer."""

LABEL = 9
"""Columns of the label at the beginning of a line."""

BARS = " ▁▂▃▄▅▆▇█"
ASCII_BARS = " .:-=+*#@"

_painting = re.compile(r"\x1b\[\d+m")


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


def pad(text: str, width: int) -> str:
    """Fill a text with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def cell(number: int, width: int) -> str:
    """Write a count right-aligned in a column, with a space before it."""
    text = count(number)
    return (text if len(text) < width else short(number)).rjust(width)


def labelled_lines(label: str, parts: Sequence[str]) -> list[str]:
    """Put parts after a label, on as many lines as they need."""
    lines = [f"{label:<{LABEL}}{parts[0]}"]
    for part in parts[1:]:
        if columns(lines[-1]) + 2 + columns(part) <= WIDTH:
            lines[-1] += f"  {part}"
        else:
            lines.append(" " * LABEL + part)
    return lines


def labelled(label: str, parts: Sequence[str]) -> str:
    """Put parts after a label, as many as fit on its line."""
    return labelled_lines(label, parts)[0]


def sparkline(series: Sequence[float], bars: str, top: float) -> str:
    """Draw numbers between 0 and `top` as bars; only 0 is drawn as the lowest bar."""
    steps = len(bars) - 1
    if not top:
        return bars[0] * len(series)
    levels = [round(number / top * steps) or number > 0 for number in series]
    return "".join([bars[level] for level in levels])
