"""An alert is a timeline: the hits in the window of each second in, `fires` and `recovers` out."""

import random
from fractions import Fraction

import pytest

from monitor.alerts.alert import FIRING, OK, Alert
from monitor.alerts.rules import HITS, RULES, Rule
from monitor.alerts.state import AlertState


def rule(threshold: str = "10", window: int = 120) -> Rule:
    return Rule(RULES["traffic"], Fraction(threshold), window)


def low(threshold: str, window: int) -> Rule:
    """Return a rule that fires below its threshold."""
    kind = RULES["traffic"]._replace(above=False)
    return Rule(kind, Fraction(threshold), window)


def judged(state: AlertState, totals: str) -> list[Alert | None]:
    """Evaluate seconds 0, 1, 2, ...; hits may be missing from a number in brackets."""
    return [
        state.evaluate(
            second, {HITS: int(word.strip("()"))}, is_complete="(" not in word
        )
        for second, word in enumerate(totals.split())
    ]


def drawn(alerts: list[Alert | None]) -> str:
    marks = {FIRING: "F", OK: "R"}
    return "".join(marks[alert.state] if alert else "." for alert in alerts)


@pytest.mark.parametrize(
    ("threshold", "window", "totals", "timeline"),
    [
        pytest.param("10", 120, "1199 1200 1201 1202", "..F.", id="fires above"),
        pytest.param("10", 120, "1200 1200 1200", "...", id="equal never fires"),
        pytest.param(
            "10", 120, "1201 1200 1200 1199 1198", "F..R.", id="recovers below"
        ),
        pytest.param("10", 120, "1201 1200 1201 1202 1200", "F....", id="no flapping"),
        pytest.param("10", 120, "1201 1199 1201 1199", "FRFR", id="each crossing"),
        pytest.param("10", 120, "5000 5000 0 0", "F.R.", id="from a burst to silence"),
        pytest.param("0", 120, "0 1 1 0 0 2 0", ".F.R.FR", id="threshold 0"),
        pytest.param("0.5", 120, "60 61 60 59", ".F.R", id="threshold 0.5"),
        pytest.param("0.5", 1, "0 1 0", ".FR", id="half a hit in a second"),
        pytest.param(
            "1/3", 120, "40 41 40 39", ".F.R", id="a third that comes out even"
        ),
        pytest.param("1/3", 10, "3 4 3", ".FR", id="a third that does not"),
        pytest.param("0.1", 30, "3 4 3 2", ".F.R", id="0.1 x 30 is 3"),
        pytest.param("0.7", 10, "7 8 7 6", ".F.R", id="0.7 x 10 is 7"),
        pytest.param("0.29", 100, "29 30 29 28", ".F.R", id="0.29 x 100 is 29"),
        pytest.param("0.001", 120, "0 1 1 0", ".F.R", id="less than a hit in a window"),
        pytest.param("0.3333333333333333333", 3, "0 1 0", ".FR", id="just below 1"),
        pytest.param("0.3333333333333333334", 3, "1 2 1", ".FR", id="just above 1"),
        pytest.param("1e12", 86400, "86400000000000001 1", "FR", id="a large one"),
    ],
)
def test_a_crossing_is_reported_once(
    threshold: str, window: int, totals: str, timeline: str
) -> None:
    assert drawn(judged(AlertState(rule(threshold, window)), totals)) == timeline


@pytest.mark.parametrize(
    ("totals", "timeline"),
    [
        pytest.param("1201 (0) (0) 0", "F..R", id="until it may"),
        pytest.param("1201 (0) (1201) 1200 1199", "F...R", id="still above after it"),
        pytest.param("(1201) (1300) 1199", "F.R", id="an alert is not withheld"),
        pytest.param("(0) (5) 5", "...", id="nothing to recover from"),
    ],
)
def test_a_recovery_can_be_withheld(totals: str, timeline: str) -> None:
    assert drawn(judged(AlertState(rule()), totals)) == timeline


@pytest.mark.parametrize(
    ("threshold", "totals", "timeline"),
    [
        pytest.param("1", "10 9 9 10 9", ".F.RF", id="equal is enough"),
        pytest.param("1", "(5) (9) 5 (10)", "..FR", id="few may be too few"),
        pytest.param("0", "0 0 1", "...", id="nothing is below 0"),
    ],
)
def test_a_rule_may_fire_below_its_threshold(
    threshold: str, totals: str, timeline: str
) -> None:
    alerts = judged(AlertState(low(threshold, 10)), totals)
    assert drawn(alerts) == timeline


def test_the_peak_of_a_rule_that_fires_below_is_the_least() -> None:
    *_, recovery = judged(AlertState(low("1", 10)), "8 3 6 11")
    assert recovery is not None and recovery.peak == 3


def test_an_alert_says_what_fired_and_a_recovery_how_it_was() -> None:
    alerts = judged(AlertState(rule()), "9 1201 1500 1300 1199 0 1202 1199")
    assert [alert for alert in alerts if alert] == [
        Alert(rule(), FIRING, 1201, at=1),
        Alert(rule(), OK, 1199, at=4, since=1, peak=1500),
        Alert(rule(), FIRING, 1202, at=6),
        Alert(rule(), OK, 1199, at=7, since=6, peak=1202),
    ]


@pytest.mark.parametrize(
    ("totals", "peak"),
    [
        pytest.param("1201 1199", 1201, id="the crossing itself"),
        pytest.param("1201 1500 1400 1199", 1500, id="the highest"),
        pytest.param("1900 1199 1201 1199", 1201, id="not that of the alert before"),
        pytest.param("1201 (1199) 1250 1199", 1250, id="while recovery is withheld"),
    ],
)
def test_the_peak_is_the_most_since_the_alert_fired(totals: str, peak: int) -> None:
    *_, recovery = judged(AlertState(rule()), totals)
    assert recovery is not None and recovery.peak == peak


def test_a_firing_alert_moves_with_the_clock_of_the_log() -> None:
    state = AlertState(rule())
    state.evaluate(5000, {HITS: 1300})
    state.shift(-3600)
    assert state.firing
    assert state.evaluate(1500, {HITS: 0}) == Alert(
        rule(), OK, 0, 1500, since=1400, peak=1300, moved=-3600
    )
    assert not state.firing


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(15))
def test_it_compares_as_fractions_do(seed: int) -> None:
    rng = random.Random(seed)
    threshold = Fraction(rng.randrange(200), rng.choice((1, 2, 3, 7, 10, 100)))
    asked = Rule(RULES["traffic"], threshold, rng.choice((1, 7, 10, 120)))
    state, firing = AlertState(asked), False
    around = int(threshold * asked.window)
    for second in range(300):
        hits = max(0, around + rng.randrange(-3, 4))
        average = Fraction(hits, asked.window)
        if average > threshold:
            firing = True
        elif average < threshold or hits == threshold == 0:
            firing = False
        before = state.firing
        alert = state.evaluate(second, {HITS: hits})
        assert state.firing == firing, f"{hits} hits with seed {seed}"
        assert (alert is not None) == (before != firing), f"seed {seed}"
