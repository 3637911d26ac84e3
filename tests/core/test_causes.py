"""The causes of an alert: the names that most of the last hits have in common."""

import random
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

import pytest
from support.states import as_stored
from support.timelines import (
    START,
    Events,
    Live,
    clock_text,
    random_cut,
    replay,
    settings,
)

from monitor.alerts import FIRING, Cause
from monitor.core.causes import Recent, Stretch
from monitor.core.counting import Walk
from monitor.core.intervals import Grid
from monitor.core.partial import PartialCounter
from monitor.core.pipeline import Pipeline
from monitor.formats import reader_of
from monitor.settings import Settings
from monitor.streamtime import Hits, SetBack, Step

pytestmark = pytest.mark.usefixtures("untraced")

IN_1970 = -START


class Hit(NamedTuple):
    second: int
    section: str = "/"
    client: str = "::1"
    status: int = 200

    @property
    def line(self) -> bytes:
        time = f"[{clock_text(self.second)} +0000]"
        request = f'"GET {self.section}/x HTTP/1.1"'
        return f"{self.client} - - {time} {request} {self.status} 1\n".encode()


def log_of(hits: list[Hit]) -> bytes:
    return b"".join(hit.line for hit in hits)


def causes_of(events: Events) -> list[str]:
    """Write the causes of each alert that fires."""
    return [written(each.causes) for each in events.alerts if each.state == FIRING]


def written(causes: tuple[Cause, ...]) -> str:
    return ", ".join(f"{each.name.decode()} {each.share:.3f}" for each in causes)


def a(section: str, times: int, second: int = 0) -> list[Hit]:
    """Return hits of a section by as many clients with as many answers."""
    return [Hit(second, section, f"10.0.0.{n}", 200 + n) for n in range(times)]


FEW = settings("2", window=10)  # fires at 21 hits


@pytest.mark.parametrize(
    ("hits", "causes"),
    [
        pytest.param([Hit(0)] * 21, "/ 1.000, ::1 1.000, 200 1.000", id="all alike"),
        pytest.param(
            [*a("/a", 6), *a("/b", 5), *a("/c", 5), *a("/d", 5)],
            "/a 0.286",
            id="a little more than a quarter",
        ),
        pytest.param(
            [*a("/c", 7), *a("/b", 7), *a("/a", 7)], "/a 0.333", id="equal: by name"
        ),
        pytest.param(
            [*a("/b", 6), *a("/a", 6), *a("/c", 6), *a("/d", 6)],
            "/a 0.250",
            id="just a quarter",
        ),
        pytest.param(
            [*a("/a", 5), *a("/b", 5), *a("/c", 5), *a("/d", 5), *a("/e", 5)],
            "",
            id="less than a quarter",
        ),
        pytest.param(
            [*a("/old", 9), *a("/new", 21, second=10)],
            "/new 1.000",
            id="hits before the window do not count",
        ),
        pytest.param(
            [*a("/a", 21), *a("/b", 60, second=1)],
            "/a 1.000",
            id="hits of later seconds do not count",
        ),
        pytest.param(
            [*a("/a", 11, second=5), *a("/b", 5, second=4), *a("/a", 5, second=6)],
            "/a 0.762",
            id="late hits count",
        ),
        pytest.param(
            [*a("/a", 11, 15), *a("/old", 20, 4), *a("/a", 10, 15)],
            "/a 1.000",
            id="a late hit before the window does not count",
        ),
        pytest.param(
            [*a("/a", 11), *a("/a", 10, 2), *a("/b", 60, 3), *a("/b", 1, 2)],
            "/a 1.000",
            id="a late hit that comes after the alert does not count",
        ),
        pytest.param(
            [*a("/a", 8), *a("/b", 13, IN_1970)],
            "/b 0.619",
            id="misdated hits count at the present second",
        ),
    ],
)
def test_an_alert_names_what_at_least_a_quarter_of_its_hits_have_in_common(
    hits: list[Hit], causes: str
) -> None:
    assert causes_of(replay(log_of(hits), FEW)) == [causes]


def test_only_the_last_thousand_hits_count() -> None:
    hits = [*a("/a", 251, 1), *a("/b", 249, 2), *[Hit(3, "/c")] * 701]
    (causes,) = causes_of(replay(log_of(hits), settings("0.6", window=2000)))
    assert causes == "/c 0.701, ::1 0.701, 200 0.702"


def test_the_causes_are_the_section_the_client_and_the_status() -> None:
    (alert,) = replay(log_of([Hit(0)] * 21), FEW).alerts
    assert [each.kind for each in alert.causes] == ["section", "client", "status"]


def test_a_recovery_has_no_causes() -> None:
    _, recovery = replay(log_of([*[Hit(0)] * 21, Hit(60)]), FEW).alerts
    assert recovery.causes == ()


