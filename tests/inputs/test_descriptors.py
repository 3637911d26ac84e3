"""Logs need descriptors: too many logs are an error, and a high descriptor works."""

import resource
import select
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.world import open_files

from monitor.errors import MonitorError
from monitor.inputs.checks import SPARE, check_logs
from monitor.inputs.logfile import LogFile


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_more_logs_than_can_be_open_are_one_error(
    tmp_path: Path, limits: tuple[int, int]
) -> None:
    """Without a few files more, no rotation could be followed, and no state written."""
    logs = [tmp_path / str(number) for number in range(20)]
    for path in logs:
        path.touch()
    before = open_files()
    resource.setrlimit(resource.RLIMIT_NOFILE, (before + 20, limits[1]))
    words = r"cannot follow 20 logs: too many open files; give fewer logs, or raise the limit"
    with pytest.raises(MonitorError, match=words):
        check_logs(list(map(str, logs)))
    resource.setrlimit(resource.RLIMIT_NOFILE, (before + 20 + SPARE, limits[1]))
    assert check_logs(list(map(str, logs))) == []
    assert open_files() == before


def test_a_pipe_whose_descriptor_has_a_high_number_is_polled(
    tmp_path: Path, limits: tuple[int, int]
) -> None:
    """The function select accepts no descriptor above 1,023."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
    path = tmp_path / "log"
    path.touch()
    files = [path.open("rb") for _ in range(1024)]
    with pytest.raises(ValueError, match="out of range"):
        select.select([files[-1]], [], [], 0)
    assert LogFile("-", stdin=files[-1].fileno()).is_ready
    for file in files:
        file.close()
