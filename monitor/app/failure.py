"""Fails if no line could be parsed, or if paths lead nowhere; warns about paths to one file."""

import os
from collections.abc import Iterable

from monitor.app.loop import Outputs
from monitor.core import Event, Summary
from monitor.errors import MonitorError, NothingRead
from monitor.inputs import check_logs
from monitor.settings import Settings


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


def check_paths(settings: Settings, outputs: Outputs, *, may_be_missing: bool) -> None:
    """Raise MonitorError if a log cannot be read, and warn about paths to the same file.

    All paths are followed, because a link may be re-pointed later.
    """
    for path in check_logs(settings.files, may_be_missing=may_be_missing):
        outputs.notify(
            f"{path} leads to the same file as another log: its lines count twice"
        )
