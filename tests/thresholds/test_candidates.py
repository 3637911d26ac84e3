"""Candidates follow how the averages are spread, and have two digits."""

import random
from collections import Counter
from fractions import Fraction

import pytest

from monitor.thresholds.candidates import candidates, quantile, rounded_up


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        pytest.param("4.2", "4.2", id="two digits"),
        pytest.param("4.21", "4.3", id="three digits"),
        pytest.param("9.91", "10", id="up to the next power"),
        pytest.param("1234", "1300", id="thousands"),
        pytest.param("0.00831", "0.0084", id="below 1"),
        pytest.param("10", "10", id="a power"),
    ],
)
def test_a_threshold_has_two_digits_and_is_not_exceeded(
    number: str, rounded: str
) -> None:
    assert rounded_up(Fraction(number)) == Fraction(rounded)


def test_a_quantile_weighs_each_sum_by_its_time() -> None:
    spread = Counter({0: 50, 7: 49, 900: 1})
    shares = (0.5, 0.51, 0.99, 0.995, 1)
    assert [quantile(spread, share) for share in shares] == [0, 7, 7, 900, 900]


@pytest.mark.parametrize("seed", range(20))
def test_candidates_are_few_and_reach_from_the_median_to_the_highest(seed: int) -> None:
    rng = random.Random(seed)
    most = rng.choice((3, 100, 10**6))
    spread = Counter({rng.randrange(most): rng.randrange(1, 99) for _ in range(50)})
    spread[most] = 1
    found = candidates(spread, 120)
    assert found == sorted(set(found)), seed
    assert found[0] <= rounded_up(Fraction(max(1, quantile(spread, 0.5)), 120)), seed
    assert Fraction(most, 120) <= found[-1] <= Fraction(most, 120) * Fraction(11, 10)
    assert len(found) <= 20, seed
