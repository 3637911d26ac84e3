"""The values of a report: the largest names first, shares, and changes."""

import random

import pytest

from monitor.stats import Ranked, Values, change, share
from monitor.stats.values import largest


@pytest.mark.parametrize(
    ("most", "names"),
    [
        pytest.param(9, b"dabc", id="more than there are"),
        pytest.param(4, b"dabc", id="all"),
        pytest.param(2, b"da", id="one of two equal names"),
        pytest.param(1, b"d", id="one"),
        pytest.param(0, b"", id="none"),
    ],
)
def test_the_largest_come_first_and_equal_names_in_order(
    most: int, names: bytes
) -> None:
    found = largest({b"c": 1, b"b": 2, b"a": 2, b"d": 9}, most)
    assert b"".join(name for name, _ in found) == names


def test_the_order_does_not_depend_on_what_came_first() -> None:
    for seed in range(10):
        r = random.Random(seed)
        items = [(b"%d" % name, r.randrange(4)) for name in range(20)]
        expected = sorted(items, key=lambda item: (-item[1], item[0]))
        r.shuffle(items)
        for most in (0, 1, 7, 19, 20, 21):
            assert largest(dict(items), most) == expected[:most], f"seed {seed}"


def test_values_know_their_hits_and_errors() -> None:
    sections = Ranked([], held=1, cardinality=1, totals=(9, 700, 4))
    values = Values({"hits": 9}, {"sections": sections}, {})
    assert (values.hits, values.errors) == (9, 4)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        pytest.param(1, 4, 0.25, id="a quarter"),
        pytest.param(4, 4, 1.0, id="all"),
        pytest.param(0, 4, 0.0, id="nothing"),
        pytest.param(0, 0, 0.0, id="of nothing"),
    ],
)
def test_a_share_is_between_0_and_1(part: int, whole: int, expected: float) -> None:
    assert share(part, whole) == expected


@pytest.mark.parametrize(
    ("rate", "before", "expected"),
    [
        pytest.param(15.0, 10.0, 0.5, id="more"),
        pytest.param(5.0, 10.0, -0.5, id="less"),
        pytest.param(10.0, 10.0, 0.0, id="equal"),
        pytest.param(0.0, 10.0, -1.0, id="to nothing"),
        pytest.param(10.0, 0.0, None, id="from nothing"),
        pytest.param(10.0, None, None, id="nothing before"),
    ],
)
def test_a_change_needs_something_before(
    rate: float, before: float | None, expected: float | None
) -> None:
    assert change(rate, before) == expected
