"""The hook of a run: what it goes on from, and when it is waited for."""

import os
import time
from collections.abc import Mapping
from typing import Any

from monitor.app.loop import Outputs, Timing
from monitor.errors import MonitorError, UsageError
from monitor.hooks import KEPT, Hook, sample, start, words_of
from monitor.outputs import Interrupted, Stop, Style, write_notice
from monitor.settings import Settings
from monitor.units import many

LOOK = 0.05
"""Seconds between two looks at a hook for which the program waits."""

PATIENCE = 5.0
"""Seconds for which a running hook is waited for after a signal."""


def check_program(settings: Settings) -> None:
    """Raise UsageError if the command of the hook does not begin with a program."""
    if settings.exec and not _is_program(words_of(settings)[0]):
        raise UsageError(
            f"--exec: there is no program {words_of(settings)[0]}: give its path, "
            "and make it executable with chmod +x"
        )


def _is_program(name: str) -> bool:
    """Return whether a command begins with a program, by its path or in a folder of PATH."""
    folders = [""] if "/" in name else os.get_exec_path()
    paths = [os.path.join(folder, name) for folder in folders]
    return any(os.path.isfile(path) and os.access(path, os.X_OK) for path in paths)


def use_hook(settings: Settings, outputs: Outputs, style: Style) -> None:
    """Make the hook of a run, if there is one."""
    if settings.exec:
        outputs.hook = Hook(settings, style, outputs.notify)


def resume_hook(
    outputs: Outputs, state: Mapping[str, Any] | None, kept: float = KEPT
) -> None:
    """Go on with the deliveries of the last run that are at most `kept` seconds old."""
    if outputs.hook:
        checkpoint = outputs.checkpoint
        outputs.hook.runs |= (state or {}).get("hooks", {})
        outputs.hook.restore(checkpoint.load_deliveries(), kept)
        outputs.hook.save = checkpoint.save_deliveries
        checkpoint.deliveries = outputs.hook.pending


def finish_hooks(outputs: Outputs, stop: Stop, timing: Timing) -> bool:
    """Run the hooks that are due, one after the other. After a signal wait for the last one only.

    Return whether a hook ended, which the state is to know.
    """
    hook = outputs.hook
    if not hook:
        return False
    before = dict(hook.runs)
    while not stop.signal and hook.poll(timing.clock()):
        timing.sleep(LOOK)
    until = timing.clock() + PATIENCE
    while (now := timing.clock()) < until and hook.watch(now, stopping=True):
        timing.sleep(LOOK)
    if hook.pending() and not outputs.checkpoint.is_stored:
        alerts = many(len(hook.pending()), "alert")
        outputs.notify(f"the hook was not run for {alerts}, which no state keeps")
    return hook.runs != before


def exec_test(settings: Settings, style: Style, stop: Stop, timing: Timing) -> None:
    """Run the hook once with the state `test`. Raises MonitorError if it fails."""
    delivery = sample(settings, style, time.time())
    try:
        hook = start(settings, delivery, timing.clock())
    except OSError as error:
        raise MonitorError(f"the hook cannot be started: {error.strerror}") from error
    while (ended := hook.poll(timing.clock())) is None:
        if stop.signal:
            hook.stop()
            raise Interrupted
        timing.sleep(LOOK)
    if words := ended.words():
        raise MonitorError(f"the hook {words}")
    write_notice("the hook ended with exit code 0")
