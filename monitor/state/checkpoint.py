"""Decides when to save the state, and collects new reports and alerts for the next save.

If a save fails, as on a full disk, there is one notice, and reports and alerts wait for the next
save. Without a store the program works the same, from memory.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from monitor.alerts import Alert
from monitor.core import Event, NoData, Report, Summary
from monitor.errors import StoreError
from monitor.hooks import Delivery
from monitor.outputs import Json, Style
from monitor.state.store import Batch, Store
from monitor.usual import HOUR

EVERY = 10.0
"""Seconds between two saves at most, with or without reports."""

PENDING = 10_000
"""Reports that wait at most for a store that cannot be written. The same holds for alerts."""

STORED = 100
"""Sections of a stored report, the largest ones.

Without a bound, clients that make up sections could fill the disk.
"""

STORED_NAMES = 10
"""Clients and failing URLs of a stored report. The logs are the same for all reports of a state."""

Notify = Callable[[str], None]


class Checkpointer:
    """Collects reports and alerts for the next batch, and writes it together with the state.

    `opening` opens a store that waits for a log, because the name of a missing log may be mistyped.
    It returns None if the store cannot be used. Else, and afterwards, `opening` is None. At most
    `pending` reports and alerts wait for a store. `hourly_rates` has the hits per second of earlier
    hours, which are numbered since 1970. It is read once per hour of the reports. `deliveries` returns
    the alerts that wait for their hook; it is None without a hook.
    """

    def __init__(
        self,
        store: Store | None,
        notify: Notify,
        mono: float,
        pending: int = PENDING,
    ) -> None:
        self.opening: Callable[[], Store | None] | None = None
        self.deliveries: Callable[[], Sequence[Delivery]] | None = None
        self.hourly_rates: dict[int, float] = {}
        self._hour: int | None = None
        self._store = store
        self._notify = notify
        self._pending = pending
        self._dropped = 0
        self._saved_at = mono
        self._failed = False
        self._urgent = False
        self._reports: list[tuple[int, int, dict[str, Any]]] = []
        self._alerts: list[tuple[int, dict[str, Any]]] = []
        self._json = Json(Style(utc=True, top=STORED))

    def open(self) -> None:
        """Open the store that waits for a log."""
        if self.opening is not None:
            self._store, self.opening = self.opening(), None

    def load(self) -> dict[str, Any] | None:
        """Return the state of the last run, None when there is none."""
        if self._store is None:
            return None
        self._read_hours(self._store)
        return self._store.load()

    def emit(self, event: Event) -> None:
        """Collect a report or an alert for the next batch."""
        if self._store is None and self.opening is None:
            return
        if isinstance(event, Alert) and event.reminder:
            return
        if isinstance(event, Alert | NoData):
            self._alerts.append((event.at, self._json.fields(event)))
            self._urgent = True
        elif isinstance(event, Report) and not isinstance(event, Summary):
            if self.opening and not event.values.numbers["lines"]:
                return  # it may wait for days
            start, end = event.start or 0, event.end or 0
            self._reports.append((start, end, _short(self._json.fields(event))))
            self._urgent = True

    def is_due(self, mono: float, busy: bool = False) -> bool:
        """Return whether to save now, or to look whether the store can be opened.

        A new report or alert is a reason to save. While the monitor catches up, only time is a
        reason. Alerts can come every few milliseconds then, and each save writes the growing report.
        """
        if self.opening is not None:
            return True
        urgent = self._urgent and not busy
        due = urgent or mono - self._saved_at >= EVERY
        return self._store is not None and due

    @property
    def is_stored(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    def save(self, state: Mapping[str, Any], mono: float) -> bool:
        """Write a batch. When that fails, emit one notice, return False, and go on from memory.

        Without a store there is nothing to write.
        """
        if self._store is None:
            return True
        self._saved_at, self._urgent = mono, False
        try:
            self.commit(state)
        except StoreError as error:
            self._fail(error)
            return False
        self._recover()
        return True

    def commit(self, state: Mapping[str, Any]) -> None:
        """Write a batch. Raises StoreError."""
        assert self._store is not None
        waiting = self.deliveries() if self.deliveries else None
        self._store.save(Batch(state, self._reports, self._alerts, waiting))
        hour = self._reports[-1][0] // HOUR if self._reports else self._hour
        self._reports, self._alerts = [], []
        if hour != self._hour:
            self._hour = hour
            self._read_hours(self._store)

    def load_deliveries(self) -> Sequence[Delivery]:
        """Return the alerts that waited for their hook when the last run ended."""
        if self._store is not None:
            with suppress(StoreError):  # a notice comes with the next save
                return self._store.deliveries()
        return []

    def save_deliveries(self) -> None:
        """Write the alerts that wait for their hook, because a hook has ended."""
        if self._store is not None and self.deliveries is not None:
            with suppress(StoreError):  # the next save writes them, too
                self._store.save(Batch(None, deliveries=self.deliveries()))

    def _read_hours(self, store: Store) -> None:
        with suppress(StoreError):  # a notice comes with the next save
            self.hourly_rates = store.hourly_rates()

    def _recover(self) -> None:
        if not self._failed:
            return
        lost = "no report or alert was lost"
        if self._dropped:
            lost = f"{self._dropped} reports and alerts were lost"
        self._notify(f"the state can be written again: {lost}")
        self._failed, self._dropped = False, 0

    def _fail(self, error: StoreError) -> None:
        for pending in (self._reports, self._alerts):
            self._dropped += max(0, len(pending) - self._pending)
            del pending[: -self._pending]
        if not self._failed:
            self._notify(f"{error}; going on from memory until it can be written")
        self._failed = True

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()


def _short(report: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a report that is stored."""
    for name in ("top_clients", "failing"):
        if name in report:
            report[name] = report[name][:STORED_NAMES]
    unstored = ["files", "files_total"]
    if report.get("by") == "section":
        unstored += ["by", "table", "table_total"]  # they are the sections
    for name in unstored:
        del report[name]
    return report
