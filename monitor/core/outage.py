"""Outages: a log that cannot be read is not a silent log."""

from typing import Any, Literal, NamedTuple

from monitor.core.events import NoData


class Outage(NamedTuple):
    """Whether no log, some logs or all logs cannot be read at present, and why."""

    extent: Literal["none", "some", "all"] = "none"
    reason: str = ""


class Sight:
    """Remembers since when logs cannot be read, and up to which second hits may be missing.

    While some logs cannot be read, no alert recovers, because the readable logs are only a part of
    the traffic. While no log can be read, no second is judged and time passes without data. That
    outage ends when hits come in or a log can be read again.
    """

    def __init__(self) -> None:
        self._outage = Outage()
        self._since = 0
        self._blind_through = 0

    @property
    def is_blind(self) -> bool:
        """Whether time passes without data."""
        return self._outage.extent == "all"

    @property
    def no_data(self) -> NoData | None:
        """Since when logs cannot be read, and why."""
        if self._outage.extent == "none":
            return None
        return NoData(self._since, self._outage.reason)

    def look(self, outage: Outage, now: int) -> None:
        """Set the present outage before the lines that are already read are counted."""
        if not self.is_blind:
            is_some = outage.extent != "none"
            self.update(outage._replace(extent="some") if is_some else outage, now)

    def see(self, first: int, outage: Outage, now: int) -> None:
        """Note that hits come in. The hits from the second `first` on were written in the outage."""
        if self.is_blind:
            self.miss_through((first if self._since <= first <= now else now) - 1)
            self._outage = Outage()
            self.look(outage, now)

    def update(self, outage: Outage, now: int) -> None:
        """Set the present outage, at a second of stream time."""
        if outage.extent != self._outage.extent:
            self._since = now
        self._outage = outage

    def miss_through(self, second: int) -> None:
        """Note that hits may be missing up to a second."""
        self._blind_through = second

    def sees_all(self, second: int) -> bool:
        """Return whether no hit of a second is missing. Few hits are then little traffic."""
        return self._outage.extent == "none" and second > self._blind_through

    def snapshot(self) -> tuple[int, str] | None:
        """Return since when there is no data and why, as a value that JSON can hold."""
        return (self._since, self._outage.reason) if self.is_blind else None

    def restore(self, snapshot: Any) -> None:
        """Go on from a snapshot."""
        if snapshot:
            self._since, reason = snapshot
            self._outage = Outage("all", reason)
