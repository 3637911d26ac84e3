"""The sliding sum equals a sum over a dictionary, whatever order the hits come in."""

import random
from collections import Counter
from itertools import repeat

import pytest

from monitor.alerts.rules import HITS
from monitor.alerts.window import Window

YEAR = 365 * 86400


def window_at(through: int, seconds: int = 120, **counts: int) -> Window:
    window = Window(seconds)
    window.start(through)
    for second, hits in counts.items():
        window.add(int(second[1:]), HITS, hits)
    return window


def by_name(hits: dict[int, int]) -> dict[int, dict[str, int]]:
    return {second: {HITS: number} for second, number in hits.items()}


def counts_of(window: Window) -> dict[int, int]:
    return {second: counts[HITS] for second, counts in window.snapshot()["counts"]}


def judged(window: Window, until: int) -> list[tuple[int, int]]:
    """Return the seconds at which the hits change, with their sums."""
    return [(second, window.sums.get(HITS, 0)) for second in window.advance(until)]


def every_total(window: Window, until: int) -> dict[int, int]:
    """Fill in the seconds between the changes that a window tells."""
    assert window.through is not None
    totals: dict[int, int] = {}
    second, total = window.through, window.sums.get(HITS, 0)
    for change, new in judged(window, until):
        assert change > second, "seconds are reported in order, each once"
        totals |= dict.fromkeys(range(second + 1, change), total)
        totals[change] = total = new
        second = change
    assert second == until
    return totals


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(8))
def test_totals_equal_a_sum_over_a_dictionary(seed: int) -> None:
    rng = random.Random(seed)
    seconds = rng.choice((1, 2, 7, 30, 120))
    window = window_at(999, seconds)
    hits: Counter[int] = Counter()
    through = 999
    for _ in range(60):
        for _ in range(rng.randrange(4)):
            second = through + rng.randrange(-seconds - 3, 12)
            number = rng.randrange(1, 5)
            window.add(second, HITS, number)
            hits[second] += number
        until = through + rng.choice((1, 1, 2, 9, seconds, 3 * seconds))
        for second, total in every_total(window, until).items():
            inside = range(second - seconds + 1, second + 1)
            expected = sum(map(hits.get, inside, repeat(0)))
            assert total == expected, f"second {second} with seed {seed}"
        through = until
    assert window.through == through


@pytest.mark.parametrize(
    ("late", "now", "totals"),
    [
        pytest.param(0, 1, [1] * 119 + [0], id="the last judged second"),
        pytest.param(1, 1, [1] * 118 + [0] * 2, id="one second before it"),
        pytest.param(118, 1, [1] + [0] * 119, id="the last that stays for one more"),
        pytest.param(119, 1, [0] * 120, id="inside, but leaves with the next"),
        pytest.param(120, 0, [0] * 120, id="just out"),
        pytest.param(YEAR, 0, [0] * 120, id="a year late"),
        pytest.param(-1, 0, [1] * 120, id="the next second"),
        pytest.param(-120, 0, [0] * 119 + [1], id="a window ahead"),
    ],
)
def test_a_late_hit_counts_in_its_own_second_while_that_is_inside(
    late: int, now: int, totals: list[int]
) -> None:
    window = window_at(1000)
    window.add(1000 - late, HITS, 1)
    assert window.sums.get(HITS, 0) == now
    assert list(every_total(window, 1120).values()) == totals


def test_a_late_hit_does_not_reopen_a_second() -> None:
    window = window_at(1000, s1001=3)
    assert judged(window, 1002)[-1] == (1002, 3)
    window.add(1001, HITS, 2)
    assert window.sums.get(HITS, 0) == 5
    assert judged(window, 1003) == [(1003, 5)]


def test_a_late_hit_is_judged_with_the_next_second() -> None:
    window = window_at(1000, s1001=3)
    list(window.advance(1010))
    window.add(1005, HITS, 1)
    assert judged(window, 1050)[0] == (1011, 4)


def test_crossing_a_silent_year_takes_a_step_for_each_second_that_leaves() -> None:
    window = window_at(1000, s1001=5, s1003=1)
    assert judged(window, 1000 + YEAR) == [
        (1001, 5),
        (1003, 6),
        (1121, 1),
        (1123, 0),
        (1000 + YEAR, 0),
    ]


