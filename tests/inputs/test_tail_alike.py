"""Files of one log that begin alike, and are written to while they are compressed."""

import os
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import (
    HEADER,
    PACK,
    SECOND,
    append,
    beside,
    changed_at,
    pack,
    rotate,
)

from monitor.inputs.rotation import ABANDONED, QUIET

READ = "a line that was read\n" * 9

by_every_compression = pytest.mark.parametrize("ending", PACK)


by_every_start = pytest.mark.parametrize(
    "start", [pytest.param("", id="lines"), pytest.param(HEADER, id="header")]
)


def lines_of(follower: Follower) -> list[str]:
    return [line for line in follower.poll() if line[0] != "#"]


@by_every_start
@by_every_compression
def test_a_file_that_was_written_to_while_it_was_compressed_is_not_counted_again(
    log: Path, ending: str, start: str
) -> None:
    log.write_text(f"{start}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    old = beside(log, ".1")
    log.rename(old)
    pack(old, f"access.log.2.{ending}", moment)
    append(old, "late\n" * 9)
    log.write_text(f"{start}b\n")
    old.unlink()
    assert lines_of(follower) == ["late"] * 9 + ["b"]
    assert lines_of(follower) == []
    rotate(log, f"{start}c\n")
    assert lines_of(follower) == ["c"]
    assert lines_of(Follower(log, state=follower.save())) == []


@by_every_start
@by_every_compression
def test_a_monitor_that_was_killed_knows_the_copy_that_lacks_the_last_lines(
    log: Path, ending: str, start: str
) -> None:
    log.write_text(f"{start}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    old = beside(log, ".1")
    rotate(log)
    begun = pack(old, f"access.log.2.{ending}", moment).read_bytes()
    beside(log, f".2.{ending}").unlink()
    append(old, "late\n" * 30)
    changed_at(old, 11)
    assert lines_of(follower) == ["late"] * 30
    state = follower.save()
    beside(log, f".2.{ending}").write_bytes(begun)
    os.utime(beside(log, f".2.{ending}"), ns=(0, moment))
    old.unlink()
    append(log, f"{start}b\n")
    second = Follower(log, state=state)
    assert lines_of(second) == ["b"]
    assert second.reported == []


@by_every_start
@by_every_compression
def test_a_monitor_that_was_killed_reads_the_rest_from_a_copy_with_an_older_time(
    log: Path, ending: str, start: str
) -> None:
    log.write_text(f"{start}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    state = follower.save()
    append(log, "rest\n")
    pack(log, f"access.log.2.{ending}", moment - SECOND)
    log.write_text(f"{start}b\nlong\n" * 9)
    pack(log, f"access.log.1.{ending}", moment + SECOND)
    log.unlink()
    log.write_text(f"{start}c\n")
    lines = lines_of(Follower(log, state=state))
    assert lines == ["rest", *["b", "long"] * 9, "c"]


@by_every_start
@pytest.mark.parametrize("ending", ["", *PACK])
def test_lines_that_were_read_after_a_copy_was_made_are_not_in_it(
    log: Path, ending: str, start: str
) -> None:
    log.write_text(f"{start}{READ * 9}")
    changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    copy = log.read_bytes()
    append(log, "late\n" * 90)
    moment = changed_at(log, 12)
    assert lines_of(follower) == ["late"] * 90
    beside(log, ".1").write_bytes(copy)
    os.utime(beside(log, ".1"), ns=(0, moment - SECOND))
    if ending:
        pack(beside(log, ".1"), f"access.log.1.{ending}", moment - SECOND)
        beside(log, ".1").unlink()
    log.write_text("")
    append(log, f"{start}b\n")
    assert lines_of(follower) == ["b"]
    rotate(log, f"{start}c\n")
    assert lines_of(follower) == ["c"]


@by_every_compression
@pytest.mark.parametrize("current", ["", f"{HEADER}c\n"], ids=["empty", "c"])
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_one_copy_of_a_deleted_file_is_known_and_a_missed_file_is_read(
    log: Path, ending: str, current: str, is_closed: bool
) -> None:
    log.write_text(f"{HEADER}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    old = beside(log, ".1")
    if is_closed:
        rotate(log)
        follower.poll()
        follower.poll(ABANDONED)
    else:
        log.rename(old)
    pack(old, f"access.log.3.{ending}", moment)
    old.unlink()
    old.write_text(f"{HEADER}b\n" * 2)
    pack(old, f"access.log.2.{ending}", moment + SECOND)
    old.unlink()
    beside(log, ".new").write_text(current)
    beside(log, ".new").rename(log)
    assert lines_of(follower) == ["b", "b", *current[-2:].split()]


@by_every_compression
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_a_missed_file_is_no_copy_of_a_deleted_file_with_its_header(
    log: Path, ending: str, is_closed: bool
) -> None:
    log.write_text(f"{HEADER}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    if is_closed:
        rotate(log, f"{HEADER}a\n")
        changed_at(log, 15)
        follower.poll()
        follower.poll(QUIET)
        beside(log, ".1").unlink()
    beside(log, ".2").write_text(f"{HEADER}b\n" * 2)
    pack(beside(log, ".2"), f"access.log.2.{ending}", moment + 10 * SECOND)
    beside(log, ".2").unlink()
    log.unlink()
    log.write_text("" if is_closed else f"{HEADER}c\n")
    assert lines_of(follower) == ["b", "b", *("" if is_closed else "c")]


@by_every_compression
def test_a_file_with_only_a_header_is_no_copy_of_a_deleted_file_that_has_a_copy(
    log: Path, ending: str
) -> None:
    log.write_text(f"{HEADER}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    pack(log, f"access.log.2.{ending}", moment + SECOND)
    changed_at(log, 12)
    empty = beside(log, ".3")
    empty.write_text(HEADER)
    pack(empty, f"access.log.3.{ending}", moment)
    empty.unlink()
    log.unlink()
    log.write_text(f"{HEADER}c\n")
    assert follower.poll() == [*HEADER.splitlines() * 2, "c"]


@by_every_compression
def test_a_missed_file_is_no_copy_of_an_open_compressed_file_with_its_header(
    log: Path, ending: str
) -> None:
    log.write_text(f"{HEADER}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    missed = beside(log, ".5")
    missed.write_text(f"{HEADER}a\n")
    pack(missed, f"access.log.5.{ending}", moment + SECOND)
    missed.unlink()
    rotate(log, f"{HEADER}b\n")
    changed_at(log, 12)
    assert lines_of(follower) == ["a", "b"]
    rotate(log, f"{HEADER}d\n")
    changed_at(log, 13)
    missed.write_text(f"{HEADER}c\n")
    changed_at(missed, 14)  # the server wrote to it after it was rotated
    assert sorted(lines_of(follower)) == ["c", "d"]


def test_a_copy_that_ends_at_the_offset_comes_before_that_of_a_closed_file(
    log: Path,
) -> None:
    log.write_text(f"{HEADER}{READ}")
    follower = Follower(log, from_start=True)
    moments = [changed_at(log, 10)]
    follower.poll()
    follower.poll(QUIET)
    for second, text in ((11, ""), (12, "c\n")):
        rotate(log, f"{HEADER}{text}")
        moments.append(changed_at(log, second))
        follower.poll()
        follower.poll()
    state = follower.save()
    for number in (2, 1):
        old = beside(log, f".{number}")
        pack(old, f"access.log.{number}.gz", moments[2 - number])
        old.unlink()
    assert lines_of(Follower(log, state=state)) == []


@by_every_compression
@pytest.mark.parametrize("older", ["open", "closed", "known"])
def test_the_copy_of_an_older_file_is_not_taken_for_that_of_a_file_with_only_a_header(
    log: Path, ending: str, older: str
) -> None:
    log.write_text(f"{HEADER}{READ}")
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    old = beside(log, ".1")
    rotate(log, "" if older == "known" else HEADER)
    changed_at(log, 11)
    follower.poll()
    follower.poll(QUIET if older == "closed" else 0)
    state = follower.save()
    pack(old, f"access.log.2.{ending}", moment)
    old.unlink()
    if older == "known":
        rotate(log, HEADER)
        changed_at(log, 12)
        follower.poll()
        state = follower.save()
    append(log, "b\n")
    pack(log, f"access.log.1.{ending}", changed_at(log, 13))
    log.unlink()
    log.write_text(f"{HEADER}c\n")
    assert lines_of(Follower(log, state=state)) == ["b", "c"]


@by_every_compression
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize("is_restarted", [False, True], ids=["live", "restarted"])
def test_a_damaged_copy_does_not_stop_the_search(
    log: Path, ending: str, is_restarted: bool, is_closed: bool
) -> None:
    log.write_text(f"{HEADER}{READ}" * 99)
    moment = changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    log.rename(beside(log, ".1"))
    log.write_text("")
    if is_closed:
        follower.poll()
        follower.poll(ABANDONED)
    copy = pack(beside(log, ".1"), f"access.log.2.{ending}", moment)
    data = copy.read_bytes()
    copy.write_bytes(data[:-8] + bytes(4) + data[-4:])
    os.utime(copy, ns=(0, moment))
    beside(log, ".1").unlink()
    append(log, f"{HEADER}b\n")
    second = Follower(log, state=follower.save()) if is_restarted else follower
    assert lines_of(second) == ["b"]


def test_a_rotated_file_that_is_written_anew_is_no_copy_of_itself(log: Path) -> None:
    log.write_text(f"{HEADER}{READ}")
    changed_at(log, 10)
    follower = Follower(log, from_start=True)
    follower.poll()
    rotate(log)
    follower.poll()
    beside(log, ".1").write_text(f"{HEADER}a\n")
    changed_at(beside(log, ".1"), 20)
    append(log, f"{HEADER}b\n")
    assert lines_of(follower) == ["a", "b"]


@by_every_start
@by_every_compression
def test_a_compressed_file_is_not_known_by_the_inode_of_a_file_that_was_read(
    log: Path, ending: str, start: str
) -> None:
    log.write_text(f"{start}{READ}")
    follower = Follower(log, from_start=True)
    follower.poll()
    state = follower.save()
    append(log, "rest\n")
    pack(log, f"access.log.2.{ending}", log.stat().st_mtime_ns)
    log.write_text(f"{start}b\n" * 20)
    log.write_bytes(PACK[ending](log.read_bytes()))
    log.rename(beside(log, f".1.{ending}"))
    log.write_text(f"{start}c\n")
    lines = lines_of(Follower(log, state=state))
    assert sorted(lines) == [*["b"] * 20, "c", "rest"]


@by_every_compression
def test_the_rest_of_a_file_that_was_compressed_while_it_was_read_is_in_the_copy(
    log: Path, ending: str
) -> None:
    lines = [f"{number} {'x' * 990}" for number in range(1_700)]
    log.write_text("\n".join([*lines, ""]))
    follower = Follower(log, from_start=True)
    follower.step()
    pack(log, f"access.log.1.{ending}", log.stat().st_mtime_ns)
    log.unlink()
    log.write_text("b\n")
    for _ in range(2):
        follower.step()
    state, done = follower.save(), len(follower.lines)
    assert done < len(lines)
    assert Follower(log, state=state).poll() == [*lines[done:], "b"]


def test_a_copy_is_reached_in_steps_while_no_other_file_begins_alike(
    log: Path,
) -> None:
    log.write_bytes(b"a\n" + bytes(33 << 20) + b"\n")
    follower = Follower(log)
    append(log, "rest\n")
    pack(log, "access.log.1.gz", log.stat().st_mtime_ns)
    log.unlink()
    log.write_text("b\n")
    second = Follower(log, state=follower.save())
    for _ in range(2):
        second.step()
        assert second.lines == []
    assert second.poll() == ["rest", "b"]
