"""A partial of lines does to a pipeline what the lines do: whoever reads them, the events are the same."""

import pickle
import random
from collections.abc import Iterator

import pytest
from support.timelines import DAY, SETTINGS, START, YEAR, line, log

from monitor.core.events import Event
from monitor.core.partial import MANY, USUAL_LINE, PartialCount, PartialCounter
from monitor.core.pipeline import Pipeline
from monitor.options import Settings
from monitor.outputs.report import Json, Style


def some_lines(seed: int, length: int = 200) -> list[bytes]:
    """Traffic with lulls, hits that come late, wrong timestamps, and lines that are no hits."""
    chance = random.Random(seed)
    calm = chance.random() < 0.5
    now, lines = 0, []
    for _ in range(length):
        now += chance.choice((0, 0, 0, 1, 1, 3, 30 if chance.random() < 0.1 else 0))
        kind = chance.random()
        if kind < 0.1:
            lines.append(chance.choice((b"\n", b"no hit\n", b"# comment\n")))
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
    pipeline.feed("log", b"".join(lines), more=True)
    told = list(pipeline.drain())
    pipeline.end("log")
    return events_as_text([*told, *pipeline.finish()])


def taken(
    lines: list[bytes], settings: Settings, chance: random.Random
) -> tuple[list[str], int]:
    """Feed lines as partial counts where those are accepted; some begin with a reader of their own."""
    pipeline, counter, accepted = Pipeline(settings), PartialCounter(settings), 0
    told: list[Event] = []
    reads: list[bytes] = []
    while lines or reads:
        while lines and len(reads) < 3:
            size = chance.choice((1, 5, 40))
            reads.append(b"".join(lines[:size]))
            lines = lines[size:]
        if chance.random() < 0.3:
            counter = PartialCounter(settings)
        partial = counter.count([read] for read in reads)
        assert partial is not None
        done = partial.blocks or 1  # one with a surprise is fed
        if partial.blocks and pipeline.accepts("log", partial):
            sent: PartialCount = pickle.loads(pickle.dumps(partial))
            told += pipeline.add("log", sent)
            accepted += 1
        else:
            pipeline.feed("log", b"".join(reads[:done]), at_start=False, more=True)
            told += pipeline.drain()
        del reads[:done]
        if partial.blocks and reads and chance.random() < 0.5:
            counter = PartialCounter(settings)
    pipeline.end("log")
    return events_as_text([*told, *pipeline.finish()]), accepted


@pytest.mark.parametrize("interval", [1, 10, 60])
def test_partial_counts_give_the_events_of_their_lines(interval: int) -> None:
    settings = SETTINGS._replace(interval=interval, window=20)
    accepted = 0
    for seed in range(8):
        lines = some_lines(seed)
        told, taken_here = taken(lines, settings, random.Random(seed))
        assert told == fed(lines, settings), f"seed {seed}"
        accepted += taken_here
    assert accepted > 16


def test_a_delay_is_a_usual_lateness_for_partial_counts_too() -> None:
    settings = SETTINGS._replace(delay=5)
    for seed in range(8):
        lines = some_lines(seed)
        told, _ = taken(lines, settings, random.Random(seed))
        assert told == fed(lines, settings), f"seed {seed}"


@pytest.mark.parametrize(
    ("seconds", "plain"),
    [
        ([0, 0, 1, 5], True),
        ([5, 4, 3, 5], True),
        ([5, 2], False),
        ([5, 2, 5], True),
        ([5, 2, 2, 2, 2, 2, 2, 2, 5], False),
        ([0, 600], True),
        ([0, 601], False),
        ([0, YEAR], False),
        ([], True),
    ],
)
def test_only_lines_without_a_surprise_are_counted(
    seconds: list[int], plain: bool
) -> None:
    partial = PartialCounter(SETTINGS).count([[b"".join(map(line, seconds)) or b"\n"]])
    assert partial is not None
    assert partial.blocks == plain


@pytest.mark.parametrize(
    ("before", "now", "first", "accepted"),
    [
        ([7], 7, 7, True),
        ([7], 7, 5, True),
        ([7], 8, 8, False),
        ([7], None, 7, True),
        ([7], None, 8, True),
        ([7], None, 6, False),
        ([7], None, 607, True),
        ([7], None, 608, False),
        ([], None, 7, False),
    ],
)
def test_a_partial_count_is_accepted_by_the_clock_it_supposes(
    before: list[int], now: int | None, first: int, accepted: bool
) -> None:
    pipeline, counter = Pipeline(SETTINGS), PartialCounter(SETTINGS)
    pipeline.feed("log", b"".join(map(line, before)) * 3, more=True)
    assert list(pipeline.drain()) == []
    if now is not None:
        counter.count([[line(now)]])
    partial = counter.count([[line(first)]])
    assert partial is not None
    assert pipeline.accepts("log", partial) is accepted


