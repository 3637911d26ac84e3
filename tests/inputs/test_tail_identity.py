"""Which file is which: the device and inode decide, then head, size and time, whatever the names."""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import World, append, beside, compress, copytruncate, rotate, shift

HEADER = "#Fields: date time\n" * 60  # longer than the head of a file
SAME = "the same line\n"
SECOND = 10**9


def ages(*paths: Path) -> None:
    """Let files be changed one second after the other, as real rotations are."""
    now = paths[0].stat().st_mtime_ns
    for number, path in enumerate(paths):
        os.utime(path, ns=(now, now + number * SECOND))


def restarted(follower: Follower, log: Path) -> Follower:
    return Follower(log, state=follower.save())


# --- equal heads, and equal lines -----------------------------------------------------------


@pytest.mark.parametrize("is_restarted", [False, True], ids=["live", "restarted"])
@pytest.mark.parametrize("start", ["", HEADER], ids=["lines", "long headers"])
def test_files_that_were_missed_are_read_although_they_begin_alike(
    log: Path, start: str, is_restarted: bool
) -> None:
    log.write_text("")
    follower = Follower(log, from_start=True)
    append(log, f"{start}{SAME}a\n")
    follower.poll()
    for name in "bcd":
        rotate(log, f"{start}{SAME}{name}\n")
    ages(*(beside(log, f".{number}") for number in (3, 2, 1)), log)
    second = restarted(follower, log) if is_restarted else follower
    lines = [line for line in second.poll() if len(line) == 1]
    assert sorted(lines) == ["b", "c", "d"]
    assert second.poll() == []


def test_a_file_that_was_missed_is_no_copy_of_a_truncated_one_with_its_header(
    log: Path,
) -> None:
    log.write_text(HEADER + SAME * 100)
    follower = Follower(log)
    log.write_text(HEADER + "a\n")
    rotate(log, HEADER + "b\n")
    assert [each for each in follower.poll() if len(each) == 1] == ["a", "b"]
    append(log, "c\n")
    follower.poll()
    log.write_text(HEADER + "d\n")
    rotate(log, HEADER + "e\n")
    rotate(log, HEADER + "f\n")
    ages(beside(log, ".2"), beside(log, ".1"), log)
    assert [each for each in follower.poll() if len(each) == 1] == ["d", "e", "f"]


@pytest.mark.parametrize("is_restarted", [False, True], ids=["live", "restarted"])
@pytest.mark.parametrize("sizes", [(20, 20, 20, 5), (20, 5, 30, 10)], ids=str)
def test_equal_lines_are_all_counted_through_several_rotations(
    log: Path, sizes: tuple[int, ...], is_restarted: bool
) -> None:
    log.write_text("")
    follower = Follower(log, from_start=True)
    append(log, SAME * sizes[0])
    assert len(follower.poll()) == sizes[0]
    for number in sizes[1:]:
        rotate(log, SAME * number)
    ages(*(beside(log, f".{number}") for number in (3, 2, 1)), log)
    second = restarted(follower, log) if is_restarted else follower
    assert len(second.poll()) == sum(sizes[1:])
    assert second.poll() == []


def test_a_file_of_a_saved_state_is_no_copy_of_another_file_of_the_state(
    log: Path,
) -> None:
    log.write_text("")
    follower = Follower(log, from_start=True)
    append(log, SAME * 20)
    follower.poll()
    rotate(log, SAME * 40)
    assert len(follower.poll()) == 40
    shift(log)
    compress(beside(log, ".2"))
    rotate(log)
    assert restarted(follower, log).poll() == []


def test_a_file_with_the_inode_of_an_older_one_is_not_known_by_its_header(
    log: Path,
) -> None:
    """Many file systems use the inode of a deleted file again at once."""
    old = beside(log, ".1")
    old.write_text(HEADER + "old\n")
    follower = Follower(log, from_start=True)
    follower.poll()
    rotate(log, HEADER + "a\n")
    rotate(log, HEADER + "b\n")
    again = beside(log, ".3")  # the inode of `old`
    again.write_text(HEADER + "new\n" * 3)
    os.utime(again, ns=(0, log.stat().st_mtime_ns + SECOND))
    lines = [line for line in follower.poll() if line[0] != "#"]
    assert lines == ["a", *["new"] * 3, "b"]


def test_a_truncation_is_seen_under_the_same_header_while_a_search_is_due(
    log: Path,
) -> None:
    log.write_text(HEADER)
    follower = Follower(log)
    append(log, "a\n")
    rotate(log, "")
    rotate(log, HEADER + "b\n")
    follower.poll()  # an empty file in between is looked at for a while
    copytruncate(log, HEADER + "c\n" * 100)
    assert [line for line in follower.poll() if line[0] != "#"] == ["c"] * 100


