"""The log that the tests of the real program read, and the text of its replay."""

from pathlib import Path

import pytest
from support.program import SMALL, made_log, ran


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(made_log())
    return path


@pytest.fixture(scope="session")
def piped(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the text that a pipe gets when the log is replayed."""
    path = tmp_path_factory.mktemp("piped") / "access.log"
    path.write_bytes(made_log())
    run = ran("--replay", *SMALL, path.name, cwd=path.parent)
    assert (run.code, run.err) == (0, "")
    return run.out


@pytest.fixture(autouse=True)
def nothing_to_trace(untraced: None) -> None:
    """These tests start programs or read files."""
