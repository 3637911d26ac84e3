"""Logs that come to match a quoted pattern are followed from their first lines."""

from pathlib import Path

from support.follower import Follower
from support.world import append, rotate

from monitor.inputs.follow import Unread


def test_a_new_log_is_read_from_its_first_line_within_a_poll(tmp_path: Path) -> None:
    append(tmp_path / "a.log", "old\n")
    follower = Follower(tmp_path / "*.log")
    append(tmp_path / "a.log", "a\n")
    append(tmp_path / "b.log", "b\n")
    append(tmp_path / "other.txt", "no\n")
    assert sorted(follower.poll()) == ["a", "b"]
    append(tmp_path / "b.log", "b again\n")
    assert follower.poll() == ["b again"]
    assert follower.reported == [f"following a new log: {tmp_path / 'b.log'}"]


def test_a_log_that_comes_after_a_long_time_is_found(tmp_path: Path) -> None:
    append(tmp_path / "a.log", "old\n")
    follower = Follower(tmp_path / "*.log", tmp_path / "*" / "*.log")
    for _ in range(20):
        assert follower.poll() == []
    append(tmp_path / "b.log", "b\n")
    assert follower.poll() == ["b"]
    (tmp_path / "c").mkdir()
    append(tmp_path / "c" / "c.log", "c\n")
    assert follower.poll() == ["c"]


def test_a_hundred_new_logs_are_one_notice(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "*.log")
    for number in range(100):
        (tmp_path / f"{number:03}.log").write_text(f"{number}\n")
    assert len(follower.poll()) == 100
    assert follower.reported == [
        f"following a new log: {tmp_path / '000.log'} and 99 more"
    ]


def test_rotated_files_that_match_are_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    append(path, "old\n")
    follower = Follower(tmp_path / "*")
    for number in range(3):
        append(path, f"{number}\n")
        assert follower.poll() == [str(number)]
        rotate(path)
        assert follower.poll() == []
        append(path, f"new {number}\n")
        assert follower.poll(2) == [f"new {number}"]


def test_a_log_that_is_renamed_to_a_name_that_matches_is_read_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "access.log"
    append(path, "old\n")
    follower = Follower(tmp_path / "*.log")
    append(path, "a\n")
    assert follower.poll() == ["a"]
    path.rename(tmp_path / "before.log")
    append(tmp_path / "before.log", "b\n")
    assert follower.poll() == ["b"]
    append(path, "c\n")
    assert follower.poll(2) == ["c"]


def test_a_log_that_came_between_two_runs_is_read_whole(tmp_path: Path) -> None:
    append(tmp_path / "a.log", "old\n")
    append(tmp_path / "gone.log", "old\n")
    follower = Follower(tmp_path / "*.log")
    follower.poll()
    append(tmp_path / "a.log", "a\n")
    append(tmp_path / "b.log", "b\n")
    follower.kill(follower.save(), len(follower.lines))
    assert sorted(follower.poll()) == ["a", "b"]


def test_a_pattern_without_a_match_is_no_data_until_a_log_comes(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "*.log")
    follower.poll()
    pattern = tmp_path / "*.log"
    assert follower.reported == [f"{pattern}: no file matches it: waiting for one"]
    assert follower.no_data()
    assert not follower.logs.ended
    append(tmp_path / "a.log", "a\n")
    assert follower.poll() == ["a"]
    assert not follower.no_data()


def test_a_log_of_a_pattern_that_is_removed_hides_nothing(tmp_path: Path) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for path in paths:
        append(path, "old\n")
    follower = Follower(tmp_path / "*.log")
    follower.poll()
    paths[0].unlink()
    follower.poll(2)
    follower.poll(2)
    assert not follower.logs.outage(follower.now).hides_hits
    assert not follower.no_data()
    paths[1].unlink()
    follower.poll(2)
    follower.poll(2)
    assert follower.no_data()


def test_a_new_log_that_cannot_be_read_is_a_notice(tmp_path: Path) -> None:
    append(tmp_path / "a.log", "old\n")
    follower = Follower(tmp_path / "*.log")
    new = tmp_path / "b.log"
    append(new, b"\x1f\x8b" + b"damage" * 9)
    follower.poll()
    follower.poll(2)
    assert follower.reported[:2] == [
        f"following a new log: {new}",
        f"{new}: Unknown compression method: waiting for it",
    ]


def test_a_single_look_reads_the_logs_that_match_now(tmp_path: Path) -> None:
    append(tmp_path / "a.log", "a\n")
    append(tmp_path / "a.log.1", "rotated\n")
    logs = Unread([str(tmp_path / "a*")])
    assert logs.paths == [str(tmp_path / "a.log")]
