"""What a source carries into the middle of a file is found by looking back, within limits."""

import random
from collections import Counter

import pytest
from support.carrying import carrying_lines, header, w3c_line
from support.timelines import START, line

from monitor.inputs.bisection import BLOCK, last_seconds, newest_second
from monitor.inputs.linestarts import PROBE, Read
from monitor.inputs.lookback import BACK, Lookback


def lines_of(kind: str, size: int, second: int = 0) -> bytes:
    """Return about `size` bytes of hits, one a second."""
    number = size // len(w3c_line(kind, second)) + 1
    return b"".join(w3c_line(kind, second + n) for n in range(number))


def reader_of(data: bytes) -> Read:
    return lambda offset, size: data[offset : offset + size]


DEFAULT, FEW = header("default"), header("few")
FIELDS = FEW[FEW.index(b"#Fields") :]
FILES = {
    "at the beginning": (FEW + lines_of("few", 3 * BACK), True),
    "behind a byte order mark": (
        b"\xef\xbb\xbf" + FIELDS + lines_of("few", 2 * PROBE),
        True,
    ),
    "again in the middle": (
        DEFAULT + lines_of("default", 3 * BACK) + FEW + lines_of("few", BACK // 2),
        True,
    ),
    "only near the end": (
        lines_of("default", 3 * BACK) + FEW + lines_of("few", PROBE // 2),
        True,
    ),
    "too far from both ends": (
        DEFAULT + lines_of("default", PROBE) + FEW + lines_of("few", 2 * BACK),
        False,
    ),
    "nowhere": (lines_of("few", 2 * PROBE), False),
}


@pytest.mark.parametrize(("data", "is_found"), FILES.values(), ids=FILES)
def test_the_directives_before_the_end_of_a_file_are_found(
    data: bytes, is_found: bool
) -> None:
    lookback = Lookback(reader_of(data), len(data), "auto")
    columns = lookback.reader_at(len(data)).read(w3c_line("few", 0))
    assert (columns.epochs == [START]) == is_found


def test_directives_behind_an_offset_are_not_known_there() -> None:
    data, is_found = FILES["only near the end"]
    reader_at = Lookback(reader_of(data), len(data), "auto").reader_at
    line = w3c_line("few", 0)
    found = [len(reader_at(each).read(line)) for each in (len(data), BACK, len(data))]
    assert (is_found, found) == (True, [1, 0, 1])


def test_an_unfinished_line_of_a_container_is_carried() -> None:
    data = line(0) * 9 + b"2026-11-23T22:48:00.1Z stdout P the beginning of\n"
    lookback = Lookback(reader_of(data), len(data), "auto")
    last_seconds(reader_of(data), len(data), 10, lookback.reader_at)
    assert list(lookback.carried()["parts"].values()) == ["the beginning of"]


def test_a_file_without_directives_is_read_little() -> None:
    read = []

    def note(offset: int, size: int) -> bytes:
        read.append(size)
        return b"x\n" * (size // 2)

    lookback = Lookback(note, 1 << 40, "auto")
    for offset in range(0, 1 << 40, 1 << 38):
        lookback.reader_at(offset)
    assert sum(read) <= 2 * PROBE


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(2))
def test_the_last_seconds_of_lines_that_need_directives_are_counted(seed: int) -> None:
    rng = random.Random(seed)
    seconds = sorted(rng.randrange(900) for _ in range(4500))
    data = b"".join(carrying_lines(rng, seconds))
    lookback = Lookback(reader_of(data), len(data), "auto")
    found = last_seconds(reader_of(data), len(data), 100, lookback.reader_at)
    due = Counter(START + each for each in seconds if each > seconds[-1] - 100)
    assert found.seconds == due
    whole = Lookback(reader_of(data), 0, "auto").reader_at(0)
    whole.read(data)
    assert lookback.carried() == whole.carried.snapshot()


def test_the_last_seconds_of_a_file_with_one_header_are_found() -> None:
    lines = [w3c_line("few", n, agent="x" * 200) for n in range(3 * BLOCK // 240)]
    data = FEW + b"".join(lines)
    reader_at = Lookback(reader_of(data), len(data), "auto").reader_at
    last = START + data.count(b"\n") - FEW.count(b"\n") - 1
    assert newest_second(reader_of(data), len(data), reader_at) == last
    found = last_seconds(reader_of(data), len(data), 1000, reader_at)
    assert found.seconds == Counter(range(last - 999, last + 1))
