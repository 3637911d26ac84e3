"""Replayed logs: traffic by the second in, alerts out."""

import random

import pytest
from support.timelines import (
    SETTINGS,
    START,
    YEAR,
    expected_alerts,
    log,
    pages,
    random_settings,
    random_traffic,
    replay,
    reported,
    settings,
    traffic,
)

from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")


def alerts_of(text: str, given: Settings = SETTINGS) -> str:
    return reported(replay(log(traffic(text)), given).alerts)


@pytest.mark.parametrize(
    ("hits", "alerts"),
    [
        pytest.param("0:1200", "", id="1200 hits at the start"),
        pytest.param("0:1201", "fires 1201 at 0", id="1201 hits at the start"),
        pytest.param("0-119:10", "", id="1200 in two minutes"),
        pytest.param("0-118:10 119:11", "fires 1201 at 119", id="1201 in two minutes"),
        pytest.param("0-119:10 120:10", "", id="the first second has left"),
        pytest.param(
            "0:2 1:1199 120:1", "fires 1201 at 1", id="1200 after it change nothing"
        ),
        pytest.param(
            "0:1 1:1200 121:1",
            "fires 1201 at 1, recovers 1 at 121",
            id="1200 for a second, then less",
        ),
        pytest.param(
            "0:2 1:1199 200:1",
            "fires 1201 at 1, recovers 1199 at 120",
            id="1199 recovers",
        ),
        pytest.param(
            "0:2000 9000:1200 9001:1 9500:1",
            "fires 2000 at 0, recovers 0 at 120, fires 1201 at 9001, recovers 1 at 9120",
            id="over silent hours",
        ),
        pytest.param(
            f"0:1201 {YEAR}-{YEAR + 1}:1201",
            f"fires 1201 at 0, recovers 0 at 120, fires 1201 at {YEAR}",
            id="over a silent year",
        ),
    ],
)
def test_the_1201st_hit_in_two_minutes_fires_and_1199_recover(
    hits: str, alerts: str
) -> None:
    assert alerts_of(hits) == alerts


@pytest.mark.parametrize(
    ("threshold", "window", "hits", "alerts"),
    [
        pytest.param("0", 120, "0:1 50:1", "fires 1 at 0", id="any hit is above 0"),
        pytest.param(
            "0",
            120,
            "0:1 5:1 300:1",
            "fires 1 at 0, recovers 0 at 125, fires 1 at 300",
            id="an empty window recovers from 0",
        ),
        pytest.param("0.5", 120, "0:60", "", id="at 0.5"),
        pytest.param(
            "0.5",
            120,
            "0:1 1:1 2:59 300",
            "fires 61 at 2, recovers 59 at 121",
            id="above and below 0.5",
        ),
        pytest.param("1/3", 120, "0:40", "", id="at a third"),
        pytest.param(
            "1/3",
            120,
            "0:2 1:39 300",
            "fires 41 at 1, recovers 39 at 120",
            id="above and below a third",
        ),
        pytest.param(
            "1/3",
            10,
            "0:1 1:3 99",
            "fires 4 at 1, recovers 3 at 10",
            id="a third that does not come out even",
        ),
        pytest.param(
            "0.1",
            30,
            "0:1 1:2 2:1 99",
            "fires 4 at 2, recovers 1 at 31",
            id="0.1 x 30 is 3",
        ),
        pytest.param(
            "10",
            1,
            "0:10 1:11 2:10 3:9",
            "fires 11 at 1, recovers 9 at 3",
            id="a window of a second",
        ),
    ],
)
def test_a_threshold_is_compared_exactly(
    threshold: str, window: int, hits: str, alerts: str
) -> None:
    assert alerts_of(hits, settings(threshold, window)) == alerts


@pytest.mark.parametrize(
    ("late", "alerts"),
    [
        pytest.param(0, "fires 1201 at 200", id="in time"),
        pytest.param(1, "fires 1201 at 200", id="1 s"),
        pytest.param(30, "fires 1201 at 200", id="30 s"),
        pytest.param(119, "fires 1201 at 200", id="119 s: still in the window"),
        pytest.param(120, "", id="120 s: just out of it"),
        pytest.param(121, "", id="121 s: out of it"),
    ],
)
def test_a_late_hit_counts_in_its_own_second_of_the_window(
    late: int, alerts: str
) -> None:
    events = replay(log([0, *[200] * 1200, 200 - late]))
    assert reported(events.alerts) == alerts
    assert pages(events.reports) == [(0, 10, 1), (200, 210, 1201)]
    assert events.summary.values.numbers["late"] == (1 if late else 0)


@pytest.mark.parametrize(
    ("delay", "alerts"),
    [
        pytest.param(0, "fires 1202 at 201", id="without a delay"),
        pytest.param(
            1, "fires 1201 at 200", id="but within the delay it is still open"
        ),
    ],
)
def test_a_late_hit_does_not_reopen_a_second(delay: int, alerts: str) -> None:
    hits = [0, *[200] * 1200, 201, 200]
    assert reported(replay(log(hits), settings(delay=delay)).alerts) == alerts


def test_a_recovery_says_since_when_and_the_peak() -> None:
    events = replay(log(traffic("0:1201 60:99 61-64:500 400:1")))
    fires, recovers = events.alerts
    assert (fires.since, fires.peak) == (0, 0)
    assert (recovers.since - START, recovers.peak) == (0, 3300)


def test_an_hour_of_oscillation_is_reported_crossing_by_crossing() -> None:
    minutes = range(60)
    hits = " ".join(f"{60 * minute}:121" for minute in minutes)
    events = replay(log(traffic(hits + " 3600:1")), settings(window=12))
    assert reported(events.alerts) == ", ".join(
        f"fires 121 at {60 * minute}, recovers 0 at {60 * minute + 12}"
        for minute in minutes
    )
    for event in [*events.reports, events.summary]:
        known = events.alerts[: event.earlier_alerts + len(event.alerts)]
        assert event.alerts == tuple(known[-Settings().alerts :])
        assert event.firings == (len(known) + 1) // 2
    assert (len(events.summary.alerts), events.summary.earlier_alerts) == (10, 110)


@pytest.mark.parametrize("seed", range(12))
def test_alerts_equal_those_of_the_specification_read_literally(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)
    seconds = random_traffic(rng, rng.choice((20, 200, 400)))
    events = replay(log(seconds), given)
    assert reported(events.alerts) == expected_alerts(seconds, given), f"seed {seed}"


def test_random_traffic_is_worth_its_name() -> None:
    kinds = [0, 0]
    for seed in range(30):
        rng = random.Random(seed)
        given = random_settings(rng)
        alerts = expected_alerts(random_traffic(rng, 200), given)
        kinds[0] += alerts.count("fires")
        kinds[1] += alerts.count("recovers")
    assert min(kinds) > 100
