"""The set-up that all tests share: the import path, and the signals as each test found them."""

import gc
import signal
import sys
from collections.abc import Iterator
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


@pytest.fixture
def untraced() -> Iterator[None]:
    """Hide a test of many rounds from the coverage tool, under which it takes three times as long.

    Other tests execute the same lines.
    """
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)
