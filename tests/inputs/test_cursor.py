"""Compressed files, read from any offset of their content."""

import gzip
import sys
import zlib
from pathlib import Path
from types import FrameType

import pytest

from monitor.inputs.arrivals import Data, Source
from monitor.inputs.cursor import Cursor
from monitor.inputs.siblings import look_at, siblings_of

CONTENT = b"".join(
    b"%d %s\n" % (number, b"x" * (number % 90)) for number in range(9000)
)


def read_all(reading: Cursor) -> bytes:
    """Reads up to the present end, or up to what cannot be read."""
    data = b""
    while True:
        new = [each.data for each in reading.poll(0.0) if isinstance(each, Data)]
        if not new:
            return data
        data += b"".join(new)


def compressed(path: Path, content: bytes = CONTENT) -> Cursor:
    path.write_bytes(gzip.compress(content, 1))
    return reading_of(path)


def reading_of(path: Path) -> Cursor:
    return Cursor(str(path), Source(str(path), 1), 0.0)


@pytest.mark.parametrize(
    "offset", [0, 1, 1024, 1025, 200_000, pytest.param(len(CONTENT), id="end")]
)
def test_a_compressed_file_is_read_from_an_offset_of_its_content(
    tmp_path: Path, offset: int
) -> None:
    reading = compressed(tmp_path / "a.gz")
    reading.begin_at(offset)
    assert reading.file.size is None
    assert reading.opened.head == CONTENT[:1024]
    assert read_all(reading) == CONTENT[offset:]
    assert reading.offset == len(CONTENT)
    assert reading.ends_a_line


def test_a_compressed_file_is_read_once_and_not_from_its_start_for_each_piece(
    tmp_path: Path,
) -> None:
    """A rewind a piece would make a large file take hours."""
    reading = compressed(tmp_path / "a.gz", CONTENT * 5)
    rewinds: list[str] = []

    def note(frame: FrameType, event: str, arg: object) -> None:
        if event == "call" and frame.f_code.co_name == "_rewind":
            rewinds.append(event)

    sys.setprofile(note)
    try:
        assert len(read_all(reading)) == 5 * len(CONTENT)
    finally:
        sys.setprofile(None)
    assert len(rewinds) <= 1


def test_several_compressed_parts_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert read_all(reading_of(path)) == b"one\ntwo\n"


def test_a_compressed_file_that_is_not_all_written_is_read_when_it_is(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.gz"
    whole = gzip.compress(CONTENT, 1)
    path.write_bytes(whole[: len(whole) // 2])
    reading = reading_of(path)
    data = read_all(reading)
    assert "Compressed file ended" in str(reading.error)
    assert data == zlib.decompressobj(31).decompress(whole[: len(whole) // 2])
    with path.open("ab") as file:
        file.write(whole[len(whole) // 2 :])
    assert data + read_all(reading) == CONTENT


@pytest.mark.parametrize(
    "data",
    [b"\x1f\x8b", b"\x1f\x8b\x08\x00", gzip.compress(b"x" * 99)[:15], b"\x1f\x8bnone"],
    ids=["magic", "header", "beginning", "garbage"],
)
def test_a_compressed_file_that_has_no_whole_head_is_no_rotated_file_yet(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "access.log.1.gz"
    path.write_bytes(data)
    assert look_at(str(path)) is None
    assert siblings_of(str(tmp_path / "access.log")) == []
