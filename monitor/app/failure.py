"""Fails if no line could be parsed."""

from monitor.core import Event, Summary
from monitor.errors import NothingRead


def check_read(summary: Event, least: int) -> None:
    """Raise NothingRead if a run had no hit, and `least` lines or more were unparsed."""
    assert isinstance(summary, Summary)
    numbers = summary.values.numbers
    if not numbers["hits"] and numbers["unparsed"] >= least:
        raise NothingRead
