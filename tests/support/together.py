"""Tests that wait more than they work, all at the same time: nobody waits for the sum of it.

The first of them that is run runs all that were asked for, each in a thread and a folder of its own;
each then passes or fails for itself. What they share is the processor, so this is not for a
test of how soon something happens, nor for one that looks at what this process prints.
"""

import inspect
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

AT_ONCE = 16

_outcomes: dict[str, Future[None]] = {}


def together(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test with the others; it may have parameters, and gets `folder` if it asks for it."""

    def run(request: pytest.FixtureRequest, **parameters: object) -> None:
        if request.node.nodeid not in _outcomes:
            _run_all(request)
        _outcomes[request.node.nodeid].result()

    signature = inspect.signature(test)
    others = [each for each in signature.parameters.values() if each.name != "folder"]
    asking = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    vars(run)["__signature__"] = signature.replace(parameters=[asking, *others])
    run.__name__, run.__doc__, run.__module__ = (
        test.__name__,
        test.__doc__,
        test.__module__,
    )
    vars(run)["together"] = test
    return run


def _run_all(request: pytest.FixtureRequest) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for item in request.session.items:
            test = getattr(getattr(item, "function", None), "together", None)
            if test is not None and item.nodeid not in _outcomes:
                given = _given(item, test, request.getfixturevalue("tmp_path_factory"))
                _outcomes[item.nodeid] = pool.submit(test, **given)


def _given(
    item: Any, test: Callable[..., None], folders: pytest.TempPathFactory
) -> dict[str, object]:
    """Give the parameters of one case of a test."""
    given = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    if "folder" in inspect.signature(test).parameters:
        given["folder"] = folders.mktemp("together")
    return given
