"""A log whose lines cannot be parsed is not silent: nothing recovers until its next hit."""

import json
import random
from fractions import Fraction
from itertools import pairwise

import pytest
from support.timelines import (
    MONO,
    START,
    Events,
    Live,
    gone,
    line,
    log,
    random_cut,
    random_settings,
    random_traffic,
    replay,
    replay_all,
    reported,
    settings,
    traffic,
)

from monitor.core.events import NoData
from monitor.core.legibility import BLIND, Legibility
from monitor.core.outage import Outage
from monitor.core.pipeline import Pipeline
from monitor.formats import reader_of

GIVEN = settings("1", 10)
BURST = traffic("0-9:3")  # fires, and recovers at 16 in silence
GARBAGE = b"what is this?\n"
COMMENT = b"# a comment\n"
ENOUGH = GARBAGE * BLIND
SEEDS = [0, 16, 41, 44, 47, 48]  # the last five found faults


def no_data(events: Events) -> list[tuple[str, int, int]]:
    """Return the messages of logs without data as (state, since, at)."""
    found = [each for each in events if isinstance(each, NoData)]
    return [(each.state, each.since - START, each.at - START) for each in found]


def burst_then(*lines: tuple[float, bytes]) -> Live:
    """A monitor of a burst, and of lines that are written at a time."""
    following = Live(GIVEN)
    following.write_hits(BURST)
    for at, data in lines:
        following.write(at, data)
    return following


# --- what recovers ---


@pytest.mark.usefixtures("untraced")
def test_a_log_that_stops_parsing_does_not_recover_until_its_next_hit() -> None:
    following = burst_then(*((10.5 + n, GARBAGE) for n in range(300)), (400, line(400)))
    following.run(399, step=3)
    assert reported(following.events.alerts) == "fires 12 at 3"
    *_, report = following.events.reports
    assert report.no_data is not None
    assert report.no_data.since - START == 9
    assert "300 of 300 lines cannot be read: no time in it" in report.no_data.reason
    assert reported(following.run(403).alerts) == "recovers 1 at 400"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("lines", "recovers"),
    [
        pytest.param([], "recovers 9 at 16", id="no line"),
        pytest.param([(12, GARBAGE)], "recovers 0 at 21", id="one line in the window"),
        pytest.param([(30, GARBAGE)], "recovers 9 at 16", id="a line after it"),
        pytest.param(
            [(12, COMMENT * 50)], "recovers 9 at 16", id="lines that are ignored"
        ),
        pytest.param(
            [(12 + 2 * n, GARBAGE) for n in range(19)], "recovers 0 at 57", id="19"
        ),
        pytest.param([(12 + 2 * n, GARBAGE) for n in range(20)], "", id="20"),
        pytest.param([(12, GARBAGE + line(12))], "recovers 7 at 17", id="then a hit"),
        pytest.param([(12, ENOUGH)], "", id="20 at once"),
        pytest.param([(12, ENOUGH), (15, line(15))], "recovers 7 at 17", id="a gap"),
    ],
)
def test_before_the_twentieth_line_a_recovery_waits_for_the_window(
    lines: list[tuple[float, bytes]], recovers: str
) -> None:
    following = burst_then(*lines)
    following.run(100)
    assert reported(following.events.alerts[1:]) == recovers


def test_a_log_of_two_programs_is_only_counted() -> None:
    """More than a tenth of its lines is unparsed, and it has hundred lines before its last hit."""
    mixed = [line(-200 + n) + GARBAGE for n in range(100)]
    following = burst_then(*((-50, each) for each in mixed), (11, ENOUGH))
    following.run(100)
    assert reported(following.events.alerts) == "fires 12 at 3, recovers 9 at 16"
    assert not no_data(following.events)
    assert not following.events.notices


def test_comments_in_a_row_do_not_make_a_log_of_two_programs() -> None:
    hits = [line(-300 + n) + (GARBAGE if n < 12 else b"") for n in range(56)]
    data = b"".join(hits) + log(BURST) + ENOUGH + COMMENT * 5 + line(300)
    assert reported(replay(data, GIVEN).alerts) == "fires 12 at 3, recovers 1 at 300"


@pytest.mark.usefixtures("untraced")
def test_an_outage_does_not_make_a_log_of_two_programs() -> None:
    following = burst_then((11, GARBAGE * 5000), (50, ENOUGH))
    following.write_hits(traffic("30-39:30"))
    following.run(200, step=2)
    states = [state for state, _, _ in no_data(following.events)]
    assert states == ["began", "ended", "began"]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", SEEDS)
