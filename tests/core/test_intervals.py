"""Every line is on one page; the pages are aligned and add up."""

import random

import pytest

from monitor.core.intervals import Grid, Interval, Intervals
from monitor.formats.columns import IGNORED, Mark


def lines(intervals: Intervals, number: int) -> None:
    for _ in range(number):
        intervals.tally.add_mark(Mark(0, IGNORED, b""))


def drawn(pages: list[Interval]) -> str:
    return ", ".join(f"{p.start}-{p.end}: {p.tally.lines}" for p in pages)


def intervals_at(second: int, interval: int = 10, *, silent: bool = True) -> Intervals:
    intervals = Intervals(Grid(interval), silent=silent)
    intervals.open_at(second)
    return intervals


@pytest.mark.parametrize(
    ("interval", "second", "page"),
    [
        pytest.param(10, 100, (100, 110), id="at its first second"),
        pytest.param(10, 109, (100, 110), id="at its last second"),
        pytest.param(10, 110, (110, 120), id="at its end"),
        pytest.param(1, 7, (7, 8), id="a second long"),
        pytest.param(7, 100, (98, 105), id="no divisor of a minute"),
        pytest.param(10, -1, (-10, 0), id="before 1970"),
    ],
)
def test_a_page_is_aligned_to_its_length(
    interval: int, second: int, page: tuple[int, int]
) -> None:
    intervals = intervals_at(second, interval)
    assert (intervals.start, intervals.end) == page


@pytest.mark.parametrize(
    ("silent", "second", "reported", "opened"),
    [
        pytest.param(True, 110, "100-110: 3", 110, id="to the next page"),
        pytest.param(True, 119, "100-110: 3", 110, id="into the next page"),
        pytest.param(True, 120, "100-110: 3, 110-120: 0", 120, id="over a silent one"),
        pytest.param(
            True, 9_000_005, "100-110: 3, 110-9000000: 0", 9_000_000, id="one for a gap"
        ),
        pytest.param(False, 120, "100-110: 3", 120, id="silent ones are not reported"),
        pytest.param(False, 9_000_005, "100-110: 3", 9_000_000, id="nor a gap"),
        pytest.param(True, 55, "100-110: 3", 50, id="the clock was set back"),
        pytest.param(True, 105, "100-110: 3", 100, id="set back within the page"),
    ],
)
def test_a_page_that_is_over_is_reported(
    silent: bool, second: int, reported: str, opened: int
) -> None:
    intervals = intervals_at(104, silent=silent)
    lines(intervals, 3)
    assert drawn(intervals.roll_over(second)) == reported
    assert (intervals.start, intervals.tally.lines) == (opened, 0)


def test_lines_from_before_any_page_are_on_the_first_one() -> None:
    intervals = Intervals(Grid(10), silent=True)
    lines(intervals, 2)
    intervals.open_at(104)
    lines(intervals, 1)
    assert drawn(intervals.roll_over(110)) == "100-110: 3"


def test_the_rate_before_is_that_of_the_page_reported_before() -> None:
    intervals = intervals_at(100)
    intervals.tally.hits = 50
    pages = intervals.roll_over(110)
    intervals.tally.hits = 20
    pages += intervals.roll_over(140)
    pages += intervals.roll_over(150)
    assert [page.previous_rate for page in pages] == [None, 5.0, 2.0, 0.0]


@pytest.mark.parametrize(
    ("opened", "rates"),
    [
        pytest.param(106, [None, None, 2.0], id="less than half of it was observed"),
        pytest.param(105, [None, 10.0, 2.0], id="half of it"),
        pytest.param(100, [None, 5.0, 2.0], id="all of it"),
    ],
)
@pytest.mark.parametrize("silent", [True, False])
def test_nothing_is_compared_with_a_page_of_which_little_was_observed(
    silent: bool, opened: int, rates: list[float | None]
) -> None:
    intervals = intervals_at(opened, silent=silent)
    pages = []
    for hits, second in ((50, 110), (20, 120), (30, 130)):
        intervals.tally.hits = hits
        pages += intervals.roll_over(second)
    assert [page.previous_rate for page in pages] == rates


def test_a_clock_set_back_makes_no_later_page_less_whole() -> None:
    intervals = intervals_at(104)
    pages = []
    for hits, second in ((50, 30), (20, 40), (30, 50)):
        intervals.tally.hits = hits
        pages += intervals.roll_over(second)
    assert [page.previous_rate for page in pages] == [None, None, 2.0]
    assert [page.seconds for page in pages] == [1, 10, 10]


@pytest.mark.parametrize(("opened", "rate"), [(100, 50 / 30), (104, 50 / 26)])
def test_a_page_that_a_restart_goes_on_with_is_as_whole_as_it_was(
    opened: int, rate: float | None
) -> None:
    before, intervals = intervals_at(opened), Intervals(Grid(10), silent=True)
    intervals.restore(before.snapshot())
    intervals.tally.hits = 50
    intervals.roll_over(134)
    (held,) = intervals.release()
    (after,) = intervals.roll_over(140)
    (last,) = intervals.roll_over(150)
    assert (held.previous_rate, after.previous_rate) == (None, rate)
    assert last.previous_rate == 0.0


