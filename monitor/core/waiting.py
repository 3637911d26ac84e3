"""The last hits of a block. They wait if only the next hits can show whether their times are right."""

from typing import Any

from monitor.formats import Columns

PATIENCE = 0.5
"""Seconds that a doubtful timestamp of a followed log waits for the next hit."""


class Waiting:
    """Hits that wait for the next ones. `mono` is a monotonic clock in seconds."""

    def __init__(self, mono: float) -> None:
        self._columns = Columns()
        self._since = mono

    @property
    def is_empty(self) -> bool:
        """Whether no hit waits."""
        return not len(self._columns)

    def is_overdue(self, mono: float) -> bool:
        """Return whether the hits have waited long enough."""
        return not self.is_empty and mono - self._since >= PATIENCE

    def joined(self, columns: Columns) -> Columns:
        """Return the hits that wait, with the next ones after them."""
        return columns if self.is_empty else self._columns + columns

    def hold(self, columns: Columns, judged: int, mono: float) -> Columns:
        """Hold back the hits after the first `judged` ones; return the judged ones."""
        if judged or self.is_empty:
            self._since = mono
        self._columns = Columns()
        if judged < len(columns):
            columns, self._columns = columns.split(judged)
        return columns

    def snapshot(self) -> dict[str, Any]:
        """Return the hits as a value that JSON can hold."""
        return self._columns.snapshot()

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._columns = Columns.restored(snapshot)
