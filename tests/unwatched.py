"""Volume out of sight: a coverage tool makes every line take several times as long.

What is measured then is the tool, and what is counted takes minutes. That the lines are run at all
is seen where there is little to count: this is for tests of time, of large volumes, and for laws over
long random logs.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


def unwatched(test: Callable[P, None]) -> Callable[P, None]:
    """Run a test without the trace function of a tool."""

    @wraps(test)
    def run(*args: P.args, **names: P.kwargs) -> None:
        tracer = sys.gettrace()
        sys.settrace(None)
        try:
            test(*args, **names)
        finally:
            sys.settrace(tracer)

    return run
