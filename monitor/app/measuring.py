"""Publishes metrics of a run. The counts are those of the last saved state.

Because of that no count goes back after a `kill -9`: what was not saved was not published.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from monitor.alerts import RuleReading
from monitor.app.loop import Loop, Meter
from monitor.core import Event, Report
from monitor.errors import MonitorError
from monitor.escape import printable
from monitor.inputs import Followed
from monitor.metrics import (
    CONTENT_TYPE,
    PLAIN,
    LogState,
    Page,
    Reading,
    RuleState,
    Server,
    answer_to,
    metrics_text,
    this_process,
    write_file,
)
from monitor.outputs import Style
from monitor.settings import Settings

FRESH = 1.0
"""Seconds for which a saved state is served. For an older one the state is saved first."""

Commit = Callable[[float], None]
"""Saves the state at a monotonic time, and hands it to `Meter.note_saved`."""


class Measuring(Meter):
    """Publishes the metrics of a loop over followed logs."""

    def __init__(
        self, settings: Settings, loop: Loop[Followed], commit: Commit
    ) -> None:
        self._loop = loop
        self._commit = commit
        self._files = settings.files
        self._path = settings.metrics_file
        self._is_due = False
        self._has_failed = False
        self._counts: Mapping[str, Any] = {}
        self._rotations: dict[str, int] = {}
        self._hooks: Mapping[str, int] = {}
        self._saved_at = 0.0
        self._looked_at = float("-inf")
        self._server: Server | None = None
        if settings.metrics is not None:
            clock = loop.timing.clock
            answer = partial(answer_to, pages=self._page)
            server = self._server = Server(settings.metrics, answer, clock)
            if loop.timing.is_real:
                loop.timing = loop.timing._replace(sleep=server.wait)
            address = f"http://{server.address}/metrics"
            loop.outputs.notify(f"serving metrics on {address}")

    def emit(self, event: Event) -> None:
        """Note a report. The file is written when it is saved."""
        self._is_due = self._is_due or isinstance(event, Report)

    def note_saved(self, state: Mapping[str, Any], *, is_stored: bool) -> None:
        """Take the counts of a state."""
        self._counts = state["core"]["totals"]
        self._hooks = state.get("hooks", {})
        logs = self._loop.logs
        self._rotations = {
            path: state["files"][logs.names[path]]["rotations"] for path in logs.behind
        }
        self._saved_at = time.time() if is_stored else 0.0
        self._looked_at = self._loop.timing.clock()

    def tick(self, now: float) -> None:
        """Serve clients, and write the file if a report came since it was written."""
        if self._server is not None:
            self._server.wait(0.0)
        if not self._is_due or self._path is None:
            return
        self._is_due = False
        if self._looked_at < now:
            self._commit(now)
        try:
            write_file(self._path, self.text())
        except MonitorError as error:
            if not self._has_failed:
                self._loop.outputs.notify(f"{error}; trying again at each report")
            self._has_failed = True
        else:
            self._has_failed = False

    def end(self) -> None:
        """Write the file. Raises MonitorError if it cannot be written."""
        if self._path is not None:
            write_file(self._path, self.text())

    def close(self) -> None:
        """Stop to serve metrics."""
        if self._server is not None:
            self._server.close()

    def _page(self, path: str) -> Page | None:
        """Return the page of a path; None if there is none."""
        if path == "/healthz":
            return Page(PLAIN, self._health())
        if path != "/metrics":
            return None
        now = self._loop.timing.clock()
        if now - self._looked_at > FRESH:
            self._looked_at = now  # also if it cannot be saved
            self._commit(now)
        return Page(CONTENT_TYPE, self.text())

    def _health(self) -> str:
        missing = self._loop.pipeline.gauges.missing
        if missing is None:
            return "ok\n"
        since = "" if missing.since is None else Style(utc=True).time(missing.since)
        return f"no data since {since or 'the start'} - {printable(missing.reason)}\n"

    def text(self) -> str:
        """Return the text of all metrics."""
        return metrics_text(self._reading(), self._files)

    def _reading(self) -> Reading:
        gauges = self._loop.pipeline.gauges
        window, values = gauges.window, gauges.values
        return Reading(
            self._counts,
            self._saved_at,
            (window.hits, window.rule.window),
            gauges.newest,
            [_rule_state(name, values) for name in gauges.names],
            self._logs(),
            this_process(),
            self._hooks,
        )

    def _logs(self) -> list[LogState]:
        logs, now = self._loop.logs, self._loop.timing.clock()
        missing = self._loop.pipeline.gauges.logs_without_data
        missing |= logs.outage(now).failures.keys()
        left = logs.behind
        return [
            LogState(
                path, path not in missing, left.get(path), self._rotations.get(path, 0)
            )
            for path in logs.paths
        ]


def _rule_state(name: str, readings: Iterable[RuleReading]) -> RuleState:
    """Return how many alerts of a rule fire, and its limit; None if it has several."""
    same = [each for each in readings if each.rule.name == name]
    limits = [float(each.rule.threshold) for each in same if not each.rule.subject]
    return RuleState(name, sum(each.firing for each in same), next(iter(limits), None))
