"""A rule and the sums of its window -> firing or recovered. A change of the state is an alert.

A value is beyond the limit, back, or between the two. The state changes when the value was beyond or
back for as long as the options ask. A crossing is announced once. A value that is equal
to an upper limit changes nothing.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from monitor.alerts.alert import FIRING, OK, Alert
from monitor.alerts.peak import Peak
from monitor.alerts.rules import RATE, Rule, Tuning
from monitor.alerts.sides import BACK, BETWEEN, BEYOND, side_of

_AWAITED = {OK: BEYOND, FIRING: BACK}
"""The side on which a value must be for the state to change."""

_NEXT = {OK: FIRING, FIRING: OK}

USUAL = Tuning()


class AlertState:
    """The state of one rule.

    `above`: values above the limit fire. `since` is the second at which the alert fired, if it is
    firing. `moved` are the seconds by which the log's clock was set since then.
    """

    def __init__(self, rule: Rule, tuning: Tuning = USUAL) -> None:
        self.rule = rule
        self.above = rule.kind.above
        self.state = OK
        self.since = 0
        self.peak = Peak(rule.kind)
        self.moved = 0
        self._tuning = tuning
        self._row: int | None = None  # since when the value is on the awaited side
        self._announced = 0
        self._side = side_of(rule, tuning)
        self._measure, self._of = rule.measure, rule.kind.of or rule.measure
        self._falls_to = BACK if self.above else BEYOND

    @property
    def firing(self) -> bool:
        """Whether the alert is firing."""
        return self.state == FIRING

    @property
    def is_idle(self) -> bool:
        """Whether the rule is not firing, and would not fire if nothing changed."""
        return not self.firing and self._row is None

    @property
    def due(self) -> int | None:
        """The next second at which an alert is due if the sums do not change; None if none is."""
        tuning, due = self._tuning, []
        if self._row is not None:
            wait = tuning.keep_firing if self.firing else tuning.hold
            due.append(self._row + wait - 1)
        if self.firing and tuning.remind:
            due.append(self._announced + tuning.remind)
        return min(due, default=None)

    def evaluate(
        self, second: int, sums: Mapping[str, int], *, is_complete: bool = True
    ) -> Alert | None:
        """Judge the window that ends at a second; return an alert when the state changes.

        `is_complete`: no hit of the window is missing. If hits may be missing, a count below the
        limit changes nothing.
        """
        count, hits = sums.get(self._measure, 0), sums.get(self._of, 0)
        side = self._side(count, hits)
        if side == self._falls_to and not is_complete:
            side = BETWEEN
        elif self.state == FIRING:
            self.peak.note(count, hits)
        if side != _AWAITED[self.state]:
            self._row = None
            return self._reminder(second, count, hits) if self.state == FIRING else None
        return self._awaited(second, count, hits)

    def _awaited(self, second: int, count: int, hits: int) -> Alert | None:
        """Note a count on the awaited side; return an alert if it is there long enough."""
        if self._row is None:
            self._row = second
        wait = self._tuning.keep_firing if self.firing else self._tuning.hold
        if second - self._row + 1 < wait:
            return self._reminder(second, count, hits) if self.firing else None
        self._row, self.state = None, _NEXT[self.state]
        if self.firing:
            return self._fired(second, count, hits)
        return self._alert(second, count, hits)._replace(
            peak=self.peak.number, peak_hits=self.peak.hits
        )

    def counts(self, sums: Mapping[str, int]) -> tuple[int, int]:
        """Return the count that is compared, and the hits that are judged."""
        return sums.get(self._measure, 0), sums.get(self._of, 0)

    def go_on(self, second: int, sums: Mapping[str, int]) -> Alert | None:
        """Return an alert at a second if the rule is firing, because its crossing was not reported."""
        if not self.firing:
            return None
        return self._fired(second, *self.counts(sums))

    def shift(self, seconds: int) -> None:
        """Move the beginning of a firing alert, because the log's clock was set."""
        self.since += seconds
        self.moved += seconds
        self._announced += seconds
        if self._row is not None:
            self._row += seconds

    def snapshot(self) -> dict[str, Any]:
        """Return the state as a value that JSON can hold."""
        return {
            "state": self.state,
            "since": self.since,
            "peak": self.peak.number,
            "window": self.rule.window,
            "peak_hits": self.peak.hits,
            "moved": self.moved,
            "row": self._row,
            "announced": self._announced,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot; a firing alert is not announced again.

        The peak is a count of a window. It is scaled if the window has another length now. States
        of earlier releases have fewer fields.
        """
        self.state, self.since = snapshot["state"], snapshot["since"]
        before = snapshot["window"] or self.rule.window
        is_rate = self.rule.kind.base == RATE
        scale = Fraction(self.rule.window, before) if is_rate else 1
        peak = round(snapshot["peak"] * scale)
        self.peak.set(peak, snapshot.get("peak_hits", 0))
        self.moved = snapshot.get("moved", 0)
        self._row = snapshot.get("row")
        self._announced = snapshot.get("announced", self.since)

    def _fired(self, second: int, count: int, hits: int) -> Alert:
        self.since = self._announced = second
        self.moved = 0
        self.peak.set(count, hits)
        return self._alert(second, count, hits)._replace(since=0)

    def _alert(self, second: int, count: int, hits: int) -> Alert:
        counted = count if self.rule.kind.of else None
        alert = Alert(self.rule, self.state, hits, second, self.since)
        return alert._replace(counted=counted, moved=self.moved)

    def _reminder(self, second: int, count: int, hits: int) -> Alert | None:
        """Return an alert that is announced again, if it is time for it."""
        every = self._tuning.remind
        if not every or second - self._announced < every:
            return None
        self._announced = second
        return self._alert(second, count, hits)._replace(reminder=True)
