"""The command --once, and the end of a run over the lines since the last run."""

import math
import time
from typing import Any

from monitor.alerts import Alert
from monitor.app.failure import check_paths, check_read
from monitor.app.hooks import finish_hooks, resume_hook
from monitor.app.loop import LIVE, Loop, Outputs
from monitor.app.saving import commit, meter_of, open_store, resume
from monitor.core import Notice, Pipeline, Report, Summary
from monitor.hooks import KEPT
from monitor.inputs import Unread
from monitor.outputs import Interrupted, Stop
from monitor.settings import Settings
from monitor.state import Checkpointer

MANY = 20
"""New lines of a run with `--once` from which it fails if all are unparsed."""


def once(settings: Settings, outputs: Outputs, stop: Stop) -> None:
    """Report the lines since the last run, and save the offsets of the logs."""
    check_paths(settings, outputs, may_be_missing=False)
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
    ends before this second, and no hit of it is missing. An alert of this second is announced, and
    its rule is saved as firing. The next run does not announce it again.
    """
    pipeline, outputs = loop.pipeline, loop.outputs
    wall = time.time()
    outputs.emit(pipeline.pass_silence(loop.logs.silence(wall), wall))
    before = pipeline.snapshot()
    *events, summary = pipeline.finish(goes_on=True)
    again = {name: before[name] for name in ("window", "coverage", "recent")}
    core = {**pipeline.snapshot(), **again}
    outputs.emit(event for event in events if isinstance(event, Alert | Notice))
    assert isinstance(summary, Summary)
    reports = [event for event in events if isinstance(event, Report)]
    report = reports[0] if reports else Report(*summary)  # without a hit
    return report, summary, core
