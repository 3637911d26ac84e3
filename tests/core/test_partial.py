"""A partial of lines does to a pipeline what the lines do: whoever reads them, the events are the same."""

import pickle
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial as partial_of

import pytest
from support.carrying import carrying_lines
from support.rulemodel import random_hits, random_rules
from support.timelines import DAY, SETTINGS, START, YEAR, line, log

from monitor.core.events import Event
from monitor.core.partial import PartialCount, PartialCounter
from monitor.core.pipeline import Pipeline
from monitor.only import choice_of
from monitor.outputs import Json, Style
from monitor.settings import Settings


def some_lines(seed: int, length: int = 120) -> list[bytes]:
    """Traffic with lulls, hits that come late, wrong timestamps, and lines that are no hits."""
    chance = random.Random(seed)
    calm = chance.random() < 0.5
    now, lines = 0, []
    for _ in range(length):
        now += chance.choice((0, 0, 0, 1, 1, 3, 30 if chance.random() < 0.1 else 0))
        kind = chance.random()
        if kind < 0.1:
            odd = chance.choice((b"\n", b"no hit\n", b"# comment\n"))
            lines += [odd] * (chance.choice((8, 25)) if chance.random() < 0.1 else 1)
        second = now
        if kind > 0.7:
            second -= chance.choice((1, 2) if calm else (1, 2, 5, 40))
        if not calm and kind > 0.97:
            second += chance.choice((700, DAY, YEAR, -YEAR))
        path = f"/{chance.choice('abc')}/{chance.randrange(9)}?q"
        lines.append(line(second, path, chance.choice((200, 200, 304, 404, 500))))
    return lines


def events_as_text(events: Iterator[Event] | list[Event]) -> list[str]:
    render = Json(Style(utc=True)).render
    return [render(event) for event in events]


def fed(lines: list[bytes], settings: Settings) -> list[str]:
    pipeline = Pipeline(settings)
    pipeline.intake.feed("log", b"".join(lines), more=True)
    reported = list(pipeline.advance())
    pipeline.intake.end("log")
    return events_as_text([*reported, *pipeline.finish()])


def count(counter: PartialCounter, reads: Iterable[bytes]) -> tuple[PartialCount, int]:
    """Count the first of some reads, up to a surprise; return how many these are, too."""
    done = 0
    for lines in reads:
        if not counter.add([lines]):
            break
        done += 1
    return counter.take(), done


def new_counter(
    pipeline: Pipeline, settings: Settings, chance: random.Random
) -> PartialCounter:
    """Return a counter that is right about what the log carries, or that knows nothing of it."""
    carried = pipeline.intake.sources.carried("log")
    return PartialCounter(settings, carried if chance.random() < 0.8 else None)


def taken(
    lines: list[bytes], settings: Settings, chance: random.Random
) -> tuple[list[str], int]:
    """Feed lines as partial counts where those are accepted; some begin with a reader of their own."""
    pipeline, counter, accepted = Pipeline(settings), PartialCounter(settings), 0
    reported: list[Event] = []
    reads: list[bytes] = []
    while lines or reads:
        while lines and len(reads) < 3:
            size = chance.choice((1, 5, 40))
            reads.append(b"".join(lines[:size]))
            lines = lines[size:]
        if chance.random() < 0.3:
            counter = new_counter(pipeline, settings, chance)
        partial, done = count(counter, reads)
        if done and pipeline.accepts("log", partial):
            sent: PartialCount = pickle.loads(pickle.dumps(partial))
            reported += pipeline.add("log", sent, partial_of(iter, reads[:done]))
            accepted += 1
        else:
            done = done or 1  # one with a surprise is fed
            pipeline.intake.feed(
                "log", b"".join(reads[:done]), at_start=False, more=True
            )
            reported += pipeline.advance()
        del reads[:done]
        if reads and chance.random() < 0.5:
            counter = new_counter(pipeline, settings, chance)
    pipeline.intake.end("log")
    return events_as_text([*reported, *pipeline.finish()]), accepted


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("interval", [1, 10, 60])
def test_partial_counts_have_the_events_of_their_lines(interval: int) -> None:
    settings = SETTINGS._replace(interval=interval, window=20, threshold=Fraction(1))
    accepted = 0
    for seed in range(4):
        lines = some_lines(seed)
        reported, taken_here = taken(lines, settings, random.Random(seed))
        assert reported == fed(lines, settings), f"seed {seed}"
        accepted += taken_here
    assert accepted > 4


