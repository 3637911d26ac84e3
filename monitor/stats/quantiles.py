"""Quantiles of numbers in bounded memory, with a relative error of at most 1 %. Sketches add.

Source: Masson, Rim and Lee, DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
Guarantees, VLDB 2019. A number x counts in bucket n, where GROWTH ** (n - 1) < x <= GROWTH ** n. The
value of a bucket is the number that lies equally far from both bounds, relative to them. It is off by
at most (GROWTH - 1) / (GROWTH + 1), which is 0.9901 %.

A number up to LEAST counts in the bucket of 0, and a number above MOST in the last bucket. There are
thus at most 1,397 buckets. A quantile is an element of the sorted numbers: of n numbers, p % are the
first n * p / 100, rounded up.
"""

from collections.abc import Mapping
from functools import cache
from math import ceil, log
from typing import NamedTuple

GROWTH = 1.02
"""The ratio of the bounds of a bucket."""

LEAST, MOST = 1e-6, 1e6
"""The numbers that are told apart: from a microsecond to eleven days, in seconds."""

_SCALE = 1 / log(GROWTH)
_ZERO = ceil(log(LEAST) * _SCALE) - 1
_LAST = ceil(log(MOST) * _SCALE)
_MIDDLE = 2 / (GROWTH + 1)
_DIGITS = 5  # which add an error of 0.005 %
_CACHED = 1 << 16


class Quantiles(NamedTuple):
    """How many numbers there are, and three quantiles."""

    number: int
    p50: float
    p95: float
    p99: float

    @property
    def percentiles(self) -> dict[str, float]:
        """The quantiles by name."""
        return {"p50": self.p50, "p95": self.p95, "p99": self.p99}


class BucketCache(dict[float | None, int | None]):
    """The bucket of each number; None for None. Times are logged in milliseconds and come again."""

    def __missing__(self, number: float | None) -> int | None:
        bucket: int | None = None
        if number is not None:
            if len(self) >= _CACHED:
                self.clear()
            bucket = _ZERO
            if number > LEAST:
                bucket = ceil(log(min(number, MOST)) * _SCALE)
        self[number] = bucket
        return bucket


BUCKETS = BucketCache()


@cache
def value_of(bucket: int) -> float:
    """Return the number that stands for all numbers of a bucket."""
    if bucket <= _ZERO:
        return 0.0
    return float(f"{GROWTH ** min(bucket, _LAST) * _MIDDLE:.{_DIGITS}g}")


def quantiles_of(counts: Mapping[int, int]) -> Quantiles:
    """Return the quantiles of numbers that were counted by bucket. There must be a number."""
    number = sum(counts.values())
    ranks = [-(-number * percent // 100) for percent in (99, 95, 50)]
    found: list[float] = []
    passed = 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        while ranks and ranks[-1] <= passed:
            found.append(value_of(bucket))
            ranks.pop()
    return Quantiles(number, *found)
