"""Kills the monitor at random moments while a log is written and rotated, and adds up.

    python tests/chaos.py [--rounds 100] [--rotations 50] [--seed 1] [--how both]

In the end the stored reports must hold exactly what was written, by section and in bytes, and the
stored alerts must be those of one undisturbed replay of all of it. Rotation is by rename or by
copytruncate, rotated files are compressed now and then, and some rotations happen while no
monitor runs. The log's time runs SPEED times as fast as the real one, so that alerts come and go.
"""

import argparse
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.world import beside, compress, copytruncate, shift

ROOT = Path(__file__).parent.parent
SPEED = 20
START = 1_760_000_000
OPTIONS = ["-o", "json", "-i", "10", "-w", "60", "-t", "8", "--utc"]
PAUSE = 0.01
CATCH_UP = 30.0


@dataclass
class Written:
    """All that was written: the model."""

    lines: list[bytes] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    unparsed: int = 0


class Writer:
    """A log, its writer and its rotations."""

    def __init__(self, folder: Path, seed: int, how: str) -> None:
        self.random = random.Random(seed)
        self.path = folder / "access.log"
        self.written = Written()
        self.rotations = 0
        self.kills = 0
        self._how = ["rename", "copytruncate"] if how == "both" else [how]
        self._began = time.monotonic()
        self._rate = 3.0
        self.last_second = ""
        self._log = _append_to(self.path)

    def write(self) -> None:
        """Write some lines of the present second of the log, whole or in two pieces."""
        if self.random.random() < 0.05:
            self._rate = self.random.choice([0.3, 3.0, 12.0, 40.0])
        number = int(self._rate * SPEED * PAUSE * 2 * self.random.random() + 0.5)
        data = b"".join(self._line() for _ in range(number))
        cut = self.random.randrange(len(data) + 1)
        for piece in (data[:cut], data[cut:]):
            os.write(self._log, piece)

    def _line(self) -> bytes:
        written, number = self.written, len(self.written.lines)
        second = START + int((time.monotonic() - self._began) * SPEED)
        moment = time.gmtime(second)
        stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", moment)
        self.last_second = time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)
        if self.random.random() < 0.01:
            line = f"no access log line, number {number}\n".encode()
            written.unparsed += 1
        else:
            section = f"/s{int(self.random.paretovariate(1)) % 50}"
            size = self.random.randrange(100_000)
            request = f"GET {section}/{number} HTTP/1.1"
            line = f'192.0.2.7 - - [{stamp}] "{request}" 200 {size}\n'.encode()
            written.hits[section] += 1
            written.bytes += size
        written.lines.append(line)
        return line

    def rotate(self) -> None:
        """Rotate by rename or copytruncate, and compress an older file now and then."""
        self.rotations += 1
        if self.random.choice(self._how) == "rename":
            self.path.rename(shift(self.path))
            os.close(self._log)
            self._log = _append_to(self.path)
        else:
            copytruncate(self.path)
        second = beside(self.path, ".2")
        if second.exists() and self.random.random() < 0.7:
            compress(second)


