"""The loops: poll, feed, tick, show, sleep. Clock and sleep are arguments.

A loop ends when its input does or when the user wants it to; then what is left is told, and the
summary.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from monitor.core import Event, Notice, Pipeline
from monitor.errors import OutputGone, ReadError
from monitor.inputs import Arrival, Data, End, Followed, Replay, Segment, UpToDate
from monitor.outputs import Interrupted, Stop
from monitor.units import size

POLL = 0.45
"""Seconds between two looks at the logs; a line is counted within half a second.

A look costs 0.3 ms of a processor that slept: it is what an idle monitor takes.
"""

MUCH = 1 << 25
"""Bytes that are left to read that are worth a notice: about half a second's work."""

Show = Callable[[Iterable[Event]], None]
Tell = Callable[[str], None]
Measure = Callable[[], tuple[int, int | None]]
"""Returns the bytes read so far and the bytes of all files; None if those are unknown."""
Pulse = Callable[[Measure], None]
Save = Callable[[float, bool], None]
"""Save if it is due at a time, or at once when it is urgent."""


def follow(
    pipeline: Pipeline,
    tailer: Followed,
    show: Show,
    tell: Tell,
    stop: Stop,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    save: Save,
    interval: float,
) -> None:
    """Watch logs until told to stop, or until standard input ends.

    While it is far behind, that is told every `interval` seconds.
    """
    is_whole, lag, ended = True, _Lag(interval), tailer.ended
    try:
        while not stop.signal and not ended:
            mono, is_whole = clock(), False
            messages = _poll(pipeline, tailer, mono)
            busy, ended = tailer.busy, tailer.ended
            pipeline.miss(tailer.partly(mono), mono)
            events = list(pipeline.drain(mono))
            if not busy and not ended:
                events += pipeline.tick(mono, no_data=tailer.no_data(mono))
            is_whole = True
            if busy:
                messages += lag.told(tailer.behind, mono)
            for message in messages:
                tell(message)
            if events:
                show(events)
            if not ended:
                save(mono, False)
            if not busy and not ended:
                sleep(POLL)
    except Interrupted:
        pass  # the reader of the output does not read: try to say the last words
    _end(pipeline, tailer, show, save if is_whole else None, clock())


class _Lag:
    """Says how far behind the reading is, when it is far."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._told_at: float | None = None

    def told(self, behind: int, mono: float) -> list[str]:
        """Give what is to be told of so many bytes that are left to read."""
        is_early = self._told_at is not None and mono - self._told_at < self._interval
        if behind < MUCH or is_early:
            return []
        self._told_at = mono
        return [f"catching up: {size(behind)} behind"]


def _end(
    pipeline: Pipeline, tailer: Followed, show: Show, save: Save | None, mono: float
) -> None:
    """Tell what is left, and save, also when nobody reads it.

    When a second signal broke off the counting there is nothing to save: not all that was read
    is counted, and the next run begins where this one last saved.
    """
    events = list(pipeline.finish(mono, ended=tailer.ended))
    try:
        show(events)
    finally:
        if save is not None:
            save(mono, True)


def read_new(
    pipeline: Pipeline, tailer: Followed, show: Show, tell: Tell, stop: Stop
) -> None:
    """Read what is new in logs that go on being written, up to their present ends.

    Raises Interrupted when a signal comes, and MonitorError when a log cannot be read to its end:
    then the next run is to read it all.
    """
    busy = True
    while busy:
        if stop.signal:
            raise Interrupted
        for message in _poll(pipeline, tailer, mono=0.0):
            tell(message)
        show(pipeline.drain())
        busy = tailer.busy
    for end in tailer.end():
        pipeline.end(end.source)


def _poll(pipeline: Pipeline, tailer: Followed, mono: float) -> list[str]:
    """Feed what came since the last time; give what is to be told, when all of it is fed."""
    messages = []
    for arrival in tailer.poll(mono, lambda source: not pipeline.is_ahead([source])):
        match arrival:
            case Data(source, data, at_start, mid_line):
                pipeline.feed(
                    source, data, at_start=at_start, mid_line=mid_line, more=True
                )
            case UpToDate(source):
                pipeline.feed(source, b"", more=False)
            case End(source, complete):
                pipeline.end(source, complete=complete)
            case Notice(message):
                messages.append(message)
    return messages


def replay(
    pipeline: Pipeline, files: Replay, show: Show, stop: Stop, pulse: Pulse
) -> None:
    """Read finished logs to their ends; `pulse` may ask how far the reading is.

    Raises ReadError when one cannot be read to its end, after what was counted is told.
    """
    try:
        with suppress(Interrupted):
            _read_all(pipeline, files, show, stop, pulse)
        show(pipeline.finish(ended=not stop.signal))
    except ReadError:
        with suppress(OutputGone):
            show(pipeline.finish(ended=False))
        raise
    finally:
        files.close()


def _read_all(
    pipeline: Pipeline, files: Replay, show: Show, stop: Stop, pulse: Pulse
) -> None:
    for source, begins in files.begins.items():
        pipeline.expect(source, begins)
    while (wanted := pipeline.wanted()) and not stop.signal:
        arrivals = files.poll(0.0, wanted.__contains__)
        while arrival := _next(arrivals, stop):
            _take(pipeline, arrival, show)
        show(pipeline.drain())
        pulse(files.progress)


def _next(arrivals: Iterator[Arrival], stop: Stop) -> Arrival | None:
    with stop.breaking():  # a pipe may have nothing to read
        return next(arrivals, None)


def _take(pipeline: Pipeline, arrival: Arrival, show: Show) -> None:
    match arrival:
        case Data(source, data, at_start):
            pipeline.feed(source, data, at_start=at_start, more=True)
        case Segment(source, partial) if pipeline.accepts(source, partial):
            show(pipeline.take(source, partial))
        case Segment(source, _, lines):
            for data in lines():
                pipeline.feed(source, data, at_start=False, more=True)
                show(pipeline.drain())
        case End(source, complete):
            pipeline.end(source, complete=complete)
