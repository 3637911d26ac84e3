"""A quantile of a sketch is within 1 % of the exact quantile, whatever the numbers are."""

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest

from monitor.stats.quantiles import (
    BUCKETS,
    LEAST,
    MOST,
    Quantiles,
    quantiles_of,
    value_of,
)

ERROR = 0.01


def bucket(number: float) -> int:
    found = BUCKETS[number]
    assert found is not None
    return found


def is_near(found: float, number: float) -> bool:
    error = ERROR * number if number > LEAST else LEAST
    return abs(found - number) <= error


def exact(numbers: list[float], percent: int) -> float:
    """Return the smallest number that is not below `percent` of all numbers."""
    return sorted(numbers)[math.ceil(len(numbers) * percent / 100) - 1]


def sketched(numbers: list[float]) -> Quantiles:
    return quantiles_of(Counter(map(bucket, numbers)))


DISTRIBUTIONS: dict[str, Callable[[random.Random], float]] = {
    "uniform": lambda r: r.uniform(0.001, 10),
    "exponential": lambda r: r.expovariate(5),
    "log-normal": lambda r: r.lognormvariate(-3, 2),
    "heavy-tailed": lambda r: 0.01 * r.paretovariate(0.7),
    "two humps": lambda r: r.gauss(0.02, 0.001) if r.random() < 0.9 else r.gauss(5, 1),
    "milliseconds": lambda r: round(r.expovariate(20), 3),
    "microseconds": lambda r: round(r.expovariate(2000), 6),
    "one number": lambda r: 0.125,
    "hours": lambda r: r.uniform(3600, 36_000),
}


@pytest.mark.parametrize("draw", DISTRIBUTIONS.values(), ids=DISTRIBUTIONS)
def test_a_quantile_is_within_a_hundredth_of_the_exact_one(
    draw: Callable[[random.Random], float],
) -> None:
    r = random.Random(1)
    for number in (1, 1, 2, 2, 19, 20, 21, 100, 100, 1000):
        numbers = [draw(r) for _ in range(number)]
        found = sketched(numbers)
        assert found.number == number
        for percent, quantile in zip((50, 95, 99), found[1:], strict=True):
            right = exact(numbers, percent)
            assert is_near(quantile, right), (number, percent)


def test_each_number_has_a_bucket_whose_value_is_near() -> None:
    r = random.Random(0)
    for _ in range(1000):
        number = 10 ** r.uniform(-5.99, 5.99)
        assert is_near(value_of(bucket(number)), number), number


@pytest.mark.parametrize(
    ("number", "value"),
    [
        pytest.param(0.0, 0.0, id="nothing"),
        pytest.param(0, 0.0, id="a whole number"),
        pytest.param(1e-9, 0.0, id="a nanosecond"),
        pytest.param(LEAST, 0.0, id="the largest of the tiny numbers"),
        pytest.param(-3.0, 0.0, id="a negative number"),
        pytest.param(MOST, 996780.0, id="the largest number"),
        pytest.param(1e300, 996780.0, id="a number above it"),
        pytest.param(math.inf, 996780.0, id="an infinite number"),
    ],
)
def test_tiny_and_huge_numbers_share_a_bucket(number: float, value: float) -> None:
    assert value_of(bucket(number)) == value


def test_there_are_few_buckets() -> None:
    assert bucket(math.inf) - bucket(0.0) + 1 == 1397


def test_the_value_of_any_bucket_is_a_number() -> None:
    assert value_of(-1000) == 0.0
    assert value_of(1000) == value_of(bucket(MOST))


def test_the_cache_knows_the_bucket_of_each_number_and_is_bounded() -> None:
    assert BUCKETS[None] is None
    for n in range(70_000):
        assert is_near(value_of(bucket(n / 1000)), n / 1000)
    assert len(BUCKETS) <= 1 << 16
