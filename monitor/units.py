"""Numbers as text for people: durations, sizes, shares, counts; and lengths of time from text.

A number that is not zero never looks like zero.
"""

import re
from fractions import Fraction
from itertools import pairwise

_PREFIXES = ("", "k", "M", "G", "T", "P", "E")
_SPANS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def seconds_of(text: str) -> int | None:
    """Parse a length of time: `90`, `10s`, `2m`, `12h`, `1d`; return None for any other text."""
    match = re.fullmatch(r"(\d{1,9})([smhd]?)", text, re.ASCII)
    if match is None:
        return None
    sizes = {unit: size for size, unit in _SPANS}
    return int(match[1]) * sizes[match[2] or "s"]


def duration(seconds: int) -> str:
    """Return a time span in its two largest units: `45s`, `3m20s`, `2h`, `5d3h`."""
    parts: list[str] = []
    for size, unit in _SPANS:
        number, seconds = divmod(seconds, size)
        if number or parts:
            parts.append(f"{number}{unit}" if number else "")
    return "".join(parts[:2]) or "0s"


def span(seconds: int) -> str:
    """Return a time span for a column: `45s`, `2m00s`, `1h05m`, `5d03h`."""
    for (large, name), (small, part) in pairwise(_SPANS):
        if seconds >= large:
            number, rest = divmod(seconds, large)
            return f"{number}{name}{rest // small:02}{part}"
    return f"{seconds}s"


def rate(number: Fraction, threshold: Fraction | None = None) -> str:
    """Return hits per second with two decimals, below 0.1 with two significant digits.

    With a threshold there are as many more decimals, up to 9, as show whether the rate is above it.
    """
    decimals = 2
    while 0 < number < Fraction(10, 10**decimals):
        decimals += 1
    if threshold is not None:
        side = _side(number, threshold)
        while decimals < 9 and _side(round(number, decimals), threshold) != side:
            decimals += 1
    return _fixed(number, decimals)


def _side(number: Fraction, threshold: Fraction) -> int:
    """Return 1 above a threshold, 0 at it, and -1 below it."""
    return (number > threshold) - (number < threshold)


def percentage(value: Fraction, limit: Fraction) -> str:
    """Return a percentage with three digits, and as many more as show whether it is above a limit."""
    decimals = max(0, 3 - len(str(int(value))))
    side = _side(value, limit)
    while decimals < 9 and _side(round(value, decimals), limit) != side:
        decimals += 1
    return _fixed(value, decimals) if decimals else str(round(value))


def bytes_per_second(number: Fraction, limit: Fraction | None = None) -> str:
    """Return bytes per second in a decimal unit: `50 MB/s`; with a limit in the unit of the limit.

    Without a limit the number is exact. With a limit there are as many digits as `rate` has.
    """
    scale, prefix = Fraction(1), ""
    for larger in _PREFIXES[1:]:
        if (number if limit is None else limit) < 1000 * scale:
            break
        scale, prefix = 1000 * scale, larger
    scaled = number / scale
    words = exactly(scaled) if limit is None else rate(scaled, limit / scale)
    return f"{words} {prefix}B/s"


def exactly(number: Fraction) -> str:
    """Return a decimal number without rounding, up to 12 decimals: `10`, `0.125`."""
    return _fixed(number, 12).rstrip("0").rstrip(".")


def _fixed(number: Fraction, decimals: int) -> str:
    whole, rest = divmod(round(number * 10**decimals), 10**decimals)
    return f"{whole}.{rest:0{decimals}}"


def short(number: float) -> str:
    """Return a number from 0 to 10**15 in at most six characters: `0.72`, `144.50`, `1.2k`."""
    scaled, prefix = _scaled(number)
    if prefix:
        return f"{scaled}{prefix}"
    return "<0.01" if 0 < number < 0.005 else f"{number:.2f}"


def _scaled(number: float) -> tuple[str, str]:
    """Return a number scaled to two or three digits, and the prefix of its unit."""
    scaled, prefix = float(number), ""
    for larger in _PREFIXES[1:]:
        if scaled < 999.5:
            break
        scaled, prefix = scaled / 1000, larger
    decimals = 0 if scaled >= 99.95 else 1
    return f"{scaled:.{decimals}f}", prefix


def count(number: int) -> str:
    """Return a count with its thousands separated: `1,234`."""
    return f"{number:,}"


def many(number: int, name: str) -> str:
    """Return a count with its noun: `1 hit`, `1,234 hits`."""
    return f"{count(number)} {name}{'' if number == 1 else 's'}"


def size(number: int) -> str:
    """Return a number of bytes in its largest decimal unit: `4.2 MB`."""
    scaled, prefix = _scaled(number)
    return f"{scaled} {prefix}B" if prefix else f"{number} B"


def short_time(seconds: float) -> str:
    """Return how long something took: `<0.1 ms`, `3.4 ms`, `340 ms`, `1.2 s`, `12 s`, `2m5s`."""
    if seconds >= 99.5:
        return duration(round(seconds))
    if seconds >= 0.9995:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    milliseconds = 1000 * seconds
    if milliseconds < 0.05:
        return "<0.1 ms" if milliseconds else "0 ms"
    return f"{milliseconds:.1f} ms" if milliseconds < 9.95 else f"{milliseconds:.0f} ms"


def percent(share: float) -> str:
    """Return a share of 1 as a percentage: `12%`, `0.4%`."""
    value = 100 * share
    if value < 0.05:
        return "<0.1%" if value else "0%"
    return f"{value:.1f}%" if value < 9.95 else f"{value:.0f}%"
