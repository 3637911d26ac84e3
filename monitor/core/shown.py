"""The latest alerts of a run, which reports repeat, and the number of all alerts."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from monitor.alerts import FIRING, Alert


class Shown:
    """The latest `most` alerts and recoveries. Reminders are not repeated.

    `firings` are the alerts of this run, with those that were firing when it began.
    """

    def __init__(self, most: int) -> None:
        self._latest: deque[Alert] = deque(maxlen=most)
        self._number = 0  # of all alerts and recoveries
        self.firings = 0

    def add(self, alert: Alert) -> None:
        """Add an alert or a recovery."""
        if alert.reminder:
            return
        self._latest.append(alert)
        self._number += 1
        self.firings += alert.state == FIRING

    def latest(self) -> tuple[tuple[Alert, ...], int]:
        """Return the latest alerts and recoveries, and the number of all before them."""
        return tuple(self._latest), self._number - len(self._latest)

    def snapshot(self) -> dict[str, Any]:
        """Return the alerts as a value that JSON can hold."""
        return {
            "alerts": [alert.snapshot() for alert in self._latest],
            "alert_count": self._number,
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on from a snapshot."""
        self._latest.extend(map(Alert.restored, snapshot["alerts"]))
        self._number = snapshot["alert_count"]
