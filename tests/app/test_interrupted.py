"""Runs that a signal breaks off save no more than they counted."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.place import Place
from support.timelines import START, log, traffic

from monitor.app.timer import follow, read_new
from monitor.core.events import Event
from monitor.core.pipeline import Pipeline
from monitor.inputs.arrivals import Arrival
from monitor.inputs.follow import Followed
from monitor.options import Settings
from monitor.outputs.signals import Interrupted, Stop


def loop(path: Path) -> tuple[Pipeline, Followed]:
    tailer = Followed([str(path)])
    tailer.begin(0.0)
    return Pipeline(Settings(), START, 0.0), tailer


def unread(events: Iterable[Event]) -> None:
    """Shows events to a reader who does not read when a signal comes."""
    for _ in events:
        raise Interrupted


@pytest.mark.parametrize("shows", [[unread, list], [unread, unread], [list, unread]])
def test_following_that_is_broken_off_while_it_tells_saves_all_that_was_read(
    place: Place, shows: list[Callable[[Iterable[Event]], object]]
) -> None:
    place.append(log(traffic("0-30:1")))
    saved: list[int] = []
    stop, shown = Stop(), iter(shows)

    def show(events: Iterable[Event]) -> None:
        stop.signal = signal.SIGTERM
        next(shown)(events)

    def save(mono: float, urgent: bool) -> None:
        files = tailer.snapshot(pipeline.held)[str(place.log)]["files"]
        saved.append(files[0]["offset"])

    pipeline, tailer = loop(place.log)
    with suppress(Interrupted):
        follow(pipeline, tailer, show, print, stop, lambda: 1.0, print, save, 10.0)
    assert saved[-1] == place.log.stat().st_size


def test_a_signal_in_the_midst_of_counting_saves_nothing(place: Place) -> None:
    """Not all that was read is counted then; the next run begins at the last save."""
    place.append(log(traffic("0-30:1")))
    saves: list[float] = []

    class Broken(Followed):
        def poll(self, mono: float, *args: Any) -> Iterator[Arrival]:
            yield from super().poll(mono, *args)
            raise Interrupted

    tailer = Broken([str(place.log)])
    tailer.begin(0.0)
    follow(
        Pipeline(Settings(), START, 0.0),
        tailer,
        list,
        print,
        Stop(),
        lambda: 1.0,
        print,
        lambda mono, urgent: saves.append(mono),
        interval=10.0,
    )
    assert saves == []


def test_once_that_is_broken_off_saves_nothing(place: Place) -> None:
    place.append(log(traffic("0-30:1")))
    stop = Stop()
    stop.signal = signal.SIGTERM
    with pytest.raises(Interrupted):
        read_new(*loop(place.log), list, print, stop)
