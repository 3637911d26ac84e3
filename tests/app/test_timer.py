"""The loops, with a clock and a sleep that are handed in: sleeping is when things happen."""

import os
import random
import signal
from collections.abc import Callable, Hashable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from support.follower import always
from support.timelines import MONO, START, line
from support.world import append, copytruncate, rotate

from monitor.app.timer import MUCH, POLL, follow, read_new, replay
from monitor.core.events import Event, Report, Summary
from monitor.core.pipeline import AHEAD, Pipeline
from monitor.errors import MonitorError, OutputGone, ReadError
from monitor.inputs.arrivals import Arrival, Data, Source, Wants
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.follow import Followed
from monitor.inputs.logfile import CHUNK
from monitor.inputs.replay import Replay
from monitor.options import Settings
from monitor.outputs.signals import Interrupted, Stop
from monitor.units import size


class Loop:
    """A following that runs one action in each sleep, and is told to stop after the last."""

    def __init__(self, path: Path, actions: Iterable[Callable[[], object]]) -> None:
        self.mono = MONO
        self.takes = 0.0  # seconds from one look at the clock to the next
        self.stop = Stop()
        self.told: list[Event] = []
        self.notices: list[str] = []
        self.saves: list[tuple[float, bool]] = []
        self._actions = iter(actions)
        self._pipeline = Pipeline(Settings(), float(START), MONO)
        self.tailer = Followed([str(path)])
        self.tailer.start("auto", 120, MONO)

    def run(self, show: Callable[[Iterable[Event]], None] | None = None) -> "Loop":
        follow(
            self._pipeline,
            self.tailer,
            show or self.told.extend,
            self.notices.append,
            self.stop,
            self._clock,
            self._sleep,
            lambda mono, urgent: self.saves.append((mono, urgent)),
            interval=10.0,
        )
        return self

    def _clock(self) -> float:
        self.mono += self.takes
        return self.mono

    def _sleep(self, seconds: float) -> None:
        assert seconds == POLL
        self.mono += seconds
        action = next(self._actions, None)
        if action is None:
            self.stop.signal = signal.SIGTERM
        else:
            action()

    def hits(self) -> int:
        summary = self.told[-1]
        assert isinstance(summary, Summary)
        return summary.tally.hits


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
    loop = Loop(
        path, [lambda n=n: append(path, line(n)) for n in range(30)] + [lambda: None]
    )
    assert loop.run().hits() == 30


def test_ten_rotations_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()

    def write_and_rotate(number: int) -> None:
        append(path, line(number))
        rotate(path, line(number))

    loop = Loop(
        path, [lambda n=n: write_and_rotate(n) for n in range(10)] + [lambda: None]
    )
    assert loop.run().hits() == 20
    assert len(loop.notices) == 10


def test_every_round_offers_to_save_and_the_end_insists(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    loop = Loop(path, [lambda: None] * 4).run()
    assert [urgent for _, urgent in loop.saves] == [False] * 5 + [True]


def test_a_reader_that_does_not_read_still_gets_the_last_words(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"")
    loop = Loop(path, [lambda: append(path, line(100))])
    told: list[Event] = []

    def show(events: Iterable[Event]) -> None:
        told.extend(events)
        if not loop.stop.signal and loop.mono > MONO:
            loop.stop.signal = signal.SIGTERM
            raise Interrupted

    loop.run(show)
    assert isinstance(told[-1], Summary)


def test_what_is_new_is_read_up_to_its_end_with_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(map(line, range(50))) + line(50).rstrip(b"\n"))
    pipeline, tailer = Pipeline(Settings(once=True)), Followed([str(path)])
    tailer.begin(0.0)
    told: list[Event] = []
    read_new(pipeline, tailer, told.extend, str, Stop())
    told.extend(pipeline.finish())
    summary = told[-1]
    assert isinstance(summary, Summary)
    assert summary.tally.hits == 51


