"""Where lines begin, found from any place in a file."""

import pytest

from monitor.formats.lines import MAX_LINE
from monitor.inputs.linestarts import (
    PROBE,
    Read,
    last_line_start,
    next_line_start,
    whole_lines,
)


def reader(data: bytes) -> Read:
    return lambda offset, size: data[offset : offset + size]


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"", 0),
        (b"a\n", 2),
        (b"a\nb", 2),
        (b"a", 0),
        (b"a\n" + b"x" * 70_000, 2),
        (b"a\n" + b"x" * (MAX_LINE - 10), 2),
        (b"a\n" + b"x" * (3 * MAX_LINE), 2 + 3 * MAX_LINE),
    ],
    ids=["empty", "whole", "partial", "no line", "long", "longest", "overlong"],
)
def test_the_end_of_the_last_line(data: bytes, end: int) -> None:
    assert last_line_start(reader(data), len(data)) == end


LONG = b"x" * 2 * PROBE


@pytest.mark.parametrize(
    ("data", "offset", "start"),
    [
        pytest.param(b"", 0, 0, id="nothing"),
        pytest.param(b"a\nb\n", 0, 0, id="the first line"),
        pytest.param(b"a\nb\n", 1, 2, id="in a line"),
        pytest.param(b"a\nb\n", 2, 2, id="at a line"),
        pytest.param(b"a\nb", 3, None, id="in the last line"),
        pytest.param(b"a\n", 2, 2, id="at the end"),
        pytest.param(LONG + b"\nb", 1, len(LONG) + 1, id="in a long line"),
    ],
)
def test_the_next_line_start(data: bytes, offset: int, start: int | None) -> None:
    assert next_line_start(reader(data), offset) == start


@pytest.mark.parametrize(
    ("data", "at_start", "lines"),
    [
        pytest.param(b"a\nb\nc", True, b"a\nb\n", id="from the start"),
        pytest.param(b"a\nb\nc", False, b"b\n", id="from within a line"),
        pytest.param(b"a\n", False, b"", id="the end of a line"),
        pytest.param(b"a", True, b"", id="no line"),
        pytest.param(b"a", False, b"", id="part of a line"),
    ],
)
def test_the_whole_lines_of_a_piece(data: bytes, at_start: bool, lines: bytes) -> None:
    assert whole_lines(data, at_start) == lines
