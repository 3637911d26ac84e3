"""A dated file that has stopped while a newer one of its kind grows: one notice that names it."""

import os
from contextlib import chdir
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import append

SECOND = 10**9


def a_log(path: Path, second: int) -> Path:
    """Write a log that was changed at a second."""
    path.write_text("old\n")
    os.utime(path, ns=(0, (1_795_474_080 + second) * SECOND))
    return path


@pytest.mark.parametrize(
    ("log", "beside", "later", "is_newer"),
    [
        ("access-2026-11-23.log", "access-2026-11-24.log", 60, True),
        ("access.log.20261123", "access.log.20261124", 600, True),
        ("access-2026-11-23.log", "access-2026-11-24.log", 59, False),
        ("access-2026-11-23.log", "access-2026-11-22.log", 60, False),
        ("access-2026-11-23.log", "access-2026-11-24.log.gz", 60, False),
        ("access-2026-11-23.log", "error-2026-11-24.log", 60, False),
        ("access.log", "access-2026-11-24.log", 60, False),
    ],
    ids=["a day", "a suffix", "both", "older", "compressed", "another kind", "no date"],
)
def test_a_newer_file_beside_a_dated_log_is_named(
    tmp_path: Path, log: str, beside: str, later: int, is_newer: bool
) -> None:
    paths = a_log(tmp_path / log, 0), a_log(tmp_path / beside, later)
    follower = Follower(paths[0])
    follower.poll()
    expected = f"{paths[0]} has stopped, and {paths[1]} is written to: follow {paths[1]} instead"
    assert follower.notices() == [expected] * is_newer


def test_a_newer_file_is_named_once_and_within_two_minutes(tmp_path: Path) -> None:
    log = a_log(tmp_path / "access-20261123.log", 0)
    follower = Follower(log)
    follower.poll()
    newer = a_log(tmp_path / "access-20261124.log", 70)
    append(newer, "a\n")
    assert [len(follower.notices()) for _ in range(4) if not follower.poll(31)] == [
        *(0, 1, 0, 0)
    ]


def test_a_newer_file_that_is_followed_too_or_by_a_link_is_not_named(
    tmp_path: Path,
) -> None:
    logs = [a_log(tmp_path / f"access-2026112{n}.log", 99 * n) for n in (3, 4)]
    link = tmp_path / "access.20261122"
    link.symlink_to(logs[0])
    for followed in (logs, [link]):
        follower = Follower(*followed)
        follower.poll()
        assert follower.notices() == []


def test_a_newer_file_in_the_working_directory_is_named_without_a_folder(
    tmp_path: Path,
) -> None:
    logs = [a_log(tmp_path / f"access-2026112{n}.log", 99 * n) for n in (3, 4)]
    with chdir(tmp_path):
        follower = Follower(Path(logs[0].name))
        follower.poll()
    (notice,) = follower.notices()
    assert notice.endswith(f": follow {logs[1].name} instead")