def test_hits_before_a_set_back_do_not_count() -> None:
    columns = reader_of("auto").read(log_of([Hit(9, "/a"), Hit(9, "/a"), Hit(3, "/b")]))
    steps: list[Step] = [Hits(0, 2), SetBack(START + 3, 6), Hits(2, 3)]
    recent, drawn = Recent(window=60, delay=0), list[str]()
    walk = Walk(columns, START + 9, START + 10, Grid(10))
    for value in walk.counted(steps):
        if isinstance(value, Stretch):
            recent.add(value)
            drawn.append(written(recent.causes(START + 9)[:1]))
        elif isinstance(value, SetBack):
            recent.clear()
    assert drawn == ["/a 1.000", "/b 1.000"]


# --- the same causes, however the lines come ---


@cache
def some_hits() -> list[Hit]:
    """Return calm traffic with bursts, most hits in order and some a little late."""
    rng, hits = random.Random(0), list[Hit]()
    second = 0
    while len(hits) < 3500:
        second += rng.choice((1, 1, 1, 2, 9))
        number = rng.choice((0, 1, 5, 5, 8, 300 if rng.random() < 0.2 else 20))
        section = rng.choice(("/", "/a", "/b", "/c", "/d"))
        for _ in range(number):
            own = section if rng.random() < 0.5 else rng.choice(("/a", "/b", "/c"))
            late = rng.choice((1, 2)) if rng.random() < 0.05 else 0
            client = rng.choice(("::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"))
            status = rng.choice((200, 200, 304, 404))
            hits.append(Hit(second - late, own, client, status))
        hits.append(Hit(second))
    return hits


def expected(hits: list[Hit], second: int, given: Settings) -> list[tuple[str, float]]:
    """Return the causes of an alert as the specification says, hit by hit."""
    counted: list[Hit] = []
    newest = hits[0].second
    for hit in hits:
        newest = max(newest, hit.second)
        if newest > second + given.delay:
            break
        if hit.second <= second:
            counted.append(hit)
    last = [hit for hit in counted[-1000:] if hit.second > second - given.window]
    causes = []
    for names in zip(
        *((h.section, h.client, str(h.status)) for h in last), strict=True
    ):
        name, number = min(Counter(names).items(), key=lambda each: (-each[1], each[0]))
        if number / len(last) >= 0.25:
            causes.append((name, number / len(last)))
    return causes


def whole(hits: list[Hit], given: Settings, rng: random.Random) -> Events:
    return replay(log_of(hits), given)


def cut_anywhere(hits: list[Hit], given: Settings, rng: random.Random) -> Events:
    return replay(random_cut(rng, log_of(hits)), given)


def with_restarts(hits: list[Hit], given: Settings, rng: random.Random) -> Events:
    pipeline, events = Pipeline(given), Events()
    places = [0, *sorted(rng.sample(range(len(hits)), 9)), len(hits)]
    for start, stop in pairwise(places):
        pipeline.intake.feed("log", log_of(hits[start:stop]), more=True)
        events += pipeline.advance()
        state = as_stored(pipeline.snapshot())
        pipeline = Pipeline(given)
        pipeline.restore(state, 0.0, 0.0)
    events += pipeline.finish()
    return events


def by_workers(hits: list[Hit], given: Settings, rng: random.Random) -> Events:
    """Count by a worker what it can count: some segments of some blocks each."""
    pipeline, events, accepted = Pipeline(given), Events(), 0
    counter = PartialCounter(given)
    place = 0
    while place < len(hits):
        data = log_of(hits[place : place + rng.choice((1, 40, 200, 900))])
        place += data.count(b"\n")
        if counter.add([data]) and pipeline.accepts("log", part := counter.take()):
            events += pipeline.add("log", part, partial(iter, [data]))
            accepted += 1
        else:
            counter = PartialCounter(given)
            pipeline.intake.feed("log", data, at_start=False, more=True)
            events += pipeline.advance()
    pipeline.intake.end("log")
    events += pipeline.finish()
    assert accepted > 4
    return events


@pytest.mark.parametrize(
    ("window", "delay"),
    [
        pytest.param(10, 60, id="a short window, after a delay"),
        pytest.param(120, 0, id="a long window, at once"),
    ],
)
@pytest.mark.parametrize("run", [whole, cut_anywhere, with_restarts, by_workers])
def test_the_causes_are_those_of_the_specification_read_literally(
    run: Callable[[list[Hit], Settings, random.Random], Events], window: int, delay: int
) -> None:
    rng = random.Random(0)
    hits = some_hits()
    given = settings("6", window, delay=delay)._replace(interval=rng.choice((1, 60)))
    fired = [each for each in run(hits, given, rng).alerts if each.state == FIRING]
    assert len(fired) > 1
    for alert in fired:
        causes = [(name.decode(), share) for _, name, share in alert.causes]
        due = expected(hits, alert.at - START, given)
        assert causes == due, f"{alert.at - START}"


def test_a_state_holds_only_the_hits_that_later_alerts_can_need() -> None:
    live = Live(Settings(window=10))
    live.write_hits([second // 200 for second in range(4000)])
    live.run(20)
    seconds = live.pipeline.snapshot()["recent"]["seconds"]
    assert [each - START for each in seconds] == [n // 200 for n in range(3000, 4000)]
    live.run(60)
    assert live.pipeline.snapshot()["recent"]["seconds"] == []
