"""A run over logs that go on being written: followed, or read once; with its state.

Following goes on from memory when its state cannot be kept; `--once` cannot work without its
state, and fails.
"""

import os
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any

from monitor.alerts import Alert
from monitor.app.timer import Show, follow, read_new
from monitor.core import Event, Notice, Pipeline, Report, Summary
from monitor.errors import StoreError
from monitor.inputs import STDIN, Followed, check_readable, different, file_at
from monitor.options import Settings
from monitor.outputs import Stop
from monitor.state import Checkpointer, Store, absolute, default_path

_BOOT_ID = "/proc/sys/kernel/random/boot_id"

Run = tuple[Pipeline, Followed, Checkpointer]
"""What a run that follows is made of."""


class Watch:
    """What was asked for, and what shows the events of the run."""

    def __init__(self, settings: Settings, show: Show, stop: Stop) -> None:
        self._settings = settings
        self._show = show
        self._stop = stop

    def follow(self) -> None:
        """Watch the logs until told to stop."""
        settings, mono = self._settings, _monotonic()
        for path in settings.files:
            if path not in STDIN:
                check_readable(path, may_be_missing=True)
        self._tell_of_links()
        pipeline, tailer, checkpoint = self._parts(mono)

        def save(mono: float, urgent: bool) -> None:
            due = urgent or checkpoint.is_due(mono, tailer.busy)
            if due and pipeline.is_settled:
                checkpoint.save(_state(pipeline.snapshot(), tailer, pipeline), mono)

        def show(events: Iterable[Event]) -> None:
            self._emit(events, checkpoint)

        save(mono, True)
        follow(
            pipeline,
            tailer,
            show,
            self._tell,
            self._stop,
            _monotonic,
            time.sleep,
            save,
            settings.interval,
        )
        checkpoint.close()

    def _tell_of_links(self) -> None:
        """Say which logs are the same now; where links lead may change, so all are followed."""
        paths = different(self._settings.files)
        files = different(paths, file_at)
        for path in paths:
            if path not in files:
                self._tell(
                    f"{path} is another one of the logs by a second name: it counts twice"
                )

    def _parts(self, mono: float) -> Run:
        """Go on where the last run stopped, or begin at the ends of the logs."""
        settings = self._settings
        pipeline = Pipeline(settings, time.time(), mono)
        tailer = Followed(settings.files)
        checkpoint = Checkpointer(self._open_store(), self._tell, mono)
        if (state := checkpoint.load()) is not None:
            self._resume(state, pipeline, tailer, mono)
        else:
            pipeline.backfill(tailer.start(settings.format, settings.window, mono))
        return pipeline, tailer, checkpoint

    def _open_store(self) -> Store | None:
        """Open the state, if it is to be kept and can be."""
        settings = self._settings
        if settings.no_state or not set(STDIN).isdisjoint(settings.files):
            return None
        try:
            return self._own_store()
        except StoreError as error:
            self._tell(f"{error}; going on from memory, nothing survives a restart")
            return None

    def _own_store(self) -> Store:
        """Open the state of the followed files. Raises StoreError when that cannot be."""
        files = absolute(self._settings.files)
        store = Store(self._state_path(), files)
        if store.notice:
            self._tell(f"{store.notice}, and counting begins anew")
        return store

    def _state_path(self) -> str:
        settings = self._settings
        return settings.state or default_path(settings.files, os.environ)

    def _resume(
        self, state: dict[str, Any], pipeline: Pipeline, tailer: Followed, mono: float
    ) -> None:
        """Go on where a state stands."""
        away = 0.0 if self._settings.once else _seconds_since(state["moment"])
        pipeline.restore(state["core"], away, mono)
        for each in tailer.resume(state["files"], mono):
            self._tell(each.message)

    def once(self) -> None:
        """Tell what is new since the last run as one report, and remember where it stopped."""
        for path in self._settings.files:
            check_readable(path)
        self._tell_of_links()
        with closing(self._own_store()) as store:
            self._tell_new(store)

    def _tell_new(self, store: Store) -> None:
        settings = self._settings
        checkpoint = Checkpointer(store, self._tell, mono=0.0)
        pipeline, tailer = Pipeline(settings), Followed(settings.files)
        state = checkpoint.load()
        if state is None:
            pipeline.hold()
            tailer.begin(now=0.0)
        else:
            self._resume(state, pipeline, tailer, mono=0.0)
        read_new(
            pipeline,
            tailer,
            lambda events: self._emit(events, checkpoint),
            self._tell,
            self._stop,
        )
        self._emit(pipeline.settle(), checkpoint)
        state, alerts = self._last_state(pipeline, tailer, checkpoint)
        try:
            checkpoint.commit(state, alerts)
        except StoreError as error:
            raise StoreError(f"{error}; the next run will tell this again") from error

    def _last_state(
        self, pipeline: Pipeline, tailer: Followed, checkpoint: Checkpointer
    ) -> tuple[dict[str, Any], list[Alert]]:
        """End a run whose input goes on; the next run judges the alerts of its last second again."""
        core = pipeline.snapshot()
        last = list(pipeline.finish(goes_on=True))
        core["ledger"] = pipeline.snapshot()["ledger"]
        alerts = [event for event in last if isinstance(event, Alert)]
        report, summary = _report_and_summary(last)
        self._show(filter(checkpoint.is_new, alerts))
        if report.start is not None:
            checkpoint.emit(report)
        self._show([report])
        if self._settings.output == "json":
            self._show([summary])
        return _state(core, tailer, pipeline), alerts

    def _emit(self, events: Iterable[Event], checkpoint: Checkpointer) -> None:
        """Note all events for the next save, and show the new ones."""
        events = list(events)
        for event in events:
            checkpoint.emit(event)
        self._show(filter(checkpoint.is_new, events))

    def _tell(self, message: str) -> None:
        self._show([Notice(message)])


def _report_and_summary(events: list[Event]) -> tuple[Report, Summary]:
    """Give the one report among the last events, or an empty one, and the summary."""
    summary = events[-1]
    assert isinstance(summary, Summary)
    for event in events[:-1]:
        if isinstance(event, Report):
            return event, summary
    return Report(*summary), summary


def _state(
    core: dict[str, Any], tailer: Followed, pipeline: Pipeline
) -> dict[str, Any]:
    return {"core": core, "files": tailer.snapshot(pipeline.held), "moment": _moment()}


def _monotonic() -> float:
    """Give the seconds since the machine started, also those in which it was suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _moment() -> dict[str, Any]:
    """Note the present, so that the next run can tell how long it was away."""
    boot = ""
    with suppress(OSError), open(_BOOT_ID, encoding="ascii") as file:
        boot = file.read().strip()
    return {"wall": time.time(), "boot": boot, "awake": _monotonic()}


def _seconds_since(moment: dict[str, Any]) -> float:
    """Give the seconds since a moment, by a clock that cannot be set if it goes on still."""
    now = _moment()
    clock = "awake" if now["boot"] and now["boot"] == moment["boot"] else "wall"
    return max(0.0, float(now[clock]) - float(moment[clock]))
