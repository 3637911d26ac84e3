"""How a log writes its time -> a pattern of this time, and a parser of its text.

Sources: strftime of C (Apache httpd `%{FORMAT}t`), ISO 8601 (nginx `$time_iso8601`), seconds since
1970 (nginx `$msec`, Apache `%{sec}t`). The names of months and days are English. Formats that depend
on a locale (`%c`, `%x`, `%X`, `%p`) are refused.
"""

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from monitor.escape import encoded
from monitor.formats.directives import CLF, ISO
from monitor.formats.timestamps import TIME, TimeCache, epoch_of


class TimeFormat(NamedTuple):
    """A way to write a time.

    `strict` has one group, which is the text of a time. `loose` has one group or more, which
    together are the text. `strict` may match any text of the right length. Only `loose` matches a
    fraction of a second before an offset. `epochs` maps the text to seconds since 1970, and to None if
    there is no such time.
    """

    strict: bytes
    loose: bytes
    epochs: TimeCache


_MONTHS = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
_ISO_SECOND = rb"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d"
_OFFSET, _FRACTION = rb"[+-]\d\d:?\d\d", rb"(?:[.,]\d{1,9}+)?+"
_iso = re.compile(
    rb"(?P<Y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)[T ](?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d)"
    rb"(?P<z>Z|%b)?" % _OFFSET
)
_EPOCHS = {
    "sec": rb"(\d{1,11}+)(?:\.\d{1,9}+)?+",
    "msec": rb"(\d{10})\d{3}",
    "usec": rb"(\d{10})\d{6}",
}
_LETTERS = {
    **dict.fromkeys("de", rb"[ \d]\d"),
    **dict.fromkeys("mHMSy", rb"\d\d"),
    **dict.fromkeys("bBh", rb"[A-Za-z]{3,9}+"),
    "j": rb"\d{3}",
    "Y": rb"\d{4}",
    "z": rb"(?:Z|%b)" % _OFFSET,
    "Z": rb"[A-Za-z]{1,5}+",
    "s": rb"\d{1,11}+",
    **dict.fromkeys("aA", rb"[A-Za-z]{3,9}+"),
    "3": rb"\d{3}",
    "6": rb"\d{6}",
    "t": rb"\t",
    "%": rb"%",
}
_WIDTHS = {
    **dict.fromkeys("demHMSy", 2),
    **dict.fromkeys("jbha3", 3),
    "Y": 4,
    "6": 6,
    **dict.fromkeys("t%", 1),
}
"""The bytes of a letter that are always as many. A name is abbreviated."""

_SHORT = {"%T": "%H:%M:%S", "%R": "%H:%M", "%D": "%m/%d/%y", "%F": "%Y-%m-%d"}
_FRACTION_LAST = re.compile(r"(.*)([.,:])%([36])", re.DOTALL)
_ISO_LIKE = re.compile(r"%Y[-/]%m[-/]%d[T ]%H:%M:%S(?:[.,]%[36])?(?:Z|%z)")
_SAME = {"e": "d", "B": "b", "h": "b"}  # letters with one meaning
_LOCALE = "cxXpIrE"
_NEEDED = ("Yy", "dj", "bmj", "H", "M")


@cache
def time_format(text: str) -> TimeFormat:
    """Return the pattern and the parser of a time.

    `text` is CLF, ISO, `sec`, `msec`, `usec` or a format of strftime. Raises ValueError with the
    reason if it is no time that can be read.
    """
    if text == CLF:
        return TimeFormat(rb"(.{26}+)", TIME, TimeCache())
    if text == ISO:
        strict = rb"(.{19}(?:%b)?+)%bZ?+" % (_OFFSET, _FRACTION)
        loose = rb"(%b)%b(Z|%b)?+" % (_ISO_SECOND, _FRACTION, _OFFSET)
        return TimeFormat(strict, loose, TimeCache(lambda time: _parse(_iso, time)))
    if text in _EPOCHS:
        return TimeFormat(_EPOCHS[text], _EPOCHS[text], TimeCache(int))
    return _strftime(text)


def _strftime(text: str) -> TimeFormat:
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    if _ISO_LIKE.fullmatch(text):
        return time_format(ISO)
    fraction = _FRACTION_LAST.fullmatch(text)
    if (
        fraction
    ):  # no part of the text that is parsed, because it differs from line to line
        before, mark, digits = fraction.groups()
        strict, loose, parse = _strftime(before)
        end = rb"%b\d{%b}" % (re.escape(mark.encode()), digits.encode())
        return TimeFormat(strict + end, loose + end, parse)
    pieces = re.findall(r"%(.)|([^%]+|%)", text, re.DOTALL)
    letters = {_SAME.get(letter, letter) for letter, _ in pieces if letter}
    for letter, _ in pieces:
        if letter in _LOCALE and letter:
            raise ValueError(f"%{letter} depends on the locale")
        if letter and letter not in _LETTERS:
            raise ValueError(f"%{letter} is not known in a time")
    if "s" not in letters and not all(letters & set(each) for each in _NEEDED):
        raise ValueError("a time needs a year, a month, a day, an hour and a minute")
    named: set[str] = set()
    pattern = b"".join(_piece(letter, other, named) for letter, other in pieces)
    plain = b"(%b)" % re.sub(rb"\?P<\w>", b"?:", pattern)
    regex = re.compile(pattern)
    strict = _any_text(pieces) or plain
    return TimeFormat(strict, plain, TimeCache(lambda time: _parse(regex, time)))


def _any_text(pieces: list[tuple[str, str]]) -> bytes:
    """Return a pattern of any text as long as a time; empty if times differ in length."""
    widths = [
        _WIDTHS.get(letter, 0) if letter else len(encoded(other))
        for letter, other in pieces
    ]
    return b"(.{%d}+)" % sum(widths) if all(widths) else b""


def _piece(letter: str, other: str, named: set[str]) -> bytes:
    """Return the pattern of a letter or of a text. The first of two equal letters has a group."""
    if not letter:
        return re.escape(encoded(other))
    name, pattern = _SAME.get(letter, letter), _LETTERS[letter]
    if not name.isalpha() or name in named:
        return pattern
    named.add(name)
    return b"(?P<%b>%b)" % (name.encode(), pattern)


def _parse(regex: re.Pattern[bytes], text: bytes) -> int | None:
    """Parse a time whose pattern has groups named as in strftime."""
    match = regex.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    if "s" in found:
        return int(found["s"])
    day, month = found.get("d", b""), found.get("b", b"")[:3]
    year = found.get("Y") or _century(found["y"]) + found["y"]
    if "m" in found:
        month = _month(int(found["m"]))
    elif not month:
        day, month = _day_of_year(int(year), int(found["j"]))
    zone = found.get("z") or found.get("Z") or b""
    clock = found["H"], found["M"], found.get("S") or b"00"
    text = b"%b/%b/%b:%b:%b:%b" % (day.strip(), month, year, *clock)
    return epoch_of(b"%b %b" % (text, zone) if zone else text)


def _century(year: bytes) -> bytes:
    return b"19" if year >= b"69" else b"20"  # as in POSIX


def _month(number: int) -> bytes:
    return _MONTHS[number - 1] if 1 <= number <= 12 else b"none"


def _day_of_year(year: int, number: int) -> tuple[bytes, bytes]:
    """Return the day and the month of a day of the year, which is counted from 1."""
    try:
        day = date.fromordinal(date(year, 1, 1).toordinal() + number - 1)
    except ValueError:
        return b"0", b"none"
    month = _MONTHS[day.month - 1] if day.year == year else b"none"
    return b"%d" % day.day, month
