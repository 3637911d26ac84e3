"""All rules of a run, judged side by side: the sums of the window -> alerts."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from monitor.alerts.alert import FIRING, Alert
from monitor.alerts.clients import ClientStates
from monitor.alerts.flapping import Flapping
from monitor.alerts.measures import CLIENT
from monitor.alerts.rules import Rule, Tuning, rules_of
from monitor.alerts.state import AlertState
from monitor.alerts.window import Window
from monitor.settings import Settings


class RuleReading(NamedTuple):
    """The present value of a rule.

    number  the count that is compared: hits, errors, slow hits or bytes
    hits    the hits in the window that the rule judges
    firing  whether its alert is firing
    since   the second at which the alert fired, if it is firing
    """

    rule: Rule
    number: int
    hits: int
    firing: bool
    since: int

    @property
    def value(self) -> Fraction:
        """The value that is compared with `rule.threshold`, in the unit of the rule."""
        return self.rule.value(self.number, self.hits)


class Judging:
    """The states of all rules. `first` is the state of the traffic rule.

    `goes_by_time`: an alert may be due at a second at which no sum changes. `names` are the names of the
    rules, `measures` those of the counts without clients. `fired` remembers when the rules fired.
    `flapping` are the alerts that fire too often, which the caller takes out. From `most_clients`
    in the window on no new client is counted.
    """

    def __init__(self, settings: Settings) -> None:
        self._tuning = Tuning.of(settings)
        rules = rules_of(settings)
        self.names = list(dict.fromkeys(rule.name for rule in rules))
        self.measures = {
            each for rule in rules for each in (rule.measure, rule.kind.of)
        }
        self._states = [
            AlertState(rule, self._tuning) for rule in rules if not _is_template(rule)
        ]
        self._clients = [
            ClientStates(rule, self._tuning) for rule in rules if _is_template(rule)
        ]
        self.first = self._states[0]
        tuning = self._tuning
        is_timed = bool(tuning.hold or tuning.keep_firing or tuning.remind)
        judges_silence = any(not rule.kind.above for rule in rules)
        self.goes_by_time = is_timed or judges_silence
        self.fired = Flapping()
        self.flapping: list[Alert] = []
        self.most_clients = 65_536

    @property
    def due(self) -> int | None:
        """The next second at which an alert is due if no sum changes; None if none is."""
        return min(
            (due for each in self._all() if (due := each.due) is not None), default=None
        )

    def evaluate(
        self, window: Window, *, is_complete: bool, is_full: bool
    ) -> list[Alert]:
        """Judge the window at its last second by each rule; return the alerts.

        `is_complete`: no hit of the window is missing. `is_full`: all its seconds were seen, too.
        """
        second, sums = window.through or 0, window.sums
        alerts: list[Alert] = []
        for state in self._states:
            fits = is_complete if state.above else is_full
            alert = state.evaluate(second, sums, is_complete=fits)
            if alert is not None:
                alerts.append(alert)
        for clients in self._clients:
            alerts += clients.evaluate(second, sums, window.risen, is_complete)
            window.risen.clear()
        for each in alerts:
            self._note(each)
        return alerts

    def _note(self, alert: Alert) -> None:
        is_new = alert.state == FIRING and not alert.reminder
        if is_new and self.fired.note(alert.rule.key, alert.at):
            self.flapping.append(alert)

    def has_room_for(self, name: str, sums: Mapping[str, int]) -> bool:
        """Return whether a window with some sums may get a count; new clients need room."""
        if len(sums) < self.most_clients or name in sums or not name.startswith(CLIENT):
            return True
        return (
            len(sums) - sum(each in sums for each in self.measures) < self.most_clients
        )

    def go_on(self, second: int, sums: Mapping[str, int]) -> Iterator[Alert]:
        """Yield an alert at a second for each rule that is firing, because none was reported."""
        for state in self._all():
            alert = state.go_on(second, sums)
            if alert is not None:
                yield alert

    def shift(self, seconds: int) -> None:
        """Move the times of firing alerts, because the log's clock was set."""
        for state in self._all():
            state.shift(seconds)
        self.fired.shift(seconds)

    def readings(self, sums: Mapping[str, int]) -> tuple[RuleReading, ...]:
        """Return the present value of each rule; of clients only those whose alerts fire."""
        states = [*self._states, *(s for each in self._clients for s in each.firing)]
        return tuple(
            RuleReading(state.rule, *state.counts(sums), state.firing, state.since)
            for state in states
        )

    def _all(self) -> list[AlertState]:
        return [*self._states, *(s for each in self._clients for s in each.all)]

    def snapshot(self) -> dict[str, Any]:
        """Return the states by the keys of their rules, as a value that JSON can hold."""
        return {each.rule.key: each.snapshot() for each in self._all()}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on from a snapshot of rules, as far as these rules are judged now."""
        states = {each.rule.key: each for each in self._states}
        for key, each in snapshot.items():
            if key in states:
                states[key].restore(each)
            elif key.startswith(CLIENT):
                for clients in self._clients:
                    clients.restore(key, each)


def _is_template(rule: Rule) -> bool:
    """Return whether a rule is made for each client."""
    return rule.name == "client"
