"""Volume out of sight, and out of the way of the other tests.

A coverage tool makes every line take several times as long. What is measured then is the tool, and
what is counted takes minutes. That the lines are run at all is seen where there is little to count:
this is for tests of time, of large volumes, and for laws over long random logs.

They run in a process of their own, which no tool watches, while the others go on here; each passes or
fails in its place. One that needs a fixture runs here, out of sight.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest

unwatched = pytest.mark.unwatched
"""Marks a test as one of these."""


Outcome = tuple[str, str]
"""How a test ended, `passed`, `failed` or `skipped`, and why."""


class Apart:
    """A process that runs tests one after the other, and tells how each of them ended."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self._names = {item.nodeid for item in items}
        self._outcomes: dict[str, list[str]] = {}
        told, telling = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(told)
            _run_all(items, telling)
        os.close(telling)
        self._told = os.fdopen(told)

    def __contains__(self, item: pytest.Item) -> bool:
        return item.nodeid in self._names

    def outcome_of(self, item: pytest.Item) -> Outcome:
        """Wait for a test to end, and give how it did."""
        while item.nodeid not in self._outcomes:
            line = self._told.readline()
            if not line:
                return "failed", "the process that was to run it has ended"
            name, *outcome = json.loads(line)
            self._outcomes[name] = outcome
        how, why = self._outcomes[item.nodeid]
        return how, why

    def end(self) -> None:
        """Let the process end, when it is done with the test it is at."""
        self._told.close()
        os.waitpid(self._pid, 0)


def can_run_apart(item: pytest.Item) -> bool:
    """Tell whether all that a test needs is a folder and the values of its case."""
    if item.get_closest_marker("unwatched") is None:
        return False
    needs = signature(_function_of(item)).parameters.keys()
    return needs <= {"tmp_path", *_case_of(item)}


def _run_all(items: Sequence[pytest.Item], telling: int) -> NoReturn:
    try:
        with os.fdopen(telling, "w") as told, open(os.devnull, "w") as nowhere:
            for stream in (1, 2):
                os.dup2(nowhere.fileno(), stream)
            with out_of_sight(), redirect_stdout(nowhere), redirect_stderr(nowhere):
                for item in items:
                    print(json.dumps([item.nodeid, *_outcome_of(item)]), file=told)
                    told.flush()
    finally:
        os._exit(0)


def _outcome_of(item: pytest.Item) -> Outcome:
    function, given = _function_of(item), _case_of(item)
    with TemporaryDirectory() as folder, signals_as_they_are():
        if "tmp_path" in signature(function).parameters:
            given["tmp_path"] = Path(folder).resolve()
        ended = pytest.CallInfo.from_call(lambda: function(**given), "call")
    if ended.excinfo is None:
        return "passed", ""
    if ended.excinfo.errisinstance(pytest.skip.Exception):
        return "skipped", str(ended.excinfo.value)
    return "failed", f"{ended.excinfo.exconly()}\n\n{ended.excinfo.getrepr()}"


def _function_of(item: pytest.Item) -> Any:
    return getattr(item, "function", None)


def _case_of(item: pytest.Item) -> dict[str, Any]:
    return dict(getattr(getattr(item, "callspec", None), "params", {}))


@contextmanager
def out_of_sight() -> Iterator[None]:
    """Run without the trace function of a tool."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


@contextmanager
def signals_as_they_are() -> Iterator[None]:
    """Afterwards the program listens no more: children would inherit that."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
