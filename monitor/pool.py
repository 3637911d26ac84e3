"""Processes that do tasks side by side; whatever kills one is an error in one line, never a hang.

Invariants: each process answers through a pipe of its own, whose end nobody else has: so when it is
killed, be it in the middle of an answer, the pipe ends. Signals are the parent's alone, and wait
while processes are started and ended, which they could break off half-way.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe, Process, SimpleQueue, parent_process
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
        self._tasks: SimpleQueue[tuple[int, tuple[Any, ...]]] | None = None
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
            tasks.put((self._number, task))
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

    def _start(self) -> "SimpleQueue[tuple[int, tuple[Any, ...]]]":
        readers: list[Connection] = []
        try:
            self._tasks = SimpleQueue()
            for _ in range(self.jobs):
                reader, writer = Pipe(duplex=False)
                readers.append(reader)
                arguments = self._work, self._tasks, writer
                process = Process(target=_serve, args=arguments, daemon=True)
                process.start()
                self._processes.append(process)
                writer.close()
        except OSError as error:
            raise ReadError(
                f"cannot start the processes that read the log ({error.strerror or error}): "
                "run it again with --jobs 1"
            ) from error
        self._listener = Thread(target=self._listen, args=(readers,), daemon=True)
        self._listener.start()
        return self._tasks

    def _listen(self, readers: list[Connection]) -> None:
        """Put answers where they are waited for; all of them are None when a process ends."""
        try:
            while True:
                for reader in wait(readers):
                    assert isinstance(reader, Connection)
                    number, answer = reader.recv()
                    self._boxes.pop(number).put(answer)
        except (EOFError, OSError):
            self._is_broken = True
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
    tasks: "SimpleQueue[tuple[int, tuple[Any, ...]]]",
    writer: Connection,
) -> None:
    """Do tasks until the parent ends, however it ends."""
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        while True:
            number, task = tasks.get()
            writer.send((number, work(*task)))
    except (EOFError, OSError, MemoryError):  # the parent says it, if it still can
        os._exit(1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
