"""Messages to systemd: the service is ready, its status, that it is alive, that it stops.

Source: sd_notify(3) and sd_watchdog_enabled(3). Without NOTIFY_SOCKET this file is not loaded.
"""

import contextlib
import os
import socket
from collections.abc import Mapping

from monitor.core import Event, Report, Summary
from monitor.outputs.base import Output
from monitor.outputs.layout import WIDTH
from monitor.outputs.style import Style
from monitor.outputs.text import average


class Service(Output):
    """Sends messages to the service manager. A manager that does not listen changes nothing.

    A message that it is alive is due every `pause` seconds; never with None.
    """

    def __init__(self, address: str, style: Style, pause: float | None) -> None:
        is_abstract = address.startswith("@")
        self._address = f"\0{address[1:]}" if is_abstract else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._style = style._replace(color=False)
        self._pause = pause
        self._alive_at: float | None = None

    def emit(self, event: Event) -> None:
        """Send the average at each report, and at the summary that the program stops."""
        if isinstance(event, Summary):
            self._send("STOPPING=1")
        elif isinstance(event, Report):
            self._send(f"STATUS={average(event, self._style, WIDTH)}")

    def tick(self, now: float) -> None:
        """Send at first that the service is ready, then at times that it is alive."""
        if self._alive_at is None:
            self._send("READY=1")
        elif self._pause is None or now - self._alive_at < self._pause:
            return
        else:
            self._send("WATCHDOG=1")
        self._alive_at = now

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _send(self, message: str) -> None:
        with contextlib.suppress(OSError):
            data, flags = message.encode(), socket.MSG_DONTWAIT
            self._socket.sendto(data, flags, self._address)


def service_of(environ: Mapping[str, str], style: Style) -> Service:
    """Return the output to the socket that NOTIFY_SOCKET names."""
    return Service(environ["NOTIFY_SOCKET"], style, pause_of(environ, os.getpid()))


def pause_of(environ: Mapping[str, str], pid: int) -> float | None:
    """Return half of the seconds of the watchdog; None if it is off or watches another process."""
    length = environ.get("WATCHDOG_USEC", "")
    is_ours = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
    return int(length) / 2e6 if length.isdecimal() and is_ours else None
