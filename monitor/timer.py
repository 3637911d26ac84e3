"""The loops: poll, feed, tick, show, sleep. Clock and sleep are arguments.

A loop ends when its input does or when the user wants it to; then what is left is told, and the
summary.
"""

from collections.abc import Callable, Iterable

from monitor.events import Event
from monitor.output import Interrupted, Stop
from monitor.pipeline import Pipeline
from monitor.replay import Replay
from monitor.tailer import CaughtUp, Data, Ended, Tailer, Told

POLL = 0.2
"""Seconds between two looks at the logs; a line is counted within half a second."""

Show = Callable[[Iterable[Event]], None]
Tell = Callable[[str], None]


def follow(
    pipeline: Pipeline,
    tailer: Tailer,
    show: Show,
    tell: Tell,
    stop: Stop,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Watch logs until told to stop, or until standard input ends."""
    try:
        while not stop.signal and not tailer.ended:
            mono = clock()
            _poll(pipeline, tailer, tell, mono)
            show(pipeline.drain(mono))
            if tailer.busy:
                continue
            no_data, partly = tailer.no_data(mono), tailer.partly(mono)
            if not tailer.ended:
                show(pipeline.tick(mono, no_data=no_data, partly=partly))
                sleep(POLL)
    except Interrupted:
        pass  # the reader of the output does not read: try to say the last words
    show(pipeline.finish(clock(), ended=tailer.ended))


def _poll(pipeline: Pipeline, tailer: Tailer, tell: Tell, mono: float) -> None:
    for arrival in tailer.poll(mono):
        match arrival:
            case Data(source, data, at_start):
                pipeline.feed(source, data, at_start=at_start, more=True)
            case CaughtUp(source):
                pipeline.feed(source, b"", more=False)
            case Ended(source, complete):
                pipeline.end(source, complete=complete)
            case Told(message):
                tell(message)


def replay(pipeline: Pipeline, files: Replay, show: Show, stop: Stop) -> None:
    """Read finished logs to their ends."""
    for place, begins in enumerate(files.begins):
        pipeline.expect(place, begins)
    try:
        while (wanted := pipeline.wanted()) and not stop.signal:
            for source in wanted:
                data = files.read(source)
                if data:
                    pipeline.feed(source, data, more=True)
                else:
                    pipeline.end(source)
            show(pipeline.drain())
    except Interrupted:
        pass
    show(pipeline.finish(ended=not stop.signal))
