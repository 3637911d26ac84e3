"""The state of a run over logs that are written to: opens it, goes on from it, and saves it."""

import os
from contextlib import suppress
from functools import partial
from typing import Any

from monitor.app.loop import Loop, Meter, Outputs
from monitor.app.moment import moment
from monitor.core import renamed
from monitor.errors import StoreError
from monitor.inputs import Followed, Unread
from monitor.settings import Settings
from monitor.state import Store, absolute, default_path

State = dict[str, Any]


def state_path(settings: Settings) -> str:
    """Return the path of the state. Raises StoreError if there is no place for it.

    `--check` has a state of its own, because a monitor may follow the same logs.
    """
    only = map(str, settings.only)
    path = settings.state or default_path(settings.files, os.environ, only=only)
    return f"{path}-check" if settings.check else path


def has_state(settings: Settings) -> bool:
    """Return whether the state was made by an earlier run."""
    with suppress(StoreError):
        return os.path.lexists(state_path(settings))
    return False


def store_or_memory(settings: Settings, outputs: Outputs) -> Store | None:
    """Open the state; return None if it is not wanted or cannot be used."""
    if not settings.keeps_state:
        return None
    try:
        return open_store(settings, outputs)
    except StoreError as error:
        outputs.notify(f"{error}; going on from memory, nothing survives a restart")
        return None


def open_store(settings: Settings, outputs: Outputs) -> Store:
    """Open the state of the followed files. Raises StoreError if it cannot be used."""
    path = state_path(settings)
    store = Store(path, absolute(settings.files), sorted(map(str, settings.only)))
    if store.notice:
        outputs.notify(f"{store.notice}, and counting begins anew")
    return store


def meter_of(settings: Settings, loop: Loop[Followed]) -> Meter:
    """Return what publishes the metrics of a loop."""
    from monitor.app.measuring import Measuring

    meter = Measuring(settings, loop, partial(save, loop))
    meter.note_saved(state_of(loop, loop.pipeline.snapshot()), is_stored=False)
    return meter


def commit(loop: Loop[Unread], core: dict[str, Any], **more: object) -> None:
    """Save the state at the end of a run, with `more` parts of it. Raises StoreError."""
    try:
        state = {**state_of(loop, core), **more}
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


def save(loop: Loop[Followed], now: float) -> None:
    """Save the state if a log could be opened. Without it the state is not made."""
    if not loop.pipeline.intake.is_empty:
        return
    checkpoint = loop.outputs.checkpoint
    state = state_of(loop, loop.pipeline.snapshot())
    if any(log["was_open"] for log in state["files"].values()):
        checkpoint.open()
    is_saved = checkpoint.save(state, now)
    loop.pipeline.baseline.update(checkpoint.hourly_rates)
    if is_saved:
        loop.outputs.meter.note_saved(state, is_stored=checkpoint.is_stored)


def state_of(loop: Loop[Followed], core: dict[str, Any]) -> State:
    """Return the state to save, with the state of the pipeline in it."""
    files = loop.logs.snapshot(loop.pipeline.intake.sources.kept)
    core = renamed(core, loop.logs.names)
    state = {"core": core, "files": files, "moment": moment()}
    if loop.outputs.hook:
        state["hooks"] = dict(loop.outputs.hook.runs)
    return state
