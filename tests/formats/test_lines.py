"""Any way of cutting the same bytes into reads gives the same lines, in bounded memory."""

import random
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from monitor.formats.lines import SAMPLE, LineSplitter, Overlong

BOM = b"\xef\xbb\xbf"
MAX_LINE = 1 << 20
FULL = b"x" * MAX_LINE


def lines_of(reads: Iterable[bytes], at_start: bool = True) -> list[bytes | Overlong]:
    """Read to the end; each line without its newline."""
    splitter = LineSplitter(at_start)
    found: list[bytes | Overlong] = []
    for items in (*map(splitter.feed, reads), splitter.end()):
        for item in items:
            if isinstance(item, Overlong):
                found.append(item)
            else:
                assert item.endswith(b"\n")
                found += item[:-1].split(b"\n")
    return found


def said_otherwise(data: bytes, at_start: bool = True) -> list[bytes | Overlong]:
    """The promise of the module, for bytes that are all there."""
    lines = (data.removeprefix(BOM) if at_start else data).split(b"\n")
    *whole, last = (line.lstrip(b"\0") for line in lines)
    return [
        Overlong(line[:SAMPLE]) if len(line.removesuffix(b"\r")) > MAX_LINE else line
        for line in (whole + [last] if last else whole)
    ]


def cut_at_random(data: bytes, r: random.Random, longest: int) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        stop = start + r.randint(0, longest)
        yield data[start:stop]
        start = stop


SHORT: dict[str, tuple[bytes, list[bytes]]] = {
    "nothing": (b"", []),
    "one line": (b"a\n", [b"a"]),
    "no final newline": (b"a\nb", [b"a", b"b"]),
    "blank lines": (b"\n\na\n\n", [b"", b"", b"a", b""]),
    "a carriage return stays": (b"a\r\n\r\nb\rc\n", [b"a\r", b"\r", b"b\rc"]),
    "other ends of lines are none": (
        b"a\x0bb\x0cc\x85d\xe2\x80\xa8\n",
        [b"a\x0bb\x0cc\x85d\xe2\x80\xa8"],
    ),
    "byte order mark": (BOM + b"a\nb\n", [b"a", b"b"]),
    "byte order mark alone": (BOM, []),
    "byte order mark on a blank line": (BOM + b"\na\n", [b"", b"a"]),
    "byte order mark twice": (BOM + BOM + b"a\n", [BOM + b"a"]),
    "byte order mark on the second line": (b"a\n" + BOM + b"b\n", [b"a", BOM + b"b"]),
    "half a byte order mark": (BOM[:2] + b"a\n", [BOM[:2] + b"a"]),
    "half a byte order mark alone": (BOM[:2], [BOM[:2]]),
    "NULs at the start": (b"\0\0\0a\n\0b\n", [b"a", b"b"]),
    "NULs in a line": (b"a\0\0\nb\0c\n", [b"a\0\0", b"b\0c"]),
    "NULs alone on a line": (b"\0\0\na\n", [b"", b"a"]),
    "NULs alone at the end": (b"a\n\0\0", [b"a"]),
    "NULs after a byte order mark": (BOM + b"\0\0a\n", [b"a"]),
    "NULs before a byte order mark": (b"\0\0" + BOM + b"a\n", [BOM + b"a"]),
}

LONG: dict[str, tuple[bytes, list[bytes | Overlong]]] = {
    "exactly the longest": (FULL + b"\nb\n", [FULL, b"b"]),
    "exactly the longest, no newline": (FULL, [FULL]),
    "one more": (b"a\n" + FULL + b"x\nb\n", [b"a", Overlong(b"x" * SAMPLE), b"b"]),
    "one more, no newline": (FULL + b"x", [Overlong(b"x" * SAMPLE)]),
    "a carriage return is not counted": (FULL + b"\r\nb\n", [FULL + b"\r", b"b"]),
    "two carriage returns are one more": (
        *(FULL + b"\r\r\n", [Overlong(b"x" * SAMPLE)]),
    ),
    "a carriage return and one more": (*(FULL + b"x\r\n", [Overlong(b"x" * SAMPLE)]),),
    "a carriage return, no newline": (FULL + b"\r", [FULL + b"\r"]),
    "no byte order mark is counted": (BOM + FULL + b"\n", [FULL]),
    "no byte order mark in the sample": (
        BOM + b"y" * SAMPLE + FULL + b"\n",
        [Overlong(b"y" * SAMPLE)],
    ),
    "no NUL at the start is counted": (b"\0" * 9 + FULL + b"\n", [FULL]),
    "a hole longer than a line": (b"\0" * 3 + b"\0" * MAX_LINE + b"a\n", [b"a"]),
    "several": (
        b"".join((b"a\n", b"1" + FULL, b"\n", b"2" + FULL * 3, b"\n\n", b"3" + FULL)),
        [
            b"a",
            Overlong(b"1" + b"x" * (SAMPLE - 1)),
            Overlong(b"2" + b"x" * (SAMPLE - 1)),
            b"",
            Overlong(b"3" + b"x" * (SAMPLE - 1)),
        ],
    ),
}


