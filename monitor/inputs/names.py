"""Decides by the name of a file whether it is a rotated file of a log. No disk.

To know another way to name rotated files, extend the patterns.
"""

import re
from functools import cache
from posixpath import splitext

from monitor.inputs.compressed import ENDINGS

_TIME = r"\d[\dTZ:._-]"
"""The beginning of a number, a date or a time."""

_DATE = re.compile(r"(?<!\d)\d[\dTZ:._-]{4,}\d(?!\d)")

_COMPRESSED = f"({'|'.join(map(re.escape, ENDINGS))})?"


@cache
def rotated_names(log: str) -> re.Pattern[str]:
    """Return the pattern of the rotated names of a log: `.1`, `.2.gz`, `-20261123`, `.old`.

    Before the extension a short number counts only after a dot: `site-2.log` is another site.
    """
    stem, extension = splitext(log)
    whole = re.escape(log) + rf"([-._]{_TIME}*(\.old)?|[-._]old)"
    inside = re.escape(stem) + rf"(\.\d+|[-._]{_TIME}{{5,}})" + re.escape(extension)
    return re.compile(f"({whole}|{inside}){_COMPRESSED}")


@cache
def dated_names(name: str) -> re.Pattern[str] | None:
    """Return the pattern of names that differ from a name only in its date; None without a date."""
    date = _DATE.search(name)
    if date is None:
        return None
    before, after = name[: date.start()], name[date.end() :]
    return re.compile(f"{re.escape(before)}{_TIME}*{re.escape(after)}{_COMPRESSED}")


def common_start(log: str) -> str:
    """Return the text with which all rotated names of a log begin, and names with other dates."""
    date = _DATE.search(log)
    return splitext(log[: date.start()] if date else log)[0]


def uncompressed(path: str) -> str | None:
    """Return the path of a compressed file without its ending; None for another name."""
    base, ending = splitext(path)
    return base if ending in ENDINGS else None
