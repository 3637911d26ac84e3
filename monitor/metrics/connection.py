"""One client: its request is read, then the answer is written. No call waits for the client."""

import socket
from collections.abc import Callable

from monitor.metrics.http import LARGEST, is_whole

PATIENCE = 5.0
"""Seconds that a client has to send its request, and again to read the answer."""


class Connection:
    """A client, at a monotonic time. `answer` returns the answer to the head of a request."""

    def __init__(
        self, client: socket.socket, answer: Callable[[bytes], bytes], now: float
    ) -> None:
        client.setblocking(False)
        self.socket = client
        self.is_over = False
        self.deadline = now + PATIENCE
        self._answer = answer
        self._head = b""
        self._rest = b""

    @property
    def is_writing(self) -> bool:
        """Whether the answer is being written."""
        return bool(self._rest)

    def go_on(self, now: float) -> None:
        """Read and write as much as is possible now."""
        try:
            if not self._rest:
                self._read(now)
            if self._rest:
                self._rest = self._rest[self.socket.send(self._rest) :]
                self.is_over = not self._rest
        except BlockingIOError:
            pass  # go on when the client is ready
        except OSError:
            self.is_over = True

    def _read(self, now: float) -> None:
        data = self.socket.recv(LARGEST + 1 - len(self._head))
        self._head += data
        if is_whole(self._head):
            self._rest = self._answer(self._head)
            self.deadline = now + PATIENCE
        elif not data or len(self._head) > LARGEST:
            self.is_over = True
