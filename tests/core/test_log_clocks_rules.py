"""Rules count hits of logs with other clocks in the seconds in which the traffic rule counts them.

A rule of the one section of all hits therefore has the alerts of the traffic rule.
"""

import random
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import pytest
from support.timelines import DAY, HOUR, START, Live, line, settings, traffic

from monitor.alerts import Alert
from monitor.formats import Columns
from monitor.only import choice_of
from monitor.rulevalues import SectionLimit

pytestmark = pytest.mark.usefixtures("untraced")

GIVEN = settings("10", 20)._replace(
    replay=False, section_threshold=(SectionLimit(b"/", Fraction(10)),)
)
SHIFTS = [
    pytest.param(HOUR, id="an hour ahead"),
    pytest.param(-HOUR, id="an hour behind"),
    pytest.param(-2 * DAY, id="days behind"),
]


def alerts_of(rule: str, alerts: Iterable[Alert]) -> list[tuple[str, int, int]]:
    return [
        (each.state, each.hits, each.at) for each in alerts if each.rule.name == rule
    ]


def both_fire_alike(following: Live, until: int) -> bool:
    alerts = following.run(until).alerts
    sections = alerts_of("section", alerts)
    return bool(sections) and sections == alerts_of("traffic", alerts)


@pytest.mark.parametrize("clock", SHIFTS)
def test_the_counts_of_a_log_move_with_its_hits(clock: int) -> None:
    following = Live(GIVEN)
    following.write_hits(traffic("0-99:8"), 0, "a")
    following.write_hits(traffic("0-49:8"), 0, "b")
    following.write_hits(traffic("50-99:8"), clock, "b")
    assert both_fire_alike(following, 130)


@pytest.mark.parametrize("clock", SHIFTS)
def test_the_counts_from_before_the_start_move_too(clock: int) -> None:
    following = Live(GIVEN)
    seconds = Counter({START - second: 8 for second in range(1, 21)})
    shifted = Counter({at + clock: n for at, n in seconds.items()})
    following.pipeline.backfill(
        {
            "a": (seconds, Columns(), {"section /": seconds}),
            "b": (shifted, Columns(), {"section /": shifted}),
        }
    )
    following.write_hits(traffic("0-60:8"), 0, "a")
    following.write_hits(traffic("0-60:8"), clock, "b")
    assert both_fire_alike(following, 90)


@pytest.mark.parametrize("clock", SHIFTS)
def test_hits_that_are_left_out_do_not_move(clock: int) -> None:
    only = (choice_of("section=/a"),)
    limit = (SectionLimit(b"/a", Fraction(10)),)
    following = Live(GIVEN._replace(only=only, section_threshold=limit))
    for second in range(100):
        for log, off in [("a", 0), ("b", clock)][: 1 + (second > 50)]:
            at = second + off
            following.write(second, line(at, "/a") * 8 + line(at, "/b") * 8, log)
    assert both_fire_alike(following, 130)


def test_counts_from_before_the_start_that_are_ahead_do_not_count_an_hour_later() -> (
    None
):
    following = Live(GIVEN)
    before = Counter({START + HOUR - 9: 999})
    following.pipeline.backfill({"b": (before, Columns(), {"section /": before})})
    following.write_hits(range(10), 0, "a")
    assert not following.run(HOUR + 60, step=10).alerts


@pytest.mark.parametrize("seed", range(3))
def test_counts_move_as_hits_do_whatever_is_written(seed: int) -> None:
    rng = random.Random(seed)
    following = Live(GIVEN)
    begin = rng.randrange(30)
    clock = rng.choice((HOUR, -HOUR, 300, -DAY, 7 * DAY))
    busy = rng.choice((6, 8, 12))
    following.write_hits(traffic(f"0-99:{busy}"), 0, "a")
    following.write_hits(traffic(f"{begin}-{begin + 40}:{busy}"), clock, "b")
    following.write_hits(traffic("60-99:7"), rng.choice((0, clock)), "b")
    for _ in range(9):
        at = rng.randrange(120)
        following.write_hits([at], rng.choice((-70, -200, clock)), rng.choice("ab"))
    assert both_fire_alike(following, 180)
