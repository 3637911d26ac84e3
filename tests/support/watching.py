"""Watches a tailer with a clock of its own, and does to logs what happens to logs."""

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from monitor.core import Notice
from monitor.formats.lines import LineSplitter, Overlong
from monitor.inputs.arrivals import Arrival, Data, Source, UpToDate
from monitor.inputs.follow import Followed

POLL = 0.2


def always(source: Source) -> bool:
    """Wants more of every source."""
    return True


class Watch:
    """A tailer with a clock of its own, and what a reader of lines makes of what it gives."""

    def __init__(self, *paths: Path) -> None:
        self.mono = 1000.0
        self.told: list[str] = []
        self.lines: list[tuple[Source, str]] = []
        self.caught_up: set[Source] = set()
        self._splitters: dict[Source, LineSplitter] = {}
        self._ended: set[Source] = set()
        self.paths = [str(path) for path in paths]
        self.tailer = Followed(self.paths)
        self.tailer.start("auto", 120, self.mono)

    def poll(self, seconds: float = POLL) -> list[str]:
        """Let time pass; give the lines that were completed meanwhile."""
        self.mono += seconds
        done = len(self.lines)
        for _ in range(100):
            for arrival in self.tailer.poll(self.mono, always):
                self._take(arrival)
            if not self.tailer.busy:
                break
        return [line for _, line in self.lines[done:]]

    def notices(self) -> list[str]:
        """Give what was told since the last question."""
        told, self.told = self.told, []
        return told

    def _take(self, arrival: Arrival) -> None:
        if isinstance(arrival, Notice):
            self.told.append(arrival.message)
            return
        source = arrival.source
        assert source not in self._ended, f"{arrival} came after the end of its source"
        if isinstance(arrival, UpToDate):
            self.caught_up.add(source)
        elif isinstance(arrival, Data):
            self.caught_up.discard(source)
            start = LineSplitter(arrival.at_start, arrival.mid_line)
            splitter = self._splitters.setdefault(source, start)
            self._keep(source, splitter.feed(arrival.data))
        else:
            self._ended.add(source)
            splitter = self._splitters.pop(source, LineSplitter())
            self._keep(source, splitter.end() if arrival.complete else iter(()))

    def _keep(self, source: Source, blocks: Iterator[bytes | Overlong]) -> None:
        for block in blocks:
            text = "(overlong)" if isinstance(block, Overlong) else block.decode()
            self.lines += [(source, line) for line in text.splitlines()]


def append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text.encode() if isinstance(text, str) else text)


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def shift(path: Path) -> Path:
    """Make room for a rotated file: `.2` becomes `.3`, `.1` becomes `.2`."""
    for number in range(8, 0, -1):
        older = beside(path, f".{number}")
        if older.exists():
            older.rename(beside(path, f".{number + 1}"))
    return beside(path, ".1")


def rotate(path: Path, text: str = "") -> None:
    """Rename and create."""
    path.rename(shift(path))
    path.write_text(text)


def copytruncate(path: Path, text: str = "") -> None:
    shutil.copyfile(path, shift(path))
    os.truncate(path, 0)
    append(path, text)


def compress(path: Path) -> None:
    beside(path, ".gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


def open_files() -> int:
    return len(os.listdir("/dev/fd"))


def fail_to_read(path: Path) -> None:
    """Turn the descriptors that read a file into ones that cannot: as if the disk had failed."""
    there = path.stat()
    for fd in [int(name) for name in os.listdir("/dev/fd")]:
        try:
            status = os.fstat(fd)
        except OSError:
            continue  # it was that of the listing
        if (status.st_dev, status.st_ino) == (there.st_dev, there.st_ino):
            writer = os.open(path, os.O_WRONLY)
            os.dup2(writer, fd, inheritable=False)
            os.close(writer)
