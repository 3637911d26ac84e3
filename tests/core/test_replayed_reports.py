"""Replayed logs: hits in, reports out."""

from time import process_time

import pytest
from support.timelines import (
    DAY,
    HOUR,
    SETTINGS,
    YEAR,
    Events,
    line,
    log,
    pages,
    replay,
    replay_all,
    traffic,
)

from monitor.core.events import Event, Notice
from monitor.core.legibility import BLIND
from monitor.core.pipeline import Pipeline

pytestmark = pytest.mark.usefixtures("untraced")


@pytest.mark.parametrize(
    ("seconds", "interval", "expected"),
    [
        pytest.param([3, 9, 10, 19], 10, [(0, 10, 2), (10, 20, 2)], id="aligned"),
        pytest.param([9, 10, 9], 10, [(0, 10, 1), (10, 20, 2)], id="late by a second"),
        pytest.param([5, 95], 10, [(0, 10, 1), (90, 100, 1)], id="no silent ones"),
        pytest.param([59, 60, 61], 60, [(0, 60, 1), (60, 120, 2)], id="a minute"),
        pytest.param([0, 1, 1], 1, [(0, 1, 1), (1, 2, 2)], id="a second"),
        pytest.param(
            [0, 1, YEAR + 7, YEAR + 8],
            10,
            [(0, 10, 2), (YEAR, YEAR + 10, 2)],
            id="hits, a silent year, hits",
        ),
        pytest.param(
            [0, 300 * DAY, 301 * DAY],
            10,
            [(s, s + 10, 1) for s in (0, 300 * DAY, 301 * DAY)],
            id="after most of a year, and as the last",
        ),
        pytest.param(
            [0, HOUR, DAY, 9 * DAY, 9 * DAY],
            10,
            [(s, s + 10, n) for s, n in ((0, 1), (HOUR, 1), (DAY, 1), (9 * DAY, 2))],
            id="a quiet server",
        ),
    ],
)
def test_a_report_covers_an_interval_of_the_log_s_own_time(
    seconds: list[int], interval: int, expected: list[tuple[int, int, int]]
) -> None:
    events = replay(log(seconds), SETTINGS._replace(interval=interval))
    assert pages(events.reports) == expected
    assert not events.notices
    assert pages([events.summary]) == [(expected[0][0], expected[-1][1], len(seconds))]


def test_reports_are_aligned_to_their_length_whatever_it_is() -> None:
    events = replay(log(range(100)), SETTINGS._replace(interval=7))
    assert {(report.start or 0) % 7 for report in events.reports} == {0}
    assert [r.values.hits for r in events.reports[1:-1]] == [7] * 13


@pytest.mark.parametrize(
    ("seconds", "late"),
    [
        pytest.param([10, 12, 10], [0], id="older than the newest is not late"),
        pytest.param([10, 12, 9], [1], id="older than the report is"),
        pytest.param([19, 20, 19, 21, 20], [0, 1], id="in the report it came in"),
        pytest.param([50, 40, 30, 61], [2, 0], id="two"),
        pytest.param([10, 9, 10], [1], id="by a second"),
    ],
)
def test_a_hit_older_than_the_open_report_is_late(
    seconds: list[int], late: list[int]
) -> None:
    events = replay(log(seconds))
    assert [report.values.numbers["late"] for report in events.reports] == late
    assert events.summary.values.numbers["late"] == sum(late)
    singly = replay([line(second) for second in seconds])
    assert [report.values.numbers["late"] for report in singly.reports] == late


def test_lines_that_are_no_hits_are_on_the_report_they_stand_in() -> None:
    odd = b"garbage\n\n# comment\n"
    events = replay(odd + line(0) + odd + line(1) + line(10) + odd + odd)
    kinds = ("lines", "hits", "unparsed", "ignored")
    rows = [
        [event.values.numbers[kind] for kind in kinds]
        for event in [*events.reports, events.summary]
    ]
    assert rows == [[8, 2, 2, 4], [7, 1, 2, 4], [15, 3, 4, 8]]