@pytest.mark.usefixtures("untraced")
def test_partial_counts_have_the_alerts_of_all_rules() -> None:
    accepted = 0
    for seed in (2, 3, 7):
        rng = random.Random(seed)
        lines = [hit.line for hit in random_hits(rng, 300, late=rng.choice((0, 0.02)))]
        settings = random_rules(rng)
        reported, taken_here = taken(lines, settings, rng)
        assert reported == fed(lines, settings), f"seed {seed}"
        assert len([each for each in reported if '"type":"alert"' in each]) > 5
        accepted += taken_here
    assert accepted > 10


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("by", ["path", "status"])
def test_partial_counts_have_the_tables_of_their_lines(by: str) -> None:
    settings = SETTINGS._replace(by=by)
    for seed in range(2):
        lines = some_lines(seed)
        reported, _ = taken(lines, settings, random.Random(seed))
        assert reported == fed(lines, settings), f"seed {seed}"


@pytest.mark.usefixtures("untraced")
def test_partial_counts_know_what_their_log_carries() -> None:
    settings = SETTINGS._replace(window=20, threshold=Fraction(1))
    accepted = 0
    for seed in range(3):
        rng = random.Random(seed)
        seconds = sorted(rng.randrange(200) for _ in range(270))
        lines = carrying_lines(rng, seconds)
        reported, taken_here = taken(lines, settings, rng)
        due = fed(lines, settings)
        assert reported == due, f"seed {seed}"
        assert any('"state":"firing"' in text for text in due)
        accepted += taken_here
    assert accepted > 8


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("part", ["section=/a", "status!=200", "host=none"])
def test_partial_counts_are_filtered_as_their_lines_are(part: str) -> None:
    settings = SETTINGS._replace(
        only=(choice_of(part),), window=20, threshold=Fraction(1, 4)
    )
    accepted = 0
    for seed in range(2):
        lines = some_lines(seed)
        reported, taken_here = taken(lines, settings, random.Random(seed))
        assert reported == fed(lines, settings), f"seed {seed}"
        accepted += taken_here
    assert accepted > 2


@pytest.mark.usefixtures("untraced")
def test_partial_counts_have_the_request_times_of_their_lines() -> None:
    settings = SETTINGS._replace(
        format='%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D'
    )
    for seed in range(2):
        rng = random.Random(seed)
        lines = [
            each[:-1] + b" %d\n" % rng.randrange(10**6) if b" 10 " in each else each
            for each in some_lines(seed)
        ]
        reported, _ = taken(lines, settings, rng)
        assert reported == fed(lines, settings), f"seed {seed}"
        assert '"latency":{"p50":' in reported[-1]


@pytest.mark.usefixtures("untraced")
def test_a_delay_is_a_usual_lateness_for_partial_counts_too() -> None:
    settings = SETTINGS._replace(delay=5)
    for seed in range(2):
        lines = some_lines(seed)
        reported, _ = taken(lines, settings, random.Random(seed))
        assert reported == fed(lines, settings), f"seed {seed}"


