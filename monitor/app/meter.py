"""What a run does for metrics: nothing, because most runs have none."""

from collections.abc import Mapping
from typing import Any

from monitor.core import Event


class Meter:
    """A receiver of events and of saved states. measuring.py has the one that publishes metrics."""

    def emit(self, event: Event) -> None:
        """Note a report."""

    def note_saved(self, state: Mapping[str, Any], *, is_stored: bool) -> None:
        """Take the counts of a state that was saved; without a store it is the present state."""

    def publish(self, now: float) -> None:
        """Serve metrics, and write their file if a report came, at a monotonic time."""

    def end(self) -> None:
        """Write the file of the metrics for the last time."""

    def close(self) -> None:
        """Stop to serve metrics."""
