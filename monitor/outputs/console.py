"""The console: text on standard output, notices on standard error, colour and Unicode.

A text is written at once and as a whole. A reader that went away, a full disk and a pipe that nobody
reads are different errors. A signal ends a write that cannot go on.
"""

import contextlib
import errno
import os
import select
import stat
import sys
from collections.abc import Callable, Mapping
from typing import TextIO

from monitor.alerts import Alert
from monitor.core import Event, NoData, Notice, Report
from monitor.errors import MonitorError, OutputGone
from monitor.escape import printable
from monitor.outputs.base import Output
from monitor.outputs.layout import HEIGHT, WIDTH
from monitor.outputs.renderers import RENDERERS
from monitor.outputs.signals import Interrupted, Stop
from monitor.outputs.style import Style
from monitor.settings import Settings
from monitor.thresholds import Suggestion

_GONE = (errno.EPIPE, errno.EIO, errno.ENXIO, errno.ECONNRESET)

LAST_WORDS = 1.0
"""Seconds that a notice waits for a reader, and that the summary waits after a signal."""


class Writer:
    """Writes text to a file descriptor in an encoding.

    After a signal the reader has `patience` seconds to read on.
    If a signal cuts off a text, its rest is written before the next text. Every line is therefore
    whole.
    """

    def __init__(
        self, fd: int, encoding: str, stop: Stop, patience: float = LAST_WORDS
    ) -> None:
        self._fd = fd
        self._encoding = encoding
        self._stop = stop
        self._rest = b""
        self._patience = patience
        # A pipe that is ready takes so much. A file takes all, and other monitors may append to it.
        is_file = stat.S_ISREG(os.fstat(fd).st_mode)
        self._most = sys.maxsize if is_file else select.PIPE_BUF

    @classmethod
    def to_standard_output(cls, stop: Stop) -> "Writer":
        """Return a writer to standard output. Raises MonitorError when that is closed."""
        if sys.stdout is None:
            raise MonitorError(
                "standard output is closed: there is nowhere to report to"
            )
        return cls(sys.stdout.fileno(), sys.stdout.encoding or "ascii", stop)

    def write(self, text: str) -> None:
        """Write the whole text now.

        Raises OutputGone when the reader went away, Interrupted when a signal came and the reader
        does not read, and MonitorError when the text cannot be written.
        """
        data = self._rest + text.encode(self._encoding, "backslashreplace")
        sent = 0
        try:
            while sent < len(data):
                self._wait()
                sent += self._write_some(data[sent : sent + self._most])
        finally:
            self._rest = data[sent:]

    def _write_some(self, piece: bytes) -> int:
        """Write a piece or its beginning, and return the number of bytes written."""
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
        """Wait until a piece can be written without blocking, or until a signal comes."""
        if not self._stop.signal:
            with self._stop.breaking():
                while not _is_ready(self._fd, LAST_WORDS):
                    continue  # wake up at times, because a signal may come just before the wait
        elif not _is_ready(self._fd, self._patience):
            self._patience = 0.0
            raise Interrupted


class Console(Output):
    """Prints events to standard output, and notices also to standard error.

    With `--quiet` only messages are printed, and a report that somebody asked for by a signal.
    `clock` returns the machine's time in seconds since 1970, which is the time of notices.
    """

    def __init__(
        self,
        settings: Settings,
        writer: Writer,
        style: Style,
        clock: Callable[[], float],
    ) -> None:
        self._renderer = RENDERERS[settings.output](style)
        self._is_wanted = _wanted_of(settings)
        self._writer = writer
        self._style = style
        self._clock = clock

    def emit(self, event: Event) -> None:
        """Print an event."""
        if isinstance(event, Notice):
            at = int(self._clock())
            event = event._replace(at=at)
            write_notice(event.message, time=self._style.time(at))
        if not self._is_wanted(event):
            return
        if text := self._renderer.render(event):
            self._writer.write(text)


def _wanted_of(settings: Settings) -> Callable[[Event], bool]:
    """Return which events are printed."""
    if settings.suggest_threshold:
        return lambda event: isinstance(event, Suggestion | Notice)
    return _is_wanted_in_quiet if settings.quiet else lambda event: True


def _is_wanted_in_quiet(event: Event) -> bool:
    is_asked_for = isinstance(event, Report) and event.is_open
    return is_asked_for or isinstance(event, Alert | NoData)


def write_notice(
    message: str,
    *more: str,
    time: str = "",
    name: str = "monitor",
    patience: float = LAST_WORDS,
) -> None:
    """Write a message to standard error, and further lines below it, which are indented.

    A notice has its time before it. The error that ends the program has none. `name` is the program
    that speaks. Do nothing if standard error is closed, or if nobody reads it for `patience` seconds.
    """
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None and _is_ready(sys.stderr.fileno(), patience):
            name = f"{time} {name}" if time else name
            os.write(sys.stderr.fileno(), _lines(name, message, *more).encode())


def is_terminal(stream: TextIO | None) -> bool:
    """True if a stream is an open terminal."""
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):
        return False


def _is_ready(fd: int, seconds: float) -> bool:
    return bool(select.select([], [fd], [], seconds)[1])


def _lines(name: str, *messages: str) -> str:
    lines = map(printable, messages)
    return f"{name}: " + "\n  ".join(lines) + "\n"


def terminal_style(settings: Settings, environ: Mapping[str, str]) -> Style:
    """Return the style of text on standard output."""
    color = is_colored(settings.color, is_terminal(sys.stdout), environ)
    ascii_only = not is_unicode(sys.stdout.encoding or "ascii", environ)
    width, height = width_of(sys.stdout), height_for(settings)
    return Style(
        settings.utc,
        color,
        ascii_only,
        settings.top,
        width,
        height,
        settings.files,
        tuple(map(str, settings.only)),
    )


def width_of(stream: TextIO | None) -> int:
    """Return the columns of a terminal, at least WIDTH; WIDTH for what is no terminal."""
    if stream is None or not is_terminal(stream):
        return WIDTH
    with contextlib.suppress(OSError):
        return max(WIDTH, os.get_terminal_size(stream.fileno()).columns)
    return WIDTH


def height_for(settings: Settings) -> int:
    """Return the rows of a report: HEIGHT, and as many more as more sections and messages need."""
    default = Settings()
    more = (settings.top - default.top, settings.alerts - default.alerts)
    return HEIGHT + sum(max(0, number) for number in more)


def is_unicode(encoding: str, environ: Mapping[str, str]) -> bool:
    """True if the locale shows more than ASCII.

    Source: PEP 538. Under `LANG=C` Python itself sets LC_CTYPE to C.UTF-8, on macOS to UTF-8. An
    LC_CTYPE that Python may have set is ignored, because it is no fact about the terminal.
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
    """True if text is coloured: with `auto` on a terminal that shows colours, or if it is forced.

    Source: no-color.org and bixense.com/clicolors. NO_COLOR is stronger than CLICOLOR_FORCE.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"
