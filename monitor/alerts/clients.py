"""The states of the rule of clients: one for each client that is above the limit, or was."""

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.alerts.alert import Alert
from monitor.alerts.measures import CLIENT
from monitor.alerts.rules import Rule, Tuning
from monitor.alerts.sides import BEYOND, side_of
from monitor.alerts.state import AlertState
from monitor.escape import bytes_of

MOST = 20
"""Clients whose alerts fire at the same time."""


class ClientStates:
    """The states of clients, by the name of their count.

    A client without a state is not above the limit. The busiest clients come first.
    """

    def __init__(self, rule: Rule, tuning: Tuning) -> None:
        self._rule = rule
        self._tuning = tuning
        self._side = side_of(rule, tuning)
        self._states: dict[str, AlertState] = {}

    @property
    def firing(self) -> list[AlertState]:
        """The states of the clients whose alerts fire."""
        return [each for each in self._states.values() if each.firing]

    @property
    def all(self) -> list[AlertState]:
        """All states."""
        return list(self._states.values())

    def evaluate(
        self, second: int, sums: Mapping[str, int], risen: set[str], is_complete: bool
    ) -> Iterator[Alert]:
        """Judge the window that ends at a second. `risen` are names whose sums may have grown."""
        for name in risen:
            if (
                name.startswith(CLIENT)
                and name not in self._states
                and self._side(sums.get(name, 0), 0) == BEYOND
            ):
                self._states[name] = self._new(name)
        number = len(self.firing)
        order = sorted(self._states, key=lambda name: (-sums.get(name, 0), name))
        for name in sorted(order, key=lambda name: not self._states[name].firing):
            state = self._states[name]
            if not state.firing and number >= MOST:
                if self._side(sums.get(name, 0), 0) != BEYOND:
                    del self._states[name]
                continue
            alert = state.evaluate(second, sums, is_complete=is_complete)
            if alert is not None:
                yield alert
                number += 0 if alert.reminder else 1 if state.firing else -1
            if state.is_idle:
                del self._states[name]

    def _new(self, name: str) -> AlertState:
        subject = bytes_of(name.removeprefix(CLIENT))
        return AlertState(self._rule._replace(subject=subject), self._tuning)

    def restore(self, key: str, snapshot: dict[str, Any]) -> None:
        """Go on from the snapshot of a client, whose key is that of its rule."""
        state = self._states[key] = self._new(key)
        state.restore(snapshot)
