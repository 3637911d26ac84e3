"""How long the logs were read in the open interval. Rates are hits by this time.

A monitor starts and stops in mid-interval, and a log begins and ends in one. While no log has data,
nothing is observed. Silence is observed: it is zero traffic.
"""

from typing import Any


class Observed:
    """The observed seconds of the open interval, and `now`, the present second of the stream.

    `now` is None before the first interval is opened.
    """

    def __init__(self) -> None:
        self.now: int | None = None
        self._seconds = 0  # before the last pause
        self._first = 0  # from which on the logs are read
        self._is_paused = False

    def begin(self, second: int) -> None:
        """Begin an interval in which the logs are read from a second on."""
        self._seconds, self._first = 0, second

    def pause(self, second: int) -> None:
        """Observe nothing from a second on, because no log has data."""
        if not self._is_paused:
            self._seconds = self.before(second)
            self._first = max(self._first, second)
            self._is_paused = True

    def resume(self, second: int) -> None:
        """Observe again from a second on, if nothing was observed before."""
        if self._is_paused:
            self._is_paused = False
            self._first = max(self._first, second)

    def before(self, second: int) -> int:
        """Return the observed seconds before a second."""
        if self._is_paused:
            return self._seconds
        return self._seconds + max(0, second - self._first)

    def snapshot(self) -> tuple[int | None, int, int, bool]:
        """Return the observation as a value that JSON can hold."""
        return self.now, self._seconds, self._first, self._is_paused

    def restore(self, snapshot: Any) -> None:
        """Go on from a snapshot."""
        self.now, self._seconds, self._first, self._is_paused = snapshot
