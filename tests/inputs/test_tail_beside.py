"""A large file that was missed between two polls does not stop the following of its log."""

from pathlib import Path

from support.follower import Follower
from support.world import append, beside, compress, rotate

OLD = [f"old {number} {'x' * 1000}" for number in range(5000)]


def put_beside(log: Path) -> None:
    """Rotate twice between two polls; the file between the two is large and compressed."""
    rotate(log, "".join(f"{line}\n" for line in OLD))
    rotate(log, "new\n")
    compress(beside(log, ".1"))


def test_newer_lines_are_read_in_the_poll_that_finds_a_large_file(log: Path) -> None:
    follower = Follower(log)
    follower.poll()
    put_beside(log)
    lines = follower.poll()
    assert lines[-1] == "new"
    assert OLD[0] in lines
    assert len(lines) < len(OLD) // 2
    number = 0
    while len(lines) < len(OLD) + 1 + number:
        append(log, f"live {number}\n")
        new = follower.poll()
        assert f"live {number}" in new
        lines += new
        number += 1
    assert number > 1
    assert [line for line in lines if line.startswith("old")] == OLD


def test_a_large_file_is_read_before_newer_lines_if_the_program_was_stopped(
    log: Path,
) -> None:
    follower = Follower(log)
    follower.poll()
    put_beside(log)
    assert follower.poll(60.0) == [*OLD, "new"]
