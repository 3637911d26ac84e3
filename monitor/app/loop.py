"""The loop of every run: poll, feed, advance, emit, sleep. Clock and sleep are arguments."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from monitor.app.moment import monotonic
from monitor.core import Event, Notice, Pipeline
from monitor.hooks import Hook
from monitor.inputs import Arrival, Data, End, Input, Segment, UpToDate
from monitor.outputs import Output, Stop
from monitor.state import Checkpointer

POLL = 0.45
"""Seconds between two polls. A line is therefore counted within half a second."""

Logs_co = TypeVar("Logs_co", bound=Input, covariant=True)


class Timing(NamedTuple):
    """A clock in seconds, from any beginning, and a sleep.

    `is_real`: seconds pass while it sleeps. Clients of metrics are served meanwhile.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    is_real: bool = False


LIVE = Timing(monotonic, time.sleep, is_real=True)
"""The timing of logs that are followed."""

TIMELESS = Timing(lambda: 0.0, lambda seconds: None)
"""The timing of finished logs, which never wait."""


class Meter(Output):
    """An output that gets the saved states, too. It does nothing, because most runs have no metrics.

    measuring.py has the one that publishes metrics.
    """

    def note_saved(self, state: Mapping[str, Any], *, is_stored: bool) -> None:
        """Take the counts of a state that was saved; without a store it is the present state."""

    def end(self) -> None:
        """Write the file of the metrics for the last time."""


class Outputs:
    """The outputs of a run: the checkpoint first, then the hook, the meter last."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self.checkpoint = Checkpointer(None, self.notify, 0.0)
        self.hook: Hook | None = None
        self.meter = Meter()
        self._outputs = outputs

    def emit(self, events: Iterable[Event]) -> None:
        """Collect all events for the next save, then send them to the outputs."""
        events = list(events)
        for event in events:
            self.checkpoint.emit(event)
            if self.hook:
                self.hook.emit(event)
        self.show(events)

    def show(self, events: Iterable[Event]) -> None:
        """Send events to the outputs without saving them."""
        for event in events:
            for output in (*self._outputs, self.meter):
                output.emit(event)

    def tick(self, now: float, *, catching_up: bool) -> None:
        """Let the outputs do what is due after a save, at a monotonic time, and run hooks."""
        for output in (*self._outputs, self.meter):
            output.tick(now)
        if self.hook:
            self.hook.poll(now, catching_up=catching_up)

    def notify(self, message: str) -> None:
        """Emit a notice."""
        self.show([Notice(message)])

    def close(self) -> None:
        """Close all outputs."""
        if self.hook:
            self.hook.close()
        self.checkpoint.close()
        for output in (*self._outputs, self.meter):
            output.close()


class Loop(Generic[Logs_co]):
    """Feeds the arrivals of an input to a pipeline and emits the events.

    The commands differ in their input, and in `poll` and `advance`. `is_whole` is True when all lines
    that were read are counted. A state may be saved only then.
    """

    def __init__(
        self,
        logs: Logs_co,
        pipeline: Pipeline,
        outputs: Outputs,
        stop: Stop,
        timing: Timing = TIMELESS,
    ) -> None:
        self.logs = logs
        self.pipeline = pipeline
        self.outputs = outputs
        self.stop = stop
        self.timing = timing
        self.is_whole = True

    def rounds(self) -> Iterator[float]:
        """Run until the input ends or a signal comes; yield the time of each round.

        Raises Interrupted when a signal ends a wait of reading or writing.
        """
        while not self.stop.signal and not self.logs.ended:
            now, self.is_whole = self.timing.clock(), False
            events = [
                event for arrival in self.poll(now) for event in self._feed(arrival)
            ]
            events += self.advance(now)
            self.is_whole = True
            self.outputs.emit(events)
            yield now
            if not self.logs.busy and not self.logs.ended:
                self.timing.sleep(POLL)

    def poll(self, now: float) -> Iterator[Arrival]:
        """Yield the arrivals since the last round. A log that is far ahead is left for later."""
        return self.logs.poll(
            now, lambda source: not self.pipeline.intake.is_ahead(source)
        )

    def advance(self, now: float) -> Iterator[Event]:
        """Count the lines that were fed. Only timestamps move the time."""
        return self.pipeline.advance(now)

    def _feed(self, arrival: Arrival) -> Iterator[Event]:
        match arrival:
            case Notice():
                yield arrival
            case Data(source, data, at_start, mid_line, carried):
                intake = self.pipeline.intake
                intake.sources.begin(source, at_start, mid_line, carried)
                intake.feed(source, data, more=True)
            case UpToDate(source):
                self.pipeline.intake.feed(source, b"", more=False)
            case End(source, complete, goes_on):
                intake = self.pipeline.intake
                intake.end(source, complete=complete, goes_on=goes_on)
            case Segment(source, counts, lines) if self.pipeline.accepts(
                source, counts
            ):
                yield from self.pipeline.add(source, counts, lines)
            case Segment(source, _, lines):
                for data in lines():
                    self.pipeline.intake.feed(source, data, at_start=False, more=True)
                    yield from self.pipeline.advance()
