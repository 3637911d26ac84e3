"""A rule, a number and a time -> a state, perhaps an event: a table of transitions.

Invariants: a crossing is announced once; equal to the threshold changes nothing; everything is
compared as whole numbers, so nothing is ever rounded into or out of an alert.
"""

from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

OK = "recovered"
FIRING = "firing"

ABOVE, BELOW, BETWEEN = "above", "below", "between"

TRANSITIONS = {
    (OK, ABOVE): FIRING,
    (FIRING, BELOW): OK,
}
"""What changes the state; any other pair leaves it as it is."""


class Rule(NamedTuple):
    """Alert when the hits of `window` seconds are above `threshold` hits per second on average."""

    name: str
    threshold: Fraction
    window: int

    @property
    def limit(self) -> Fraction:
        """Hits in the window that are exactly at the threshold."""
        return self.threshold * self.window


class Alert(NamedTuple):
    """A crossing: the state after it, the hits in the window, the second `at` that was judged.

    A recovery also has the second `since` which the alert fired at and `peak`, the most hits in
    the window while it lasted; both are 0 for an alert that fires. `seen_late`: it was judged
    after the monitor had been away.
    """

    rule: Rule
    state: str
    hits: int
    at: int
    since: int = 0
    peak: int = 0
    seen_late: bool = False

    def snapshot(self) -> dict[str, Any]:
        """Give it as a value that JSON can hold."""
        rule = self.rule
        fields = {name: getattr(self, name) for name in _ALERT_FIELDS}
        return {
            **fields,
            "rule": [rule.name, str(rule.threshold), rule.window],
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Alert":
        """Make an alert from a snapshot."""
        name, threshold, window = snapshot["rule"]
        fields = {name: snapshot[name] for name in _ALERT_FIELDS}
        return cls(rule=Rule(name, Fraction(threshold), window), **fields)


_ALERT_FIELDS = ("state", "hits", "at", "since", "peak", "seen_late")


class AlertState:
    """The state of one rule, told the hits in its window whenever they change."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.state = OK
        self.since = 0
        self.peak = 0
        self._fires_from = floor(rule.limit) + 1
        # Nothing is below a limit of 0: there an empty window recovers.
        self._recovers_to = ceil(rule.limit) - 1 if rule.limit else 0

    @property
    def firing(self) -> bool:
        """Whether the traffic is too high."""
        return self.state == FIRING

    def evaluate(
        self, second: int, hits: int, *, may_recover: bool = True
    ) -> Alert | None:
        """Judge one second; give the event when it changes the state."""
        level = self._level(hits)
        if level == BELOW and not may_recover:
            return None
        self.peak = max(self.peak, hits)
        state = TRANSITIONS.get((self.state, level))
        if state is None:
            return None
        self.state = state
        if state == FIRING:
            self.since, self.peak = second, hits
            return Alert(self.rule, FIRING, hits, second)
        return Alert(self.rule, OK, hits, second, self.since, self.peak)

    def snapshot(self) -> dict[str, Any]:
        """Give the state as a value that JSON can hold."""
        window = self.rule.window
        return {
            "state": self.state,
            "since": self.since,
            "peak": self.peak,
            "window": window,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot; a firing alert goes on firing without being told again.

        The peak of another window is that many hits a second in this one.
        """
        self.state, self.since = snapshot["state"], snapshot["since"]
        before = snapshot["window"] or self.rule.window
        self.peak = round(snapshot["peak"] * self.rule.window / before)

    def shift(self, seconds: int) -> None:
        """Move the beginning of a firing alert: the log's clock was set."""
        self.since += seconds

    def _level(self, hits: int) -> str:
        if hits >= self._fires_from:
            return ABOVE
        return BELOW if hits <= self._recovers_to else BETWEEN
