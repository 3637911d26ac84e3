"""Notices about the rules of alerts: an alert fires too often, or clients are left out."""

from collections.abc import Iterator

from monitor.alerts import FIRES_OFTEN, Alert, Judging
from monitor.core.events import Notice
from monitor.units import count


class Warnings:
    """Collects the notices. `is_crowded`: a client was left out."""

    def __init__(self, judging: Judging) -> None:
        self.is_crowded = False
        self._was_crowded = False
        self._judging = judging

    def due(self) -> Iterator[Notice]:
        """Yield the notices that are due. One notice says that clients are left out."""
        while self._judging.flapping:
            yield _flapping(self._judging.flapping.pop(0))
        if self.is_crowded and not self._was_crowded:
            self._was_crowded = True
            yield _crowded(self._judging.most_clients)


def _flapping(alert: Alert) -> Notice:
    subject = alert.subject.decode("utf-8", "surrogateescape")
    name = f"{alert.rule.name} {subject}".rstrip()
    calmer = "--hysteresis PCT or --keep-firing TIME makes it calmer"
    return Notice(f"the alert of the rule {name} {FIRES_OFTEN}; {calmer}")


def _crowded(most: int) -> Notice:
    return Notice(
        f"more than {count(most)} clients in the window: "
        "--client-threshold does not judge new clients now"
    )
