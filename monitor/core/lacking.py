"""Notices about keys of `--by` and `--only` that the lines of a log do not have."""

from collections.abc import Iterator

from monitor.core.events import Notice, name_of
from monitor.formats import Columns
from monitor.keys import KEYS
from monitor.options import Settings
from monitor.units import many

FIRST = 20
"""Hits of a log from which there is a notice."""

_ABSENT = b"-"
_MAY_BE_LACKING = ("client", "host", "agent", "referrer")


class Lacking:
    """Looks at the first hits of each log. One notice names all keys that no hit has."""

    def __init__(self, settings: Settings) -> None:
        keys = [
            ("--by", settings.by),
            *(("--only", each.key) for each in settings.only),
        ]
        self._needed = [
            (column, f"{option} {key}")
            for option, key in dict.fromkeys(keys)
            for column in KEYS[key].columns
            if column in _MAY_BE_LACKING
        ]
        self._seen: dict[str, int] = {}  # the hits so far, FIRST at most
        self._absent: dict[str, set[str]] = {}

    def see(self, log: str, columns: Columns) -> Iterator[Notice]:
        """Look at the next hits of a log."""
        seen = self._seen.get(log, 0)
        if not self._needed or seen >= FIRST:
            return
        first = columns.cut(0, min(FIRST - seen, len(columns)))
        absent = self._absent.setdefault(log, {column for column, _ in self._needed})
        absent -= {name for name in absent if set(first.column(name)) - {_ABSENT}}
        self._seen[log] = seen + len(first)
        if self._seen[log] == FIRST:
            yield from self._notices(log)

    def end(self) -> Iterator[Notice]:
        """Judge the logs with fewer hits, because no hits follow."""
        for log, seen in self._seen.items():
            if 0 < seen < FIRST:
                yield from self._notices(log)

    def _notices(self, log: str) -> Iterator[Notice]:
        absent = self._absent[log]
        needed = [option for column, option in self._needed if column in absent]
        if needed:
            names = " and ".join(name for name in _MAY_BE_LACKING if name in absent)
            hits = many(self._seen[log], "hit")
            yield Notice(
                f"{name_of(log)}: no {names} in the first {hits}, for {', '.join(needed)}"
            )
