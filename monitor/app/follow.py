"""The commands for logs that are written to: follow, and once.

If the state cannot be used, `follow` goes on from memory, and `--once` fails.
"""

import math
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from monitor.alerts import Alert, Asked
from monitor.app.failure import check_read
from monitor.app.hooks import finish_hooks, resume_hook
from monitor.app.loop import Loop, Outputs, Timing
from monitor.app.meter import Meter
from monitor.app.moment import moment, monotonic, seconds_since
from monitor.app.stores import has_state, open_store, store_or_memory
from monitor.core import Event, Notice, Pipeline, Report, Summary, renamed
from monitor.errors import StoreError
from monitor.hooks import KEPT
from monitor.inputs import Followed, Unread, check_logs, descriptions
from monitor.options import Settings
from monitor.outputs import Interrupted, Stop
from monitor.state import Checkpointer
from monitor.units import duration, exactly, size

FAR_BEHIND = 1 << 25
"""Bytes left to read from which there is a notice."""

MANY = 20
"""New lines of a run with `--once` from which it fails if all are unparsed."""

State = dict[str, Any]


LIVE = Timing(monotonic, time.sleep, is_real=True)
"""The timing of logs that are followed."""


def follow(
    settings: Settings, outputs: Outputs, stop: Stop, timing: Timing = LIVE
) -> None:
    """Follow logs until a signal comes or standard input ends."""
    _check_logs(settings, outputs, may_be_missing=True)
    now = timing.clock()
    outputs.checkpoint = Checkpointer(None, outputs.notify, now)
    outputs.checkpoint.opening = partial(store_or_memory, settings, outputs)
    if has_state(settings):
        outputs.checkpoint.open()
    logs, pipeline = Followed(settings.files), Pipeline(settings, time.time(), now)
    loop = Following(logs, pipeline, outputs, stop, timing)
    if (state := outputs.checkpoint.load()) is None:
        asked = Asked.of(settings)
        before = logs.start(settings.format, settings.window, now, asked)
        pipeline.backfill(before)
    else:
        resume(loop, state, seconds_since(state["moment"]), now)
    resume_hook(outputs, state)
    if settings.is_measured:
        outputs.meter = meter_of(settings, loop)
    _introduce(settings, outputs)
    _save(loop, now)
    outputs.meter.end()
    watch(loop, settings.interval)


class Following(Loop[Followed]):
    """A loop over followed logs. Time passes while the logs are silent."""

    def advance(self, now: float) -> Iterator[Event]:
        """Count the lines that were fed, and let time pass when everything is read."""
        up_to_date = not self.logs.busy and not self.logs.ended
        outage = self.logs.outage(now)
        return self.pipeline.advance(now, outage, up_to_date=up_to_date)


def meter_of(settings: Settings, loop: Loop[Followed]) -> Meter:
    """Return what publishes the metrics of a loop."""
    from monitor.app.measuring import Measuring

    meter = Measuring(settings, loop, partial(_save, loop))
    meter.note_saved(_state(loop, loop.pipeline.snapshot()), is_stored=False)
    return meter


def watch(loop: Following, interval: int) -> None:
    """Run a loop over followed logs, and save its state at times and at the end.

    While many bytes are left to read, a notice every `interval` seconds says how many. When a second
    signal ended the counting, nothing is saved, because lines were read and not counted. The next
    run begins at the last save.
    """
    checkpoint, notified = loop.outputs.checkpoint, float("-inf")
    with suppress(Interrupted):  # the reader of the output does not read
        for now in loop.rounds():
            loop.outputs.tick(now)
            if loop.stop.report_requested:
                loop.stop.report_requested = False
                loop.outputs.show([loop.pipeline.so_far()])
            behind = sum(loop.logs.behind.values()) if loop.logs.busy else 0
            if behind >= FAR_BEHIND and now - notified >= interval:
                loop.outputs.notify(f"catching up: {size(behind)} behind")
                notified = now
            if checkpoint.is_due(now, loop.logs.busy):
                _save(loop, now)
            loop.outputs.go_on(now, catching_up=loop.logs.busy)
    now = loop.timing.clock()
    events = list(loop.pipeline.finish(now, ended=loop.logs.ended))
    try:
        loop.outputs.emit(events)
    finally:
        _end(loop, now)
    if finish_hooks(loop.outputs, loop.stop, loop.timing):
        _end(loop, now)


def _end(loop: Following, now: float) -> None:
    """Save the state and publish the metrics for the last time, if all lines are counted."""
    if loop.is_whole:
        _save(loop, now)
        loop.outputs.meter.end()


