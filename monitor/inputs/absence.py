"""Remembers why and since when a log cannot be read, and emits the notices about it."""

from collections.abc import Iterator

from monitor.core import Failure, Notice
from monitor.inputs.rotation import is_gone


class Absence:
    """Why and since when a log cannot be read.

    `reason` has the path, too. `is_announced`: a notice was emitted, and the log is not back yet.
    """

    def __init__(self, path: str) -> None:
        self.is_announced = False
        self._path = path
        self._cause = ""
        self._since: float | None = None

    @property
    def reason(self) -> str:
        """The path, and why it cannot be read."""
        return f"{self._path}: {self._cause}"

    def begin(self, error: OSError, now: float) -> None:
        """Note that the log cannot be read now."""
        if self._since is None:
            self._since = now
        self._cause = error.strerror or str(error)

    def end(self) -> None:
        """Note that the log can be read."""
        self._since = None

    def failure(
        self, now: float, last_read_at: float | None, *, was_open: bool
    ) -> Failure | None:
        """Return the failure; None while the log can be read, or may only be rotated.

        `last_read_at`: when the last line was read of the open files; None if none is open.
        """
        if self._since is None:
            return None
        if last_read_at is None or is_gone(now - self._since, now - last_read_at):
            return Failure(self._cause, self._since, was_open)
        return None

    def notices(self, *, is_absent: bool) -> Iterator[Notice]:
        """Yield a notice if the log is gone or is there again, once for each change."""
        if is_absent and not self.is_announced:
            yield Notice(f"{self.reason}: waiting for it")
        elif self.is_announced and not is_absent:
            yield Notice(f"{self._path} is there: following it")
        self.is_announced = is_absent