@pytest.mark.parametrize(
    ("data", "kinds", "notices"),
    [
        pytest.param(b"", [0, 0, 0, 0], 0, id="nothing"),
        pytest.param(b"\n# x\n", [2, 0, 0, 2], 0, id="comments"),
        pytest.param(b"garbage\n", [1, 0, 1, 0], 1, id="a line of garbage"),
        pytest.param(b"garbage\n" + line(0), [2, 1, 1, 0], 0, id="and a hit"),
        pytest.param(b"garbage\n" * 20, [20, 0, 20, 0], 1, id="garbage"),
        pytest.param(b"garbage\n" * 20 + line(0), [21, 1, 20, 0], 1, id="then a hit"),
        pytest.param(line(0) + b"garbage\n" * 20, [21, 1, 20, 0], 1, id="a hit first"),
    ],
)
def test_a_log_without_hits_has_a_summary_and_a_hint(
    data: bytes, kinds: list[int], notices: int
) -> None:
    pipeline = Pipeline(SETTINGS)
    pipeline.intake.feed("log", data)
    events = Events([*pipeline.advance(), *pipeline.finish()])
    assert len(events.notices) == notices
    assert list(events.summary.values.numbers.values())[:4] == kinds
    assert (events.summary.start is None) == (kinds[1] == 0)


def test_a_report_says_what_the_window_was_at_its_end() -> None:
    events = replay(log(traffic("0:1201 5:1 115:1 125:1")))
    windows = [(r.window.hits, r.window.firing) for r in events.reports]
    assert windows == [(1202, True), (1203, True), (2, False)]
    assert [r.previous_rate for r in events.reports] == [None, 120.2, 0.1]


def test_a_rotated_set_of_a_quiet_server_is_read_in_order_of_time() -> None:
    weeks = [[0, 2 * DAY, 4 * DAY], [6 * DAY, 8 * DAY], [10 * DAY]]
    expected = [(s, s + 10, 1) for week in weeks for s in week]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        events = replay_all([log(weeks[i]) for i in order])
        assert pages(events.reports) == expected


@pytest.mark.parametrize("others", [0, 1], ids=["one log", "two logs"])
def test_many_lines_that_are_no_hits_take_linear_time(others: int) -> None:
    """Eight times the lines took over thirty times as long when it was quadratic."""
    few, many = 1 << 10, 1 << 13
    short = min(time_of(few, others) for _ in range(3))
    assert any(time_of(many, others) < 20 * short for _ in range(5))


def time_of(blanks: int, others: int) -> float:
    odd = line(0) + b"\n" * blanks + line(5)
    before = process_time()
    events = replay_all([odd, *[log([1, 2])] * others])
    assert events.summary.values.numbers["ignored"] == blanks
    return process_time() - before


@pytest.mark.parametrize("number", [BLIND - 1, BLIND])
@pytest.mark.parametrize("hits", [0, 3])
def test_that_nothing_parses_is_reported_once_however_the_lines_are_cut(
    number: int, hits: int
) -> None:
    lines = [b"no hit\n"] * number + [b"# ignored\n"] + [line(0)] * hits
    for size in (1, 7, len(lines)):
        pipeline = Pipeline(SETTINGS)
        reported: list[Event] = []
        for start in range(0, len(lines), size):
            pipeline.intake.feed(
                "log", b"".join(lines[start : start + size]), more=True
            )
            reported += pipeline.advance()
        pipeline.intake.end("log")
        reported += pipeline.finish()
        notices = [event.message for event in reported if isinstance(event, Notice)]
        told_early = number >= BLIND
        assert len(notices) == (told_early or not hits), f"pieces of {size}"
        assert all("log: its lines cannot be read" in notice for notice in notices)
