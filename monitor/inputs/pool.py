"""Processes that do tasks side by side; whatever kills one is an error in one line, never a hang.

Invariants: each process answers through a pipe of its own, whose end nobody else has: so when it is
killed, be it in the middle of an answer, the pipe ends. Signals are the parent's alone, and wait
while processes are started and ended, which they could break off half-way.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import Lock, Pipe, Process, parent_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue as Box
from threading import Thread
from typing import Any, Generic, TypeVar

from monitor.errors import ReadError

Answer = TypeVar("Answer")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Pool(Generic[Answer]):
    """So many processes, `jobs`, which all do the same `work` with the tasks they are given.

    Tasks and answers are pickled; an answer is never None.
    """

    def __init__(self, work: Callable[..., Answer], jobs: int) -> None:
        self.jobs = jobs
        self._work = work
        self._tasks: Connection | None = None
        self._turn: AbstractContextManager[bool] | None = None  # it must outlive them
        self._processes: list[Process] = []
        self._listener: Thread | None = None
        self._boxes: dict[int, Box[Answer | None]] = {}
        self._number = 0
        self._is_broken = False

    def submit(self, *task: Any) -> "Box[Answer | None]":
        """Have a task done; the first one starts the processes.

        Raises ReadError when they cannot be started, or one was killed.
        """
        box: Box[Answer | None] = Box()
        with _signals_waiting():
            tasks = self._tasks or self._start()
            self._number += 1
            self._boxes[self._number] = box
            with suppress(BrokenPipeError):  # all were killed
                tasks.send((self._number, task))
        if self._is_broken:
            raise _killed()
        return box

    def result_of(self, box: "Box[Answer | None]") -> Answer:
        """Wait for the answer to a task, once. Raises ReadError when a process was killed."""
        answer = box.get()
        if answer is None:
            raise _killed()
        return answer

    def close(self) -> None:
        """End the processes, whatever they are doing, and wait until they have ended."""
        with _signals_waiting():
            for process in self._processes:
                process.kill()
            for process in self._processes:
                process.join()
            if self._listener is not None:
                self._listener.join()
            # What ends a pipe is Python, too, and a signal in it would be told as a traceback.
            self._tasks = None

    def _start(self) -> Connection:
        try:
            tasks, self._tasks = Pipe(duplex=False)
            self._turn = Lock()
            # Where processes are not forked, the first lock unblocks signals (resource_tracker.py).
            signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
            readers: list[Connection] = []
            for _ in range(self.jobs):
                reader, writer = Pipe(duplex=False)
                readers.append(reader)
                arguments = self._work, self._turn, tasks, writer
                process = Process(target=_serve, args=arguments, daemon=True)
                process.start()
                self._processes.append(process)
                writer.close()
            tasks.close()
            listener = Thread(target=self._listen, args=(readers,), daemon=True)
            listener.start()
        except (OSError, RuntimeError) as error:  # the latter when there is no thread
            reason = getattr(error, "strerror", None) or error
            raise ReadError(
                f"cannot start the processes that read the log ({reason}): "
                "run it again with --jobs 1"
            ) from error
        self._listener = listener
        return self._tasks

    def _listen(self, readers: list[Connection]) -> None:
        """Put answers where they are waited for; when a process ends all end, and all are None."""
        try:
            while True:
                for reader in wait(readers):
                    assert isinstance(reader, Connection)
                    number, answer = reader.recv()
                    self._boxes.pop(number).put(answer)
        except (EOFError, OSError, MemoryError):
            self._is_broken = True
            for process in self._processes:  # they may wait for the turn of the one
                process.kill()
            for box in list(self._boxes.values()):
                box.put(None)


def _killed() -> ReadError:
    return ReadError(
        "one of the processes that read the log was killed: run it again, "
        "with --jobs 1 if memory is short"
    )


@contextmanager
def _signals_waiting() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in the processes ---


def _serve(
    work: Callable[..., Answer],
    turn: AbstractContextManager[bool],
    tasks: Connection,
    writer: Connection,
) -> None:
    """Do tasks until the parent ends, however it ends."""
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    try:
        Thread(target=_end_with_parent, daemon=True).start()
    except RuntimeError:  # there are too many
        os._exit(1)
    try:
        while True:
            with turn:
                number, task = tasks.recv()
            writer.send((number, work(*task)))
    except (EOFError, OSError, MemoryError):  # the parent says it, if it still can
        os._exit(1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
