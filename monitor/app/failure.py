"""Fails if no line could be parsed, or if paths lead nowhere."""

import os
from collections.abc import Iterable

from monitor.core import Event, Summary
from monitor.errors import MonitorError, NothingRead


def check_read(summary: Event, least: int) -> None:
    """Raise NothingRead if a run had no hit, and `least` lines or more were unparsed."""
    assert isinstance(summary, Summary)
    numbers = summary.values.numbers
    if not numbers["hits"] and numbers["unparsed"] >= least:
        raise NothingRead


def check_working_directory(paths: Iterable[str]) -> None:
    """Raise MonitorError if a path is relative to a working directory that was removed."""
    if all(map(os.path.isabs, paths)):
        return
    try:
        os.getcwd()
    except FileNotFoundError as error:
        message = "the working directory was removed: go to another one with cd"
        raise MonitorError(message) from error
