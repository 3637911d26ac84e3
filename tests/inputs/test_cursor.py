"""Compressed files, read from any offset of their content."""

import bz2
import gzip
import lzma
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

import pytest
from support.follower import Follower
from support.world import beside, rotate

from monitor.inputs.arrivals import Data, Source, UpToDate
from monitor.inputs.cursor import Cursor
from monitor.inputs.rotation import Sibling
from monitor.inputs.siblings import look_at

pytestmark = pytest.mark.usefixtures("untraced")

RANDOM = random.Random(0)
CONTENT = b"".join(
    b"%d %x\n" % (number, RANDOM.getrandbits(4 * (number % 90)))
    for number in range(9000)
)

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, 1),
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=0),
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE, preset=0),
}
by_every_compression = pytest.mark.parametrize(
    "compress", COMPRESSIONS.values(), ids=COMPRESSIONS
)


@contextmanager
def calls_of(name: str) -> Iterator[list[str]]:
    """Yield a list that grows with each call of a function."""
    calls: list[str] = []

    def note(frame: FrameType, event: str, arg: object) -> None:
        if event == "call" and frame.f_code.co_name == name:
            calls.append(event)

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def read_all(reading: Cursor) -> bytes:
    """Reads up to the present end, or up to what cannot be read."""
    data = b""
    while True:
        new = [each.data for each in reading.poll(0.0) if isinstance(each, Data)]
        if not new:
            return data
        data += b"".join(new)


@cache
def packed(content: bytes, compress: Callable[[bytes], bytes]) -> bytes:
    return compress(content)


def compressed(
    path: Path, content: bytes, compress: Callable[[bytes], bytes]
) -> Cursor:
    path.write_bytes(packed(content, compress))
    return reading_of(path)


def reading_of(path: Path) -> Cursor:
    return Cursor(str(path), Source(str(path), 1), 0.0)


@by_every_compression
@pytest.mark.parametrize(
    "offset", [0, 1024, 1025, 200_000, pytest.param(len(CONTENT), id="end")]
)
def test_a_compressed_file_is_read_from_an_offset_of_its_content(
    tmp_path: Path, offset: int, compress: Callable[[bytes], bytes]
) -> None:
    reading = compressed(tmp_path / "a", CONTENT, compress)
    reading.begin_at(offset)
    assert reading.file.size is None
    assert reading.opened.head == CONTENT[:1024]
    assert read_all(reading) == CONTENT[offset:]
    assert reading.offset == len(CONTENT)
    assert reading.ends_a_line


def test_compressed_files_that_are_there_before_the_start_are_not_read(
    log: Path,
) -> None:
    """The first bytes of a file of bzip2 take 10 ms, and hundreds of logs have thousands."""
    for number, (name, compress) in enumerate(COMPRESSIONS.items()):
        beside(log, f".{number}.{name}").write_bytes(packed(CONTENT, compress))
    with calls_of("content_of") as calls:
        follower = Follower(log)
        rotate(log, "new\n")
        assert follower.poll() == ["new"]
    assert calls == []


def test_a_far_offset_of_a_compressed_file_is_reached_in_bounded_steps(
    tmp_path: Path,
) -> None:
    """Other logs are polled between the steps, and their newer lines wait."""
    size = 40 << 20
    reading = compressed(tmp_path / "a", bytes(size) + b"end\n", COMPRESSIONS["gz"])
    reading.begin_at(size)
    reading.mid_line = True
    for _ in range(2):
        assert list(reading.poll(0.0)) == [Data(reading.source, b"", False, True)]
        assert reading.busy
        assert reading.snapshot(lambda source: (0, None))["mid_line"]
    assert read_all(reading) == b"end\n"


def test_a_compressed_file_that_ends_before_the_offset_is_at_its_end(
    tmp_path: Path,
) -> None:
    reading = compressed(tmp_path / "a", CONTENT, COMPRESSIONS["gz"])
    reading.begin_at(1 << 40)
    assert read_all(reading) == b""
    assert not reading.busy


def test_a_file_that_is_read_in_slices_is_never_busy(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"line\n" * 900_000)
    reading = reading_of(path)
    reading.in_slices = True
    slices = []
    while arrivals := list(reading.poll(0.0)):
        assert not reading.busy
        assert arrivals.pop() == UpToDate(reading.source)
        if not arrivals:
            break
        slices.append(len(arrivals))
    assert slices == [16, 16, 3]


@by_every_compression
def test_a_compressed_file_is_decompressed_only_once(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    """A rewind a piece would make a large file take hours."""
    reading = compressed(tmp_path / "a", CONTENT, compress)
    with calls_of("_rewind") as rewinds:
        assert len(read_all(reading)) == len(CONTENT)
    assert len(rewinds) <= 1


@pytest.mark.parametrize("name", ["gz", "bz2", "xz"])
def test_several_compressed_parts_are_one_file(tmp_path: Path, name: str) -> None:
    parts = map(COMPRESSIONS[name], (b"one\n", b"two\n"))
    path = tmp_path / "a"
    path.write_bytes(b"".join(parts))
    assert read_all(reading_of(path)) == b"one\ntwo\n"


@by_every_compression
def test_a_compressed_file_that_is_not_all_written_is_read_when_it_is(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "a"
    whole = packed(CONTENT, compress)
    path.write_bytes(whole[: len(whole) // 2])
    reading = reading_of(path)
    data = read_all(reading)
    assert "Compressed file ended" in str(reading.error)
    assert CONTENT.startswith(data)
    assert len(data) > 0.2 * len(CONTENT)
    with path.open("ab") as file:
        file.write(whole[len(whole) // 2 :])
    assert data + read_all(reading) == CONTENT


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\x00"),
        *(gzip.compress(b"x" * 99)[:15], b"\x1f\x8bnone"),
    ],
    ids=["nothing", "one byte", "magic", "header", "beginning", "garbage"],
)
def test_a_compressed_file_without_a_whole_header_is_no_rotated_file_yet(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "access.log.1.gz"
    path.write_bytes(data)
    assert not isinstance(look_at(str(path)), Sibling)
