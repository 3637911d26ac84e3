"""Which files a quoted pattern stands for, and which of them are logs."""

from contextlib import chdir
from pathlib import Path

import pytest

from monitor.core import Source
from monitor.errors import MonitorError
from monitor.inputs.cursor import Cursor
from monitor.inputs.patterns import (
    Patterns,
    all_files,
    all_logs,
    is_pattern,
    without_rotated,
)


def made(folder: Path, names: str) -> None:
    for name in names.split():
        (folder / name).touch()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("*.log", True, id="star"),
        pytest.param("site?.log", True, id="question mark"),
        pytest.param("[ab].log", True, id="class"),
        pytest.param("access.log", False, id="plain"),
        pytest.param("-", False, id="standard input"),
        pytest.param("odd[1].log", False, id="a file that is there"),
    ],
)
def test_a_pattern_has_a_wildcard_and_is_no_file(
    tmp_path: Path, path: str, expected: bool
) -> None:
    made(tmp_path, "odd[1].log")
    with chdir(tmp_path):
        assert is_pattern(path) is expected


@pytest.mark.parametrize(
    ("names", "logs"),
    [
        pytest.param("a.log b.log", "a.log b.log", id="two logs"),
        pytest.param("a.log a.log.1 a.log.2.gz", "a.log", id="rotated by number"),
        pytest.param("a.log a.log-20261123 a-20261122.log", "a.log", id="dated"),
        pytest.param("access access.1 access.old", "access", id="no extension"),
        pytest.param("site-1.log site-2.log", "site-1.log site-2.log", id="numbers"),
        pytest.param(
            "a-20261122.log a-20261123.log",
            "a-20261122.log a-20261123.log",
            id="a log a day",
        ),
        pytest.param("a.log.1", "a.log.1", id="a rotated file alone"),
        pytest.param("b.log.gz", "", id="compressed"),
    ],
)
def test_rotated_and_compressed_files_are_no_logs(names: str, logs: str) -> None:
    found = [f"/var/log/{name}" for name in names.split()]
    assert without_rotated(found, []) == [f"/var/log/{name}" for name in logs.split()]


def test_a_rotated_file_is_none_of_a_log_in_another_folder() -> None:
    assert without_rotated(["/a/x.log.1"], ["/b/x.log"]) == ["/a/x.log.1"]
    assert without_rotated(["/a/x.log.1"], ["/a/x.log"]) == []


def test_a_finished_run_reads_all_matches_and_a_monitor_the_logs(
    tmp_path: Path,
) -> None:
    made(tmp_path, "a.log a.log.1 a.log.2.gz other.txt")
    (tmp_path / "a.log.d").mkdir()
    pattern, plain = str(tmp_path / "a.log*"), str(tmp_path / "other.txt")
    assert [Path(each).name for each in all_files([pattern, plain])] == [
        "a.log",
        "a.log.1",
        "a.log.2.gz",
        "other.txt",
    ]
    assert all_logs([pattern, plain]) == (str(tmp_path / "a.log"), plain)


def test_a_pattern_without_a_match_is_an_error_unless_logs_may_come(
    tmp_path: Path,
) -> None:
    pattern = str(tmp_path / "*.log")
    for find in (all_files, all_logs):
        with pytest.raises(MonitorError, match="no file matches"):
            find([pattern])
    assert all_logs([pattern], may_be_missing=True) == ()


def test_a_renamed_log_is_left_out_as_long_as_it_is_open(tmp_path: Path) -> None:
    renamed, patterns = tmp_path / "old.log", Patterns([str(tmp_path / "*.log")])
    made(tmp_path, "old.log")
    cursor = Cursor(str(renamed), Source("a.log", 1), 0.0)
    assert patterns.look({}, lambda: {cursor.identity: cursor}) == []
    assert cursor.renamed_to == str(renamed)
    cursor.file.close()
    assert patterns.look({}, dict) == [str(renamed)]
    assert patterns.look({"old.log": str(renamed)}, dict) == []
