"""Each rule is a timeline: counts of each second in; `F` fires, `R` recovers, `!` reminds, out."""

from fractions import Fraction

import pytest

from monitor.alerts.alert import FIRING, Alert
from monitor.alerts.rules import RULES, Rule, Tuning, rules_of
from monitor.alerts.state import AlertState
from monitor.rulevalues import Latency, SectionLimit
from monitor.settings import Settings

GIVEN = Settings(
    window=10,
    max_error_rate=Fraction(5),
    min_traffic=5,
    section_threshold=(SectionLimit(b"/api", Fraction(2)),),
    max_latency=Latency(Fraction(95), Fraction(1, 2)),
    client_threshold=Fraction(1),
    max_bandwidth=Fraction(100),
)


def rule_named(name: str) -> Rule:
    (rule,) = (each for each in rules_of(GIVEN) if each.name == name)
    return rule


def judged(state: AlertState, counts: str) -> list[Alert | None]:
    """Evaluate seconds 0, 1, 2, ...: a count, or a count of some hits as `3/40`."""
    rule, alerts = state.rule, []
    for second, word in enumerate(counts.split()):
        count, _, hits = word.strip("()").partition("/")
        sums = {rule.kind.of: int(hits or 0)} | {rule.measure: int(count)}
        alerts.append(state.evaluate(second, sums, is_complete="(" not in word))
    return alerts


def drawn(alerts: list[Alert | None]) -> str:
    return "".join(map(mark, alerts))


def mark(alert: Alert | None) -> str:
    if alert is None:
        return "."
    if alert.reminder:
        return "!"
    return "F" if alert.state == FIRING else "R"


@pytest.mark.parametrize(
    ("name", "counts", "timeline"),
    [
        pytest.param("errors", "2/50 3/50 3/60 2/41 1/41", ".F.R.", id="5 percent"),
        pytest.param("errors", "49/49 50/50", ".F", id="from 50 hits on"),
        pytest.param("errors", "9/50 9/9 1/9 0/9", "F..R", id="recovers with few hits"),
        pytest.param("errors", "9/50 0/0", "FR", id="recovers without a hit"),
        pytest.param("latency", "5/100 6/100 5/100 4/100", ".F.R", id="p95"),
        pytest.param("silence", "5 4 0 4 5 6", ".F..R.", id="fewer than 5 hits"),
        pytest.param("silence", "(4) (0) 4 (5)", "..FR", id="hits may be missing"),
        pytest.param("section", "20 21 20 19", ".F.R", id="a section"),
        pytest.param("bandwidth", "1000/2 1001/2 1000/2 999/2", ".F.R", id="bytes"),
    ],
)
def test_a_rule_fires_beyond_its_limit(name: str, counts: str, timeline: str) -> None:
    assert drawn(judged(AlertState(rule_named(name)), counts)) == timeline


@pytest.mark.parametrize("counts", ["0/90 1/90 1/90 0/90", "0/90 1/90 1/90 0/0"])
def test_a_limit_of_0_recovers_at_0(counts: str) -> None:
    rule = rule_named("errors")._replace(threshold=Fraction(0))
    assert drawn(judged(AlertState(rule), counts)) == ".F.R"


TRAFFIC = Rule(RULES["traffic"], Fraction(10), 120)


@pytest.mark.parametrize(
    ("rule", "counts", "timeline"),
    [
        pytest.param(
            TRAFFIC, "1201 1199 960 959", "F..R", id="1200 recovers below 960"
        ),
        pytest.param(rule_named("silence"), "4 5 6", "F.R", id="below 5 recovers at 6"),
        pytest.param(rule_named("errors"), "6/100 4/100 3/100", "F.R", id="a share"),
    ],
)
def test_an_alert_recovers_some_percent_from_its_limit(
    rule: Rule, counts: str, timeline: str
) -> None:
    state = AlertState(rule, Tuning(hysteresis=Fraction(20)))
    assert drawn(judged(state, counts)) == timeline