def test_a_partial_count_waits_for_sources_whose_time_comes_first() -> None:
    partial = PartialCounter(SETTINGS).count([[line(7)]])
    assert partial is not None
    pipeline = Pipeline(SETTINGS)
    pipeline.feed("log", line(0) * 2, more=True)
    assert list(pipeline.drain()) == []
    begins = int(partial.first or 0)
    pipeline.expect("other", begins)
    assert not pipeline.accepts("log", partial)
    pipeline.expect("other", begins + 1)
    assert pipeline.accepts("log", partial)


@pytest.mark.parametrize(
    ("interval", "number", "firsts"),
    [(17, 36_000, (9_000, 21_000)), (60, 26_000, (9_000,))],
)
def test_a_partial_count_that_would_crowd_the_open_report_is_not_taken(
    interval: int, number: int, firsts: tuple[int, ...]
) -> None:
    """A part of a file may begin anywhere in a report of too many names."""
    settings = SETTINGS._replace(interval=interval)
    lines = [line(n // 1000, f"/{n * 7919 % 30_011}/x") for n in range(number)]
    whole = fed(lines, settings)
    assert any("(other)" in text for text in whole)
    for first in firsts:
        pipeline = Pipeline(settings)
        pipeline.feed("log", b"".join(lines[:first]), more=True)
        told = list(pipeline.drain())
        for start in range(first, len(lines), 3000):
            data = b"".join(lines[start : start + 3000])
            partial = PartialCounter(settings).count([[data]])
            assert partial is not None
            if pipeline.accepts("log", partial):
                told += pipeline.add("log", partial)
            else:
                pipeline.feed("log", data, more=True)
                told += pipeline.drain()
        pipeline.end("log")
        assert events_as_text([*told, *pipeline.finish()]) == whole, f"first {first}"


def test_a_reader_gives_up_where_a_report_gets_too_many_names_for_it() -> None:
    counter = PartialCounter(SETTINGS._replace(interval=3600))
    counter.count([[line(0, "/")]])
    lines = [line(n // 1000, f"/{n * 5 // 8}") for n in range(40_000)]
    reads = reads_of(lines)
    assert counter.count(reads) is None
    assert len(list(reads)) > 5


def reads_of(lines: list[bytes], each: int = 1000) -> Iterator[list[bytes]]:
    return iter(
        [[b"".join(lines[at : at + each])] for at in range(0, len(lines), each)]
    )


def test_a_partial_count_with_many_names_is_sent_home() -> None:
    for interval in (10, 3600):
        counter = PartialCounter(SETTINGS._replace(interval=interval))
        lines = [line(n // 1000, f"/{n}") for n in range(2 * MANY)]
        reads = reads_of(lines)
        first, second = counter.count(reads), counter.count(reads)
        assert first is not None
        assert second is not None
        for partial in (first, second):
            hits = sum(interval.tally.hits for interval in partial.intervals)
            assert hits == 1000 * partial.blocks
            assert MANY // 3 < hits < MANY
            assert partial.names <= MANY + 2000


@pytest.mark.parametrize("length", [0, 400, 2000])
def test_a_partial_count_takes_no_more_memory_where_names_are_long(length: int) -> None:
    lines = [line(n // 1000, f"/{n}{'x' * length}", 404) for n in range(30_000)]
    counter = PartialCounter(SETTINGS._replace(interval=3600))
    partial = counter.count(reads_of(lines, each=50))
    assert partial is not None
    sizes = [
        sum(map(len, counts))
        for interval in partial.intervals
        for counts in (
            interval.tally.sections,
            interval.tally.clients,
            interval.tally.failing,
        )
    ]
    assert sum(sizes) < USUAL_LINE * MANY
    assert partial.weight > MANY - 6000
    assert partial.names < MANY + 6000


def test_different_answers_of_one_section_are_many_names_only_until_their_report_ends() -> (
    None
):
    reads = [
        [b"".join(line(10 * report, size=size) for size in range(2000))]
        for report in range(MANY // 2000)
    ]
    partial = PartialCounter(SETTINGS).count(reads)
    assert partial is not None
    assert partial.blocks == len(reads)
    assert partial.names < 100


def test_a_partial_count_ends_before_a_surprise_and_the_next_goes_on_behind_it() -> (
    None
):
    seconds = ([0, 1], [2, 2], [3, 900, 4], [5, 6], [7])
    reads = iter([[log(each)] for each in seconds])
    counter = PartialCounter(SETTINGS)
    first, second = counter.count(reads), counter.count(reads)
    assert first is not None
    assert second is not None
    assert (first.blocks, first.newest) == (2, START + 2)
    assert (second.blocks, second.now, second.first) == (2, None, START + 5)


def test_a_partial_count_that_dropped_names_is_not_taken_into_a_report_that_has_hits() -> (
    None
):
    """It dropped them after so many hits of its own, and not of the report."""
    settings = SETTINGS._replace(interval=3600)
    names = [line(0, f"/s/{min(n, 17_000)}", 404) for n in range(33_000)]
    partial = PartialCounter(settings).count(reads_of(names))
    assert partial is not None
    assert partial.blocks == 33
    assert not partial.intervals[1].tally.is_exact
    pipeline = Pipeline(settings)
    pipeline.feed("log", line(0) * 3000, more=True)
    assert list(pipeline.drain()) == []
    assert not pipeline.accepts("log", partial)