def test_following_and_replaying_agree_about_lines_that_come_with_the_hits(
    seed: int,
) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)._replace(replay=False)
    seconds = [s for s in random_traffic(rng, 120, late=0) if s < 700]
    following, lines = Live(given), []
    for second in seconds:
        data = line(second) + rng.choice((b"", b"", GARBAGE, ENOUGH, COMMENT))
        following.write(second + 0.1, data)
        lines.append(data)
    following.run(seconds[-1] + 1)
    whole = replay(b"".join(lines), given._replace(replay=True)).alerts
    end = START + seconds[-1] - given.delay
    known = [each for each in whole if each.at < end]
    found = [each for each in following.events.alerts if each.at < end]
    assert reported(found) == reported(known), f"seed {seed}"


# --- the laws ---


def everything(rng: random.Random) -> list[bytes]:
    """Make a log with rows of unparsed lines of any length."""
    lines: list[bytes] = []
    for second in random_traffic(rng, 150, late=0.05):
        lines.append(line(second))
        if rng.random() < 0.1:
            lines += [rng.choice((GARBAGE, GARBAGE, COMMENT))] * rng.choice((1, 8, 30))
    return lines


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_lines_have_the_same_events_however_they_are_cut(seed: int) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng), b"".join(everything(rng))
    assert replay(random_cut(rng, data), given) == replay(data, given), f"seed {seed}"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rotated_log_has_the_alerts_of_the_whole(seed: int) -> None:
    rng = random.Random(seed)
    given, lines = random_settings(rng), [line(s) for s in range(0, 1000, 7)]
    for place in sorted(rng.sample(range(len(lines)), 30), reverse=True):
        lines[place:place] = [GARBAGE] * rng.choice((1, 8, 30))
    cuts = [0, *sorted(rng.sample(range(1, len(lines)), 4)), len(lines)]
    parts = [lines[a:b] for a, b in pairwise(cuts)]
    hits = [[each for each in part if each != GARBAGE] for part in parts]
    parts = [part for part, some in zip(parts, hits, strict=True) if some]
    begins = [START + 7 * lines_before(lines, part) for part in parts]
    separate = replay_all([b"".join(part) for part in parts], given, begins)
    whole = replay(b"".join(lines), given)
    assert reported(separate.alerts) == reported(whole.alerts), f"seed {seed}"


@pytest.mark.parametrize(
    ("next_reads", "recovers"),
    [
        pytest.param([line(500)], 500, id="a hit"),
        pytest.param([GARBAGE, line(500)], 500, id="no hit, then a hit"),
        pytest.param([ENOUGH, line(500) + line(501)], 500, id="nothing readable"),
        pytest.param([COMMENT, line(480), line(500)], 480, id="a comment"),
    ],
)
def test_after_a_file_that_ends_unreadable_the_next_file_goes_on_with(
    next_reads: list[bytes], recovers: int
) -> None:
    begins = [START, START + 480]
    events = replay_all([log(BURST) + ENOUGH, next_reads], GIVEN, begins)
    assert reported(events.alerts) == f"fires 12 at 3, recovers 1 at {recovers}"


def test_hits_behind_no_unparsed_line_have_no_mark() -> None:
    columns = reader_of("auto").read(log([1, 2]))
    Legibility().number("log", columns)
    assert columns.marks == []


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", SEEDS)
def test_runs_that_go_on_from_each_other_have_the_alerts_of_one_run(seed: int) -> None:
    rng = random.Random(seed)
    given, lines = random_settings(rng), everything(rng)
    pipeline, events = Pipeline(given), Events()
    for data in [*random_cut(rng, lines), []]:
        pipeline.intake.feed("log", b"".join(data))
        events += pipeline.advance()
        state = json.loads(json.dumps(pipeline.snapshot()))
        pipeline = Pipeline(given)
        pipeline.restore(state, 0.0, 0.0)
    events += pipeline.finish()
    whole = replay(b"".join(lines), given)
    assert reported(events.alerts) == reported(whole.alerts), f"seed {seed}"


def lines_before(lines: list[bytes], part: list[bytes]) -> int:
    """Return how many hits of a log come before the first hit of a part of it."""
    first = next(each for each in part if each != GARBAGE)
    return [each for each in lines if each != GARBAGE].index(first)


# --- the messages ---


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        pytest.param([(12, ENOUGH)], [("began", 9, 21)], id="for ever"),
        pytest.param([(12, ENOUGH), (20, line(20))], [], id="for eight seconds"),
        pytest.param([(12, GARBAGE * 19)], [], id="19 lines"),
        pytest.param(
            [(12 + n, GARBAGE) for n in range(20)], [("began", 9, 30)], id="slowly"
        ),
        pytest.param(
            [(12, ENOUGH), (60, line(60))],
            [("began", 9, 21), ("ended", 9, 60)],
            id="and back",
        ),
    ],
)
def test_a_message_comes_ten_seconds_after_the_first_line(
    lines: list[tuple[float, bytes]], messages: list[tuple[str, int, int]]
) -> None:
    following = burst_then(*lines)
    following.run(100, step=0.5)
    assert no_data(following.events) == messages


