"""Hooks as scripts of a shell, deliveries, and a process that a test lets end."""

import select
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from support.program import PATIENCE

from monitor.hooks import Delivery
from monitor.hooks.queue import Ended
from monitor.settings import Settings


def script(folder: Path, *lines: str) -> Path:
    """Write a hook."""
    path = folder / "hook"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def delivery(at: int = 0, subject: str = "/api", *, late: bool = False) -> Delivery:
    fields = {"type": "alert", "rule": "section", "subject": subject}
    late_field = {"seen_late": True} if late else {}
    return Delivery({**fields, "state": "firing", **late_field}, at, float(at))


def until(happened: Callable[[], object]) -> None:
    """Wait until something happened outside of this process."""
    begin = monotonic()
    while not happened():
        assert monotonic() - begin < PATIENCE
        look()


def look() -> None:
    """Let other processes run for a moment."""
    select.select([], [], [], 0.01)


def is_gone(pid: int) -> bool:
    """Whether a process is gone, or waits for nobody but its parent."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


class Started:
    """The hooks that were started. The first of them runs until a test lets it end."""

    def __init__(self, fails: bool = False) -> None:
        self.deliveries: list[Delivery] = []
        self.ended: Ended | None = None
        self.is_stopped = False
        self._fails = fails

    def start(self, settings: Settings, delivery: Delivery, now: float) -> "Started":
        if self._fails:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        self.deliveries.append(delivery)
        return self

    def poll(self, now: float) -> Ended | None:
        ended, self.ended = self.ended, None
        return ended

    def stop(self) -> None:
        self.is_stopped = True

    @property
    def seconds(self) -> list[int]:
        """The seconds of the alerts whose hooks were started."""
        return [each.at for each in self.deliveries]
