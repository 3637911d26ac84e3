"""The busiest minute, and the law that minutes add."""

import json
import random
from collections.abc import Iterable
from itertools import groupby

import pytest

from monitor.stats.minutes import Minute, Minutes


def minutes_of(hits: Iterable[tuple[int, int]]) -> Minutes:
    minutes = Minutes()
    for second, number in hits:
        minutes.count(second, number)
    return minutes


@pytest.mark.parametrize(
    ("hits", "busiest"),
    [
        pytest.param([], None, id="no hits"),
        pytest.param([(125, 3)], (120, 3), id="a hit"),
        pytest.param([(0, 1), (59, 1), (60, 1)], (0, 2), id="seconds of a minute add"),
        pytest.param([(0, 1), (60, 5), (120, 2)], (60, 5), id="between"),
        pytest.param([(0, 6), (60, 5), (120, 2)], (0, 6), id="the first"),
        pytest.param([(0, 1), (60, 5), (120, 9)], (120, 9), id="the last"),
        pytest.param([(0, 2), (60, 2), (120, 2)], (0, 2), id="the first of equal ones"),
        pytest.param([(0, 1), (60, 7), (120, 7), (180, 1)], (60, 7), id="between, too"),
        pytest.param([(90, 4), (7260, 3), (60, 4)], (60, 4), id="a minute comes again"),
        pytest.param([(-1, 4)], (-60, 4), id="before 1970"),
    ],
)
def test_the_busiest_minute(
    hits: list[tuple[int, int]], busiest: tuple[int, int] | None
) -> None:
    assert minutes_of(hits).busiest() == (busiest and Minute(*busiest))


@pytest.mark.parametrize("seed", range(8))
def test_minutes_add_however_the_hits_are_cut(seed: int) -> None:
    rng = random.Random(seed)
    second, hits = 0, []
    for _ in range(rng.randrange(60)):
        second += rng.choice((0, 1, 20, 60, 200, -100))
        hits.append((second, rng.randrange(1, 9)))
    total, start = Minutes(), 0
    while start < len(hits):
        stop = start + rng.randrange(1, 20)
        part = Minutes()
        part.restore(json.loads(json.dumps(minutes_of(hits[start:stop]).snapshot())))
        total.add(part)
        total.add(Minutes())
        start = stop
    whole = minutes_of(hits)
    assert total.snapshot() == whole.snapshot(), f"seed {seed}"
    runs = groupby(hits, key=lambda each: each[0] // 60)
    sums = [sum(number for _, number in run) for _, run in runs]
    busiest = whole.busiest()
    assert (busiest.hits if busiest else None) == max(sums, default=None)
