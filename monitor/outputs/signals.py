"""The signals that end the program: SIGINT, SIGTERM and SIGHUP."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """A signal ended a wait. The text of the moment is written only in part."""


class Stop:
    """Remembers the first signal that asks the program to end.

    A signal stays ignored if it was ignored at the start, as by nohup or by `&` in a script.
    """

    def __init__(self) -> None:
        self.signal = 0
        self.waiting = False
        self._times = 0

    def install(self) -> None:
        """Listen for the signals."""
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._receive)

    def ignore(self) -> None:
        """Ignore the signals from now on, because the program is about to end."""
        for number in ENDING:
            if signal.getsignal(number) == self._receive:
                signal.signal(number, signal.SIG_IGN)

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        """Let a signal raise Interrupted in this block, which may wait for ever."""
        self.waiting = True
        try:
            if self.signal:  # a signal came just before
                raise Interrupted
            yield
        finally:
            self.waiting = False

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._times += 1
        self.signal = self.signal or number
        if self.waiting or self._times == 2:
            raise Interrupted
