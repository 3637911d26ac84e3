"""Follows logs until it is told to stop. If the state cannot be used, it goes on from memory."""

import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from monitor.alerts import Asked
from monitor.app.failure import check_paths
from monitor.app.hooks import finish_hooks, resume_hook
from monitor.app.loop import LIVE, Loop, Outputs, Timing
from monitor.app.moment import seconds_since
from monitor.app.saving import has_state, meter_of, resume, save, store_or_memory
from monitor.core import Event, Pipeline
from monitor.inputs import Followed, descriptions
from monitor.outputs import Interrupted, Stop
from monitor.settings import Settings
from monitor.state import Checkpointer
from monitor.units import duration, exactly, size

FAR_BEHIND = 1 << 25
"""Bytes left to read from which there is a notice."""


def follow(
    settings: Settings, outputs: Outputs, stop: Stop, timing: Timing = LIVE
) -> None:
    """Follow logs until a signal comes or standard input ends."""
    check_paths(settings, outputs, may_be_missing=True)
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
    save(loop, now)
    outputs.meter.end()
    watch(loop, settings.interval)


class Following(Loop[Followed]):
    """A loop over followed logs. Time passes while the logs are silent."""

    def advance(self, now: float) -> Iterator[Event]:
        """Count the lines that were fed, and let time pass when everything is read."""
        up_to_date = not self.logs.busy and not self.logs.ended
        outage = self.logs.outage(now)
        return self.pipeline.advance(now, outage, up_to_date=up_to_date)


def watch(loop: Following, interval: int) -> None:
    """Run a loop over followed logs, and save its state at times and at the end.

    While many bytes are left to read, a notice every `interval` seconds says how many. When a second
    signal ended the counting, nothing is saved, because lines were read and not counted. The next
    run begins at the last save.
    """
    checkpoint, notified = loop.outputs.checkpoint, float("-inf")
    with suppress(Interrupted):  # the reader of the output does not read
        for now in loop.rounds():
            if loop.stop.report_requested:
                loop.stop.report_requested = False
                loop.outputs.show([loop.pipeline.so_far()])
            behind = sum(loop.logs.behind.values()) if loop.logs.busy else 0
            if behind >= FAR_BEHIND and now - notified >= interval:
                loop.outputs.notify(f"catching up: {size(behind)} behind")
                notified = now
            if checkpoint.is_due(now, loop.logs.busy):
                save(loop, now)
            loop.outputs.tick(now, catching_up=loop.logs.busy)
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
        save(loop, now)
        loop.outputs.meter.end()


def _introduce(settings: Settings, outputs: Outputs) -> None:
    """Emit notices of the followed logs and of the rule of the alert; with --quiet none."""
    if settings.quiet:
        return
    average = f"{exactly(settings.threshold)}/s over {duration(settings.window)}"
    if settings.only:
        average += f", only {', '.join(map(str, settings.only))}"
    for each in descriptions(settings.files, settings.format, time.time):
        outputs.notify(f"following {each}: alert above {average}")
