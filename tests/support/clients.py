"""Clients of the server of metrics, on loopback, and a server with a made-up clock."""

import select
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from monitor.metrics import Page, Server, answer_to
from monitor.parsers import Address

LOOKS = 500
GET = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"


class Client:
    """A client that is connected to a server, whether or not it was accepted."""

    def __init__(self, address: Address, receives: int = 0) -> None:
        self.socket = socket.socket()
        if receives:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        self.socket.connect(address)
        self.read = b""
        self.is_closed = False

    def send(self, data: bytes = GET) -> "Client":
        self.socket.sendall(data)
        return self

    def look(self, seconds: float = 0.0) -> None:
        """Read what has come."""
        if self.is_closed or not select.select([self.socket], [], [], seconds)[0]:
            return
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        self.read += data
        self.is_closed = not data

    def until_closed(self, serve: Callable[[float], object]) -> bytes:
        """Read until the server closes, which looks at its clients in between."""
        for _ in range(LOOKS):
            serve(0.0)
            self.look(0.01)
            if self.is_closed:
                return self.read
        raise AssertionError(f"not closed after {self.read[:80]!r}")

    def is_silent(self, serve: Callable[[float], object]) -> bool:
        """Return whether nothing comes and the connection stays open."""
        for _ in range(3):
            serve(0.0)
            self.look(0.005)
        return not self.read and not self.is_closed

    def break_off(self) -> None:
        """Close the connection with a reset."""
        linger = struct.pack("ii", 1, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()


class Served:
    """A server of one page, with a clock that tests move."""

    def __init__(self, text: str = "one\n") -> None:
        self.now = 1000.0
        self.text = text
        answer = partial(answer_to, pages=self._page)
        self.server = Server(Address("127.0.0.1", 0), answer, lambda: self.now)
        self.wait = self.server.wait
        self.clients: list[Client] = []

    def _page(self, path: str) -> Page | None:
        return Page("text/plain", self.text) if path == "/metrics" else None

    def client(self, receives: int = 0) -> Client:
        self.clients.append(Client(self.server.address, receives))
        return self.clients[-1]


@contextmanager
def serving(text: str = "one\n") -> Iterator[Served]:
    served = Served(text)
    yield served
    served.server.close()
    for each in served.clients:
        each.socket.close()
