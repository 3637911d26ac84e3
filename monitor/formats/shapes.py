"""Whole blocks -> tables, by the strict pattern of a layout.

One `re.split` with the strict pattern (patterns.py) parses a block. It returns a flat list in which
every n-th item belongs to the same field. A slice with a stride is therefore a column.
"""

from collections.abc import Collection
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, cast

from monitor.formats.addresses import ClientCache
from monitor.formats.hits import Table
from monitor.formats.memo import Memo
from monitor.formats.numbers import seconds_in
from monitor.formats.patterns import Pattern, strict_pattern
from monitor.formats.requests import NO_HEAD, NO_METHOD
from monitor.formats.strings import Layout
from monitor.formats.tails import ENDING, header_of, may_have_time, tail_of
from monitor.formats.times import time_format
from monitor.formats.timestamps import TimeCache, runs_of
from monitor.formats.walk import seconds_of

_ending_of = itemgetter(slice(-ENDING, None))
_COLON = ord(":")  # the test of a byte in bytes is fast only for a number

Texts = dict[str, list[list[bytes]]]
"""Columns of text by the names of groups. A name may have several columns."""


class PatternShape:
    """Parses the lines that match a strict pattern. All other lines of a block are odd.

    `times` parses the times. `finds_times`: the request time may stand anywhere behind the size
    (tails.py).
    """

    def __init__(
        self, pattern: Pattern, times: TimeCache, *, finds_times: bool = False
    ) -> None:
        self._pattern = pattern
        self._times = times
        self._units = [
            Memo(partial(seconds_in, group.field.per_second))
            for group in self._pattern.groups
            if group.name == "seconds"
        ]
        self._clients = ClientCache()
        self._finds_times = finds_times

    @classmethod
    def of(
        cls,
        layout: Layout,
        wanted: Collection[str],
        *,
        finds_times: bool = False,
        mark: bytes = b"",
    ) -> "PatternShape":
        """Return the shape of the lines of a layout.

        `wanted` are the roles of the columns that a table has, beside the needed ones. `mark` is a
        pattern that the lines begin with.
        """
        (time,) = (field.time for field in layout.fields if field.role == "time")
        pattern, times = strict_pattern(layout, wanted, mark), time_format(time).epochs
        return cls(pattern, times, finds_times=finds_times)

    def parse(self, block: bytes) -> Table | None:
        """Parse a block; None if a client or a time is odd, or all lines are odd.

        After the last newline the pattern matches once more. An odd line has the values of a line
        beside it, because runs of equal times are a fast path.
        """
        groups = self._pattern.groups
        stride = len(groups) + 2  # an odd line, and the text up to the next match
        parts: list[Any] = self._pattern.regex.split(b"\n" + block)
        del parts[-stride:]
        others = parts[stride - 1 :: stride]
        odd = {place: line for place, line in enumerate(others) if line is not None}
        if len(odd) == len(others):
            return None
        usual = others.index(None)
        texts: Texts = {}
        for at, group in enumerate(groups, start=1):
            column = parts[at::stride]
            for place in odd:
                column[place] = column[place - 1] if place else column[usual]
            texts.setdefault(group.name, []).append(column)
        columns = self._columns_of(texts, parts[stride::stride])
        return Table(len(others), columns, odd) if columns else None

    def takes(self, line: bytes) -> bool:
        """Return whether a line has this shape."""
        match = self._pattern.regex.match(b"\n" + line)
        return match is not None and match[len(self._pattern.groups) + 1] is None

    def _columns_of(
        self, texts: Texts, tails: list[bytes]
    ) -> dict[str, list[Any]] | None:
        """Return the columns of texts, None if a client or a time is odd."""
        lines = len(tails)
        clients = self._clients_of(_first_of(texts.get("client", [[b"-"] * lines])))
        epochs = self._epochs_of(texts["time"][0])
        if epochs is None or clients is None:
            return None
        columns: dict[str, list[Any]] = {"epoch": epochs, "client": clients}
        columns["head"] = _heads_of(texts, lines)
        columns["rest"] = texts["rest"][0] if "rest" in texts else [b""] * lines
        columns["status"] = texts["status"][0]
        if "size" in texts:
            columns["size"] = _sizes_of(texts["size"][0])
        seconds = self._seconds_of(texts, tails)
        if seconds:
            columns["seconds"] = seconds
        for name in texts.keys() & {"host", "agent", "referrer"}:
            columns[name] = list(map(header_of, texts[name][0]))
        return columns

    def _epochs_of(self, times: list[bytes]) -> list[int] | None:
        """Return the epoch of each time, None if a time does not exist."""
        runs = runs_of(times)
        if runs is None:
            each = list(map(self._times.__getitem__, times))
            return None if None in each else cast("list[int]", each)
        epochs: list[int] = []
        for text, hits in runs:
            epoch = self._times[text]
            if epoch is None:
                return None
            epochs += [epoch] * hits
        return epochs

    def _clients_of(self, clients: list[bytes]) -> list[bytes] | None:
        """Return clients without their ports, None if one may be no client or is of two lines."""
        joined = b"".join(clients)
        if b"\n" in joined or b"\t" in joined:
            return None
        if b":" not in joined:
            return clients
        cut = self._clients
        found = [cut[each] if _COLON in each else each for each in clients]
        return None if None in found else cast("list[bytes]", found)

    def _seconds_of(
        self, texts: Texts, tails: list[bytes]
    ) -> list[float | None] | None:
        """Return the request time of each line, None if no line has one."""
        if self._finds_times:
            return _seconds_behind(_whole_tails(texts, tails))
        if "seconds" not in texts:
            return None
        times = [
            list(map(unit.__getitem__, column))
            for unit, column in zip(self._units, texts["seconds"], strict=True)
        ]
        if len(times) == 1:
            return times[0]
        stages = zip(*times, strict=True)
        if any(None in column for column in times):
            return list(map(seconds_of, stages))
        return list(map(round, map(sum, stages), repeat(9)))  # fast path


def _first_of(columns: list[list[bytes]]) -> list[bytes]:
    """Return the first client of each line that is not `-`."""
    if len(columns) == 1:
        return columns[0]
    return [next(filter(None, each), b"-") for each in zip(*columns, strict=True)]


def _heads_of(texts: Texts, lines: int) -> list[bytes]:
    """Return the heads. A method and a section become one head."""
    if "head" in texts:
        return texts["head"][0]
    if "section" not in texts:
        return [NO_HEAD] * lines
    methods = texts["method"][0] if "method" in texts else [NO_METHOD] * lines
    return [b"%b %b" % pair for pair in zip(methods, texts["section"][0], strict=True)]


def _sizes_of(texts: list[bytes]) -> list[int]:
    """Return sizes as numbers; `-` is 0."""
    return [0 if text == b"-" else int(text) for text in texts]


def _whole_tails(texts: Texts, tails: list[bytes]) -> list[bytes]:
    """Return what stands behind the sizes, of which `tails` lack the headers that have columns."""
    if "agent" in texts:
        pairs = zip(texts["agent"][0], tails, strict=True)
        return [b'"-" "%b"%b' % (agent, tail and b" " + tail) for agent, tail in pairs]
    if "referrer" in texts:
        return [tail.strip(b"\r") and b'"-" "%b' % tail for tail in tails]
    return tails


def _seconds_behind(tails: list[bytes]) -> list[float | None] | None:
    """Return the request times in the tails of lines, None if there are none."""
    if not any(map(may_have_time, set(map(_ending_of, tails)))):
        return None
    times = [tail_of(b" " + tail.removesuffix(b"\r")).seconds for tail in tails]
    return times if any(time is not None for time in times) else None