@pytest.mark.parametrize("ending", ["", ".gz"], ids=["plain", "compressed"])
def test_one_copy_stands_for_only_one_file(log: Path, ending: str) -> None:
    follower = Follower(log, from_start=True)
    append(log, SAME * 20)
    follower.poll()
    append(log, SAME * 3)
    copytruncate(log, SAME * 30)
    copytruncate(log, SAME * 7)
    if ending:
        compress(beside(log, ".2"))
    assert len(follower.poll()) == 3 + 30 + 7


def test_a_compressed_file_is_no_copy_of_a_deleted_one_that_begins_alike(
    log: Path,
) -> None:
    log.write_text(HEADER + "a\n")
    follower = Follower(log, from_start=True)
    follower.poll()
    rotate(log, HEADER + "b\nb\n")
    follower.poll()
    state = follower.save()
    beside(log, ".1").unlink()
    rotate(log, HEADER + "c\n")
    compress(beside(log, ".1"))
    lines = Follower(log, state=state).poll()
    assert [line for line in lines if line[0] != "#"] == ["c"]


def test_another_log_that_begins_alike_is_no_copy(log: Path) -> None:
    other = log.with_name("other.log")
    for path in (log, other):
        path.write_text(HEADER)
    follower = Follower(log, other, from_start=True)
    follower.poll()
    rotate(log, HEADER)
    follower.poll()
    state = follower.save()
    for path in (log, beside(log, ".1")):
        path.unlink()
    log.write_text(HEADER)
    append(other, "a\n")
    lines = Follower(log, other, state=state).poll()
    assert [line for line in lines if line[0] != "#"] == ["a"]


def test_the_log_of_another_site_that_begins_with_equal_lines_is_never_counted(
    log: Path,
) -> None:
    for folder in (log.parent, log.parent / "site", log.parent.parent / "beside"):
        folder.mkdir(exist_ok=True)
        (folder / "site-2.log").write_text("old\n" + SAME * 90)
    (log.parent / "site" / "access.log.1").write_text("old\n" + SAME * 90)
    (log.parent / "site" / "access.log").write_text("old\n" + SAME * 90)
    follower = Follower(log, from_start=True)
    append(log, SAME * 2)
    follower.poll()
    log.unlink()
    log.write_text("new\n")
    second = restarted(follower, log)
    assert second.poll() == ["new"]
    assert "the file that was followed is gone" in second.reported[0]


def test_a_folder_with_a_reused_inode_is_no_folder_of_rotated_files(
    tmp_path: Path,
) -> None:
    """The rotated file was compressed and removed while nobody looked."""
    log, other = (tmp_path / site / "access.log" for site in ("one", "two"))
    for path in (log, other):
        path.parent.mkdir()
        path.write_text("read\n")
    follower = Follower(log, from_start=True)
    follower.poll()
    log.rename(other)
    other.write_text("another site\n" * 9)
    beside(other, ".1").write_text("another site\n")
    log.write_text("new\n")
    assert restarted(follower, log).poll() == ["new"]


# --- what a log was while nobody looked ------------------------------------------------------


@pytest.mark.parametrize("times", [1, 3], ids=["once", "three times"])
def test_a_log_that_was_filled_copied_and_emptied_between_two_polls_is_read(
    log: Path, times: int
) -> None:
    log.write_text("")
    follower = Follower(log)
    follower.poll()
    for number in range(times):
        append(log, f"{number}\n")
        copytruncate(log)
        os.utime(log, ns=(0, log.stat().st_mtime_ns + SECOND * (number + 1)))
        assert follower.poll() == [f"{number}"]


def test_a_rotated_file_keeps_only_the_second_of_its_change_when_compressed(
    log: Path,
) -> None:
    follower = Follower(log, from_start=True)
    follower.poll()
    append(log, "a\n")
    rotate(log)
    compress(beside(log, ".1"))
    second = log.stat().st_mtime_ns // SECOND * SECOND
    os.utime(beside(log, ".1.gz"), ns=(second, second))
    assert restarted(follower, log).poll() == ["a"]


# --- names ------------------------------------------------------------------------------------


def renamed(name: str) -> Callable[[Path], None]:
    def play(log: Path) -> None:
        beside(log, "").parent.joinpath(name).parent.mkdir(exist_ok=True)
        log.rename(log.parent / name)

    return play


def compressed(name: str) -> Callable[[Path], None]:
    def play(log: Path) -> None:
        (log.parent / name).write_bytes(gzip.compress(log.read_bytes()))
        log.unlink()

    return play


