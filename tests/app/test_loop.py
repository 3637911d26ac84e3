"""The loop over logs that are followed: things happen while it sleeps."""

import os
import random
import signal
from collections.abc import Hashable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.follower import always
from support.loops import Recorder, Run, Saves
from support.timelines import MONO, line, log, traffic
from support.world import append, copytruncate, rotate

from monitor.app.follow import FAR_BEHIND
from monitor.app.loop import POLL, Loop, Outputs
from monitor.core.events import Event, Notice, Report, Summary
from monitor.core.intake import AHEAD, Intake
from monitor.core.pipeline import Pipeline
from monitor.inputs.arrivals import Arrival, Wants
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.follow import Followed, Unread
from monitor.inputs.logfile import CHUNK
from monitor.outputs.signals import Interrupted, Stop
from monitor.settings import Settings
from monitor.units import size


@pytest.fixture
def stdin() -> Iterator[int]:
    """Standard input is a pipe; this is its other end."""
    saved, (reader, writer) = os.dup(0), os.pipe()
    os.dup2(reader, 0)
    os.close(reader)
    yield writer
    os.dup2(saved, 0)
    os.close(saved)


def test_lines_that_are_written_between_two_looks_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    run = Run(
        path, [lambda n=n: append(path, line(n)) for n in range(30)] + [lambda: None]
    )
    assert run.go().hits == 30


def test_ten_rotations_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()

    def write_and_rotate(number: int) -> None:
        append(path, line(number))
        rotate(path, line(number))

    run = Run(
        path, [lambda n=n: write_and_rotate(n) for n in range(10)] + [lambda: None]
    )
    assert run.go().hits == 20
    assert len(run.output.notices) == 10


@pytest.mark.parametrize(
    ("due", "saves"),
    [pytest.param(True, 6, id="due"), pytest.param(False, 1, id="not due")],
)
def test_each_round_saves_when_it_is_due_and_the_end_always(
    tmp_path: Path, due: bool, saves: int
) -> None:
    path = tmp_path / "log"
    path.touch()
    run = Run(path, [lambda: None] * 4)
    run.outputs.checkpoint = checkpoint = Saves(due=due)
    run.go()
    assert len(checkpoint.states) == saves


def test_a_report_that_a_signal_asks_for_is_shown_once_and_not_saved(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.touch()

    def ask() -> None:
        append(path, log(traffic("0-4:1")))
        run.stop.report_requested = True

    run = Run(path, [ask, lambda: None, lambda: None])
    run.outputs.checkpoint = checkpoint = Saves()
    assert run.go().hits == 5
    reports = [event for event in run.output.events if type(event) is Report]
    assert [(each.values.hits, each.is_open) for each in reports] == [
        (5, True),
        (5, False),
    ]
    saved = [event for event in checkpoint.events if type(event) is Report]
    assert saved == reports[1:]


class Unheard(Recorder):
    """An output that nobody reads from some events on, when a signal comes."""

    def __init__(self, stop: Stop, *interrupted: bool) -> None:
        super().__init__()
        self.stop = stop
        self._interrupted = iter(interrupted)

    def emit(self, event: Event) -> None:
        super().emit(event)
        self.stop.signal = signal.SIGTERM
        if next(self._interrupted, False):
            raise Interrupted


@pytest.mark.parametrize(
    "interrupted",
    [
        pytest.param([True], id="once"),
        pytest.param([True, True], id="twice"),
        pytest.param([False, True], id="in the last words"),
    ],
)
def test_a_reader_that_does_not_read_loses_no_line_of_the_state(
    tmp_path: Path, interrupted: list[bool]
) -> None:
    path = tmp_path / "log"
    path.touch()
    run = Run(path, [lambda: append(path, log(traffic("0-30:1")))])
    output = Unheard(run.stop, *interrupted)
    run.outputs = Outputs([output])
    run.outputs.checkpoint = checkpoint = Saves()
    with suppress(Interrupted):
        run.go()
    assert checkpoint.offset(path) == path.stat().st_size


def test_all_events_are_noted_before_the_first_is_shown() -> None:
    events = [Notice("first"), Notice("second")]
    outputs = Outputs([Unheard(Stop(), True)])
    outputs.checkpoint = checkpoint = Saves()
    with pytest.raises(Interrupted):
        outputs.emit(events)
    assert checkpoint.events == events


def test_a_signal_in_the_midst_of_counting_saves_nothing(tmp_path: Path) -> None:
    """Because not all lines are counted that were read, the next run begins at the last save."""

    class Broken(Followed):
        def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
            yield from super().poll(now, wants)
            raise Interrupted

    path = tmp_path / "log"
    path.write_bytes(log(traffic("0-30:1")))
    run = Run(path)
    run.logs = Broken([str(path)])
    run.logs.begin(MONO)
    run.outputs.checkpoint = checkpoint = Saves()
    run.go()
    assert checkpoint.states == []


class Once:
    """A run that reads a log up to its present end."""

    def __init__(self, *paths: Path) -> None:
        self.output, self.stop = Recorder(), Stop()
        self.pipeline = Pipeline(Settings(once=True))
        logs = Unread([str(path) for path in paths])
        logs.begin(0.0)
        outputs = Outputs([self.output])
        self.loop = Loop(logs, self.pipeline, outputs, self.stop)

    def go(self) -> Summary:
        for _ in self.loop.rounds():
            pass
        self.loop.outputs.emit(self.pipeline.finish())
        return self.output.summary


def test_what_is_new_is_read_up_to_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(map(line, range(50))) + line(50)[:-1])
    assert Once(path).go().values.hits == 50


