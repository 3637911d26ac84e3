"""A log with its state, and ways to run the program on them.

The program runs in this process. Where it follows a log, a script acts while it sleeps.
"""

import json
import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, time
from typing import Any

from support.states import a_state

from monitor.alerts import FIRES_OFTEN
from monitor.app.arguments import read_settings
from monitor.app.commands import run
from monitor.app.follow import follow
from monitor.app.hooks import use_hook
from monitor.app.loop import Outputs, Timing
from monitor.outputs import Style, outputs_of
from monitor.outputs.console import Writer
from monitor.outputs.signals import Stop
from monitor.state.store import Batch, Store

LOOKS = 40
"""How often a monitor looks at most until it has written what a script waits for."""

OPTIONS = ["-o", "json", "-w", "10", "-t", "1", "--utc"]
FOLLOW = [*OPTIONS, "-i", "1"]
SUMS = ("lines", "hits", "unparsed", "ignored", "misdated", "bytes")
"""What is the same in whichever order two files are read; of late hits that is not so."""

Objects = list[dict[str, Any]]
Program = Callable[..., tuple[int, str, str]]
"""Runs the program with some words; returns its exit code, and what it wrote to both streams."""


def objects_of(text: str) -> Objects:
    return [json.loads(line) for line in text.splitlines()]


def of(objects: Objects, kind: str) -> Objects:
    return [each for each in objects if each["type"] == kind]


def crossings(objects: Objects) -> list[tuple[str, str, int]]:
    """Return the alerts, oldest first."""
    alerts = of(objects, "alert")
    return sorted((each["at"], each["state"], each["hits"]) for each in alerts)


def sums_of(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Adds up reports, with their sections."""
    total: Counter[str] = Counter()
    for report in reports:
        total.update({name: report.get(name, 0) for name in SUMS})
        for section in report["sections"]:
            for name in ("hits", "bytes", "errors"):
                total[f"{section['section']} {name}"] += section.get(name, 0)
        for name in ("status", "methods"):
            total.update(report[name])
    return {name: number for name, number in total.items() if number}


class Monitor:
    """The follow command in this process, with a made-up clock.

    A script acts while the monitor sleeps: each `yield` of the script lets the monitor look once.
    """

    def __init__(self, written: int, stop: Stop) -> None:
        self.stop = stop
        self._written = written
        self._now = monotonic()

    @property
    def text(self) -> str:
        """All that was written so far."""
        return os.pread(self._written, 1 << 20, 0).decode()

    def until(self, *texts: str) -> Iterator[None]:
        """Let the monitor look until it has written all texts."""
        for _ in range(LOOKS):
            if all(text in self.text for text in texts):
                return
            yield
        raise AssertionError(f"no {texts} in {self.text}")

    def timing(self, script: Iterator[None]) -> Timing:
        """Return a timing that runs the script. The end of the script ends the monitor."""

        def sleep(seconds: float) -> None:
            self._now += seconds
            try:
                next(script)
            except StopIteration:
                self.stop.signal = signal.SIGTERM

        return Timing(lambda: self._now, sleep)


Script = Callable[[Monitor], Iterator[None]]


class Killed(Exception):
    """What a script raises in place of a kill: the program saves nothing any more."""


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
        notices = [line for line in err.splitlines() if FIRES_OFTEN not in line]
        assert (code, notices) == (0, [])
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

    def follow(self, script: Script, *words: str) -> Objects:
        """Follow the log while a script acts; return all that was written."""
        state = () if "--no-state" in words else ("--state", str(self.state))
        settings, stop = read_settings([*FOLLOW, *state, *words, str(self.log)]), Stop()
        with TemporaryFile() as file:
            monitor = Monitor(file.fileno(), stop)
            writer = Writer(file.fileno(), "utf-8", stop)
            outputs = Outputs(outputs_of(settings, writer, Style(utc=True), time, {}))
            use_hook(settings, outputs, Style(utc=True))
            with closing(outputs), suppress(Killed):
                follow(settings, outputs, stop, monitor.timing(script(monitor)))
            return objects_of(monitor.text)

    def append(self, data: bytes) -> None:
        with self.log.open("ab") as file:
            file.write(data)

    def be_silent(self, seconds: float) -> None:
        """Pretend that the log was written to for the last time some seconds ago."""
        then = time() - seconds
        os.utime(self.log, (then, then))


def output_of(*words: str) -> str:
    """Run the program; return what it writes to standard output."""
    settings, stop = read_settings(words), Stop()
    with TemporaryFile() as file:
        run(settings, Writer(file.fileno(), "utf-8", stop), stop)
        file.seek(0)
        return file.read().decode()


def run_beside(*words: str) -> tuple[int, str, str]:
    """Run the program in JSON, and take its notices from there instead of standard error."""
    out = output_of(*words)
    return 0, out, "\n".join(notices_of(objects_of(out)))


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


def stored_sums(place: Place) -> dict[str, Any]:
    return sums_of(of(place.history(), "report"))


def notices_of(objects: Objects) -> list[str]:
    """Return the notices after the first, which name the followed logs."""
    messages = [each["message"] for each in of(objects, "notice")]
    return [each for each in messages if ": alert above " not in each]