def _append_to(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


class Monitor:
    """The real program, and a way to wait by reading what it says."""

    def __init__(self, writer: Writer) -> None:
        self.state = str(writer.path.with_name("state.db"))
        command = [sys.executable, str(ROOT / "main.py"), *OPTIONS]
        self._process = subprocess.Popen(
            [*command, "--state", self.state, str(writer.path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        self._pipe = self._process.stdout.fileno()

    def listen(self, seconds: float) -> bytes:
        """Read what it says for so long; b"" when it says nothing."""
        ready, _, _ = select.select([self._pipe], [], [], seconds)
        return os.read(self._pipe, 1 << 16) if ready else b""

    def kill(self) -> None:
        """End it without a chance to do anything."""
        self._process.kill()
        self._process.communicate()

    def stop(self) -> bytes:
        """End it properly; give what it says."""
        self._process.send_signal(signal.SIGTERM)
        said, _ = self._process.communicate(timeout=CATCH_UP)
        return said


def play(writer: Writer, rounds: int, rotations: int) -> None:
    """Run and kill the monitor for some rounds, the last time without a kill."""
    chance = rotations / max(1, rounds * 42)
    monitor = Monitor(writer)
    _wait_for_state(monitor)
    for _ in range(rounds):
        for _ in range(writer.random.randrange(2, 80)):
            monitor.listen(PAUSE)
            writer.write()
            if writer.random.random() < chance:
                writer.rotate()
        monitor.kill()
        writer.kills += 1
        for _ in range(writer.random.randrange(4)):
            writer.write()
            if writer.random.random() < 0.1:
                writer.rotate()
        monitor = Monitor(writer)
    _wait_until_caught_up(monitor, writer)
    monitor.listen(0.2)
    while monitor.listen(0.6):
        pass
    monitor.stop()


def _wait_for_state(monitor: Monitor) -> None:
    """Wait until the first monitor has noted where it begins."""
    end = time.monotonic() + CATCH_UP
    while time.monotonic() < end:
        if stored(monitor.state, []) is not None:
            return
        monitor.listen(PAUSE)
    raise AssertionError("no state was written")


def _wait_until_caught_up(monitor: Monitor, writer: Writer) -> None:
    """Let the log's time go on with lines until the monitor has reported it all."""
    end = time.monotonic() + CATCH_UP
    due = len(writer.written.lines)
    while time.monotonic() < end:
        monitor.listen(0.5)
        writer.write()
        reports = stored(monitor.state, ["--reports"]) or []
        if sum(each.get("lines", 0) for each in reports) >= due:
            return
    raise AssertionError("the monitor did not catch up")


def stored(state: str, options: list[str]) -> list[dict[str, Any]] | None:
    """Ask the program for its history; None when there is none yet."""
    command = [sys.executable, str(ROOT / "main.py"), "--history", "-o", "json"]
    run = subprocess.run(
        [*command, *options, "--state", state], capture_output=True, check=False
    )
    if run.returncode:
        return None
    return [json.loads(line) for line in run.stdout.splitlines()]


def alerts_of(objects: list[dict[str, Any]], before: str) -> list[tuple[object, ...]]:
    """Return the alerts up to a time, in order."""
    alerts = [each for each in objects if each["type"] == "alert"]
    names = ("at", "state", "hits")
    rows = [tuple(each[name] for name in names) for each in alerts]
    return sorted(row for row in rows if str(row[0]) < before)


def replayed(writer: Writer) -> list[dict[str, Any]]:
    """Replay all that was written, undisturbed."""
    whole = writer.path.with_name("whole")
    whole.write_bytes(b"".join(writer.written.lines))
    command = [sys.executable, str(ROOT / "main.py"), "--replay", *OPTIONS, str(whole)]
    run = subprocess.run(command, capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def differences(writer: Writer) -> list[str]:
    """Compare what is stored with what was written; [] when it is the same."""
    objects = stored(str(writer.path.with_name("state.db")), ["--reports"]) or []
    return compared(writer, objects, replayed(writer))


def compared(
    writer: Writer, objects: list[dict[str, Any]], whole: list[dict[str, Any]]
) -> list[str]:
    """Compare stored objects with what was written, and with a replay of all of it."""
    reports = [each for each in objects if each["type"] == "report"]
    hits: Counter[str] = Counter()
    for report in reports:
        for section in report["sections"]:
            hits[section["section"]] += section["hits"]
    written, last = writer.written, writer.last_second
    pairs: dict[str, tuple[object, object]] = {
        "lines": (sum(each["lines"] for each in reports), len(written.lines)),
        "bytes": (sum(each["bytes"] for each in reports), written.bytes),
        "unparsed": (sum(each["unparsed"] for each in reports), written.unparsed),
        "sections": (hits, written.hits),
        "alerts": (alerts_of(objects, last), alerts_of(whole, last)),
    }
    return [
        f"{name}: stored {found}, written {due}"
        for name, (found, due) in pairs.items()
        if found != due
    ]


def main() -> int:
    """Play and compare; the exit code is 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="kills")
    parser.add_argument("--rotations", type=int, default=50, help="about how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--how", choices=["rename", "copytruncate", "both"], default="both"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder), options.seed, options.how)
        play(writer, options.rounds, options.rotations)
        found = differences(writer)
        alerts = len(alerts_of(replayed(writer), writer.last_second))
    print(
        f"seed {options.seed}: {len(writer.written.lines):,} lines, {writer.kills} kills, "
        f"{writer.rotations} rotations, {alerts} alerts; differences: {len(found)}"
    )
    print("\n".join(each[:2000] for each in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
