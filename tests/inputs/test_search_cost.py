"""What following costs: an idle log asks once, and all logs of a folder share its listing."""

import os
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest
from support.follower import Follower
from support.world import append, beside, rotate

CALLS = (os.open, os.stat, os.lstat, os.fstat, os.pread, os.scandir)


class Calls(Counter[str]):
    """The system calls while it is entered, by name."""

    def __enter__(self) -> Self:
        sys.setprofile(self._heard)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)

    def _heard(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and arg in CALLS:
            self[arg.__name__] += 1


def logs_in(folder: Path, number: int, rotated: int = 3) -> list[Path]:
    logs = [folder / f"site{n}.log" for n in range(number)]
    for log in logs:
        log.write_text(f"{log.name}\n")
        for n in range(rotated):
            beside(log, f".{n + 1}").write_text(f"{log.name} {n}\n")
    return logs


def test_an_idle_log_costs_one_stat_a_poll(tmp_path: Path) -> None:
    follower = Follower(*logs_in(tmp_path, 5))
    follower.poll()
    with Calls() as calls:
        follower.poll()
    assert calls == {"stat": 5}


@pytest.mark.parametrize("is_restarted", [False, True], ids=["live", "restarted"])
def test_a_folder_is_listed_once_for_all_logs(
    tmp_path: Path, is_restarted: bool
) -> None:
    seen = []
    for number in (2, 8):
        folder = tmp_path / str(number)
        folder.mkdir()
        logs = logs_in(folder, number)
        follower = Follower(*logs)
        for log in logs:
            append(log, "a\n")
            rotate(log, "b\n")
        if is_restarted:
            follower = Follower(*logs, state=follower.save())
        with Calls() as calls:
            assert len(follower.poll()) == 2 * number
        seen.append(calls["scandir"])
    assert seen[0] == seen[1]


@pytest.mark.parametrize("is_restarted", [False, True], ids=["live", "restarted"])
def test_of_many_rotated_files_few_are_opened(
    tmp_path: Path, is_restarted: bool
) -> None:
    (log,) = logs_in(tmp_path, 1, rotated=200)
    for number in range(200):
        os.utime(beside(log, f".{number + 1}"), ns=(0, number))
    with Calls() as calls:
        follower = Follower(log)
    assert calls["open"] < 20
    rotate(log, "a\n")
    if is_restarted:
        follower = Follower(log, state=follower.save())
    with Calls() as calls:
        assert follower.poll() == ["a"]
    assert calls["open"] < 20
