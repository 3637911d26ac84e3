"""A socket in place of systemd's, which gets the messages of a service."""

import socket
from contextlib import closing


class Manager(closing[socket.socket]):
    """Listens at an address, as NOTIFY_SOCKET names it."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0"))
        super().__init__(self._socket)

    @property
    def messages(self) -> list[str]:
        """All messages since the last look."""
        found = []
        self._socket.setblocking(False)
        try:
            while True:
                found.append(self._socket.recv(4096).decode())
        except BlockingIOError:
            return found

    def wait_for(self, message: str, timeout: float = 10.0) -> None:
        """Take messages until one begins with some words."""
        self._socket.settimeout(timeout)
        while not self._socket.recv(4096).decode().startswith(message):
            continue
