"""The time of a log line as text -> seconds since 1970-01-01 UTC.

Source: Apache httpd mod_log_config `%t`, nginx `$time_local`: `10/Oct/2000:13:55:36 -0700`. Relatives
have a space before the hour (Python's http.server), a fraction of a second (HAProxy), or another
offset (`Z`, `+02`, `+02:00`). The offset is honoured. A time without an offset, or with the name of
a zone, is in UTC. A leap second counts as the second after it, as in POSIX.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from typing import TypeVar

Time = TypeVar("Time", bytes, int)

_SHORT_RUN = 8

_MONTHS = {
    name: number
    for number, name in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_SECOND = rb'\d{1,2}/[^ /\[\]"]{1,20}/\d{4}[: ]\d\d:\d\d:\d\d'
_ZONE = rb" ?[+-]\d\d(?::?\d\d)?| ?[A-Za-z]{1,5}"
TIME = rb"(%b)(?:[.,:]\d{1,9}+)?(%b)?" % (_SECOND, _ZONE)
"""The pattern of a time in a line: its second and its zone are the groups, a fraction is not."""

_time = re.compile(
    rb"(\d{1,2})/([^ /]+)/(\d{4})[: ](\d\d):(\d\d):(\d\d)"
    rb"(?: ?([+-])(\d\d)(?::?(\d\d))?| ?[A-Za-z]{1,5})?"
)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def epoch_of(text: bytes) -> int | None:
    """Parse a time without its fraction; return None for a text that is no time."""
    match = _time.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = match.group(1, 2, 3, 4, 5, 6)
    sign, offset_hours, offset_minutes = match.group(7, 8, 9)
    if (
        int(hour) > 23
        or int(minute) > 59
        or int(second) > 60
        or not 1 < int(year) < 9999
    ):
        return None
    try:
        days = (
            date(int(year), _MONTHS[month.lower()], int(day)).toordinal() - _EPOCH_DAY
        )
    except (KeyError, ValueError):
        return None
    epoch = days * 86400 + int(hour) * 3600 + int(minute) * 60 + int(second)
    if sign is None:
        return epoch
    minutes = int(offset_minutes or 0)
    if int(offset_hours) > 23 or minutes > 59:
        return None
    offset = int(offset_hours) * 3600 + minutes * 60
    return epoch - offset if sign == b"+" else epoch + offset


def reason_against(text: bytes) -> str:
    """Return why a text that has the form of a time is none."""
    is_clf = not text[:4].isdigit()  # and begins with a day
    month = text.partition(b"/")[2].partition(b"/")[0].lower()
    if is_clf and month not in _MONTHS:
        return "the month is not known"
    return "its time does not exist"


class TimeCache(dict[bytes, int | None]):
    """Maps the text of a time to its epoch, None for a text that is no time.

    This is a fast path. Thousands of lines have the same time. Only one time of each minute is
    parsed, because the other times of the minute differ from it in the two digits of the second.
    That is done for times of the CLF formats. `parse` parses the times of another format.
    """

    LIMIT = 1 << 16

    def __init__(self, parse: Callable[[bytes], int | None] = epoch_of) -> None:
        self._parse = parse
        self._minute = b"", 0  # a time without its second, and its epoch

    def __missing__(self, text: bytes) -> int | None:
        if len(self) >= self.LIMIT:
            self.clear()
        second, others = text[18:20], text[:18] + text[20:]
        is_second = (
            self._parse is epoch_of
            and len(second) == 2
            and second.isdigit()
            and second <= b"60"
        )
        minute, begin = self._minute
        if is_second and others == minute:
            epoch: int | None = begin + int(second)
        else:
            epoch = self._parse(text)
            if is_second and epoch is not None:
                self._minute = others, epoch - int(second)
        self[text] = epoch
        return epoch


def runs_of(column: list[Time]) -> list[tuple[Time, int]] | None:
    """Return the values of a sorted column in order, each with its number of hits.

    This is a fast path. Return None when the column is not sorted, and when its runs are short,
    because a dict is faster then. Bisection finds the end of a run, and then the run is checked.
    """
    runs: list[tuple[Time, int]] = []
    start, length = 0, len(column)
    while start < length:
        value = column[start]
        stop = bisect_right(column, value, start)
        if stop == start or not _are_all(column[start:stop], value):
            return None
        runs.append((value, stop - start))
        start = stop
        if start < _SHORT_RUN * len(runs):
            return None
    return runs


def _are_all(column: list[Time], value: Time) -> bool:
    """Return whether all values of a column are equal to `value`.

    Times as text are joined and compared at once, which is a fast path. It is right because no
    other list of as many times has the same bytes in a row.
    """
    if isinstance(value, bytes):
        return b"".join(column) == value * len(column)
    return column.count(value) == len(column)
