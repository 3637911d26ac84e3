"""The numbers of a line as text -> numbers."""

import re

_number = re.compile(rb"\+?\d{1,12}+(?:\.\d{1,9}+)?+")


def size_of(text: bytes) -> int:
    """Return a size in bytes; `-` and an empty text are 0."""
    return 0 if text == b"-" else int(text.lstrip(b"+") or 0)


def seconds_in(per_second: int, text: bytes) -> float | None:
    """Return a request time in seconds; None for any other text, such as `-` or `-1`.

    `per_second`: how many units of the text are a second.
    """
    return round(float(text) / per_second, 9) if _number.fullmatch(text) else None