@pytest.mark.parametrize(("reached", "rate"), [(113, None), (114, 5.0)])
def test_the_last_page_is_compared_if_half_of_it_was_observed(
    reached: int, rate: float | None
) -> None:
    intervals = intervals_at(100)
    intervals.tally.hits = 50
    intervals.roll_over(110)
    lines(intervals, 1)
    intervals.observed.now = reached
    (last,) = intervals.close_last()
    assert last.previous_rate == rate


def test_what_ends_while_held_is_reported_as_one_page() -> None:
    intervals = intervals_at(100)
    lines(intervals, 1)
    assert drawn(intervals.roll_over(110)) == "100-110: 1"
    intervals.holding = True
    for second in (120, 130, 170):
        lines(intervals, 2)
        assert intervals.roll_over(second) == []
    assert drawn(intervals.release()) == "110-170: 6"
    assert intervals.release() == []
    lines(intervals, 4)
    assert drawn(intervals.roll_over(180)) == "170-180: 4"
    assert intervals.total.lines == 11


def test_held_pages_cover_all_of_their_time_when_the_clock_was_set_back() -> None:
    intervals = intervals_at(100)
    intervals.holding = True
    intervals.roll_over(30)
    intervals.roll_over(40)
    assert drawn(intervals.release()) == "30-110: 0"


def test_a_held_page_compares_with_the_one_before_it() -> None:
    intervals = intervals_at(100)
    intervals.tally.hits = 10
    intervals.roll_over(110)
    intervals.holding = True
    intervals.tally.hits = 40
    intervals.roll_over(120)
    intervals.roll_over(130)
    (held,) = intervals.release()
    (after,) = intervals.roll_over(140)
    assert (held.previous_rate, after.previous_rate) == (1.0, 2.0)


def test_a_held_page_that_a_restart_goes_on_with_compares_with_the_one_before() -> None:
    before, intervals = intervals_at(100), Intervals(Grid(10), silent=True)
    before.tally.hits = 10
    before.roll_over(110)
    before.holding = True
    before.tally.hits = 40
    before.roll_over(120)
    intervals.restore(before.snapshot())
    intervals.roll_over(130)
    (held,) = intervals.release()
    assert (held.start, held.end, held.previous_rate) == (110, 130, 1.0)


def test_nothing_is_released_when_nothing_ended() -> None:
    intervals = intervals_at(100)
    intervals.holding = True
    lines(intervals, 1)
    assert intervals.release() == []
    assert drawn(intervals.roll_over(110)) == "100-110: 1"


@pytest.mark.parametrize(
    ("opened", "number", "reported"),
    [
        pytest.param(True, 2, "100-110: 2", id="a page that has lines"),
        pytest.param(True, 0, "", id="an empty page"),
        pytest.param(False, 2, "", id="lines that never had a time"),
    ],
)
def test_the_last_page_is_closed_when_something_is_on_it(
    opened: bool, number: int, reported: str
) -> None:
    intervals = intervals_at(100) if opened else Intervals(Grid(10), silent=True)
    lines(intervals, number)
    assert drawn(intervals.close_last()) == reported
    assert intervals.total.lines == number


def test_a_run_lasts_from_its_first_page_to_its_last() -> None:
    intervals = intervals_at(104)
    assert (intervals.first_start, intervals.last_end) == (None, None)
    intervals.roll_over(110)
    intervals.roll_over(135)
    lines(intervals, 1)
    intervals.close_last()
    assert (intervals.first_start, intervals.last_end) == (100, 140)


def test_a_run_whose_clock_was_set_back_lasts_from_the_earliest_to_the_latest() -> None:
    intervals = intervals_at(100)
    intervals.roll_over(30)
    lines(intervals, 1)
    intervals.close_last()
    assert (intervals.first_start, intervals.last_end) == (30, 110)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(30))
def test_the_total_is_the_sum_of_the_pages(seed: int) -> None:
    rng = random.Random(seed)
    intervals = intervals_at(0, rng.choice((1, 7, 10)), silent=rng.random() < 0.5)
    pages: list[Interval] = []
    second = written = 0
    for _ in range(50):
        number = rng.randrange(4)
        lines(intervals, number)
        written += number
        second = max(0, second + rng.choice((1, 5, 30, 1000, -40)))
        if intervals.end is not None and second >= intervals.end:
            pages += intervals.roll_over(second)
        if rng.random() < 0.1:
            intervals.holding = True
        if rng.random() < 0.1:
            pages += intervals.release()
    pages += intervals.release() + intervals.close_last()
    assert sum(page.tally.lines for page in pages) == written, f"seed {seed}"
    assert intervals.total.lines == written, f"seed {seed}"
