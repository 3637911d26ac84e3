"""Several logs are followed at once: all are read, and a log that is gone is an outage."""

import os
from pathlib import Path

from support.follower import Follower, always
from support.world import append

from monitor.inputs.arrivals import Data
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.follow import Followed, Unread
from monitor.inputs.logfile import CHUNK
from monitor.inputs.rotation import GONE


def test_several_logs_are_read_and_one_that_is_gone_is_an_outage_of_a_part(
    tmp_path: Path,
) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for path in paths:
        path.write_text("old\n")
    follower = Follower(*paths)
    for path in paths:
        append(path, f"{path.name}\n")
    assert sorted(follower.poll()) == ["a.log", "b.log"]
    paths[0].unlink()
    follower.poll(2)
    follower.poll(2)
    assert not follower.no_data()
    assert follower.partly()


def test_the_same_file_named_twice_is_read_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    follower = Follower(log, tmp_path / "folder" / ".." / "log", log)
    append(log, "a\n")
    assert follower.poll() == ["a"]


def test_a_large_backlog_of_several_files_is_read_in_turns(tmp_path: Path) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for path in paths:
        path.touch()
    logs = Followed([str(path) for path in paths])
    logs.start("auto", 120, 0.0)
    for path in paths:
        append(path, b"x" * (CHUNK * CHUNKS_A_POLL * 2))
    heard = {
        each.source.path for each in logs.poll(0.2, always) if isinstance(each, Data)
    }
    assert heard == {str(path) for path in paths}


def test_there_is_data_until_all_logs_are_gone(tmp_path: Path) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log", tmp_path / "never.log"]
    for path in paths[:2]:
        path.write_text("old\n")
    follower = Follower(*paths)
    follower.poll()
    assert not follower.partly()
    for path, gone in zip(paths[:2], [False, True], strict=True):
        path.unlink()
        follower.poll(GONE)
        follower.poll(GONE)
        assert follower.partly() is not gone
        assert bool(follower.no_data()) is gone
    assert follower.no_data().count("No such file") == 3
    assert len(follower.notices()) == 3


def test_a_log_that_is_missing_after_a_restart_is_still_an_outage(
    tmp_path: Path,
) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log", tmp_path / "never.log"]
    for path in paths[:2]:
        path.write_text("old\n")
    saved = Follower(*paths).save()
    paths[1].unlink()
    for _ in range(2):
        logs = Followed([str(path) for path in paths])
        logs.resume(saved, 0.0)
        list(logs.poll(0.0, always))
        assert [each.was_open for each in logs.outage(0.0).failures.values()] == [
            *(True, False)
        ]
        saved = logs.snapshot(lambda source: (0, None))
    paths[1].write_text("back\n")
    list(logs.poll(0.2, always))
    assert not any(each.was_open for each in logs.outage(0.2).failures.values())


def test_logs_are_silent_since_the_last_write_to_any_and_not_while_one_is_rotated(
    tmp_path: Path,
) -> None:
    paths = [tmp_path / name for name in ("a.log", "b.log")]
    for path, written in zip(paths, (1000, 2000), strict=True):
        path.touch()
        os.utime(path, (written, written))
    logs = Unread([str(path) for path in paths])
    assert logs.silence(2600.0) == 600
    paths[0].unlink()
    assert logs.silence(2600.0) == 0
