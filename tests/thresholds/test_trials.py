"""The trial of a threshold says what a replay with this threshold would have done."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from support.timelines import (
    SETTINGS,
    START,
    line,
    log,
    random_settings,
    random_traffic,
    replay,
    settings,
    traffic,
)

from monitor.alerts import FIRING, Alert
from monitor.core import Pipeline
from monitor.options import Settings
from monitor.periods import ALWAYS, fixed_period
from monitor.thresholds import Record, suggest
from monitor.thresholds.trials import tried

THRESHOLDS = [Fraction(text) for text in ("0", "0.1", "0.35", "0.5", "1", "1.4", "3")]


def recorded(data: bytes, given: Settings = SETTINGS) -> Record:
    pipeline, record = Pipeline(given), Record(given.window)
    pipeline.gauges.judged.append(record.note)
    pipeline.intake.feed("log", data)
    pipeline.intake.end("log")
    list(pipeline.advance())
    list(pipeline.finish())
    return record


def lasted(alerts: Iterable[Alert], last: int) -> list[int]:
    """Return for how many seconds each alert fired, up to the last second."""
    found, since = list[int](), None
    for alert in alerts:
        if alert.state == FIRING:
            since = alert.at
        else:
            found.append(alert.at - alert.since)
            since = None
    return found if since is None else [*found, last - since]


def lines_of(rng: random.Random) -> bytes:
    """Make traffic with late hits, gaps, and rows of lines that nobody can read."""
    lines = []
    for second in random_traffic(rng, 400):
        if rng.random() < 0.02:
            lines += [b"no hit\n"] * rng.choice((1, 2, 30))
        lines.append(line(second))
    return b"".join(lines)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(12))
def test_each_trial_has_the_alerts_of_a_replay(seed: int) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng), lines_of(rng)
    if seed % 4 > 1:
        given = given._replace(hysteresis=Fraction(20), for_=3, keep_firing=7)
    if seed % 3 == 1:
        given = of_period(given, 100, rng.choice((None, 400)))
    record = recorded(data, given)
    period = fixed_period(given.since, given.until)
    _, end = record.bounds(period)
    for threshold in THRESHOLDS:
        judged = given._replace(threshold=threshold)
        alerts = replay(data, judged).alerts
        found = list(tried(record, judged, period).lasted)
        assert found == lasted(alerts, end - 1), (seed, threshold)


def of_period(given: Settings, since: int, until: int | None) -> Settings:
    end = None if until is None else datetime.fromtimestamp(START + until, UTC)
    return given._replace(since=datetime.fromtimestamp(START + since, UTC), until=end)


def test_a_clock_that_was_set_back_changes_no_number_of_alerts() -> None:
    text = traffic("0-300:1 301-310:30 311-600:1")
    data = log(
        [*text, *(second - 2000 for second in traffic("601-900:1 901-905:50 1300:1"))]
    )
    record = recorded(data)
    for threshold in THRESHOLDS:
        judged = SETTINGS._replace(threshold=threshold)
        alerts = replay(data, judged).alerts
        found, due = tried(record, judged, ALWAYS).lasted, lasted(alerts, record.end)
        assert len(found) == len(due), threshold
        assert found == pytest.approx(due, abs=65), threshold


@pytest.mark.parametrize(
    ("text", "present", "chosen"),
    [
        pytest.param("0-2000:2 3000:1", "10", "2", id="steady traffic never fires"),
        pytest.param("0-5000:2 4000-4060:30", "10", "2.6", id="one burst fires once"),
        pytest.param("0-5000:2", "1", "2", id="an alert without end is none"),
        pytest.param("0:1", "10", "0.0084", id="one hit"),
    ],
)
def test_the_lowest_threshold_that_seldom_fires_is_suggested(
    text: str, present: str, chosen: str
) -> None:
    found = suggest(recorded(log(sorted(traffic(text)))), settings(present), ALWAYS)
    assert found
    assert found.chosen.threshold == Fraction(chosen)
    assert Fraction(present) in [trial.threshold for trial in found.trials]


@pytest.mark.usefixtures("untraced")
def test_two_alerts_in_less_than_a_day_are_too_many() -> None:
    bursts = "0-8000:1 2000-2010:90 6000-6010:50"
    found = suggest(recorded(log(sorted(traffic(bursts)))), settings("3"), ALWAYS)
    assert found
    rows = {float(trial.threshold): trial.alerts for trial in found.trials}
    assert rows[3.0] == 2
    assert (found.chosen.alerts, found.trials[-1].alerts) == (1, 0)


def test_without_a_hit_nothing_is_suggested() -> None:
    assert suggest(recorded(b"no hit\n"), SETTINGS, ALWAYS) is None
