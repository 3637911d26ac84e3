"""A rule and the sums of its window -> firing or recovered. A change of the state is an alert.

A table holds the transitions. A crossing is announced once. A count that is equal to the threshold
changes nothing. Counts are compared as whole numbers. Because of that no rounding can raise or
clear an alert.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from monitor.alerts.rules import RULES, Rule
from monitor.escape import bytes_of, text_of

OK = "recovered"
FIRING = "firing"

ABOVE, BELOW, BETWEEN = "above", "below", "between"

FIRES_ABOVE = {
    (OK, ABOVE): FIRING,
    (FIRING, BELOW): OK,
}
FIRES_BELOW = {
    (OK, BELOW): FIRING,
    (FIRING, ABOVE): OK,
}
"""The transitions of both directions. All other pairs leave the state as it is."""


class Cause(NamedTuple):
    """A frequent name of the last hits, what kind of name it is, and its share of the hits."""

    kind: str
    name: bytes
    share: float


class Alert(NamedTuple):
    """A crossing of a threshold.

    state      the state after the crossing: FIRING or OK
    hits       the count of the rule's measure in the window
    at         the second that was judged, since 1970
    since      for a recovery, the second at which the alert fired; else 0
    peak       for a recovery, the count that was farthest beyond the threshold; else 0
    seen_late  whether the second was judged later, because the monitor had been away
    causes     when it fires, the names that most of the last hits have in common
    """

    rule: Rule
    state: str
    hits: int
    at: int
    since: int = 0
    peak: int = 0
    seen_late: bool = False
    causes: tuple[Cause, ...] = ()

    def snapshot(self) -> dict[str, Any]:
        """Return the alert as a value that JSON can hold."""
        rule = self.rule
        fields = {name: getattr(self, name) for name in _ALERT_FIELDS}
        return {
            **fields,
            "rule": [rule.name, str(rule.threshold), rule.window],
            "causes": [[kind, text_of(n), share] for kind, n, share in self.causes],
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Alert":
        """Return the alert of a snapshot."""
        name, threshold, window = snapshot["rule"]
        fields = {name: snapshot[name] for name in _ALERT_FIELDS}
        fields["causes"] = tuple(
            Cause(kind, bytes_of(name), share)
            for kind, name, share in snapshot["causes"]
        )
        return cls(rule=Rule(RULES[name], Fraction(threshold), window), **fields)


_ALERT_FIELDS = ("state", "hits", "at", "since", "peak", "seen_late")


class AlertState:
    """The state of one rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.state = OK
        self.since = 0
        self.peak = 0
        self._measure = rule.kind.measure
        above = rule.kind.above
        self._transitions = FIRES_ABOVE if above else FIRES_BELOW
        self._worst = max if above else min
        self._above_from = floor(rule.limit) + 1
        self._below_to = ceil(rule.limit) - 1
        if above and not rule.limit:
            # No count is below a limit of 0. An empty window recovers then.
            self._below_to = 0

    @property
    def firing(self) -> bool:
        """Whether the alert is firing."""
        return self.state == FIRING

    def evaluate(
        self, second: int, sums: Mapping[str, int], *, is_complete: bool = True
    ) -> Alert | None:
        """Judge the window that ends at a second; return an alert when the state changes.

        `is_complete`: no hit of the window is missing. If hits may be missing, a count below the
        threshold changes nothing.
        """
        hits = sums.get(self._measure, 0)
        level = self._level(hits)
        if level == BELOW and not is_complete:
            return None
        self.peak = self._worst(self.peak, hits)
        state = self._transitions.get((self.state, level))
        if state is None:
            return None
        self.state = state
        if state == FIRING:
            self.since, self.peak = second, hits
            return Alert(self.rule, FIRING, hits, second)
        return Alert(self.rule, OK, hits, second, self.since, self.peak)

    def go_on(self, second: int, sums: Mapping[str, int]) -> Iterator[Alert]:
        """Yield an alert at a second if the rule is firing, because its crossing was not reported."""
        if self.firing:
            self.since, self.peak = second, sums.get(self._measure, 0)
            yield Alert(self.rule, FIRING, self.peak, second)

    def snapshot(self) -> dict[str, Any]:
        """Return the state as a value that JSON can hold."""
        window = self.rule.window
        return {
            "state": self.state,
            "since": self.since,
            "peak": self.peak,
            "window": window,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot; a firing alert is not announced again.

        The peak is a number of hits in a window. It is scaled if the window has another length now.
        """
        self.state, self.since = snapshot["state"], snapshot["since"]
        before = snapshot["window"] or self.rule.window
        self.peak = round(snapshot["peak"] * self.rule.window / before)

    def shift(self, seconds: int) -> None:
        """Move the beginning of a firing alert, because the log's clock was set."""
        self.since += seconds

    def _level(self, hits: int) -> str:
        if hits >= self._above_from:
            return ABOVE
        return BELOW if hits <= self._below_to else BETWEEN
