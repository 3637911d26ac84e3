"""A loop over followed logs with a made-up clock, and an output that remembers all events."""

import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from support.timelines import MONO, START

from monitor.app.follow import Following, watch
from monitor.app.loop import POLL, Outputs, Timing
from monitor.core.events import Event, Notice, Summary
from monitor.core.pipeline import Pipeline
from monitor.inputs.follow import Followed
from monitor.outputs.signals import Stop
from monitor.settings import Settings
from monitor.state.checkpoint import Checkpointer


class Recorder:
    """An output that remembers all events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def tick(self, now: float) -> None:
        pass

    def close(self) -> None:
        pass

    @property
    def notices(self) -> list[str]:
        return [each.message for each in self.events if isinstance(each, Notice)]

    @property
    def summary(self) -> Summary:
        summary = self.events[-1]
        assert isinstance(summary, Summary)
        return summary


class Saves(Checkpointer):
    """A checkpoint that remembers the states it is to save."""

    def __init__(self, *, due: bool = True) -> None:
        super().__init__(None, print, 0.0)
        self.states: list[Mapping[str, Any]] = []
        self.events: list[Event] = []
        self._due = due

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def is_due(self, mono: float, busy: bool = False) -> bool:
        return self._due

    def save(self, state: Mapping[str, Any], mono: float) -> None:
        self.states.append(state)

    def offset(self, path: Path) -> int:
        """Return how far a log was read at the last save."""
        offset: int = self.states[-1]["files"][str(path)]["files"][0]["offset"]
        return offset


class Run:
    """A run that follows a log, does one action in each sleep, and is stopped after the last.

    `takes`: seconds from one look at the clock to the next.
    """

    takes = 0.0

    def __init__(
        self,
        path: Path,
        actions: Iterable[Callable[[], object]] = (),
        output: Recorder | None = None,
    ) -> None:
        self.output = output or Recorder()
        self.stop = Stop()
        self.now = MONO
        self.looks: list[float] = []
        self.logs = Followed([str(path)])
        self.logs.start("auto", 120, MONO)
        self._actions = iter(actions)
        self.outputs = Outputs([self.output])

    def go(self) -> "Run":
        pipeline = Pipeline(Settings(), float(START), MONO)
        timing = Timing(self._clock, self._sleep)
        watch(Following(self.logs, pipeline, self.outputs, self.stop, timing), 10)
        return self

    def _clock(self) -> float:
        self.now += self.takes
        self.looks.append(self.now)
        return self.now

    def _sleep(self, seconds: float) -> None:
        assert seconds == POLL
        self.now += seconds
        action = next(self._actions, None)
        if action is None:
            self.stop.signal = signal.SIGTERM
        else:
            action()

    @property
    def hits(self) -> int:
        return self.output.summary.values.hits
