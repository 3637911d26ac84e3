"""The signals that the program handles. The default action of each of them would kill it.

SIGINT, SIGTERM and SIGHUP end the program in order. SIGUSR1 asks for a report now. SIGUSR2 and
SIGALRM do nothing: scripts send them to the wrong process, and a timer may outlive an exec.
"""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WITHOUT_EFFECT = (signal.SIGUSR2, signal.SIGALRM)


Handler = Callable[[int, FrameType | None], None]


class Interrupted(Exception):
    """A signal ended a wait. The text of the moment is written only in part."""


class Stop:
    """Remembers the first signal that asks the program to end, and a request for a report.

    A signal stays ignored if it was ignored at the start, as by nohup or by `&` in a script.
    """

    def __init__(self) -> None:
        self.signal = 0
        self.waiting = False
        self.report_requested = False
        self._times = 0

    def install(self) -> None:
        """Listen for the signals."""
        handlers: dict[int, Handler] = dict.fromkeys(ENDING, self._receive)
        handlers[signal.SIGUSR1] = self._request_report
        # An ignored signal would stay ignored in the programs that this one starts.
        handlers |= dict.fromkeys(WITHOUT_EFFECT, _do_nothing)
        for number, handler in handlers.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)

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

    def _request_report(self, number: int, frame: FrameType | None) -> None:
        self.report_requested = True


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal that has no effect."""
