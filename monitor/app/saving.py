"""The state of a run over logs that are written to: goes on from it, and saves it."""

from functools import partial
from typing import Any

from monitor.app.loop import Loop, Meter
from monitor.app.moment import moment
from monitor.core import renamed
from monitor.errors import StoreError
from monitor.inputs import Followed, Unread
from monitor.settings import Settings

State = dict[str, Any]


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
    checkpoint, state = (
        loop.outputs.checkpoint,
        state_of(loop, loop.pipeline.snapshot()),
    )
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