def test_an_hour_of_the_same_traffic_changes_nothing_but_at_its_ends() -> None:
    window = window_at(-1, 1, **{f"s{second}": 3 for second in range(3600)})
    totals = every_total(window, 3601)
    assert list(totals.values()) == [3] * 3600 + [0, 0]


@pytest.mark.parametrize("until", [999, 1000])
def test_what_is_judged_is_not_judged_again(until: int) -> None:
    window = window_at(1000, s1001=1)
    assert judged(window, until) == []
    assert window.through == 1000


def test_every_name_has_a_sum_of_its_own() -> None:
    window = window_at(1000, s1001=3)
    window.add(1002, "errors", 2)
    window.add(1001, "errors", 1)
    sums = {second: dict(window.sums) for second in window.advance(1122)}
    assert sums[1001] == {HITS: 3, "errors": 1}
    assert sums[1002] == {HITS: 3, "errors": 3}
    assert sums[1121] == {"errors": 2}, "a name without hits is forgotten"
    assert sums[1122] == {}


def test_nothing_is_judged_before_the_start() -> None:
    window = Window(120)
    assert judged(window, 1000) == []
    assert window.series(HITS, 4) == [0.0] * 4


def test_what_left_the_window_is_forgotten() -> None:
    window = window_at(0, 10, **{f"s{second}": 1 for second in range(1, 100)})
    list(window.advance(50))
    assert counts_of(window) == dict.fromkeys(range(41, 100), 1)


@pytest.mark.parametrize(
    ("counts", "total", "kept", "after"),
    [
        pytest.param({}, 0, {}, 0, id="nothing"),
        pytest.param(
            {500: 4, 501: 2}, 4, {500: 4, 501: 2}, 6, id="some is yet to come"
        ),
        pytest.param({380: 7, 381: 1}, 1, {381: 1}, 0, id="some is out already"),
        pytest.param({499: 0, 500: 3}, 3, {500: 3}, 3, id="seconds of no hits"),
        pytest.param(
            {500: 1, 450: 2, 490: 3}, 6, {450: 2, 490: 3, 500: 1}, 6, id="order"
        ),
    ],
)
def test_a_window_is_replaced_as_if_it_had_always_been_so(
    counts: dict[int, int], total: int, kept: dict[int, int], after: int
) -> None:
    window = window_at(9000, s8999=50, s9001=50)
    window.replace(by_name(counts), 500)
    assert (window.sums.get(HITS, 0), counts_of(window), window.through) == (
        total,
        kept,
        500,
    )
    assert judged(window, 600)[0] == (501, after), "it is judged at once"


def test_a_restarted_window_is_empty_and_knows_all_when_it_is_full_again() -> None:
    window = window_at(9000, s8999=50, s9001=50)
    assert window.knows_all_at(9001)
    window.restart(500)
    assert (window.sums.get(HITS, 0), counts_of(window), window.through) == (0, {}, 500)
    window.add(501, HITS, 3)
    assert judged(window, 620)[-1] == (620, 3)
    assert not window.knows_all_at(619)
    assert window.knows_all_at(620)


@pytest.mark.parametrize(
    ("counts", "points", "series"),
    [
        pytest.param({1: 1, 2: 2, 3: 3, 4: 4}, 4, [1, 2, 3, 4], id="a point a second"),
        pytest.param({1: 1, 2: 2, 3: 3, 4: 4}, 2, [1.5, 3.5], id="averages"),
        pytest.param({1: 1, 4: 4}, 1, [1.25], id="a single point"),
        pytest.param(
            {4: 3}, 8, [0, 0, 0, 0, 0, 0, 3, 3], id="more points than seconds"
        ),
        pytest.param({5: 9}, 4, [0, 0, 0, 0], id="what is ahead is not in it"),
    ],
)
def test_the_series_is_hits_per_second_oldest_first(
    counts: dict[int, int], points: int, series: list[float]
) -> None:
    window = Window(4)
    window.replace(by_name(counts), 4)
    assert window.series(HITS, points) == series


@pytest.mark.parametrize("seconds", [1, 7, 20, 100, 119, 120, 3600])
@pytest.mark.parametrize("points", [1, 8, 60])
def test_steady_traffic_is_drawn_as_steady(seconds: int, points: int) -> None:
    window = Window(seconds)
    window.replace(by_name(dict.fromkeys(range(seconds), 10)), seconds - 1)
    assert window.series(HITS, points) == [10.0] * points