@pytest.mark.parametrize(
    ("tuning", "counts", "timeline"),
    [
        pytest.param(Tuning(hold=1), "9 0", "FR", id="for 1 is at once"),
        pytest.param(Tuning(hold=3), "9 9 9 9 0", "..F.R", id="for 3"),
        pytest.param(Tuning(hold=3), "9 9 5 9 9 9", ".....F", id="equal begins anew"),
        pytest.param(Tuning(hold=2), "9 (9) 9", ".F.", id="high is high in a gap"),
        pytest.param(Tuning(keep_firing=3), "9 0 0 0", "F..R", id="keeps for 3"),
        pytest.param(Tuning(keep_firing=2), "9 0 9 0 0", "F...R", id="high keeps it"),
        pytest.param(
            Tuning(keep_firing=2), "9 0 (0) 0 0", "F...R", id="a gap keeps it"
        ),
        pytest.param(Tuning(remind=2), "9 9 9 9 9 0 0", "F.!.!R.", id="reminds"),
        pytest.param(Tuning(remind=2), "9 9 (0) 0", "F.!R", id="reminds in a gap"),
        pytest.param(Tuning(remind=1, keep_firing=2), "9 0 0", "F!R", id="and keeps"),
    ],
)
def test_the_manner_of_a_rule(tuning: Tuning, counts: str, timeline: str) -> None:
    rule = Rule(RULES["traffic"], Fraction(5), 1)
    assert drawn(judged(AlertState(rule, tuning), counts)) == timeline


@pytest.mark.parametrize(
    ("tuning", "counts", "due"),
    [
        pytest.param(Tuning(), "9", None, id="nothing"),
        pytest.param(Tuning(hold=5), "0 9", 5, id="the alert"),
        pytest.param(Tuning(keep_firing=5), "9 0", 5, id="the recovery"),
        pytest.param(Tuning(remind=60), "0 9 9", 61, id="the reminder"),
        pytest.param(Tuning(remind=3, keep_firing=9), "9 0", 3, id="the first"),
    ],
)
def test_a_rule_knows_when_an_alert_is_due(
    tuning: Tuning, counts: str, due: int | None
) -> None:
    state = AlertState(Rule(RULES["traffic"], Fraction(5), 1), tuning)
    judged(state, counts)
    assert state.due == due


def test_a_value_is_beyond_its_limit_for_as_long_after_the_clock_of_the_log_was_set() -> (
    None
):
    state = AlertState(Rule(RULES["traffic"], Fraction(5), 1), Tuning(hold=3))
    assert drawn(judged(state, "9 9")) == ".."
    state.shift(-100)
    assert state.evaluate(-98, {"hits": 9})


def test_an_alert_has_its_value_its_limit_and_its_peak() -> None:
    state = AlertState(rule_named("errors"))
    fired, _, recovered = judged(state, "6/100 9/100 2/80")
    assert fired and recovered
    assert (fired.value, fired.limit, fired.unit) == (6, 5, "%")
    assert (fired.hits, fired.number) == (100, 6)
    assert (recovered.value, recovered.peak_value) == (Fraction(5, 2), 9)
    assert (recovered.since, recovered.lasted) == (0, 0)


def test_an_alert_its_reminder_and_its_recovery_have_one_id() -> None:
    state = AlertState(TRAFFIC, Tuning(remind=1))
    state.evaluate(100, {"hits": 1300})
    state.shift(3600)
    again = state.evaluate(3701, {"hits": 1300})
    recovered = state.evaluate(3702, {"hits": 0})
    first = Alert(TRAFFIC, FIRING, 1300, 100)
    assert again and recovered
    assert again.id == recovered.id == first.id
    assert len(first.id) == 16
    assert int(first.id, 16) >= 0
    others = [first._replace(at=101), first._replace(rule=rule_named("silence"))]
    subject = first._replace(rule=TRAFFIC._replace(subject=b"/"))
    assert len({first.id, subject.id, *(each.id for each in others)}) == 4


def test_the_last_threshold_of_a_section_counts() -> None:
    limits = [SectionLimit(b"/a", Fraction(n)) for n in (1, 2)]
    _, rule = rules_of(Settings(section_threshold=tuple(limits)))
    assert (rule.key, rule.threshold) == ("section /a", 2)


@pytest.mark.parametrize("name", RULES)
def test_an_alert_survives_as_a_snapshot(name: str) -> None:
    rule = rule_named(name)._replace(subject=b"/\xff" if name == "section" else b"")
    alert = Alert(rule, FIRING, 9, 100, counted=3, moved=-5)
    assert Alert.restored(alert.snapshot()) == alert
