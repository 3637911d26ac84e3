"""The hits of logs from before the start, as counts of each second."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from monitor.alerts import HITS

Counts = Mapping[str, Counter[int]]
"""Numbers of each second, by the name of the count."""

Moves = Mapping[tuple[int | None, int | None], int]
"""Numbers by the second in which they are counted, and by the second to which they move.

None means no second.
"""


class Past:
    """The hits of each log, and what else the rules count, by second."""

    def __init__(self) -> None:
        self._logs: dict[str, dict[str, Counter[int]]] = {}

    def add(self, log: str, seconds: Counter[int], counts: Counts) -> Counts:
        """Add the hits and the counts of a log; return both by name."""
        self._logs[log] = {HITS: seconds, **counts}
        return self._logs[log]

    def seconds(self) -> dict[int, Counter[str]]:
        """Return the counts of each second by name."""
        found: dict[int, Counter[str]] = {}
        for counts in self._logs.values():
            for name, numbers in counts.items():
                for second, number in numbers.items():
                    found.setdefault(second, Counter())[name] += number
        return found

    def snapshot(self) -> dict[str, Any]:
        """Return the hits of each log, and the other counts, as values that JSON can hold."""
        return {
            "backfill": {
                log: sorted(counts[HITS].items()) for log, counts in self._logs.items()
            },
            "backfill_counts": {
                log: {
                    name: sorted(numbers.items())
                    for name, numbers in counts.items()
                    if name != HITS
                }
                for log, counts in self._logs.items()
            },
        }


def past_in(snapshot: dict[str, Any]) -> dict[str, tuple[Counter[int], Counts]]:
    """Return the hits and the other counts of each log in a snapshot."""
    others = snapshot.get("backfill_counts", {})
    return {
        log: (Counter(dict(hits)), _counters(others.get(log, {})))
        for log, hits in snapshot["backfill"].items()
    }


def _counters(counts: dict[str, Any]) -> Counts:
    return {name: Counter(dict(numbers)) for name, numbers in counts.items()}