@pytest.mark.parametrize(("data", "lines"), SHORT.values(), ids=SHORT.keys())
def test_lines_are_the_same_in_every_two_reads_and_byte_by_byte(
    data: bytes, lines: list[bytes]
) -> None:
    assert lines_of([data]) == lines
    assert lines_of(data[i : i + 1] for i in range(len(data))) == lines
    for cut in range(len(data) + 1):
        assert lines_of([data[:cut], data[cut:]]) == lines, cut


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("data", "lines"), LONG.values(), ids=LONG.keys())
def test_a_line_longer_than_the_longest_is_reported_as_such_for_any_cut(
    data: bytes, lines: list[bytes | Overlong]
) -> None:
    assert lines_of([data]) == lines
    for seed in range(4):
        longest = (70, 3000, 1 << 18, 1 << 21)[seed]
        reads = cut_at_random(data, random.Random(seed), max(longest, len(data) // 999))
        assert lines_of(reads) == lines, f"seed {seed}"


@pytest.mark.parametrize("cut", [-2, -1, 0, 1, 2])
def test_the_longest_line_may_be_cut_next_to_its_end(cut: int) -> None:
    overlong, crlf = Overlong(FULL[:SAMPLE]), FULL + b"\r"
    for line, read in ((FULL, FULL), (crlf, crlf), (FULL + b"x", overlong)):
        data = line + b"\nnext\n"
        at = MAX_LINE + cut
        assert lines_of([data[:at], data[at:]]) == [read, b"next"]


def test_any_split_of_any_bytes_has_the_same_lines() -> None:
    pieces = [b"\n", b"\n", b"\r\n", b"a", b"bc", b"\0", b"\0\0", b" ", b"\xff", BOM]
    pieces += [BOM[:1], BOM[1:], BOM[:2], BOM[2:]]
    for seed in range(400):
        r = random.Random(seed)
        data = b"".join(r.choices(pieces, k=r.randint(0, 12)))
        at_start = r.random() < 0.7
        expected = said_otherwise(data, at_start)
        reads = list(cut_at_random(data, r, r.choice((1, 2, 5))))
        assert lines_of(reads, at_start) == expected, f"seed {seed}: {reads}"


def test_any_split_of_long_lines_has_the_same_lines() -> None:
    for seed in range(6):
        r = random.Random(seed)
        lengths = [MAX_LINE + r.choice((-1, 0, 1, 2, 400_000)), 0, 7, 1 << 18]
        r.shuffle(lengths)
        start = r.choice((b"", BOM, b"\0", BOM + b"\0"))
        data = start + b"\n".join(r.randbytes(1) * length for length in lengths)
        reads = cut_at_random(data, r, r.choice((9999, 1 << 17, 1 << 19)))
        assert lines_of(reads) == said_otherwise(data), f"seed {seed}"


def test_in_the_middle_of_a_file_no_byte_order_mark_is_looked_for() -> None:
    assert lines_of([BOM + b"a\n"], at_start=False) == [BOM + b"a"]
    assert lines_of([BOM[:1], BOM[1:] + b"a\n"], at_start=False) == [BOM + b"a"]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"rest", []),
        (b"rest\n", []),
        (b"\na\n", [b"a"]),
        (b"rest\na\n\nb", [b"a", b"", b"b"]),
        (b"rest\r\n\0a\n", [b"a"]),
    ],
    ids=repr,
)
def test_the_rest_of_a_line_that_was_counted_already_is_passed_over(
    data: bytes, lines: list[bytes]
) -> None:
    for cut in range(len(data) + 1):
        splitter = LineSplitter(at_start=False, mid_line=True)
        reads = [*splitter.feed(data[:cut]), *splitter.feed(data[cut:])]
        found = b"".join(read for read in (*reads, *splitter.end()) if read)
        assert found == b"".join(line + b"\n" for line in lines), cut


def test_complete_lines_come_as_one_block_with_the_line_that_was_waiting() -> None:
    splitter = LineSplitter()
    assert list(splitter.feed(b"a\nb\nc")) == [b"a\nb\n"]
    assert list(splitter.feed(b"d\ne\nf")) == [b"cd\ne\n"]


@pytest.mark.parametrize(
    ("data", "held"),
    [
        (b"", 0),
        (b"a\n", 0),
        (b"a\nbcd", 3),
        (b"\0\0", 0),
        (b"\0\0a\0", 2),
        (BOM[:2], 2),
        (BOM, 0),
        (BOM + b"a", 1),
        (FULL * 2, 2 * MAX_LINE),
    ],
    ids=lambda value: value if isinstance(value, int) else repr(value[:9]),
)
def test_the_bytes_that_wait_for_a_newline_are_known(data: bytes, held: int) -> None:
    for reads in ([data], [data[:1], data[1:]]):
        splitter = LineSplitter()
        for read in reads:
            list(splitter.feed(read))
        assert splitter.held == held
        list(splitter.feed(b"\n"))
        assert splitter.held == 0


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    splitter, length = LineSplitter(), 50_000
    tracemalloc.start()
    try:
        for _ in range(1000):
            assert list(splitter.feed(b"x" * length)) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MAX_LINE
    assert splitter.held == 1000 * length
    assert list(splitter.feed(b"\nnext\n")) == [Overlong(b"x" * SAMPLE), b"next\n"]


def test_bytes_that_trickle_in_are_not_kept_one_by_one() -> None:
    splitter = LineSplitter()
    tracemalloc.start()
    try:
        for number in range(1000):
            list(splitter.feed(b"%09d" % number))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 2 * splitter.held
