"""Prints the progress of a long replay on standard error, if standard error is a terminal."""

import sys
from collections.abc import Callable

from monitor.outputs.console import is_terminal, write_notice
from monitor.units import duration, percent, size

FIRST = 2.0
"""Seconds before the first line. A short run therefore prints no line."""

EVERY = 2.0
"""Seconds between two lines."""

Measure = Callable[[], tuple[int, int | None]]
"""Returns the bytes read so far, and the bytes of all files; None if their size is unknown."""


class Progress:
    """Measures the reading that began at `began`, by a clock in seconds."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._next = began + FIRST

    def show(self, measure: Measure, now: float) -> None:
        """Print a line if it is due and standard error is a terminal."""
        if now >= self._next and is_terminal(sys.stderr):
            self._next = now + EVERY
            write_notice(self.line(*measure(), now))

    def line(self, done: int, total: int | None, now: float) -> str:
        """Return a line with the share that is read, the speed, and the time left."""
        speed = done / (now - self._began)
        per_second = f"{size(round(speed))}/s"
        if not total or not done:
            return f"{size(done)} read, {per_second}"
        share = min(1.0, done / total)
        left = duration(round(max(0, total - done) / speed))
        return f"{percent(share)} of {size(total)} read, {per_second}, {left} left"
