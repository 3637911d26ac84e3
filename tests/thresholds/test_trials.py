"""The trial of a threshold says what a replay with this threshold would have done."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

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
from monitor.periods import ALWAYS, fixed_period
from monitor.settings import Settings
from monitor.thresholds import Record, suggest
from monitor.thresholds.trials import trial_of

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
    for second in random_traffic(rng, 150):
        if rng.random() < 0.02:
            lines += [b"no hit\n"] * rng.choice((1, 2, 30))
        lines.append(line(second))
    return b"".join(lines)


def agrees(data: bytes, given: Settings, thresholds: Iterable[Fraction]) -> bool:
    """Return whether trials have the alerts of replays."""
    record = recorded(data, given)
    period = fixed_period(given.since, given.until)
    _, end = record.bounds(period)
    for threshold in thresholds:
        judged = given._replace(threshold=threshold)
        alerts = replay(data, judged).alerts
        if list(trial_of(record, judged, period).lasted) != lasted(alerts, end - 1):
            return False
    return True


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(6))
def test_each_trial_has_the_alerts_of_a_replay(seed: int) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng), lines_of(rng)
    if seed % 2:
        given = given._replace(hysteresis=Fraction(20), for_=3, keep_firing=7)
    if seed % 3 == 1:
        given = of_period(given, 100, rng.choice((None, 200)))
    assert agrees(data, given, THRESHOLDS), seed


@pytest.mark.parametrize("edge", [53, 54, 55, 100, 175, 176, 177])
def test_an_alert_lasts_as_in_a_replay_of_a_period(edge: int) -> None:
    """It fires at 53 and recovers at 176."""
    data, one = log(traffic("0:1 50-59:30 260:1")), [Fraction(1)]
    assert agrees(data, of_period(SETTINGS, edge, None), one)
    assert agrees(data, of_period(SETTINGS, None, edge), one)


def of_period(given: Settings, since: int | None, until: int | None) -> Settings:
    start, end = (
        None if each is None else datetime.fromtimestamp(START + each, UTC)
        for each in (since, until)
    )
    return given._replace(since=start, until=end)


def test_a_clock_that_was_set_back_changes_no_number_of_alerts() -> None:
    text = traffic("0-150:1 151-160:30 161-400:1")
    data = log(
        [*text, *(second - 2000 for second in traffic("401-600:1 601-605:50 1000:1"))]
    )
    record = recorded(data)
    for threshold in THRESHOLDS[2::2]:
        judged = SETTINGS._replace(threshold=threshold)
        alerts = replay(data, judged).alerts
        found, due = trial_of(record, judged, ALWAYS).lasted, lasted(alerts, record.end)
        assert len(found) == len(due), threshold
        assert found == pytest.approx(due, abs=65), threshold


@pytest.mark.parametrize(
    ("text", "present", "chosen"),
    [
        pytest.param("0-600:2 1000:1", "10", "2", id="steady traffic never fires"),
        pytest.param("0-2000:1 900-910:60", "10", "1.3", id="one burst fires once"),
        pytest.param("0-600:2", "1", "2", id="an alert without end is none"),
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


@pytest.mark.parametrize(
    "tuning",
    [
        pytest.param({"hysteresis": Fraction(60)}, id="hysteresis"),
        pytest.param({"for_": 30}, id="for"),
        pytest.param({"keep_firing": 45}, id="keep-firing"),
    ],
)
def test_all_thresholds_are_judged_with_the_options_of_the_rule(tuning: Any) -> None:
    record = recorded(log(sorted(traffic("0-2500:1 900-905:90 1800-1805:50"))))
    plain, given = settings("3"), settings("3")._replace(**tuning)
    found = suggest(record, given, ALWAYS)
    assert found
    for trial in found.trials:
        judged = given._replace(threshold=trial.threshold)
        assert trial == trial_of(record, judged, ALWAYS)
    assert found.trials != getattr(suggest(record, plain, ALWAYS), "trials", ())


def test_two_alerts_in_less_than_a_day_are_too_many() -> None:
    bursts = "0-2500:1 900-905:90 1800-1805:50"
    found = suggest(recorded(log(sorted(traffic(bursts)))), settings("3"), ALWAYS)
    assert found
    rows = {float(trial.threshold): trial.alerts for trial in found.trials}
    assert rows[3.0] == 2
    assert (found.chosen.alerts, found.trials[-1].alerts) == (1, 0)


def test_without_a_hit_nothing_is_suggested() -> None:
    assert suggest(recorded(b"no hit\n"), SETTINGS, ALWAYS) is None
