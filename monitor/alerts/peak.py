"""The count of a firing alert that was farthest beyond the limit."""

from monitor.alerts.rules import SHARE, Kind


class Peak:
    """The farthest count since an alert fired; with `hits` if the value is a share of hits."""

    def __init__(self, kind: Kind) -> None:
        self.number = 0
        self.hits = 0
        self._is_share = kind.base == SHARE
        self._above = kind.above

    def set(self, number: int, hits: int) -> None:
        """Begin with the count at which the alert fires."""
        self.number = number
        self.hits = hits if self._is_share else 0

    def note(self, number: int, hits: int) -> None:
        """Remember a count if its value is farther beyond the limit."""
        if self._is_share:
            is_farther = number * self.hits > self.number * hits
        elif self._above:
            is_farther = number > self.number
        else:
            is_farther = number < self.number
        if is_farther:
            self.set(number, hits)
