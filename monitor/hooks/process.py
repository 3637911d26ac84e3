"""Starts a hook, and watches it without ever waiting. Its pipes do not block."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from monitor.hooks.queue import Ended

GRACE = 5.0
"""Seconds from TERM to KILL."""

LONGEST_LINE = 1000
"""Bytes of a line of the output of a hook. A longer line is cut into several."""

_AT_ONCE = 8192  # bytes of its output that are read in one look

_LAST = 1 << 16  # bytes that a pipe may hold when the hook has ended

_STOPPING = 1.0  # seconds from TERM to KILL when the monitor ends


class Process:
    """A hook that runs, in a process group of its own.

    `show` gets each line of its output. Raises OSError if the hook cannot be started.
    """

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, bytes],
        given: bytes,
        deadline: float,
        show: Callable[[str], None],
    ) -> None:
        variables: dict[str, str | bytes] = {**os.environ, **environ}
        self._process = subprocess.Popen(
            words,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=variables,
            start_new_session=True,
        )
        self.pid = self._process.pid
        assert self._process.stdin and self._process.stdout
        self._input, self._output = self._process.stdin, self._process.stdout
        for pipe in (self._input, self._output):
            os.set_blocking(pipe.fileno(), False)
        self._given = given
        self._deadline = deadline  # of the present step: until TERM, then until KILL
        self._sent = 0  # the last signal that was sent
        self._show = show
        self._line = b""
        self._last_line = ""
        self._write()

    def poll(self, now: float) -> Ended | None:
        """Pass on input and output, and end a hook that takes too long.

        Return how the hook ended; None while it runs.
        """
        self._write()
        self._read(_AT_ONCE)
        code = self._process.poll()
        if code is not None and (self._sent != signal.SIGTERM or not self._group()):
            return self._ended(None if self._sent else code)
        if now >= self._deadline:
            self._sent = signal.SIGKILL if self._sent else signal.SIGTERM
            self._deadline = now + GRACE
            self._send(self._sent)
        return None

    def stop(self) -> None:
        """End the hook at once, because the monitor ends."""
        self._send(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOPPING)
        self._send(signal.SIGKILL)
        self._process.wait()
        self._ended(None)

    def _ended(self, code: int | None) -> Ended:
        self._read(_LAST)
        self._print(self._line)
        self._input.close()
        self._output.close()
        return Ended(code, self._last_line)

    def _write(self) -> None:
        """Write as much of the input as the pipe takes, then close it."""
        if self._input.closed:
            return
        with suppress(BlockingIOError):
            try:
                self._given = self._given[os.write(self._input.fileno(), self._given) :]
            except BrokenPipeError:  # it does not read its input
                self._given = b""
        if not self._given:
            self._input.close()

    def _read(self, most: int) -> None:
        """Show the whole lines of at most so many bytes of the output."""
        with suppress(BlockingIOError):
            self._line += os.read(self._output.fileno(), most)
        *lines, self._line = self._line.split(b"\n")
        for line in lines:
            self._print(line)
        if len(self._line) >= LONGEST_LINE:
            self._print(self._line)
            self._line = b""

    def _print(self, line: bytes) -> None:
        for begin in range(0, len(line), LONGEST_LINE):
            text = line[begin : begin + LONGEST_LINE].decode("utf-8", "surrogateescape")
            self._show(text)
            self._last_line = text

    def _send(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _group(self) -> bool:
        """Return whether a process of the group is left."""
        with suppress(PermissionError):
            try:
                os.killpg(self.pid, 0)
            except ProcessLookupError:
                return False
        return True