def test_what_happens_to_a_log_while_what_is_new_is_read_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.write_bytes(line(0) * 9)
    pipeline, tailer = Pipeline(Settings(once=True)), Followed([str(path)])
    tailer.begin(0.0)
    notices: list[str] = []
    for _ in range(2):
        read_new(pipeline, tailer, lambda events: None, notices.append, Stop())
        path.write_bytes(line(1))
    assert notices == [f"{path} was truncated: reading it from its beginning"]


def test_a_signal_before_the_first_look_gives_an_empty_summary(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    loop = Loop(path, [])
    loop.stop.signal = signal.SIGINT
    assert loop.run().hits() == 0
    assert [urgent for _, urgent in loop.saves] == [True]


def test_while_there_is_more_to_read_nobody_sleeps(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    share = CHUNK * CHUNKS_A_POLL
    lines = 2 * share // len(line(0)) + 1
    loop = Loop(path, [lambda: append(path, line(0) * lines)]).run()
    assert loop.hits() == lines
    rounds = [mono for mono, urgent in loop.saves if not urgent]
    assert [rounds.count(mono) for mono in dict.fromkeys(rounds)] == [1, 3]


def test_how_far_it_is_behind_is_told_at_once_and_every_ten_seconds(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.touch()
    share = CHUNK * CHUNKS_A_POLL
    far = MUCH + 40 * share
    loop = Loop(path, [lambda: os.truncate(path, far), lambda: None])

    loop.takes = 1.0
    loop.run()
    left = [far - (1 + 10 * times) * share for times in range(4)]
    assert loop.notices == [f"catching up: {size(each)} behind" for each in left]


def test_a_little_that_is_left_to_read_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    loop = Loop(path, [lambda: os.truncate(path, MUCH), lambda: None]).run()
    assert loop.notices == []


def test_an_ended_standard_input_ends_the_run_with_its_last_line(stdin: int) -> None:
    loop = Loop(Path("-"), [lambda: os.close(stdin), lambda: None])
    os.write(stdin, line(0) + line(1).rstrip(b"\n"))
    assert loop.run().hits() == 2
    assert not loop.stop.signal
    assert loop.mono == MONO + POLL


def test_a_log_that_is_gone_is_no_silence(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    loop = Loop(path, [path.unlink] + [lambda: None] * 30).run()
    reports = [event for event in loop.told if type(event) is Report]
    assert [bool(each.no_data) for each in reports] == [True]
    assert len(loop.notices) == 1


@pytest.mark.parametrize("new", [False, True], ids=["old file", "new file"])
def test_a_mark_is_dropped_at_the_start_of_a_file_only(
    tmp_path: Path, new: bool
) -> None:
    path, mark = tmp_path / "log", b"\xef\xbb\xbf"
    path.write_bytes(line(0))

    begin = (lambda: rotate(path)) if new else lambda: None
    loop = Loop(path, [begin, lambda: append(path, mark + line(1)), lambda: None])
    summary = loop.run().told[-1]
    assert isinstance(summary, Summary)
    assert list(summary.tally.clients) == [b"192.0.2.1" if new else mark + b"192.0.2.1"]


def test_the_rest_of_a_counted_line_is_passed_over_however_late_it_comes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"counted alrea")
    before = Followed([str(path)])
    before.start("auto", 120, MONO)
    assert list(before.poll(MONO, always))
    loop = Loop(path, [lambda: None, lambda: append(path, b"dy\n" + line(1))])
    assert not list(loop.tailer.resume(before.snapshot(lambda source: 0), MONO))
    summary = loop.run().told[-1]
    assert isinstance(summary, Summary)
    assert (summary.tally.hits, summary.tally.lines) == (1, 1)


@pytest.mark.parametrize("seed", range(6))
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

    loop = Loop(path, [*[act] * 40, write]).run()
    assert loop.hits() == len(written), f"seed {seed}"
    summary = loop.told[-1]
    assert isinstance(summary, Summary)
    assert set(summary.tally.sections.values()) == {1}, f"seed {seed}"


def test_of_two_logs_that_are_far_behind_the_later_one_waits_on_the_disk(
    tmp_path: Path,
) -> None:
    paths, lines, most = [tmp_path / "late", tmp_path / "early"], 60_000, 0
    for path, second in zip(paths, (60, 0), strict=True):
        path.write_bytes(line(second) * lines)

    class Watched(Pipeline):
        def feed(self, source: Hashable, data: bytes, **options: bool) -> None:
            nonlocal most
            super().feed(source, data, **options)
            most = max(most, self._merge.waiting(source))

    told, tailer = list[Event](), Followed([str(path) for path in paths])
    pipeline = Watched(Settings(once=True))
    tailer.begin(0.0)
    read_new(pipeline, tailer, told.extend, str, Stop())
    told += pipeline.finish()
    summary = told[-1]
    assert isinstance(summary, Summary)
    assert (summary.tally.hits, summary.tally.late) == (2 * lines, 0)
    assert most <= AHEAD + CHUNK * CHUNKS_A_POLL // len(line(0)) + 1 < lines


# --- replay ---


PIPE = Source("-", 0)


class Pipe(Replay):
    """A pipe that has one piece to read, and then a signal comes instead of another."""

    def __init__(self, stop: Stop, data: bytes) -> None:
        self.begins = {PIPE: None}
        self._stop = stop
        self._data = data

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        data, self._data = self._data, b""
        if not data:
            self._stop._receive(signal.SIGTERM, None)
        yield Data(PIPE, data, at_start=True)

    def progress(self) -> tuple[int, None]:
        return 0, None

    def close(self) -> None:
        pass


def no_pulse(progress: Callable[[], tuple[int, int | None]]) -> None:
    pass


def test_a_signal_ends_the_wait_for_a_pipe_with_a_summary() -> None:
    stop, told = Stop(), list[Event]()
    replay(
        Pipeline(Settings(replay=True)),
        Pipe(stop, line(0)),
        told.extend,
        stop,
        no_pulse,
    )
    summary = told[-1]
    assert isinstance(summary, Summary)
    assert summary.tally.hits == 1
    assert stop.signal == signal.SIGTERM


def test_a_reader_that_does_not_read_a_replay_gets_the_last_words() -> None:
    stop, told = Stop(), list[Event]()

    def show(events: Iterable[Event]) -> None:
        told.extend(events)
        if not stop.signal:
            stop.signal = signal.SIGTERM
            raise Interrupted

    replay(Pipeline(Settings(replay=True)), Pipe(stop, line(0)), show, stop, no_pulse)
    assert isinstance(told[-1], Summary)


class Damaged(Pipe):
    """A file that cannot be read behind its first piece."""

    def __init__(self, data: bytes) -> None:
        super().__init__(Stop(), data)

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        if not self._data:
            raise ReadError("cannot read it")
        return super().poll(now, wants)


BUSY = Settings(replay=True, threshold=Fraction(1), window=1)


def test_of_a_log_that_cannot_be_read_to_its_end_what_was_counted_is_told() -> None:
    told, damaged = list[Event](), Damaged(line(0) + line(1) * 2)
    with pytest.raises(ReadError):
        replay(Pipeline(BUSY), damaged, told.extend, Stop(), no_pulse)
    report, summary = told  # no alert: the last second was not read to its end
    assert isinstance(report, Report)
    assert isinstance(summary, Summary)
    assert report.tally.hits == summary.tally.hits == 3


@pytest.mark.parametrize("gone_at", [1, 2], ids=["before", "in the last words"])
@pytest.mark.parametrize("gone", [OutputGone, MonitorError])
def test_nothing_more_is_told_when_it_cannot_be_written(
    gone: type[MonitorError], gone_at: int
) -> None:
    shown = list[int]()

    def show(events: Iterable[Event]) -> None:
        shown.append(len(list(events)))
        if len(shown) == gone_at:
            raise gone

    due = ReadError if (gone, gone_at) == (OutputGone, 2) else gone
    with pytest.raises(due):
        replay(Pipeline(BUSY), Damaged(line(0)), show, Stop(), no_pulse)
    assert len(shown) == gone_at
