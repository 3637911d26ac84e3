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
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import TextIO

from monitor.errors import MonitorError, OutputGone
from monitor.escape import encoded, printable

_GONE = (errno.EPIPE, errno.EIO, errno.ENXIO, errno.ECONNRESET)

LAST_WORDS = 1.0
"""Seconds that the summary may wait for a reader after a signal, and a notice always."""


class Interrupted(Exception):
    """A signal ended a wait; what was being written was not written completely."""


class Stop:
    """Remembers the first signal that asks the program to end.

    A signal that was ignored at the start (nohup, `&` in a script) stays ignored.
    """

    def __init__(self) -> None:
        self.signal = 0
        self.waiting = False
        self._times = 0

    def install(self) -> None:
        """Listen for SIGINT, SIGTERM and SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._heard)

    def ignore(self) -> None:
        """Listen no more: the end is a few steps away, and nothing may cut it short."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == self._heard:
                signal.signal(number, signal.SIG_IGN)

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        """A signal breaks off what is done in here, by raising Interrupted."""
        self.waiting = True
        try:
            if self.signal:  # it came just before
                raise Interrupted
            yield
        finally:
            self.waiting = False

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self._times += 1
        self.signal = self.signal or number
        if self.waiting or self._times == 2:
            raise Interrupted


class Output:
    """Writes text to a file descriptor as bytes of an encoding.

    What a signal kept from being written goes before what is written next, so that no line is
    ever glued to another.
    """

    def __init__(self, fd: int, encoding: str, stop: Stop) -> None:
        self._fd = fd
        self._encoding = encoding
        self._stop = stop
        self._rest = b""
        self._patience = LAST_WORDS

    def write(self, text: str) -> None:
        """Write all of a text now.

        Raises OutputGone when there is no reader any more, Interrupted when a signal came while
        the reader was not reading, MonitorError when it cannot be written.
        """
        data = self._rest + text.encode(self._encoding, "backslashreplace")
        sent = 0
        try:
            while sent < len(data):
                self._wait()
                sent += self._write_some(data[sent : sent + select.PIPE_BUF])
        finally:
            self._rest = data[sent:]

    def _write_some(self, piece: bytes) -> int:
        """Write a piece, or the beginning of it; give the bytes that were written."""
        try:
            return os.write(self._fd, piece)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno in _GONE:
                raise OutputGone from error
            raise MonitorError(
                f"cannot write to standard output: {error.strerror}"
            ) from error

    def _wait(self) -> None:
        """Wait until a piece can be written without blocking, or a signal comes."""
        if not self._stop.signal:
            with self._stop.breaking():
                while not _is_ready(self._fd, LAST_WORDS):
                    continue  # look up: a signal may have come just before the wait
        elif not _is_ready(self._fd, self._patience):
            self._patience = 0.0
            raise Interrupted


def tell(message: str) -> None:
    """Write one notice to standard error, if there is one and somebody reads it."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None and _is_ready(sys.stderr.fileno(), LAST_WORDS):
            os.write(sys.stderr.fileno(), _notice(message).encode())


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether somebody sits at the other end of a stream, which may be closed."""
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):
        return False


def _is_ready(fd: int, seconds: float) -> bool:
    return bool(select.select([], [fd], [], seconds)[1])


def _notice(message: str) -> str:
    lines = map(printable, encoded(message).split(b"\n"))
    return "monitor: " + "\n".join(lines) + "\n"


def is_unicode(encoding: str, environ: Mapping[str, str]) -> bool:
    """Tell whether the locale shows more than ASCII.

    Under `LANG=C` Python sets LC_CTYPE to C.UTF-8, on macOS to UTF-8, for itself (PEP 538), and
    writes UTF-8 to a terminal that was never said to be one; so what it may have set is not asked.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    coerced = ["C.UTF-8", "C.utf8"]
    if environ.get("LANG") in ("C", "POSIX"):
        coerced.append("UTF-8")
    if environ.get("LC_CTYPE") in coerced:
        names.remove("LC_CTYPE")
    locale = next(filter(None, map(environ.get, names)), "")
    return _is_utf8(encoding) and _is_utf8(locale.rpartition(".")[2].partition("@")[0])


def _is_utf8(codeset: str) -> bool:
    return codeset.lower().replace("-", "") == "utf8"


def is_colored(choice: str, is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Tell whether to colour: `auto` for a terminal, honouring NO_COLOR and TERM=dumb.

    Source of the rule: no-color.org.
    """
    if choice != "auto":
        return choice == "always"
    return is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