@pytest.mark.parametrize("back", [8, 60])
def test_a_log_that_is_gone_has_the_same_messages(back: int) -> None:
    following = burst_then()
    following.run(12)
    pipeline, events = following.pipeline, Events()
    for second in range(13, 13 + back):
        outage = gone("No such file or directory", MONO + 13)
        events += pipeline.advance(MONO + second, outage, up_to_date=True)
    events += pipeline.advance(MONO + 13 + back, Outage({}, 1), up_to_date=True)
    assert [state for state, _, _ in no_data(events)] == ["began", "ended"][: back - 8]
    for each in events:
        if isinstance(each, NoData):
            assert (each.file, each.since - START) == ("log", 12)
            assert each.reason == "No such file or directory"


def test_a_replay_has_no_messages_and_one_notice() -> None:
    events = replay(log(BURST) + ENOUGH + line(500), GIVEN)
    assert not no_data(events)
    assert len(events.notices) == 1
    assert reported(events.alerts) == "fires 12 at 3, recovers 1 at 500"


# --- several logs ---


def advanced(pipeline: Pipeline, second: int, **data: bytes) -> Events:
    """Feed logs at a second, and let time pass up to it; there are two logs."""
    for name, text in data.items():
        pipeline.intake.feed(name, text)
    return Events(pipeline.advance(MONO + second, Outage({}, 2), up_to_date=True))


def test_nothing_recovers_while_one_of_two_logs_cannot_be_parsed() -> None:
    pipeline = Pipeline(GIVEN, START, MONO)
    advanced(pipeline, 10, a=log(BURST), b=line(9))
    events = advanced(pipeline, 12, a=ENOUGH)
    for second in range(13, 60):
        events += advanced(pipeline, second, b=line(second))
    assert not events.alerts
    assert no_data(events) == [("began", 9, 22)]
    events = advanced(pipeline, 61, a=line(60))
    events += advanced(pipeline, 64)
    assert [each.state for each in events.alerts] == ["recovered"]
    assert no_data(events) == [("ended", 9, 60)]


def test_a_standard_input_that_has_ended_withholds_nothing() -> None:
    pipeline = Pipeline(GIVEN._replace(replay=False), START, MONO)
    pipeline.intake.feed("-", ENOUGH)
    advanced(pipeline, 10, a=log(BURST))
    pipeline.intake.end("-")
    events = advanced(pipeline, 12, a=line(11))
    events += advanced(pipeline, 40)
    assert [each.state for each in events.alerts] == ["recovered"]


def test_time_passes_without_data_while_no_log_can_be_parsed() -> None:
    pipeline = Pipeline(GIVEN, START, MONO)
    events = advanced(pipeline, 10, a=log(BURST), b=line(9))
    for second in range(12, 60):
        events += advanced(pipeline, second, a=ENOUGH, b=ENOUGH)
    assert len(no_data(events)) == 2
    *_, report = events.reports
    assert report.no_data is not None
    assert "a: " in report.no_data.reason and "b: " in report.no_data.reason


# --- restarts ---


def restarted(pipeline: Pipeline, away: float) -> Pipeline:
    successor = Pipeline(GIVEN, START, MONO)
    successor.restore(pipeline.snapshot(), away, MONO)
    return successor


@pytest.mark.parametrize("garbage", [ENOUGH, GARBAGE * 12])
def test_a_restart_remembers_what_could_not_be_parsed(garbage: bytes) -> None:
    before = Pipeline(GIVEN, START, MONO)
    advanced(before, 10, log=log(BURST))
    advanced(before, 11, log=garbage)
    after = restarted(before, 1.0)
    events = advanced(after, 1, log=GARBAGE * 8)
    for second in range(2, 60):
        events += advanced(after, second)
    assert not events.alerts
    assert [state for state, _, _ in no_data(events)] == ["began"]
    again = restarted(after, 1.0)
    events = advanced(again, 20)
    assert not no_data(events)
    events = advanced(again, 21, log=line(100))
    assert [state for state, _, _ in no_data(events)] == ["ended"]


def test_a_threshold_of_zero_needs_a_hit_to_recover() -> None:
    given = settings("0", 10)._replace(threshold=Fraction(0))
    events = replay(line(0) + ENOUGH + line(100), given)
    assert reported(events.alerts) == "fires 1 at 0"
