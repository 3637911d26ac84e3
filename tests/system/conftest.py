"""The log that the tests of the real program read, its replay, and what is started beforehand."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.program import SMALL, Ended, made_log, ran
from support.stories import STORIES, Story, beforehand

AT_ONCE = 2
"""How many stories run side by side."""

Stories = dict[Story, Future[Any]]


@beforehand
def replay_into_a_pipe(folder: Path) -> Ended:
    (folder / "access.log").write_bytes(made_log())
    return ran("--replay", *SMALL, "access.log", cwd=folder)


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    pool = ThreadPoolExecutor(AT_ONCE)
    yield {
        story: pool.submit(story, tmp_path_factory.mktemp(story.__name__))
        for story in STORIES
    }
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session", autouse=True)
def started_beforehand(request: pytest.FixtureRequest) -> None:
    """Start the stories before the first test, so that other tests run meanwhile."""
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
def piped(stories: Stories) -> str:
    """Return the text that a pipe gets when the log is replayed."""
    run: Ended = stories[replay_into_a_pipe].result()
    assert (run.code, run.err) == (0, "")
    return run.out


@pytest.fixture(autouse=True)
def nothing_to_trace(untraced: None) -> None:
    """These tests start programs or read files."""
