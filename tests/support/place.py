"""A log with its state, and ways to run the program on them.

The program is a process where a test kills it or reads its standard error. Else it is a thread.
"""

import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, time
from typing import Any

from support.states import a_state

from monitor.app.arguments import read_settings
from monitor.app.commands import run
from monitor.options import Settings
from monitor.outputs.console import Writer
from monitor.outputs.signals import Stop
from monitor.state.store import Batch, Store

MAIN = Path(__file__).parents[2] / "main.py"
PATIENCE = 10.0
OPTIONS = ["-o", "json", "-w", "10", "-t", "1", "--utc"]
FOLLOW = [*OPTIONS, "-i", "1"]
SUMS = ("lines", "hits", "unparsed", "ignored", "misdated", "bytes")
"""What is the same in whichever order two files are read; of late hits that is not so."""

Objects = list[dict[str, Any]]
Program = Callable[..., tuple[int, str, str]]
"""Runs the program with some words; gives its exit code, and what it wrote to both streams."""


def objects_of(text: str) -> Objects:
    return [json.loads(line) for line in text.splitlines()]


def of(objects: Objects, kind: str) -> Objects:
    return [each for each in objects if each["type"] == kind]


def crossings(objects: Objects) -> list[tuple[str, str, int]]:
    """Gives the alerts, oldest first."""
    alerts = of(objects, "alert")
    return sorted((each["at"], each["state"], each["hits"]) for each in alerts)


