"""Since when all hits were seen. A rule of silence is judged only by a window that was seen whole."""

from monitor.alerts import Window
from monitor.core.outage import Coverage


class Seen:
    """The first second since which no log was without data; None before the first judged second."""

    def __init__(self, window: Window, coverage: Coverage) -> None:
        self.since: int | None = None
        self._window = window
        self._coverage = coverage

    def full_at(self) -> int:
        """Return the first second at which the whole window was seen."""
        if self.since is None:
            self.since = self._window.next_second
        self.since = max(self.since, self._coverage.lost_through + 1)
        return self.since + self._window.seconds - 1

    def shift(self, seconds: int) -> None:
        """Move the time, because the log's clock was set."""
        if self.since is not None:
            self.since += seconds
