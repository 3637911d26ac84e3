"""The loop over finished logs: signals, readers that go away, and logs that cannot be read."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from support.loops import Recorder
from support.timelines import line

from monitor.app.commands import Replaying, play, replay
from monitor.app.loop import Outputs
from monitor.core.events import Event, Report, Summary
from monitor.core.pipeline import Pipeline
from monitor.errors import MonitorError, OutputGone, ReadError
from monitor.inputs.arrivals import Arrival, Data, Source, Wants
from monitor.outputs.signals import Interrupted, Stop
from monitor.settings import Settings

NO_LINES, NO_BOUNDS = "no lines from 22:00", {"since": None, "until": None}
PERIOD = Settings(
    replay=True,
    since=datetime(2026, 11, 23, 22, tzinfo=UTC),
    until=datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
)
BUSY = Settings(replay=True, threshold=Fraction(1), window=1)
SOURCE = Source("-", 1)


class Pipe:
    """A pipe with one block to read, and then a signal comes instead of another."""

    busy, ended = True, False

    def __init__(self, stop: Stop, data: bytes) -> None:
        self.begins = {SOURCE: None}
        self._stop = stop
        self._blocks = [data]

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        if self._blocks:
            yield Data(SOURCE, self._blocks.pop(), at_start=True)
        else:
            self.fail()

    def fail(self) -> None:
        signal.raise_signal(signal.SIGTERM)
        pytest.fail("this would wait for ever")

    def progress(self) -> tuple[int, None]:
        return 0, None


class Damaged(Pipe):
    """A file that cannot be read behind its first block."""

    def fail(self) -> None:
        raise ReadError("cannot read it")


class Reader(Recorder):
    """A reader that raises an error at some event, once."""

    def __init__(self, error: type[Exception], at: int) -> None:
        super().__init__()
        self._error, self._at = error, at

    def emit(self, event: Event) -> None:
        super().emit(event)
        if len(self.events) == self._at:
            raise self._error


def run(logs: Pipe, stop: Stop, output: Recorder) -> Recorder:
    play(Replaying(logs, Pipeline(BUSY), Outputs([output]), stop))
    return output


def test_a_signal_ends_the_wait_for_a_pipe_with_a_summary() -> None:
    stop = Stop()
    stop.install()
    output = run(Pipe(stop, line(0)), stop, Recorder())
    assert output.summary.values.hits == 1
    assert stop.signal == signal.SIGTERM


def test_a_reader_that_does_not_read_a_replay_gets_the_last_words() -> None:
    stop = Stop()
    stop.install()
    data = line(0) * 2 + line(10)  # an alert, a recovery and a report come at once
    output = run(Pipe(stop, data), stop, Reader(Interrupted, at=1))
    assert output.summary.values.hits == 3


def test_of_a_log_that_cannot_be_read_to_its_end_what_was_counted_is_reported() -> None:
    output = Recorder()
    with pytest.raises(ReadError):
        run(Damaged(Stop(), line(0) + line(1) * 2), Stop(), output)
    report, summary = output.events
    # No alert: the last second was not read to its end.
    assert isinstance(report, Report)
    assert isinstance(summary, Summary)
    assert report.values.hits == summary.values.hits == 3


@pytest.mark.parametrize(
    ("gone", "due"),
    [
        pytest.param(OutputGone, ReadError, id="the reader went away"),
        pytest.param(MonitorError, MonitorError, id="the disk is full"),
    ],
)
def test_nothing_more_is_reported_when_the_last_words_cannot_be_written(
    gone: type[MonitorError], due: type[MonitorError]
) -> None:
    output = Reader(gone, at=1)
    with pytest.raises(due):
        run(Damaged(Stop(), line(0)), Stop(), output)
    assert len(output.events) == 1


@pytest.mark.parametrize("gone", [OutputGone, MonitorError])
def test_nothing_more_is_reported_when_an_event_cannot_be_written(
    gone: type[MonitorError],
) -> None:
    output = Reader(gone, at=1)
    with pytest.raises(gone):
        run(Damaged(Stop(), line(0) * 2 + line(10)), Stop(), output)
    assert len(output.events) == 1


@pytest.mark.parametrize(
    ("second", "bounds", "notices"),
    [
        pytest.param(0, {}, [f"{NO_LINES} until 22:30"], id="later"),
        pytest.param(0, {"since": None}, ["no lines until 22:30"], id="no beginning"),
        pytest.param(-3000, {"until": None}, [NO_LINES], id="earlier"),
        pytest.param(-1200, {}, [], id="in it"),
        pytest.param(0, NO_BOUNDS, [], id="no period"),
    ],
)
def test_a_period_without_a_line_is_one_notice(
    tmp_path: Path, second: int, bounds: dict[str, None], notices: list[str]
) -> None:
    path, output = tmp_path / "access.log", Recorder()
    path.write_bytes(line(second) if bounds != NO_BOUNDS else b"")
    settings = PERIOD._replace(files=(str(path),), utc=True, **bounds)
    replay(settings, Outputs([output]), Stop())
    shown = [
        each.replace("2026-11-23 ", "").replace(":00+00:00", "")
        for each in output.notices
    ]
    assert shown == notices
    assert output.summary.values.hits == (not notices and bounds != NO_BOUNDS)
