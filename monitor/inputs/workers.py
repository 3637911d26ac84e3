"""Processes that work side by side; results come in the order of the tasks.

Each worker has its own pipe. Tasks are sent to the workers in turn, and results are received in the
same turn. A worker whose result is not received yet waits in `send`, which is the back pressure.

- A worker dies: its pipe ends, even in the middle of a result. This is an error.
- The parent dies: the pipe of the last worker ends, because only the parent held its other end, and
  this worker exits. A worker inherits the ends of all pipes before it. When the last worker exits,
  the pipe of the worker before it ends, and this repeats down to the first worker.
- A signal: workers ignore it. While the parent starts or kills workers, signals wait.
"""

import atexit
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from monitor.errors import ReadError

Result = TypeVar("Result")

AHEAD = 2
"""Tasks that a worker has at most. Its next task is there when it has sent a result."""

_SIGNALS = (
    *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP),
    *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM),
)
_CONTEXT = get_context("fork") if sys.platform == "linux" else get_context("spawn")


class Workers(Generic[Result]):
    """Processes that all do the same `work`. Tasks and results are pickled."""

    def __init__(self, work: Callable[..., Result], number: int) -> None:
        self._work = work
        self._number = number
        self._processes: list[BaseProcess] = []
        self._pipes: list[Connection] = []

    def results(self, tasks: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """Start the workers and yield the result of each task. A task is the arguments of `work`.

        Raises ReadError when a worker cannot be started, and when one dies.
        """
        self._start()
        waiting: deque[Connection] = deque()
        for task, pipe in zip(tasks, cycle(self._pipes), strict=False):
            with _death_explained():
                if len(waiting) == AHEAD * self._number:
                    yield waiting.popleft().recv()
                pipe.send(task)
            waiting.append(pipe)
        with _death_explained():
            while waiting:
                yield waiting.popleft().recv()

    def close(self) -> None:
        """Kill the workers, whatever they are doing, and wait until they have ended."""
        with _signals_waiting():
            for process in self._processes:
                process.kill()
            for process in self._processes:
                process.join()
                process.close()
            for pipe in self._pipes:
                pipe.close()
            self._processes, self._pipes = [], []

    def _start(self) -> None:
        # A second signal can stop the caller before `close`. Python would then wait for ever.
        atexit.register(self.close)
        try:
            with _signals_waiting():
                for _ in range(self._number):
                    self._start_one()
        except OSError as error:
            raise ReadError(
                f"cannot start the processes that read the log ({error.strerror}): "
                "run it again with --jobs 1"
            ) from error

    def _start_one(self) -> None:
        ours, theirs = _CONTEXT.Pipe()
        arguments = self._work, ours, theirs
        process = _CONTEXT.Process(target=_serve, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._processes.append(process)
        self._pipes.append(ours)


@contextmanager
def _death_explained() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, MemoryError) as error:
        raise ReadError(
            "one of the processes that read the log was killed: run it again, "
            "with --jobs 1 if memory is short"
        ) from error


@contextmanager
def _signals_waiting() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(work: Callable[..., Result], ours: Connection, theirs: Connection) -> None:
    """Work until the parent closes its end of the pipe, or dies."""
    ours.close()  # this copy would keep the pipe open
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    try:
        while True:
            theirs.send(work(*theirs.recv()))
    except (EOFError, OSError, MemoryError):
        os._exit(1)  # the parent reports it
