"""The shape of the counts for metrics in a stored state; a part of schema.py."""

from typing import TypedDict

from monitor.state.kinds import Name


class Totals(TypedDict):
    """Counts since the state was made: of a section its hits, errors and bytes."""

    numbers: dict[str, int]
    codes: dict[str, int]
    methods: dict[str, int]
    sections: dict[Name, tuple[int, int, int]]
    buckets: dict[str, int]
    seconds: float
    alerts: dict[str, dict[str, int]]
