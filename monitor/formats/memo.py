"""Remembers results, because the values of lines repeat."""

from collections.abc import Callable
from typing import Any


class Memo(dict[Any, Any]):
    """Maps a text, or several texts, to the result of a function.

    This is a fast path. Long texts are not remembered.
    """

    LIMIT = 1 << 14
    LONGEST = 256

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __missing__(self, key: str | bytes | tuple[str, ...]) -> Any:
        result = self._function(key)
        if len(self) >= self.LIMIT:
            self.clear()
        length = sum(map(len, key)) if isinstance(key, tuple) else len(key)
        if length <= self.LONGEST:
            self[key] = result
        return result
