"""The loops, with a clock and a sleep that are handed in: sleeping is when things happen."""

import signal
from collections.abc import Callable, Iterable
from pathlib import Path

from timelines import MONO, START, line

from monitor.events import Event, Summary
from monitor.output import Interrupted, Stop
from monitor.pipeline import Pipeline
from monitor.settings import Settings
from monitor.tailer import Tailer
from monitor.timer import POLL, follow, read_new


class Loop:
    """A following that runs one action in each sleep, and is told to stop after the last."""

    def __init__(self, path: Path, actions: Iterable[Callable[[], object]]) -> None:
        self.mono = MONO
        self.stop = Stop()
        self.told: list[Event] = []
        self.notices: list[str] = []
        self.saves: list[tuple[float, bool]] = []
        self._actions = iter(actions)
        self._pipeline = Pipeline(Settings(), float(START), MONO)
        self._tailer = Tailer([str(path)])
        self._tailer.start(self._pipeline.parser, 120, MONO)

    def run(self, show: Callable[[Iterable[Event]], None] | None = None) -> "Loop":
        follow(
            self._pipeline,
            self._tailer,
            show or self.told.extend,
            self.notices.append,
            self.stop,
            lambda: self.mono,
            self._sleep,
            lambda mono, urgent: self.saves.append((mono, urgent)),
        )
        return self

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


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


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

    def rotate(number: int) -> None:
        append(path, line(number))
        path.rename(tmp_path / f"log.{number + 1}")
        append(path, line(number))

    loop = Loop(path, [lambda n=n: rotate(n) for n in range(10)] + [lambda: None])
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
    pipeline, tailer = Pipeline(Settings(once=True)), Tailer([str(path)])
    tailer.begin(0.0)
    told: list[Event] = []
    read_new(pipeline, tailer, told.extend, str, Stop())
    told.extend(pipeline.finish())
    summary = told[-1]
    assert isinstance(summary, Summary)
    assert summary.tally.hits == 51
