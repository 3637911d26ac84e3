"""What happens to logs on a disk: they are written, rotated, compressed, and become unreadable.

A rotation is given in its small steps, too, for tests in which something happens between them.
"""

import bz2
import gzip
import lzma
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

SECOND = 10**9
HEADER = "#Fields: date time\n" * 60
"""A header that is longer than the head of a file."""

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
"""The compressions, by the ends of the names of their files."""


def append(path: Path, data: str | bytes) -> None:
    """Write at the end of a file."""
    with path.open("ab") as file:
        file.write(data.encode() if isinstance(data, str) else data)


def beside(path: Path, suffix: str) -> Path:
    """Return the path of a rotated file: `.1` of `log` is `log.1`."""
    return path.with_name(path.name + suffix)


def shift(path: Path) -> Path:
    """Make room for a rotated file: `.2` becomes `.3`, `.1.gz` becomes `.2.gz`."""
    numbered = re.compile(re.escape(path.name) + r"\.(\d+)(\.gz)?")
    found = [numbered.fullmatch(each.name) for each in path.parent.iterdir()]
    old = sorted((int(each[1]), each[2] or "", each[0]) for each in found if each)
    for number, ending, name in reversed(old):
        path.with_name(name).rename(beside(path, f".{number + 1}{ending}"))
    return beside(path, ".1")


def renaming(path: Path, to: Path | None = None) -> Iterator[None]:
    """Rename and create, step by step."""
    path.rename(to or shift(path))
    yield
    path.touch()
    yield


def copytruncating(path: Path) -> Iterator[None]:
    """Copy and truncate, step by step."""
    copy = shift(path)
    copy.touch()
    yield
    copy.write_bytes(path.read_bytes())
    yield
    os.truncate(path, 0)
    yield


def compressing(path: Path) -> Iterator[None]:
    """Compress as gzip does, step by step; the time of the last change goes along."""
    for part in (0.0, 0.5, 1.0):
        gzip_beside(path, part)
        yield
    path.unlink()
    yield


def gzip_beside(path: Path, part: float = 1.0) -> None:
    """Write a part of the compressed file beside a file."""
    status, data = path.stat(), gzip.compress(path.read_bytes(), 1)
    target = beside(path, ".gz")
    target.write_bytes(data[: int(len(data) * part)])
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def pack(path: Path, name: str, modified: int) -> Path:
    """Write a compressed copy with a name and a time beside a file, which stays."""
    target = path.with_name(name)
    target.write_bytes(PACK[name.rpartition(".")[2]](path.read_bytes()))
    os.utime(target, ns=(0, modified))
    return target


def changed_at(path: Path, second: int) -> int:
    """Let a file be changed at some second. Return the time."""
    moment = (1_795_474_080 + second) * SECOND + 7
    os.utime(path, ns=(0, moment))
    return moment


def rotate(path: Path, data: str | bytes = b"") -> None:
    """Rename and create a file with some bytes in it."""
    list(renaming(path))
    append(path, data)


def copytruncate(path: Path, data: str | bytes = b"") -> None:
    """Copy and truncate, then write some bytes."""
    list(copytruncating(path))
    append(path, data)


def compress(path: Path) -> None:
    """Compress a file, which is gone then."""
    list(compressing(path))


def open_files() -> int:
    """Return the number of descriptors that this process has."""
    return len(os.listdir("/dev/fd"))


def fail_to_read(path: Path) -> None:
    """Turn the descriptors that read a file into ones that cannot, as if the disk had failed."""
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


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who may not read what belongs to root; others are one already."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


class World:
    """A log whose lines are numbered; `lines` are due to whoever reads it from now on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "access.log"
        self.path.touch()
        self.lines: list[str] = []
        self._numbers = count()

    def write(self, number: int = 3) -> None:
        """Write some lines."""
        new = [f"line {next(self._numbers)} {'x' * 40}" for _ in range(number)]
        append(self.path, "".join(f"{line}\n" for line in new))
        self.lines += new

    def other(self, name: str) -> Path:
        """Return the path of another file in the folder of the log."""
        return self.path.with_name(name)

    def do(self, script: str) -> None:
        """Play a script to its end."""
        list(self.play(script))

    def play(self, script: str) -> Iterator[None]:
        """Do what the words of a script say, step by step.

        `write`, or `write:NUMBER` of lines. `rename`, `rename:NAME`, `copytruncate`. `compress`,
        `gzip` that keeps the file, `gzipping` that is not through with it yet: the newest rotated
        file, or `compress:NAME`. `replace`, as an editor puts a copy in the place of a file.
        """
        newest = beside(self.path, ".1")
        for word in script.split():
            verb, _, name = word.partition(":")
            match verb:
                case "write":
                    self.write(int(name or 3))
                    yield
                case "rename":
                    yield from renaming(self.path, self.other(name) if name else None)
                case "copytruncate":
                    yield from copytruncating(self.path)
                case "compress":
                    yield from compressing(self.other(name) if name else newest)
                case "gzip" | "gzipping":
                    gzip_beside(newest, 1.0 if verb == "gzip" else 0.7)
                case "replace":
                    self.other("copy").write_bytes(self.path.read_bytes())
                    self.other("copy").rename(self.path)
                case _:
                    raise ValueError(word)
