"""Logs whose clocks differ are one traffic. When the offsets are known, each second is exact."""

import random
from collections import Counter

import pytest
from support.timelines import (
    DAY,
    HOUR,
    START,
    Live,
    adds_up,
    random_settings,
    random_traffic,
)

from monitor.alerts import FIRING
from monitor.core.events import Notice
from monitor.settings import Settings
from monitor.units import duration

pytestmark = pytest.mark.usefixtures("untraced")

ZONES = (HOUR, -HOUR, HOUR // 2, 3 * HOUR - HOUR // 4, -9 * HOUR, DAY)
KNOWN = 50
"""A second at which all offsets are known, because all logs have some traffic before."""


def crossings(
    hits: Counter[int], given: Settings, seconds: range, *, firing: bool
) -> list[tuple[int, int]]:
    """Judge some seconds one by one; return the total and the second of each crossing."""
    limit, found = given.threshold * given.window, []
    for second in seconds:
        total = sum(hits[at] for at in range(second - given.window + 1, second + 1))
        is_below = total < limit or total == limit == 0
        if (firing and is_below) or (not firing and total > limit):
            firing = not firing
            found.append((total, second))
    return found


def notices_of(clocks: dict[str, int], reference: int) -> list[str]:
    """Return the beginnings of the notices about logs, in the order of their names."""
    sides = {
        log: "ahead of" if clock > reference else "behind"
        for log, clock in clocks.items()
        if clock != reference
    }
    return [
        f"the clock of {log} is {duration(abs(clocks[log] - reference))} {side} "
        for log, side in sides.items()
    ]


@pytest.mark.parametrize("seed", range(3))
def test_logs_whose_clocks_differ_have_the_alerts_of_one_log(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)._replace(replay=False, delay=0)
    shared = rng.choice((0, 0, -4 * HOUR))
    names = "abc"[: rng.choice((2, 3))]
    clocks = {log: shared + rng.choice((0, *ZONES)) for log in names}
    seconds = sorted(rng.choices(range(60), k=180))
    seconds += [60 + at for at in random_traffic(rng, 250, late=0) if at < 900]
    owners = rng.choices(names, k=len(seconds))
    following = Live(given, wall=rng.choice((0, 0, 7, HOUR)))
    for log in names:
        hits = [at for at, owner in zip(seconds, owners, strict=True) if owner == log]
        following.write_hits(hits, clocks[log], log)
        following.write(rng.random() * 60, b"# no hit\n", log)
    end = seconds[-1] + given.window + 5
    events = following.run(end, step=2)

    *_, report = events.reports
    shift = (report.end or 0) - START - end
    reference = min(clocks.values(), key=lambda clock: abs(clock - shift))
    heard = [
        (at, each.message)
        for at, each in following.heard
        if isinstance(each, Notice) and "clock of" in each.message
    ]
    expected = notices_of(clocks, reference)
    assert len(heard) == len(expected), f"seed {seed}"
    for (at, message), words in zip(
        sorted(heard, key=lambda each: each[1]), expected, strict=True
    ):
        assert at < KNOWN, f"seed {seed}"
        assert message.startswith(words), f"seed {seed}"

    at_first = [a for a in events.alerts if a.at - START - reference <= KNOWN]
    later = [a for a in events.alerts if a.at - START - reference > KNOWN]
    firing = bool(at_first) and at_first[-1].state == FIRING
    judged = range(KNOWN + 1, end - 4)
    assert [(a.hits, a.at - START - reference) for a in later] == crossings(
        Counter(seconds), given, judged, firing=firing
    ), f"seed {seed}"
    finished = following.finish()
    assert adds_up(finished), f"seed {seed}"
    numbers = finished.summary.values.numbers
    assert numbers["hits"] == len(seconds), f"seed {seed}"
    assert numbers["ignored"] == len(names), f"seed {seed}"
