"""Serves pages to a few clients while the program waits. No client can delay the program."""

import errno
import selectors
import socket
from collections.abc import Callable

from monitor.errors import MonitorError
from monitor.metrics.connection import Connection
from monitor.parsers import Address

MOST = 8
"""Clients at once. Further clients wait until one of these has its answer, or its time is over."""

_WAITING = 16

_REMEDIES = {
    errno.EADDRINUSE: "choose another port",
    errno.EACCES: "choose a port above 1023",
    errno.EAFNOSUPPORT: "allow AF_INET and AF_INET6 in RestrictAddressFamilies of the service",
}


def remedy_of(error: OSError) -> str:
    """Return what to do about an address that cannot be used."""
    return _REMEDIES.get(error.errno or 0, "give an address of this machine")


class Server:
    """Listens on an address. `clock` returns monotonic seconds."""

    def __init__(
        self,
        address: Address,
        answer: Callable[[bytes], bytes],
        clock: Callable[[], float],
    ) -> None:
        self._answer = answer
        self._clock = clock
        self._connections: set[Connection] = set()
        self._selector = selectors.DefaultSelector()
        self._listener = _listener(address)
        self._is_listening = False
        host, port, *_ = self._listener.getsockname()
        self.address = Address(host, port)

    def wait(self, seconds: float) -> None:
        """Serve clients for some seconds; with 0 as far as is possible at once."""
        end = self._clock() + seconds
        self._listen()
        while True:
            now = self._clock()
            self._drop([each for each in self._connections if each.deadline <= now])
            ends = [end, *(each.deadline for each in self._connections)]
            for key, _ in self._selector.select(max(0.0, min(ends) - now)):
                if isinstance(key.data, Connection):
                    self._go_on(key.data)
                else:
                    self._accept()
            if self._clock() >= end:
                return

    def _accept(self) -> None:
        """Accept a client. After an error, such as no descriptor, pause until the next wait."""
        try:
            client, _ = self._listener.accept()
        except OSError:
            self._pause()
            return
        connection = Connection(client, self._answer, self._clock())
        self._connections.add(connection)
        self._selector.register(client, selectors.EVENT_READ, connection)
        if len(self._connections) >= MOST:
            self._pause()
        self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        was_writing = connection.is_writing
        connection.go_on(self._clock())
        if connection.is_over:
            self._drop([connection])
        elif connection.is_writing and not was_writing:
            self._selector.modify(connection.socket, selectors.EVENT_WRITE, connection)

    def _drop(self, connections: list[Connection]) -> None:
        for each in connections:
            self._selector.unregister(each.socket)
            each.socket.close()
            self._connections.remove(each)

    def _listen(self) -> None:
        if not self._is_listening and len(self._connections) < MOST:
            self._selector.register(self._listener, selectors.EVENT_READ)
            self._is_listening = True

    def _pause(self) -> None:
        self._selector.unregister(self._listener)
        self._is_listening = False

    def close(self) -> None:
        """Close all connections, and listen no more."""
        for each in self._connections:
            each.socket.close()
        self._listener.close()
        self._selector.close()


def _listener(address: Address) -> socket.socket:
    """Return a listening socket. Raises MonitorError."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            *address, type=socket.SOCK_STREAM
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
            listener.listen(_WAITING)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise MonitorError(
            f"cannot serve metrics on {address}: {error.strerror}; {remedy_of(error)}"
        ) from error
    listener.setblocking(False)
    return listener
