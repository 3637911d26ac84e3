"""The same bytes give the same events, however they are cut and wherever they come from."""

import random
from itertools import accumulate

import pytest
from support.timelines import (
    DAY,
    HOUR,
    IN_1970,
    IN_2099,
    MONO,
    START,
    YEAR,
    Events,
    Live,
    adds_up,
    line,
    log,
    random_cut,
    random_settings,
    random_traffic,
    replay,
    replay_all,
    reported,
    settings,
)

from monitor.core.pipeline import Pipeline

pytestmark = pytest.mark.usefixtures("untraced")


def everything(rng: random.Random) -> bytes:
    """Make a log with all that a log can have."""
    lines: list[bytes] = []
    odd = [b"\n", b"# comment\n", b"garbage\n", b'"\xff\x00" - [x] 200 1\r\n']
    shift = 0
    for second in random_traffic(rng, 200):
        chance = rng.random()
        if chance < 0.1:
            lines.append(rng.choice(odd))
        elif chance < 0.12:
            wrong = (IN_1970, IN_2099, second + 2 * YEAR, second + 2 * HOUR)
            lines.append(line(rng.choice(wrong)))
        elif chance < 0.125:
            shift += rng.choice((-100, -600, -2 * DAY, 700, HOUR, 3 * DAY))
        path, status = f"/{rng.randrange(9)}/x", rng.choice((200, 404, 500))
        lines.append(line(second + shift, path, status))
    if rng.random() < 0.2:
        lines.insert(rng.randrange(200), b"x" * ((1 << 20) + 1) + b"\n")
    return b"".join(lines).removesuffix(rng.choice((b"\n", b"")))


@pytest.mark.parametrize("seed", range(5))
def test_the_same_bytes_have_the_same_events_however_they_are_cut(seed: int) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng), everything(rng)
    whole = replay(data, given)
    parts = replay(random_cut(rng, data), given)
    assert parts == whole, f"seed {seed}"
    assert adds_up(whole), f"seed {seed}"
    assert whole.summary.values.numbers["lines"] == data.count(b"\n") + (
        data[-1:] != b"\n"
    )


@pytest.mark.parametrize("seed", range(2))
def test_byte_by_byte_the_events_are_the_same(seed: int) -> None:
    rng = random.Random(seed)
    data = everything(rng)[:1500]
    whole = replay(data)
    singly = replay([data[i : i + 1] for i in range(len(data))])
    assert singly == whole, f"seed {seed}"


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_at_one_time_is_followed_the_same_however_it_is_cut(
    seed: int,
) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng)._replace(replay=False), everything(rng)
    away = rng.choice((1, 100, 3 * HOUR))

    def followed(pieces: list[bytes]) -> Events:
        pipeline = Pipeline(given, start=START, mono=MONO)
        events = Events()
        for piece in [line(0), *pieces]:
            pipeline.intake.feed("log", piece, more=True)
            events += pipeline.advance(MONO + away)
        events += pipeline.advance(MONO + away, up_to_date=True)
        events += pipeline.advance(MONO + away + 1, up_to_date=True)
        events += pipeline.finish(MONO + away + 1)
        return events

    assert followed(random_cut(rng, data)) == followed([data]), f"seed {seed}"


@pytest.mark.parametrize("seed", range(2))
def test_several_logs_in_any_order_are_one_traffic(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)
    seconds = sorted(random_traffic(rng, 250, late=0))
    owners = [rng.randrange(3) for _ in seconds]
    logs: list[bytes] = []
    begins: list[int | None] = []
    for owner in range(3):
        mine = [s for s, each in zip(seconds, owners, strict=True) if each == owner]
        logs.append(log(mine))
        begins.append(START + mine[0] if rng.random() < 0.5 else None)
    whole = replay(log(seconds), given)
    for _ in range(3):
        order = rng.sample(range(3), 3)
        pieces = [random_cut(rng, logs[i]) for i in order]
        events = replay_all(pieces, given, [begins[i] for i in order])
        assert events == whole, f"seed {seed}, order {order}"


def following_of(seconds: list[int]) -> Live:
    """A monitor of a log whose lines are written when the newest second so far comes."""
    following = Live(settings("1", 10))
    for newest, second in zip(accumulate(seconds, max), seconds, strict=True):
        following.write(newest + 0.1, line(second))
    return following


@pytest.mark.parametrize("seed", range(4))
def test_following_a_log_and_replaying_it_have_the_same_alerts(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)._replace(replay=False)
    first, *others = random_traffic(rng, 150, late=0)
    seconds = [first, *(second for second in others if second < first + 700)]
    clock = rng.choice((0, 0, 30, -HOUR, HOUR, DAY, -DAY, 10 * YEAR))
    following = Live(given, wall=rng.choice((0, 0, -5, 100, 2 * HOUR, 1e8)))
    following.write_hits(seconds, clock)
    last, stops = seconds[-1], rng.random() < 0.5
    while following.now < last + 3 + given.delay:
        following.run(following.now + rng.randrange(1, 300))
        if stops and rng.random() < 0.3:
            following.stop(following.now + rng.choice((60, 400, HOUR)))
    following.run(following.now + 1)
    known = [a for a in following.events.alerts if a.at <= START + clock + last]
    assert reported(known, clock) == reported(replay(log(seconds), given).alerts), (
        f"seed {seed}"
    )
    events = following.finish()
    assert events.summary.values.hits == len(seconds), f"seed {seed}"
    assert events.summary.values.numbers["misdated"] == 0, f"seed {seed}"
    assert adds_up(events), f"seed {seed}"


def test_a_request_that_took_long_after_a_silence_is_late_however_it_is_read() -> None:
    """It is stamped with its beginning, in the silence."""
    seconds = [*range(10), 710, 300, 711, 712]
    for events in (
        replay(log(seconds), settings("1", 10)),
        following_of(seconds).run(730),
    ):
        assert not events.alerts
        (*_, report) = [report for report in events.reports if report.values.hits]
        assert (report.values.numbers["late"], report.values.numbers["misdated"]) == (
            1,
            0,
        )