def once(settings: Settings, outputs: Outputs, stop: Stop) -> None:
    """Report the lines since the last run, and save the offsets of the logs."""
    _check_logs(settings, outputs, may_be_missing=False)
    store = open_store(settings, outputs)
    outputs.checkpoint = Checkpointer(store, outputs.notify, 0.0)
    logs = Unread(settings.files)
    loop = Loop(logs, Pipeline(settings), outputs, stop)
    if settings.is_measured:
        outputs.meter = meter_of(settings, loop)
    if (state := outputs.checkpoint.load()) is None:
        logs.begin(now=0.0)
    else:
        resume(loop, state, away=0.0, now=0.0)
    resume_hook(outputs, state, kept=math.inf)
    for _ in loop.rounds():
        pass
    if stop.signal:
        if loop.pipeline.intake.is_empty:
            commit(loop, loop.pipeline.snapshot())
        raise Interrupted
    summary, core = _report_once(loop, shows_summary=settings.output == "json")
    commit(loop, core)
    if finish_hooks(outputs, stop, LIVE):
        commit(loop, core)
    if summary.no_data:
        check_read(summary, least=MANY)


def _report_once(
    loop: Loop[Unread], *, shows_summary: bool
) -> tuple[Summary, dict[str, Any]]:
    """Emit one report; return the summary, and the state of the pipeline to save."""
    outputs = loop.outputs
    report, summary, core = conclude(loop)
    (outputs.show if report.start is None else outputs.emit)([report])
    if shows_summary:
        outputs.show([summary])
    if outputs.hook:
        outputs.hook.merge_before(report.until - KEPT)
    return summary, core


def conclude(loop: Loop[Unread]) -> tuple[Report, Summary, dict[str, Any]]:
    """Emit the last alerts; return the report, the summary, and the state of the pipeline.

    The next run judges the last second again, because the logs may grow. The saved window therefore
    ends before this second, and no hit of it is missing. An alert of this second is announced, and its rule is saved as firing.
    The next run then knows of it and does not announce it again.
    """
    pipeline, outputs = loop.pipeline, loop.outputs
    wall = time.time()
    outputs.emit(pipeline.rest(loop.logs.silence(wall), wall))
    before = pipeline.snapshot()
    *events, summary = pipeline.finish(goes_on=True)
    again = {name: before[name] for name in ("window", "coverage", "recent")}
    core = {**pipeline.snapshot(), **again}
    outputs.emit(event for event in events if isinstance(event, Alert | Notice))
    assert isinstance(summary, Summary)
    reports = [event for event in events if isinstance(event, Report)]
    report = reports[0] if reports else Report(*summary)  # without a hit
    return report, summary, core


def commit(loop: Loop[Unread], core: dict[str, Any], **more: object) -> None:
    """Save the state at the end of a run, with `more` parts of it. Raises StoreError."""
    try:
        state = {**_state(loop, core), **more}
        loop.outputs.checkpoint.commit(state)
    except StoreError as error:
        raise StoreError(f"{error}; the next run reports these lines again") from error
    loop.outputs.meter.note_saved(state, is_stored=True)
    loop.outputs.meter.end()


def resume(loop: Loop[Followed], state: State, away: float, now: float) -> None:
    """Go on from the state of the last run, which ended `away` seconds ago."""
    names = {name: path for path, name in loop.logs.names.items()}
    loop.pipeline.restore(renamed(state["core"], names), away, now)
    loop.pipeline.baseline.update(loop.outputs.checkpoint.hourly_rates)
    loop.logs.resume(state["files"], now)


def _save(loop: Loop[Followed], now: float) -> None:
    """Save the state if a log could be opened. Without it the state is not made."""
    if not loop.pipeline.intake.is_empty:
        return
    checkpoint, state = loop.outputs.checkpoint, _state(loop, loop.pipeline.snapshot())
    if any(log["was_open"] for log in state["files"].values()):
        checkpoint.open()
    is_saved = checkpoint.save(state, now)
    loop.pipeline.baseline.update(checkpoint.hourly_rates)
    if is_saved:
        loop.outputs.meter.note_saved(state, is_stored=checkpoint.is_stored)


def _state(loop: Loop[Followed], core: dict[str, Any]) -> State:
    files = loop.logs.snapshot(loop.pipeline.intake.sources.kept)
    core = renamed(core, loop.logs.names)
    state = {"core": core, "files": files, "moment": moment()}
    if loop.outputs.hook:
        state["hooks"] = dict(loop.outputs.hook.runs)
    return state


def _introduce(settings: Settings, outputs: Outputs) -> None:
    """Emit notices of the followed logs and of the rule of the alert; with --quiet none."""
    if settings.quiet:
        return
    average = f"{exactly(settings.threshold)}/s over {duration(settings.window)}"
    if settings.only:
        average += f", only {', '.join(map(str, settings.only))}"
    for each in descriptions(settings.files, settings.format, time.time):
        outputs.notify(f"following {each}: alert above {average}")


def _check_logs(settings: Settings, outputs: Outputs, *, may_be_missing: bool) -> None:
    """Raise MonitorError if a log cannot be read, and warn about paths to the same file.

    All paths are followed, because a link may be re-pointed later.
    """
    for path in check_logs(settings.files, may_be_missing=may_be_missing):
        outputs.notify(
            f"{path} leads to the same file as another log: its lines count twice"
        )