def test_a_truncation_while_what_is_new_is_read_is_a_notice(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(line(0) * 10_000)
    once = Once(path)
    rounds = once.loop.rounds()
    next(rounds)
    path.write_bytes(line(1))
    list(rounds)
    assert once.output.notices == [
        f"{path} was truncated: reading it from its beginning"
    ]


def test_a_signal_before_the_first_look_leads_to_an_empty_summary(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.touch()
    run = Run(path)
    run.outputs.checkpoint = checkpoint = Saves()
    run.stop.signal = signal.SIGINT
    assert run.go().hits == 0
    assert len(checkpoint.states) == 1


def test_while_there_is_more_to_read_nobody_sleeps(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    share = CHUNK * CHUNKS_A_POLL
    lines = 2 * share // len(line(0)) + 1
    run = Run(path, [lambda: append(path, line(0) * lines)]).go()
    assert run.hits == lines
    looks = [run.looks.count(now) for now in dict.fromkeys(run.looks)]
    assert looks == [1, 3, 1]  # the last one is after the loop


class Watched(Run):
    """A run that a signal ends after some looks at the clock, one second after the other."""

    takes = 1.0

    def until(self, looks: int) -> "Watched":
        self._most = looks
        self.go()
        return self

    def _clock(self) -> float:
        if len(self.looks) == self._most:
            self.stop.signal = signal.SIGTERM
        return super()._clock()


def test_how_far_it_is_behind_is_reported_at_once_and_every_ten_seconds(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.touch()
    share = CHUNK * CHUNKS_A_POLL
    far = FAR_BEHIND + 40 * share
    run = Watched(path, [lambda: os.truncate(path, far)]).until(looks=23)
    left = [far - (1 + 10 * times) * share for times in range(3)]
    assert run.output.notices == [f"catching up: {size(each)} behind" for each in left]


def test_a_little_that_is_left_to_read_is_not_reported(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    run = Watched(path, [lambda: os.truncate(path, FAR_BEHIND)]).until(looks=3)
    assert run.output.notices == []


def test_an_ended_standard_input_ends_the_run_with_its_last_line(stdin: int) -> None:
    run = Run(Path("-"), [lambda: os.close(stdin), lambda: None])
    os.write(stdin, line(0) + line(1).rstrip(b"\n"))
    assert run.go().hits == 2
    assert not run.stop.signal
    assert run.now == MONO + POLL


def test_a_log_that_is_gone_is_no_silence(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    run = Run(path, [path.unlink] + [lambda: None] * 30).go()
    reports = [event for event in run.output.events if type(event) is Report]
    assert [bool(each.no_data) for each in reports] == [True]
    assert len(run.output.notices) == 1


@pytest.mark.parametrize("new", [False, True], ids=["old file", "new file"])
def test_a_mark_is_dropped_at_the_start_of_a_file_only(
    tmp_path: Path, new: bool
) -> None:
    path, mark = tmp_path / "log", b"\xef\xbb\xbf"
    path.write_bytes(line(0))

    begin = (lambda: rotate(path)) if new else lambda: None
    run = Run(path, [begin, lambda: append(path, mark + line(1)), lambda: None])
    summary = run.go().output.summary
    assert [row.name for row in summary.values.rankings["clients"].rows] == [
        b"192.0.2.1" if new else mark + b"192.0.2.1"
    ]


def test_the_rest_of_a_counted_line_is_passed_over_however_late_it_comes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"counted alrea")
    before = Followed([str(path)])
    before.start("auto", 120, MONO)
    assert list(before.poll(MONO, always))
    run = Run(path, [lambda: None, lambda: append(path, b"dy\n" + line(1))])
    run.logs = Followed([str(path)])
    run.logs.resume(before.snapshot(lambda source: (0, None)), MONO)
    summary = run.go().output.summary
    assert (summary.values.hits, summary.values.numbers["lines"]) == (1, 1)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(2))
def test_every_line_is_counted_once_through_rotations_of_all_kinds(
    tmp_path: Path, seed: int
) -> None:
    path, chance, written = tmp_path / "log", random.Random(seed), list[bytes]()
    path.touch()

    def write() -> None:
        written.append(line(len(written) // 3, f"/{len(written)}"))
        append(path, written[-1])

    def act() -> None:
        for _ in range(chance.randrange(1, 5)):
            chance.choices(
                [write, lambda: rotate(path), lambda: copytruncate(path)], [8, 1, 1]
            )[0]()

    run = Run(path, [*[act] * 25, write]).go()
    assert run.hits == len(written), f"seed {seed}"
    summary = run.output.summary
    rows = summary.values.rankings["sections"].rows
    assert {row.hits for row in rows} == {1}, f"seed {seed}"


def test_of_two_logs_that_are_far_behind_the_later_one_waits_on_the_disk(
    tmp_path: Path,
) -> None:
    paths, lines, most = [tmp_path / "late", tmp_path / "early"], 30_000, 0
    for path, second in zip(paths, (60, 0), strict=True):
        path.write_bytes(line(second) * lines)

    class Weighed(Intake):
        def feed(self, source: Hashable, data: bytes, **options: bool) -> None:
            nonlocal most
            super().feed(source, data, **options)
            most = max(most, self._merge.waiting(source))

    once = Once(*paths)
    once.pipeline.intake = Weighed(Settings(once=True))
    summary = once.go()
    assert (summary.values.hits, summary.values.numbers["late"]) == (2 * lines, 0)
    assert AHEAD < most <= AHEAD + CHUNK * CHUNKS_A_POLL // len(line(0)) + 1 < lines
