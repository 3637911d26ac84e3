"""The set-up that all tests share: the import path, and the signals as each test found them."""

import gc
import signal
import sys
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

import pytest

# The program is imported from the folder above, wherever pytest is called.
sys.path.insert(0, str(Path(__file__).parent.parent))

# Tests send SIGINT and SIGHUP to themselves and to programs they start. A shell script starts its
# background jobs with SIGINT ignored, nohup starts a program with SIGHUP ignored, and children would
# inherit that.
for number, handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)


def pytest_collection_finish() -> None:
    """Take what was collected from the garbage collector, which would visit it all the time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Restore the signal handlers after each test: programs started later would inherit them."""
    numbers = (
        *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP),
        *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM),
    )
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


TRACER = sys.gettrace()
"""The coverage tool, if it runs."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Hide the work of pytest from the coverage tool. It takes longer than most tests do."""
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(TRACER)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    request: pytest.FixtureRequest,
) -> Generator[None, object, object]:
    return (yield from traced(request.fixturenames))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    return (yield from traced(pyfuncitem.fixturenames))


def traced(fixtures: Iterable[str]) -> Generator[None, object, object]:
    """Show a test or a fixture to the coverage tool."""
    if "untraced" not in fixtures:
        sys.settrace(TRACER)
    try:
        return (yield)
    finally:
        sys.settrace(None)


@pytest.fixture
def untraced() -> None:
    """Hide a test of many rounds from the coverage tool, under which it takes three times as long.

    Other tests execute the same lines.
    """