ROTATIONS = {
    "Caddy": renamed("access-2026-11-23T22-48-03.123.log"),
    "dateformat with T": renamed("access.log.2026-11-23T22"),
    "addextension": renamed("access.log.1.old"),
    "one generation": renamed("access.log.old"),
    "any name": renamed("saved"),
    "olddir below": renamed("old/access.log-20261123"),
    "olddir beside": renamed("../old/access.log.1"),
    "Caddy, compressed": compressed("access-2026-11-23T22-48-03.123.log.gz"),
    "any name, compressed": compressed("saved.gz"),
}


@pytest.mark.parametrize("play", ROTATIONS.values(), ids=ROTATIONS)
def test_a_rotated_file_is_found_again_whatever_its_name(
    tmp_path: Path, play: Callable[[Path], None]
) -> None:
    (tmp_path / "log").mkdir()
    log = tmp_path / "log" / "access.log"
    log.write_text("".join(f"line {number}\n" for number in range(200)))
    follower = Follower(log, from_start=True)
    follower.poll()
    append(log, "a\nb\n")
    play(log)
    log.write_text("c\n")
    second = restarted(follower, log)
    assert sorted(second.poll()) == ["a", "b", "c"]
    assert second.reported == []


LINKS = {
    "dated": ("access.20261123", "access.20261124"),
    "elsewhere": ("data/access-2026-11-23.log", "data/access-2026-11-24.log"),
    "folders": ("23/access.log", "24/access.log"),
}


@pytest.mark.parametrize("names", LINKS.values(), ids=LINKS)
def test_a_file_that_a_link_led_to_is_found_again(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    link, old, new = tmp_path / "log", *(tmp_path / name for name in names)
    for path in (old, new):
        path.parent.mkdir(exist_ok=True)
    old.write_text("read\n")
    link.symlink_to(old)
    follower = Follower(link, from_start=True)
    follower.poll()
    append(old, "a\n")
    new.write_text("b\n")
    link.unlink()
    link.symlink_to(new)
    second = restarted(follower, link)
    assert second.poll() == ["a", "b"]
    assert second.reported == []


def test_a_dated_file_that_a_link_led_to_between_two_runs_is_read(
    tmp_path: Path,
) -> None:
    link, files = tmp_path / "log", [tmp_path / f"access.2026112{n}" for n in (3, 4, 5)]
    files[0].write_text("read\n")
    link.symlink_to(files[0])
    follower = Follower(link, from_start=True)
    follower.poll()
    for file in files[1:]:
        file.write_text(f"{file.name}\n")
        link.unlink()
        link.symlink_to(file)
    assert restarted(follower, link).poll() == [each.name for each in files[1:]]


def test_files_missed_in_olddir_are_read_when_one_was_found_there(log: Path) -> None:
    old = log.parent / "old"
    old.mkdir()
    (old / "access.log.9").write_text("before\n")
    os.utime(old / "access.log.9", ns=(0, 0))
    follower = Follower(log, from_start=True)
    follower.poll()
    for number in (2, 1):
        append(log, f"{number}\n")
        log.rename(old / f"access.log.{number}")
        log.write_text("")
    assert sorted(follower.poll()) == ["1", "2"]


# --- what a state holds, and what a poll costs -------------------------------------------------


def test_a_state_holds_few_of_many_rotated_files(log: Path) -> None:
    for number in range(50):
        beside(log, f".{number + 1}").write_text(f"before {number}\n")
    follower = Follower(log)
    state = follower.save()[str(log)]
    assert len(state["known"]) == 8
    rotate(log, "a\n")
    assert restarted(follower, log).poll() == ["a"]


def test_files_that_were_touched_are_not_read_again(log: Path) -> None:
    for number in range(20):
        beside(log, f".{number + 1}").write_text(f"before {number}\n")
    follower = Follower(log)
    for number in range(20):
        os.utime(beside(log, f".{number + 1}"))
    rotate(log, "a\n")
    assert follower.poll() == ["a"]
    shutil.copyfile(beside(log, ".1"), beside(log, ".99"))
    assert restarted(follower, log).poll() == []


def test_many_files_that_were_missed_are_read_one_after_the_other(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    follower = Follower(world.path, from_start=True)
    for number in range(60):
        world.write(1)
        world.do(f"rename:access.log-{20260000 + number}")
        os.utime(world.other(f"access.log-{20260000 + number}"), ns=(0, number))
    now = world.path.stat().st_mtime_ns
    for number in range(60):
        path = world.other(f"access.log-{20260000 + number}")
        os.utime(path, ns=(0, now + number * 1000))
    os.utime(world.path, ns=(0, now + 3600 * SECOND))
    before = len(os.listdir("/dev/fd"))
    assert restarted(follower, world.path).poll() == world.lines
    assert len(os.listdir("/dev/fd")) < before + 5
