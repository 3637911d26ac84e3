"""The values of JSON objects -> times, statuses, sizes and seconds.

A writer has numbers as numbers or as texts. The unit of an epoch is known by the number of its
digits. Sources: the documents of Caddy (`time_format`), Cloudflare Logpush (`timestamp_format`), nginx
(`$msec`), Go (`time.Duration`), Google Cloud Logging (`latency`).
"""

import re

from monitor.formats.directives import ISO
from monitor.formats.memo import Memo
from monitor.formats.times import time_format
from monitor.formats.timestamps import TIME, epoch_of

Scalar = str | int | float

_NANO = 10**17  # from which number on an epoch is in nanoseconds
_EPOCHS = ((_NANO, 10**9), (1e14, 10**6), (1e11, 10**3), (1e8, 1))
"""From which number on an epoch has a unit, and how many of this unit are a second."""

_DIGITS = "0123456789"
_epoch = re.compile(r"(\d{9,19})(?:\.\d{0,9})?", re.ASCII)
_clf = re.compile(TIME)
_status = re.compile(r"(?:(\d{1,3})|-0|-1)(?:\.0{1,9})?", re.ASCII)
_size = re.compile(r"\+?(\d{1,18})(?:\.0{1,9})?", re.ASCII)
_span = re.compile(r"(?:\d{1,9}(?:\.\d{1,18})?(?:h|m(?!s)|ms|s|us|[µμ]s|ns)){1,6}")
_piece = re.compile(r"([\d.]+)(\D+)")
_SPANS = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def epoch_of_value(value: Scalar) -> int | None:
    """Return the seconds since 1970 of a time, without the fraction; None if it is no time."""
    if not isinstance(value, str):
        return _epoch_of_number(value)
    if value[10:11] == ".":
        value = value[:10]
    elif value[19:20] in ".,":
        value = value[:19] + value[20:].lstrip(_DIGITS)
    epoch: int | None = _epochs[value]
    return epoch


def _epoch_of_number(value: float) -> int | None:
    for least, per_second in _EPOCHS:
        if least <= value < 1e20:
            return int(value // per_second)
    return None


def _epoch_of_text(text: str) -> int | None:
    text = text.strip("[] ")
    number = _epoch.fullmatch(text)
    if number:
        return _epoch_of_number(int(number[1]))
    zone = text[19:].replace(" ", "").replace("UTC", "Z")
    epoch = time_format(ISO).epochs[(text[:19] + zone).encode("ascii", "replace")]
    if epoch is not None:
        return epoch
    clf = _clf.fullmatch(text.encode("ascii", "replace"))
    return clf and epoch_of(b"%b%b" % (clf[1], clf[2] or b""))


def status_of_value(value: Scalar) -> bytes | None:
    """Return a status, `-` if no answer was sent; None for a value that is no status."""
    status: bytes | None = _statuses[str(value)]
    return status


def _status_of(text: str) -> bytes | None:
    status = _status.fullmatch(text)
    if status is None:
        return None
    number = int(status[1] or 0)
    return b"%03d" % number if number else b"-"


def size_of_value(value: Scalar) -> int | None:
    """Return a size in bytes, None for a value that is no size."""
    if isinstance(value, str):
        if value.isdigit() and value.isascii() and len(value) <= 18:  # fast path
            return int(value)
        size = _size.fullmatch(value)
        return int(size[1]) if size else None
    return int(value) if 0 <= value < 10**18 else None


def seconds_of_value(value: Scalar, per_second: int) -> float | None:
    """Return the seconds of a number in a unit, or of a text that has its own unit."""
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return seconds_of_span(value)
    return number / per_second if 0 <= number < 1e18 else None


def seconds_of_span(value: Scalar) -> float | None:
    """Return the seconds of a text such as `12ms`, `1m2.5s` or `0.012s`; None for another value."""
    seconds: float | None = _spans[value] if isinstance(value, str) else None
    return seconds


def _seconds_of_span(text: str) -> float | None:
    if not _span.fullmatch(text):
        return None
    pieces = _piece.findall(text.replace("µ", "u").replace("μ", "u"))
    return round(sum(float(number) * _SPANS[unit] for number, unit in pieces), 9)


def seconds_between(start: object, end: object) -> float | None:
    """Return the seconds between two times in nanoseconds, None if they are in another unit."""
    if type(start) is int and type(end) is int and _NANO <= start <= end < 100 * _NANO:
        return (end - start) / 10**9
    return None


def fraction_of_seconds(value: Scalar) -> float | None:
    """Return seconds that have a fraction, or that are 0, or of a text that has its own unit.

    A whole number may be milliseconds or nanoseconds.
    """
    is_whole = isinstance(value, int) and value != 0
    return None if is_whole else seconds_of_value(value, 1)


def seconds_or_milliseconds(value: Scalar) -> float | None:
    """Return the seconds of milliseconds as a whole number, or of seconds with a fraction."""
    is_whole = isinstance(value, int) or (isinstance(value, str) and value.isdigit())
    return seconds_of_value(value, 1000 if is_whole else 1)


_epochs = Memo(_epoch_of_text)
_statuses = Memo(_status_of)
_spans = Memo(_seconds_of_span)
