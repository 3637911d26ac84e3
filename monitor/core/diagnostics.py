"""Notices about a log: its clock, lines that cannot be parsed, and what its lines do not log.

The notices of a clock that differs and of a log that does not parse are emitted once a run.
"""

from collections.abc import Iterable, Iterator

from monitor.core.events import Notice, name_of
from monitor.core.intervals import Interval
from monitor.core.unparsed import UnparsedRow
from monitor.formats import Columns, reader_of
from monitor.keys import KEYS
from monitor.settings import Settings
from monitor.stats import Tally, Values
from monitor.streamtime import Clock
from monitor.units import duration, many

FIRST = 20
"""Hits of a log after which a notice names what none of them has."""

_ABSENT = b"-"
_MAY_BE_LACKING = ("client", "host", "agent", "referrer")

SKEW = 10
"""A difference of the log's clock, in seconds, from which there is a notice."""

SKEW_SETTLES = 5
"""Seconds after the first hit at which the difference is measured."""

FEWEST = 20
"""Hits of a report from which there is a notice if most requests are malformed.

Also ignored lines of a run from which there is a notice if it has no hit.
"""

SHOWN = 100
"""Bytes of a line that a notice shows."""

_LOGGED = {"clients": "clients", "sections": "requests", "bytes": "sizes"}
"""What reports show, and its name in a notice."""


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


class Diagnostics:
    """Remembers the notices of a run. `mono` is a monotonic clock in seconds."""

    def __init__(self, settings: Settings, mono: float, *, follow: bool) -> None:
        self._delay = settings.delay
        self._follow = follow
        self._logs = ", ".join(map(name_of, settings.files))
        self._reader = reader_of(settings.format)
        self._is_once = settings.once
        self._malformed_noticed = False
        self._ignored_noticed = settings.once or bool(settings.only)
        self._unlogged_noticed = False
        self._has_named_zones = (
            self._reader.has_named_zones
        )  # and no notice said so yet
        self._skew_noticed = False
        self._unreadable: set[str] = set()
        self._set_at = mono

    def begin(self, mono: float) -> None:
        """Note that the first hit was read at `mono`."""
        self._set_at = mono

    def of_skew(self, clock: Clock, mono: float) -> Iterator[Notice]:
        """Yield a notice if the log's clock differs, SKEW_SETTLES seconds after the first hit."""
        settled = clock.is_set and mono - self._set_at >= SKEW_SETTLES
        if self._skew_noticed or not settled:
            return
        self._skew_noticed = True
        skew = round(clock.skew())
        if not -SKEW - self._delay < skew < SKEW:
            side = "ahead of" if skew > 0 else "behind"
            yield Notice(
                f"the log's clock is {duration(abs(skew))} {side} this machine's: "
                "reports and alerts go by the log's"
            )

    def of_offset(self, log: str, seconds: int) -> Iterator[Notice]:
        """Yield a notice that the clock of a log is `seconds` ahead of the other logs' clocks."""
        side, moved = ("ahead of", "earlier") if seconds > 0 else ("behind", "later")
        by = duration(abs(seconds))
        how = f"is {by} {side} the other logs': its hits count {by} {moved}"
        if not seconds:
            how = "agrees with the other logs' again: its hits count at their own time"
        yield Notice(f"the clock of {log} {how}")

    def of_setback(self, shift: int) -> Iterator[Notice]:
        """Yield a notice that the log's clock was set back by `shift` seconds."""
        if shift >= SKEW:
            yield Notice(
                f"the log's clock went back by {duration(shift)}: "
                "reports and alerts follow it"
            )

    def of_leap(self, seconds: int) -> Iterator[Notice]:
        """Yield a notice that a followed log moved ahead by `seconds` more than its silence."""
        if self._follow:
            yield Notice(
                f"the log's clock went forward by {duration(seconds)}: reports and alerts follow it"
            )

    def of_unreadable(
        self, rows: Iterable[tuple[str, UnparsedRow]]
    ) -> Iterator[Notice]:
        """Yield a notice for each log whose lines cannot be parsed, once for each log."""
        for log, row in rows:
            if log not in self._unreadable:
                self._unreadable.add(log)
                why = f"its lines cannot be read: {row.reason}"
                yield self._explained(f"{name_of(log)}: {why}", row.sample)

    def of_malformed(self, interval: Interval, values: Values) -> Iterator[Notice]:
        """Yield a notice, once a run, if most requests of a report are malformed."""
        malformed = values.hits - values.rankings["methods"].totals[0]
        if (
            self._malformed_noticed
            or "methods" in values.unlogged
            or values.hits < FEWEST
            or 2 * malformed <= values.hits
        ):
            return
        self._malformed_noticed = True
        number = f"{malformed} of {values.hits} requests are malformed"
        yield self._explained(f"{self._logs}: {number}", interval.tally.malformed)

    def of_ignored(self, run: Tally) -> Iterator[Notice]:
        """Yield a notice, once a run, if a run has ignored lines but no hit.

        With --once each run would yield it anew, and with --only other hits are ignored lines.
        """
        if self._ignored_noticed or run.hits or run.ignored < FEWEST:
            return
        self._ignored_noticed = True
        yield Notice(
            f"{self._logs}: no line is a hit, and {many(run.ignored, 'line')} are ignored as "
            "comments or messages of a program: is the access log of the server turned on?"
        )

    def of_unlogged(self, values: Values) -> Iterator[Notice]:
        """Yield a notice, once a run, if no line of a report logs something that reports show.

        A second one says how the names of zones are read, if times have such names. With --once each
        run would yield them anew. Because of that there are none.
        """
        if self._has_named_zones and not self._is_once:
            self._has_named_zones = False
            yield Notice(f"{self._logs}: the names of zones (%Z) are read as UTC")
        lacking = [word for name, word in _LOGGED.items() if name in values.unlogged]
        if lacking and not self._unlogged_noticed and not self._is_once:
            self._unlogged_noticed = True
            words = " and ".join(filter(None, (", ".join(lacking[:-1]), lacking[-1])))
            yield Notice(
                f"{self._logs}: the lines log no {words}: reports leave them out"
            )

    def _explained(self, message: str, line: bytes) -> Notice:
        """Return a notice with a line as a sample, which the output escapes."""
        sample = line[:SHOWN].decode("utf-8", "surrogateescape")
        return Notice(f'{message}, such as "{sample}": {self._reader.explain(line)}')
