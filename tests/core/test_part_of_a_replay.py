"""A replay of a period gives the reports and alerts that the whole replay gives in that period."""

import random
from datetime import UTC, datetime

import pytest
from support.timelines import (
    DAY,
    SETTINGS,
    START,
    YEAR,
    adds_up,
    line,
    log,
    pages,
    random_cut,
    random_settings,
    random_traffic,
    replay,
    reported,
    settings,
    traffic,
)

from monitor.alerts import FIRING
from monitor.outputs import Json, Style
from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")


def of_period(given: Settings, since: int | None, until: int | None) -> Settings:
    first, end = (
        None if second is None else datetime.fromtimestamp(START + second, UTC)
        for second in (since, until)
    )
    return given._replace(since=first, until=end)


def lines_of(rng: random.Random) -> bytes:
    """Make traffic with late and misdated hits, gaps, and lines that are no hits."""
    lines = []
    for second in random_traffic(rng, 200):
        if rng.random() < 0.1:
            lines += [rng.choice((b"\n", b"no hit\n"))] * rng.choice((1, 1, 2, 30))
        odd = rng.choice((-YEAR, YEAR, DAY)) if rng.random() < 0.01 else 0
        lines.append(line(second + odd, f"/{rng.randrange(5)}"))
    return b"".join(lines)


@pytest.mark.parametrize("seed", range(10))
def test_a_period_has_the_reports_and_alerts_of_the_whole(seed: int) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng), lines_of(rng)
    whole = replay(data, given)
    starts = sorted({(report.start or 0) - START for report in whole.reports})
    since, until = sorted(rng.sample([*starts, starts[-1] + given.interval], 2))
    since, until = (None, until) if seed % 5 == 3 else (since, until)
    since, until = (since, None) if seed % 5 == 4 else (since, until)
    part = replay(random_cut(rng, data), of_period(given, since, until))

    def holds(second: int | None) -> bool:
        at = (second or 0) - START
        return (since is None or since <= at) and (until is None or at < until)

    render = Json(Style(utc=True)).render
    due = [render(report) for report in whole.reports if holds(report.start)]
    assert due, f"seed {seed}"
    assert [render(report) for report in part.reports] == due, f"seed {seed}"
    alerts = [alert for alert in whole.alerts if holds(alert.at)]
    before = [alert for alert in part.alerts if not holds(alert.at)]
    assert reported(part.alerts[len(before) :]) == reported(alerts), f"seed {seed}"
    earlier = [alert for alert in whole.alerts if alert.at - START < (since or 0)]
    fires = since is not None and bool(earlier) and earlier[-1].state == FIRING
    assert [each.at - START for each in before] == ([since - 1] if fires else [])
    assert adds_up(part)


BURST = traffic("0-99:1 100-109:30 110-399:1")


@pytest.mark.parametrize(
    ("since", "until", "alerts"),
    [
        pytest.param(None, None, "fires 147 at 102, recovers 118 at 167", id="all"),
        pytest.param(100, 168, "fires 147 at 102, recovers 118 at 167", id="both"),
        pytest.param(103, None, "fires 147 at 102, recovers 118 at 167", id="fired"),
        pytest.param(110, 120, "fires 350 at 109", id="firing all the time"),
        pytest.param(167, 400, "fires 147 at 166, recovers 118 at 167", id="a second"),
        pytest.param(168, None, "", id="recovered"),
        pytest.param(None, 103, "fires 147 at 102", id="fires at the end"),
        pytest.param(50, 102, "", id="fires after the end"),
    ],
)
def test_what_fires_when_a_period_begins_is_announced(
    since: int | None, until: int | None, alerts: str
) -> None:
    given = of_period(settings("2", 60), since, until)
    events = replay(log(BURST), given)
    assert reported(events.alerts) == alerts
    first, end = since or 0, 400 if until is None else until
    assert events.summary.values.hits == sum(first <= each < end for each in BURST)
    window = sum(end - 60 <= each < end for each in BURST)
    assert events.summary.window.hits == window


def test_the_first_and_the_last_report_end_with_the_period() -> None:
    events = replay(log(BURST), of_period(SETTINGS, 105, 118))
    assert pages(events.reports) == [(105, 110, 150), (110, 118, 8)]
    assert pages([events.summary]) == [(105, 118, 158)]


def test_an_alert_of_a_silent_period_recovers_in_it() -> None:
    seconds = [*traffic("0-9:30"), 3600, 3600, 3600]
    events = replay(log(seconds), of_period(settings("2", 60), 30, 100))
    assert reported(events.alerts) == "fires 300 at 29, recovers 90 at 66"
    assert not events.reports


@pytest.mark.parametrize(
    ("since", "until", "window"),
    [
        pytest.param(-200, -100, 0, id="before the log"),
        pytest.param(500, None, 800, id="after the log"),
        pytest.param(90, 100, 400, id="in a gap of the log"),
    ],
)
def test_a_period_without_a_line_has_an_empty_summary(
    since: int, until: int | None, window: int
) -> None:
    data = b"no hit\n\n" + log(traffic("0-89:40 300-399:40"))
    events = replay(data, of_period(settings("100", 20), since, until))
    assert not events.reports
    summary = events.summary
    assert (summary.start, summary.values.numbers["lines"]) == (None, 0)
    assert summary.window.hits == window
