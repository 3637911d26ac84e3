"""The only place that knows the terminal: writes text to standard output and notices to stderr.

Every block is written at once and completely. A reader that went away, a full disk and a pipe
that nobody empties are told apart, and a signal can always end a write that does not go on.
"""

import contextlib
import errno
import os
import select
import signal
import sys
from collections.abc import Mapping
from types import FrameType

from monitor.errors import MonitorError, OutputGone

_PIECE = 4096  # what a pipe that is ready to be written takes without blocking

_GONE = (errno.EPIPE, errno.EIO, errno.ENXIO, errno.ECONNRESET)

LAST_WORDS = 1.0
"""Seconds that the summary may wait for a reader after a signal."""


class Interrupted(Exception):
    """A signal ended a wait; what was being written was not written completely."""


class Stop:
    """Remembers the first signal that asks the program to end.

    A signal that was ignored at the start (nohup, `&` in a script) stays ignored.
    """

    def __init__(self) -> None:
        self.signal = 0
        self.waiting = False

    def install(self) -> None:
        """Listen for SIGINT, SIGTERM and SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        again = bool(self.signal)
        self.signal = self.signal or number
        if self.waiting or again:
            raise Interrupted


class Output:
    """Writes text to a file descriptor as bytes of an encoding."""

    def __init__(self, fd: int, encoding: str, stop: Stop) -> None:
        self._fd = fd
        self._encoding = encoding
        self._stop = stop

    def write(self, text: str) -> None:
        """Write all of a text now.

        Raises OutputGone when there is no reader any more, Interrupted when a signal came while
        the reader was not reading, MonitorError when it cannot be written.
        """
        data = text.encode(self._encoding, "backslashreplace")
        while data:
            self._wait()
            try:
                data = data[os.write(self._fd, data[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno in _GONE:
                    raise OutputGone from error
                raise MonitorError(
                    f"cannot write to standard output: {error.strerror}"
                ) from error

    def _wait(self) -> None:
        """Wait until something can be written, or a signal comes."""
        timeout = LAST_WORDS if self._stop.signal else None
        self._stop.waiting = timeout is None
        try:
            _, ready, _ = select.select([], [self._fd], [], timeout)
        finally:
            self._stop.waiting = False
        if not ready:
            raise Interrupted


def tell(message: str) -> None:
    """Write one notice to standard error, if there is one."""
    with contextlib.suppress(OSError, ValueError):
        text = f"monitor: {message}\n"
        if sys.stderr is not None:
            os.write(sys.stderr.fileno(), text.encode("utf-8", "backslashreplace"))


def is_unicode(encoding: str, environ: Mapping[str, str]) -> bool:
    """Tell whether the locale shows more than ASCII.

    Under `LANG=C` Python sets LC_CTYPE=C.UTF-8 for itself (PEP 538), and writes UTF-8 to a
    terminal that was never said to be one; so what it may have set is not asked.
    """
    if encoding.lower().replace("-", "") != "utf8":
        return False
    names = [environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    chosen = [
        name for i, name in enumerate(names) if name and (i, name) != (1, "C.UTF-8")
    ]
    return bool(chosen) and "utf8" in chosen[0].lower().replace("-", "")


def is_colored(choice: str, is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Tell whether to colour: `auto` for a terminal, honouring NO_COLOR and TERM=dumb.

    Source of the rule: no-color.org.
    """
    if choice != "auto":
        return choice == "always"
    return is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
