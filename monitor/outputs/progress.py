"""How far a long replay is: said at times, in one line, to somebody who sits at a terminal."""

from monitor.units import duration, percent, size

FIRST = 2.0
"""Seconds after the start before which nothing is said: a shorter run needs no progress."""

EVERY = 2.0
"""Seconds between two lines."""


class Progress:
    """Says how far the reading is that began at `began`, on a clock in seconds."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._next = began + FIRST

    def tell(self, done: int, total: int | None, now: float) -> str | None:
        """Say how many bytes are done, when it is time to; `total` is None if nobody knows."""
        if now < self._next:
            return None
        self._next = now + EVERY
        speed = done / (now - self._began)
        said = f"{size(round(speed))}/s"
        if not total or not done:
            return f"{size(done)} read, {said}"
        share = min(1.0, done / total)
        left = duration(round(max(0, total - done) / speed))
        return f"{percent(share)} of {size(total)} read, {said}, {left} left"