def sums_of(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Adds up reports, with their sections."""
    total: Counter[str] = Counter()
    for report in reports:
        total.update({name: report[name] for name in SUMS})
        for section in report["sections"]:
            for name in ("hits", "bytes", "errors"):
                total[f"{section['section']} {name}"] += section[name]
        for name in ("status", "methods"):
            total.update(report[name])
    return {name: number for name, number in total.items() if number}


@dataclass
class Place:
    """A log and its state, and a way to run the program on them in this process."""

    folder: Path
    program: Program

    def __post_init__(self) -> None:
        self.log = self.folder / "access.log"
        self.state = self.folder / "state.db"

    def run(self, *words: str) -> tuple[int, str, str]:
        return self.program("--state", str(self.state), *words, str(self.log))

    def once(self, *words: str) -> Objects:
        code, out, err = self.run("--once", *OPTIONS, "-n", "1000", *words)
        assert (code, err) == (0, "")
        return objects_of(out)

    def history(self) -> Objects:
        code, out, err = self.run("--history", "--reports", "-o", "json")
        assert (code, err) == (0, "")
        return objects_of(out)

    def replay(self, data: bytes) -> Objects:
        whole = self.log.with_name("whole")
        whole.write_bytes(data)
        code, out, _ = self.program("--replay", *OPTIONS, "-n", "1000", str(whole))
        assert code == 0
        return objects_of(out)

    def append(self, data: bytes) -> None:
        with self.log.open("ab") as file:
            file.write(data)

    def be_silent(self, seconds: float) -> None:
        """Pretend that the log was written to for the last time some seconds ago."""
        then = time() - seconds
        os.utime(self.log, (then, then))


def run_beside(*words: str) -> tuple[int, str, str]:
    """Run the program in JSON, and take its notices from there instead of standard error."""
    settings, stop = read_settings(words), Stop()
    with TemporaryFile() as file:
        run(settings, Writer(file.fileno(), "utf-8", stop), stop)
        file.seek(0)
        out = file.read().decode()
    reported = [each["message"] for each in of(objects_of(out), "notice")]
    return 0, out, "\n".join(reported)


def place_beside_others(folder: Path) -> Place:
    return Place(folder, run_beside)


def of_other_files(path: Path) -> None:
    with closing(Store(str(path), ["/other"])) as store:
        store.save(Batch(a_state(0, ["/other"])))


def of_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (text)")


def not_understood(path: Path, log: Path) -> None:
    with closing(Store(str(path), [str(log)])) as store:
        store.save(Batch({"files": {str(log): {}}, "core": {}, "moment": {}}))


class Heard:
    """What was said into pipes so far."""

    def __init__(self, stdout: int, stderr: int = -1) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.read = {stdout: b"", stderr: b""}

    def wait_for(self, *texts: str, stderr: bool = False) -> None:
        """Reads until all texts have come."""
        stream = self.stderr if stderr else self.stdout
        end = monotonic() + PATIENCE
        while not all(text.encode() in self.read[stream] for text in texts):
            left = max(0.0, end - monotonic())
            assert select.select([stream], [], [], left)[0], f"{texts}: {self.read}"
            data = os.read(stream, 1 << 16)
            assert data, f"ended without {texts}: {self.read}"
            self.read[stream] += data

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Reads until something is so."""
        end = monotonic() + PATIENCE
        while not is_so():
            assert monotonic() < end, f"{self.read}"
            if select.select([self.stdout], [], [], 0.05)[0]:
                self.read[self.stdout] += os.read(self.stdout, 1 << 16)


class Monitor(Heard):
    """The real program, following a log."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        assert process.stderr
        super().__init__(process.stdout.fileno(), process.stderr.fileno())
        self.process = process

    def end(self, number: signal.Signals) -> tuple[int, Objects, str]:
        """Ends it by a signal; gives all it said."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        said = self.read[self.stdout] + out
        whole = said[: said.rfind(b"\n") + 1].decode()
        reported = (self.read[self.stderr] + err).decode()
        assert "Traceback" not in reported
        return self.process.returncode, objects_of(whole), reported

    def stop(self) -> tuple[Objects, str]:
        code, objects, reported = self.end(signal.SIGTERM)
        assert code == 0
        return objects, reported


class InThread(Heard):
    """The same in a thread: no process to start, and a coverage tool sees its lines."""

    def __init__(self, place: Place, words: Sequence[str]) -> None:
        reader, self._writer = os.pipe()
        super().__init__(reader)
        self._signals = Stop()
        settings = read_settings([*FOLLOW, *words, str(place.log)])
        self._life = ThreadPoolExecutor(1).submit(self._live, settings)

    def _live(self, settings: Settings) -> None:
        try:
            writer = Writer(self._writer, "utf-8", self._signals)
            run(settings, writer, self._signals)
        finally:
            os.close(self._writer)

    def stop(self) -> Objects:
        self.end()
        while data := os.read(self.stdout, 1 << 16):
            self.read[self.stdout] += data
        os.close(self.stdout)
        return objects_of(self.read[self.stdout].decode())

    def end(self) -> None:
        """Ends it as a signal does, and waits for it."""
        self._signals.signal = signal.SIGTERM
        self._life.result(PATIENCE)


def stored_sums(place: Place) -> dict[str, Any]:
    return sums_of(of(place.history(), "report"))


@contextmanager
def following(place: Place, *words: str, **environ: str) -> Iterator[Monitor]:
    command = [sys.executable, MAIN, *FOLLOW, *words, place.log]
    state = ["--state", place.state] if not environ else []
    with subprocess.Popen(
        [*command, *state],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "XDG_STATE_HOME": str(place.log.parent / "xdg"), **environ},
        bufsize=0,
    ) as process:
        try:
            yield Monitor(process)
        finally:
            process.kill()


@contextmanager
def watching(place: Place, *words: str) -> Iterator[InThread]:
    monitor = InThread(place, words or ["--state", str(place.state)])
    try:
        yield monitor
    finally:
        monitor.end()


def begin(place: Place, monitor: Heard) -> None:
    """Waits until it follows a log that is missing, so that all is new to it."""
    monitor.wait_for("waiting for it", stderr=isinstance(monitor, Monitor))


def has_state(path: Path) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'state'"
        if not connection.execute(tables).fetchone()[0]:
            return False
        return bool(connection.execute("SELECT count(*) FROM state").fetchone()[0])
