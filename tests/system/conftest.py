"""The log that the tests of the real program read, its replay, and what is started beforehand."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.program import SMALL, made_log, ran
from support.stories import STORIES

Stories = dict[Callable[[Path], object], Future[Any]]


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    with ThreadPoolExecutor(len(STORIES)) as pool:
        yield {
            story: pool.submit(story, tmp_path_factory.mktemp(story.__name__))
            for story in STORIES
        }


@pytest.fixture(scope="session", autouse=True)
def started_beforehand(request: pytest.FixtureRequest) -> None:
    """Start the long runs before the first test, so that other tests run while they wait."""
    tests = [
        each for each in request.session.items if isinstance(each, pytest.Function)
    ]
    if any("stories" in each.fixturenames for each in tests):
        request.getfixturevalue("stories")


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