@pytest.mark.parametrize(
    ("seconds", "plain"),
    [
        pytest.param([0, 0, 1, 5], True, id="in order"),
        pytest.param([5, 4, 3, 5], True, id="late by a little"),
        pytest.param([5, 2], False, id="late, and nothing after it"),
        pytest.param([5, 2, 5], True, id="late, then on time"),
        pytest.param([5, 2, 2, 2, 2, 2, 2, 2, 5], False, id="seven late in a row"),
        pytest.param([0, 600], True, id="a gap of ten minutes"),
        pytest.param([0, 601], False, id="a longer gap"),
        pytest.param([0, YEAR], False, id="another year"),
        pytest.param([], True, id="no hit"),
    ],
)
def test_only_lines_without_a_surprise_are_counted(
    seconds: list[int], plain: bool
) -> None:
    lines = b"".join(map(line, seconds)) or b"\n"
    assert PartialCounter(SETTINGS).add([lines]) is plain


@pytest.mark.parametrize(
    ("before", "now", "first", "accepted"),
    [
        pytest.param([7], 7, 7, True, id="where it was supposed"),
        pytest.param([7], 7, 5, True, id="where it was supposed, then a late hit"),
        pytest.param([7], 8, 8, False, id="elsewhere"),
        pytest.param([7], None, 7, True, id="anywhere, at the hit"),
        pytest.param([7], None, 8, True, id="anywhere, before the hit"),
        pytest.param([7], None, 6, False, id="anywhere, but behind the hit"),
        pytest.param([7], None, 607, True, id="anywhere, a gap before the hit"),
        pytest.param([7], None, 608, False, id="anywhere, a longer gap"),
        pytest.param([], None, 7, False, id="not set"),
    ],
)
def test_a_partial_count_is_accepted_by_the_clock_it_supposes(
    before: list[int], now: int | None, first: int, accepted: bool
) -> None:
    pipeline, counter = Pipeline(SETTINGS), PartialCounter(SETTINGS)
    pipeline.intake.feed("log", b"".join(map(line, before)) * 3, more=True)
    assert list(pipeline.advance()) == []
    if now is not None:
        count(counter, [line(now)])
    partial, _ = count(counter, [line(first)])
    assert pipeline.accepts("log", partial) is accepted


def test_a_partial_count_waits_for_sources_whose_time_comes_first() -> None:
    partial, _ = count(PartialCounter(SETTINGS), [line(7)])
    pipeline = Pipeline(SETTINGS)
    pipeline.intake.feed("log", line(0) * 2, more=True)
    assert list(pipeline.advance()) == []
    begins = int(partial.first or 0)
    pipeline.intake.expect("other", begins)
    assert not pipeline.accepts("log", partial)
    pipeline.intake.expect("other", begins + 1)
    assert pipeline.accepts("log", partial)


@pytest.mark.usefixtures("untraced")
def test_a_partial_count_that_would_crowd_the_open_report_is_not_taken() -> None:
    """A segment may begin anywhere in a report of too many names."""
    settings = SETTINGS._replace(interval=20)
    lines = [line(n // 2500, f"/{n * 7919 % 90_011}/x") for n in range(52_000)]
    whole = fed(lines, settings)
    assert any("(other)" in text for text in whole)
    first, pipeline = 9_000, Pipeline(settings)
    pipeline.intake.feed("log", b"".join(lines[:first]), more=True)
    reported = list(pipeline.advance())
    for start in range(first, len(lines), 6000):
        data = b"".join(lines[start : start + 6000])
        partial, _ = count(PartialCounter(settings), [data])
        if pipeline.accepts("log", partial):
            reported += pipeline.add("log", partial, partial_of(iter, [data]))
        else:
            pipeline.intake.feed("log", data, more=True)
            reported += pipeline.advance()
    pipeline.intake.end("log")
    assert events_as_text([*reported, *pipeline.finish()]) == whole


def test_a_partial_count_ends_before_a_surprise_and_the_next_goes_on_behind_it() -> (
    None
):
    seconds = ([0, 1], [2, 2], [3, 900, 4], [5, 6], [7])
    reads = map(log, seconds)
    counter = PartialCounter(SETTINGS)
    (first, here), (second, there) = count(counter, reads), count(counter, reads)
    assert (here, first.newest) == (2, START + 2)
    assert (there, second.now, second.first) == (2, None, START + 5)
