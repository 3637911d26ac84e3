"""Texts of the command line -> values of the options of the alert rules.

A parser raises ValueError with a message that says what to write instead.
"""

import re
from fractions import Fraction
from typing import NamedTuple

from monitor.escape import encoded
from monitor.parsers import decimal_of, hits
from monitor.units import exactly

_latency = re.compile(r"p(\d{1,2}(?:\.\d{1,3})?)=(.+)", re.ASCII)
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}


class SectionLimit(NamedTuple):
    """A section, and its threshold in hits per second."""

    section: bytes
    threshold: Fraction

    def __str__(self) -> str:
        name = self.section.decode("utf-8", "surrogateescape")
        return f"{name}={exactly(self.threshold)}"


class Latency(NamedTuple):
    """A percentile, above 0 and below 100, and its limit in seconds."""

    percentile: Fraction
    seconds: Fraction

    def __str__(self) -> str:
        return f"p{exactly(self.percentile)}={exactly(self.seconds)}"


def percentage(text: str) -> Fraction:
    """Parse a percentage from 0 to 100 without rounding."""
    number = decimal_of(text.removesuffix("%"))
    if number is None or number > 100:
        raise ValueError(f"give a percentage such as 5 or 0.5, not '{text}'")
    return number


def bandwidth(text: str) -> Fraction:
    """Parse bytes per second: a number, or a number with `k`, `M` or `G`."""
    unit = text[-1:] if text[-1:] in _UNITS else ""
    number = decimal_of(text.removesuffix(unit))
    if number is None:
        raise ValueError(f"give bytes per second such as 500k or 50M, not '{text}'")
    return number * _UNITS[unit]


def section_limit(text: str) -> SectionLimit:
    """Parse a section with its threshold: `/api=50`."""
    section, equals, threshold = text.rpartition("=")
    if not section or not equals:
        raise ValueError(f"give SECTION=HITS, such as /api=50, not '{text}'")
    return SectionLimit(encoded(section), hits(threshold))


def latency(text: str) -> Latency:
    """Parse a percentile with its limit in seconds: `p95=0.5`."""
    match = _latency.fullmatch(text)
    percentile, limit = map(decimal_of, match.groups() if match else ("", ""))
    if not percentile or limit is None:
        raise ValueError(
            f"give a percentile and its limit in seconds, such as p95=0.5, not '{text}'"
        )
    return Latency(percentile, limit)
