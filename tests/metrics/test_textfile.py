"""The file for the textfile collector: whole at every moment, and readable for everybody."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.metrics import write_file


@pytest.fixture
def strict_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("strict_umask")
def test_everybody_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    write_file(str(path), "one\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["a.prom"]


def test_a_reader_has_the_old_text_or_the_new_text(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    write_file(str(path), "old\n" * 1000)
    with path.open() as reader:
        write_file(str(path), "new\n")
        assert reader.read() == "old\n" * 1000
    assert path.read_text() == "new\n"


UNWRITABLE = [
    pytest.param("no/a.prom", "No such file or directory", id="no folder"),
    pytest.param("", "Is a directory", id="a folder"),
]


@pytest.mark.parametrize(("name", "reason"), UNWRITABLE)
def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, name: str, reason: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / name if name else folder
    with pytest.raises(MonitorError, match=f"^cannot write metrics to {path}: "):
        write_file(str(path), "one\n")
    assert os.listdir(tmp_path) == ["folder"]
    assert os.listdir(folder) == []
