"""Follows standard input. It can end, and it cannot rotate."""

from collections.abc import Iterator

from monitor.alerts import ALL_HITS, Asked
from monitor.core import Failure, Notice, Source
from monitor.errors import MonitorError
from monitor.inputs.arrivals import Arrival, Data, End, UpToDate, Wants
from monitor.inputs.bisection import NOTHING, Before
from monitor.inputs.checks import NO_STDIN
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.logfile import LogFile
from monitor.inputs.unreadable import Refused, cannot_read
from monitor.settings import STDIN


class Stdin:
    """Follows standard input, which can end. Raises MonitorError if it is closed."""

    path = STDIN

    def __init__(self, fd: int = 0) -> None:
        self.busy = False
        self.ended = False
        self._source = Source(STDIN, 1)
        self._begun = False
        try:
            self._file = LogFile(STDIN, waits=True, stdin=fd)
        except OSError as error:
            raise MonitorError(NO_STDIN) from error

    def start(
        self, form: str, window: int, now: float, asked: Asked = ALL_HITS
    ) -> Before:
        """Return no hits, because no line was read yet."""
        return NOTHING

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Yield bytes even if they are not wanted, because the writer of a pipe must not wait."""
        self.busy = False
        for _ in range(CHUNKS_A_POLL):
            if self.ended:
                return
            if not self._file.is_ready:
                yield UpToDate(self._source)
                return
            yield from self._read()
        self.busy = True

    def _read(self) -> Iterator[Arrival]:
        try:
            data = self._file.read(0)
        except Refused as error:
            raise MonitorError(cannot_read(STDIN, error)) from error
        except OSError as error:  # a terminal that was closed
            yield Notice(f"standard input: {error.strerror}")
            data = b""
        if data:
            yield Data(self._source, data, not self._begun)
            self._begun = True
        else:
            self.ended = True
            yield End(self._source, complete=True)

    def failure(self, now: float) -> Failure | None:
        """Return None, because the end of the input is no outage."""
        return None
