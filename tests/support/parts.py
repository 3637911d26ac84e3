"""Programs that are killed at any moment and started again later, as systemd does."""

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from threading import Thread
from time import monotonic, sleep, time
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
KEPT_ALIVE = 20  # requests of a connection
TICK = 0.05
STARTING = 5.0


class Usage(NamedTuple):
    """What a process uses: the time, its age and processor seconds, bytes, descriptors."""

    at: float
    age: float
    cpu: float
    memory: int
    descriptors: int


class Part:
    """A program with its output in files. `deaths` are the times at which a run of it ended."""

    def __init__(self, name: str, words: Sequence[str | Path], folder: Path) -> None:
        self.name = name
        self.deaths: list[float] = []
        self.faults: list[str] = []
        self.runs: list[list[Usage]] = []
        self.is_stopped = False
        self.on_death: Callable[[], None] = lambda: None
        self._words = words
        self._folder = folder
        self._is_ending = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process, 0 if there is none."""
        return self._process.pid if self._process else 0

    @property
    def is_free(self) -> bool:
        """Whether the program runs, is not stopped and does not end."""
        return bool(self.pid) and not self.is_stopped and not self._is_ending

    def start(self) -> None:
        """Start the program if it does not run."""
        if self._process:
            return
        with ExitStack() as stack:
            out, err = (
                stack.enter_context((self._folder / f"{self.name}{end}").open("ab"))
                for end in (".out", ".err")
            )
            self._process = subprocess.Popen(
                self._words,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self._is_ending, self._began = False, monotonic()
        self.runs.append([])

    def kill(self) -> None:
        """End the program and its workers without a chance to do anything."""
        if not self._process:
            return
        self.measure()
        os.killpg(self.pid, signal.SIGKILL)
        self.on_death()
        self._process.wait()
        self._end()

    def stop(self) -> None:
        """Ask the program to end."""
        if self._process:
            self.measure()
            self._is_ending = True
            self._process.terminate()

    def freeze(self, is_stopped: bool) -> None:
        """Stop the process, or let it go on."""
        if self._process and self.is_stopped != is_stopped:
            self._process.send_signal(signal.SIGSTOP if is_stopped else signal.SIGCONT)
            self.is_stopped = is_stopped

    def has_ended(self) -> bool:
        """Return whether a run has just ended. An end that nobody asked for is a fault.

        A program that has just been started does not handle SIGTERM yet.
        """
        code = self._process.poll() if self._process else None
        if code is None:
            return False
        is_young = monotonic() - self._began < STARTING and code == -signal.SIGTERM
        if not self._is_ending or (code != 0 and not is_young):
            self.faults.append(f"{self.name} ended with {code}")
        self.on_death()
        self._end()
        return True

    def children(self) -> list[int]:
        """Return the processes that the program has started."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(each) for each in path.read_text().split()] if self.pid else []

    def measure(self) -> None:
        """Note what the process uses."""
        if not self._process or self._process.poll() is not None:
            return
        process = Path(f"/proc/{self.pid}")
        words = (process / "stat").read_text().rpartition(")")[2].split()
        pages = int((process / "statm").read_text().split()[1])
        usage = Usage(
            time(),
            monotonic() - self._began,
            (int(words[11]) + int(words[12])) / TICKS,
            pages * PAGE,
            len(os.listdir(process / "fd")),
        )
        self.runs[-1].append(usage)

    def _end(self) -> None:
        self.deaths.append(time())
        self._process, self.is_stopped, self._is_ending = None, False, False


class Client(Thread):
    """Sends real requests to a port of this machine at a rate that can be changed."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.rate = 0.0
        self.section = "/"
        self.answered = self.unanswered = 0
        self.is_over = False
        self.port = port
        self._sizes = cycle(range(1, 200, 7))

    def run(self) -> None:
        """Send requests until it is over."""
        due, before = 0.0, monotonic()
        while not self.is_over:
            sleep(TICK)
            now = monotonic()
            due = min(due + (now - before) * self.rate, self.rate)
            before = now
            while due >= 1 and not self.is_over:
                sent = self._send(min(int(due), KEPT_ALIVE))
                due -= sent

    def _send(self, number: int) -> int:
        """Send some requests over one connection; return how many were sent."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        for sent in range(1, number + 1):
            try:
                connection.request("GET", f"{self.section}/{'x' * next(self._sizes)}")
                connection.getresponse().read()
            except (OSError, HTTPException):
                self.unanswered += 1
                break
            self.answered += 1
        with suppress(OSError):
            connection.close()
        return sent
