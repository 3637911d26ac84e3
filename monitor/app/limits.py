"""Lets this process open as many files as the system allows. A log needs one file, or two."""

import resource
import sys
from contextlib import suppress

_OPEN_MAX = 10240
"""The most that macOS accepts, whose hard limit is infinite."""


def allow_many_files() -> None:
    """Raise the soft limit of open files to the hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(hard, _OPEN_MAX) if sys.platform == "darwin" else hard
    if soft < most:
        with suppress(OSError, ValueError):  # a sandbox may refuse it
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
