"""The numbers of a line as text -> numbers."""

import re

_number = re.compile(rb"\+?\d{1,12}+(?:\.\d{1,9}+)?+")


def size_of(text: bytes) -> int:
    """Return a size in bytes; `-` and an empty text are 0."""
    return 0 if text == b"-" else int(text.lstrip(b"+") or 0)


class SecondsCache(dict[bytes, float | None]):
    """Maps a request time as text to seconds; None for any other text, such as `-` or `-1`.

    This is a fast path, because many requests take the same time. `per_second`: how many units of
    the text are a second.
    """

    LIMIT = 1 << 14

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second

    def __missing__(self, text: bytes) -> float | None:
        if len(self) >= self.LIMIT:
            self.clear()
        is_number = _number.fullmatch(text) is not None
        seconds = float(text) / self._per_second if is_number else None
        self[text] = seconds and round(seconds, 9)
        return self[text]
