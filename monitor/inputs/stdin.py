"""Standard input as a log that is followed: it can end, and cannot rotate."""

import os
import select
from collections import Counter
from collections.abc import Iterator

from monitor.errors import MonitorError
from monitor.inputs.arrivals import Arrival, CaughtUp, Data, Ended, Told
from monitor.inputs.files import CHUNK, CHUNKS_A_POLL, NO_STDIN, STDIN, Source


class Stdin:
    """Follows standard input, which can end."""

    def __init__(self, fd: int = 0) -> None:
        self.busy = False
        self.ended = False
        self.was_open = True
        self._fd = fd
        self._source = Source(STDIN[0], 1)
        self._begun = False

    def start(self, form: str, window: int, mono: float) -> Counter[int]:
        """Check that there is a standard input."""
        try:
            os.fstat(self._fd)
        except OSError as error:
            raise MonitorError(NO_STDIN) from error
        return Counter()

    def sources(self) -> list[Source]:
        """Give what is being read: nothing that could be left for later, as a pipe fills up."""
        return []

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what is in the pipe."""
        self.busy = False
        for _ in range(CHUNKS_A_POLL):
            if self.ended:
                return
            if not select.select([self._fd], [], [], 0)[0]:
                yield CaughtUp(self._source)
                return
            try:
                data = os.read(self._fd, CHUNK)
            except OSError as error:  # a terminal that was closed
                yield Told(f"standard input: {error.strerror}")
                data = b""
            if data:
                yield Data(self._source, data, not self._begun)
                self._begun = True
            else:
                self.ended = True
                yield Ended(self._source, complete=True)
        self.busy = True

    def lost(self, mono: float) -> str | None:
        """Say why nothing can be read: always None, as the end of the input is no loss."""
        return None
