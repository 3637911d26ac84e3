"""What holds for all tests: what they leave behind, and where the large ones run."""

import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from support.unwatched import Apart, can_run_apart, out_of_sight, signals_as_they_are

# What is tested is found from here, however pytest is called and from where.
sys.path.insert(0, str(Path(__file__).parent.parent))

# Tests send signals to themselves and to programs they start, and so must not ignore them: in the
# background of a script they would.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_APART = pytest.StashKey[Apart]()


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The program listens no more when it has ended."""
    with signals_as_they_are():
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "unwatched: no tool for coverage watches it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask for the tests of the other process when the others are done."""
    items.sort(key=can_run_apart)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the other process begin."""
    apart = list(filter(can_run_apart, session.items))
    if apart and not session.config.option.collectonly:
        session.config.stash[_APART] = Apart(apart)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing running."""
    if (apart := session.config.stash.get(_APART, None)) is not None:
        apart.end()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Take what the other process says of a test, if it runs there."""
    apart = pyfuncitem.config.stash.get(_APART, None)
    if apart is None or pyfuncitem not in apart:
        return None
    how, why = apart.outcome_of(pyfuncitem)
    if how == "failed":
        pytest.fail(why, pytrace=False)
    if how == "skipped":
        pytest.skip(why)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a test that is not to be watched without the trace function of a tool."""
    if item.get_closest_marker("unwatched") is None:
        return (yield)
    with out_of_sight():
        return (yield)
