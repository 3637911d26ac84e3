"""The commands: follow, once, replay, history, suggest."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from itertools import islice

from monitor.app.check import check
from monitor.app.failure import check_read, check_working_directory
from monitor.app.follow import follow
from monitor.app.hooks import check_program, exec_test, use_hook
from monitor.app.limits import allow_many_files
from monitor.app.loop import LIVE, Loop, Outputs
from monitor.app.once import once
from monitor.app.saving import state_path
from monitor.app.suggest import command_for, without_rules
from monitor.core import Pipeline, Summary
from monitor.errors import MonitorError, OutputGone, ReadError
from monitor.inputs import Arrival, Replay
from monitor.outputs import (
    Interrupted,
    Progress,
    Stop,
    Style,
    Writer,
    outputs_of,
    terminal_style,
    write_notice,
)
from monitor.periods import fixed_period
from monitor.settings import Settings
from monitor.state import read_history
from monitor.thresholds import DAY, Record
from monitor.thresholds import suggest as suggest_threshold

_LINES = 100  # lines of the history that are written at once


def run(settings: Settings, writer: Writer, stop: Stop) -> int:
    """Run the command of the settings until it is done or a signal comes; return the exit code."""
    check_working_directory(settings.files)
    if settings.check:
        allow_many_files()
        return check(settings, writer, stop)
    check_program(settings)
    style = terminal_style(settings, os.environ)
    if settings.history:
        history(settings, writer, style)
        return 0
    if settings.exec_test:
        exec_test(settings, style, stop, LIVE)
        return 0
    allow_many_files()
    commands = {"replay": replay, "once": once, "suggest_threshold": suggest}
    chosen = (command for mode, command in commands.items() if getattr(settings, mode))
    command = next(chosen, follow)
    receivers = outputs_of(settings, writer, style, time.time, os.environ)
    with closing(Outputs(receivers)) as outputs:
        use_hook(settings, outputs, style)
        command(settings, outputs, stop)
    return 0


def history(settings: Settings, writer: Writer, style: Style) -> None:
    """Print the stored alerts and reports."""
    path = state_path(settings)
    now = time.time()
    notify = partial(write_notice, time=style.time(int(now)))
    lines = read_history(settings, path, now, style, notify)
    while text := "".join(islice(lines, _LINES)):
        writer.write(text)


class Replaying(Loop[Replay]):
    """A loop over finished logs."""

    def rounds(self) -> Iterator[float]:
        """Run until all logs are read or a signal comes."""
        for source, begins in self.logs.begins.items():
            self.pipeline.intake.expect(source, begins)
        yield from super().rounds()

    def poll(self, now: float) -> Iterator[Arrival]:
        """Read the logs for which other logs wait. A signal ends the wait for a pipe."""
        wanted = self.pipeline.intake.wanted()
        arrivals = self.logs.poll(now, wanted.__contains__)
        while True:
            with self.stop.breaking():
                arrival = next(arrivals, None)
            if arrival is None:
                return
            yield arrival


def replay(settings: Settings, outputs: Outputs, stop: Stop) -> None:
    """Report finished logs from their first lines to their last, or a period of them."""
    with closing(Replay(settings)) as logs:
        loop = Replaying(logs, Pipeline(logs.settings), outputs, stop)
        play(loop, _no_lines(logs.settings))


def suggest(settings: Settings, outputs: Outputs, stop: Stop) -> None:
    """Replay finished logs, and show how often which threshold would have fired.

    Raises MonitorError without a hit in the period, because there is nothing to suggest.
    """
    record = Record(settings.window)
    with closing(Replay(without_rules(settings)._replace(interval=DAY))) as logs:
        pipeline = Pipeline(logs.settings)
        pipeline.gauges.judged.append(record.note)
        play(Replaying(logs, pipeline, outputs, stop))
    if stop.signal:
        return
    period = fixed_period(logs.settings.since, logs.settings.until)
    suggestion = suggest_threshold(record, settings, period)
    if suggestion is None:
        raise MonitorError("no hit was read: there is no threshold to suggest")
    command = command_for(suggestion.chosen.threshold, settings)
    outputs.show([suggestion._replace(command=command)])


def _no_lines(settings: Settings) -> str:
    """Return the notice for a period without a line; nothing for whole logs."""
    style = Style(utc=settings.utc)
    since, until = fixed_period(settings.since, settings.until)
    start = "" if since is None else f" from {style.time(since)}"
    end = "" if until is None else f" until {style.time(until)}"
    return f"no lines{start}{end}" if start or end else ""


def play(loop: Replaying, if_empty: str = "") -> None:
    """Run a loop over finished logs, and print its progress; `if_empty` is a notice for no line.

    Raises ReadError for a log that cannot be read to its end. The lines before are reported first.
    Raises NothingRead if there are unparsed lines and no hit.
    """
    progress = Progress(time.monotonic())
    try:
        with suppress(Interrupted):
            for _ in loop.rounds():
                progress.show(loop.logs.progress, time.monotonic())
        *events, summary = loop.pipeline.finish(ended=not loop.stop.signal)
        assert isinstance(summary, Summary)
        is_empty = not summary.values.numbers["lines"] and not loop.stop.signal
        if is_empty and if_empty:
            loop.outputs.notify(if_empty)
        loop.outputs.emit([*events, summary])
    except ReadError:
        with suppress(OutputGone):
            loop.outputs.emit(loop.pipeline.finish(ended=False))
        raise
    if not loop.stop.signal:
        check_read(summary, least=1)
