"""One run: the parts, wired for what was asked, and where its output goes."""

import os
import sys
import time
from collections.abc import Iterable
from itertools import islice

from monitor.app.timer import Measure, replay
from monitor.app.watch import Watch
from monitor.core import Event, Pipeline
from monitor.errors import MonitorError
from monitor.inputs import NO_STDIN, STDIN, Replay
from monitor.options import Settings
from monitor.outputs import Console, Progress, Stop, Style, Writer
from monitor.state import default_path, read_history

_LINES = 100  # of the history that are written at once


class Session:
    """A run: what was asked for, and where its output goes."""

    def __init__(
        self, settings: Settings, style: Style, output: Writer, stop: Stop
    ) -> None:
        self._settings = settings
        self._style = style
        self._output = output
        self._console = Console(settings, output, style)
        self._stop = stop

    def run(self) -> None:
        """Do what was asked for, until it is done or a signal comes."""
        settings = self._settings
        if sys.stdin is None and not set(STDIN).isdisjoint(settings.files):
            raise MonitorError(NO_STDIN)
        if settings.history:
            self._tell_history()
        elif settings.replay:
            self._replay()
        else:
            self._watch()

    def _tell_history(self) -> None:
        settings = self._settings
        path = settings.state or default_path(settings.files, os.environ)
        lines = read_history(settings, path, time.time(), self._style)
        while text := "".join(islice(lines, _LINES)):
            self._output.write(text)

    def _replay(self) -> None:
        pipeline = Pipeline(self._settings)
        files = Replay(self._settings)
        progress = Progress(time.monotonic())

        def pulse(measure: Measure) -> None:
            progress.show(measure, time.monotonic())

        replay(pipeline, files, self._show, self._stop, pulse)

    def _watch(self) -> None:
        watch = Watch(self._settings, self._show, self._stop)
        if self._settings.once:
            watch.once()
        else:
            watch.follow()

    def _show(self, events: Iterable[Event]) -> None:
        for event in events:
            self._console.emit(event)
