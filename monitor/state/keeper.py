"""When to save, and what: the core's snapshot together with where the files stand.

What was told since the last time is kept until it is written, so a disk that is full for a while
costs nothing but a notice. With no store everything works the same, from memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from monitor.alerts import Alert
from monitor.core import Event, Report, Summary
from monitor.errors import StoreError
from monitor.outputs import Json, Style
from monitor.state.store import Batch, Store

EVERY = 10.0
"""Seconds after which changes are written, reports or not."""

PENDING = 10_000
"""Reports and alerts that wait for a store that cannot be written."""

STORED = 100
"""Sections of a stored report, the largest: else clients that make names up could fill the disk."""

Tell = Callable[[str], None]


def _name(alert: Mapping[str, Any]) -> tuple[str, str, str]:
    """Give what makes an alert the same one when it is judged again."""
    return alert["rule"], alert["state"], alert["at"]


class Keeper:
    """Writes what must survive; told every event, and asked to save after every round."""

    def __init__(self, store: Store | None, tell: Tell, mono: float) -> None:
        self._store = store
        self._again: set[tuple[str, str, str]] = set()
        if store is not None:
            self._again = set(map(_name, store.take_provisional()))
        self._tell = tell
        self._dropped = 0
        self._saved_at = mono
        self._failed = False
        self._urgent = False
        self._reports: list[tuple[int, int, dict[str, Any]]] = []
        self._alerts: list[tuple[int, dict[str, Any]]] = []
        self._json = Json(Style(utc=True, top=STORED))

    def noting(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on, but for alerts that were announced; keep them for the next batch."""
        for event in events:
            if self._store is not None:
                self._note(event)
            yield from self.new([event])

    def new(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on, but for alerts that the last run announced at its end."""
        for event in events:
            if not (isinstance(event, Alert) and self._was_told(event)):
                yield event

    def _was_told(self, alert: Alert) -> bool:
        return _name(self._json.fields(alert)) in self._again

    def _note(self, event: Event) -> None:
        if isinstance(event, Alert):
            self._alerts.append((event.at, self._json.fields(event)))
            self._urgent = True
        elif isinstance(event, Report) and not isinstance(event, Summary):
            start, end = event.start or 0, event.end or 0
            self._reports.append((start, end, self._json.fields(event)))
            self._urgent = True

    def is_due(self, mono: float, busy: bool = False) -> bool:
        """Tell whether there is something to save now.

        What is told waits while the monitor is busy catching up: there may be an alert every few
        milliseconds, and the report that is held back, and saved each time, is of the whole gap.
        """
        urgent = self._urgent and not busy
        due = urgent or mono - self._saved_at >= EVERY
        return self._store is not None and due

    def batch(
        self, state: Mapping[str, Any], provisional: Iterable[Alert] = ()
    ) -> Batch:
        """Give all that is to be written now."""
        again = [(alert.at, self._json.fields(alert)) for alert in provisional]
        return Batch(state, self._reports, self._alerts, again)

    def save(self, state: Mapping[str, Any], mono: float) -> None:
        """Write a batch; when it cannot be written, say so once and go on."""
        if self._store is None:
            return
        self._saved_at, self._urgent = mono, False
        try:
            self._store.save(self.batch(state))
        except StoreError as error:
            self._fail(error)
            return
        self._reports, self._alerts = [], []
        self._tell_written()

    def _tell_written(self) -> None:
        if self._failed:
            self._failed = False
            lost = f"{self._dropped} reports and alerts were" if self._dropped else ""
            self._tell(
                f"the state can be written again: {lost or 'no report or alert was'} lost"
            )
            self._dropped = 0

    def _fail(self, error: StoreError) -> None:
        for pending in (self._reports, self._alerts):
            self._dropped += max(0, len(pending) - PENDING)
            del pending[:-PENDING]
        if not self._failed:
            self._failed = True
            self._tell(f"{error}; going on from memory until it can be written")

    def load(self) -> dict[str, Any] | None:
        """Give the state of the last run, None when there is none or it cannot be read."""
        return self._store.load() if self._store else None

    def close(self) -> None:
        """Let the store go."""
        if self._store is not None:
            self._store.close()
