"""The rule of clients: 20 alerts at the same time, the busiest clients first."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from monitor.alerts.clients import ClientStates
from monitor.alerts.rules import RULES, Rule, Tuning

RULE = Rule(RULES["client"], Fraction(1), 10)


def evaluated(states: ClientStates, second: int, hits: Mapping[str, int]) -> list[str]:
    sums = {f"client {name}": number for name, number in hits.items()}
    alerts = states.evaluate(second, sums, set(sums), True)
    return [f"{alert.subject.decode()} {alert.state}" for alert in alerts]


def test_at_most_20_clients_fire_and_the_next_one_when_one_recovers() -> None:
    states = ClientStates(RULE, Tuning())
    hits = {f"{n:02}": 11 + n for n in range(22)}
    fired = evaluated(states, 1, hits)
    assert fired == [f"{n:02} firing" for n in range(21, 1, -1)]
    assert evaluated(states, 2, hits) == []
    assert evaluated(states, 3, {**hits, "21": 9}) == ["21 recovered", "01 firing"]
    assert evaluated(states, 4, {"20": 99}) == [
        f"{n:02} recovered" for n in range(1, 20)
    ]
    assert len(states.all) == 1


def test_a_reminder_leaves_room_for_a_client() -> None:
    states = ClientStates(RULE, Tuning(remind=1))
    hits = {f"{n:02}": 11 + n for n in range(19)}
    assert len(evaluated(states, 1, hits)) == 19
    assert evaluated(states, 2, {**hits, "new": 11})[19:] == ["new firing"]


@pytest.mark.parametrize(
    ("sums", "clients"),
    [
        pytest.param({"a": 10}, [], id="equal"),
        pytest.param({"a": 11, "b": 11}, ["a firing", "b firing"], id="by name"),
        pytest.param({"b": 11, "a": 12}, ["a firing", "b firing"], id="by hits"),
    ],
)
def test_a_client_fires_above_the_limit(
    sums: dict[str, int], clients: list[str]
) -> None:
    states = ClientStates(RULE, Tuning())
    assert evaluated(states, 1, sums) == clients


def test_a_client_that_was_high_for_a_moment_is_forgotten() -> None:
    states = ClientStates(RULE, Tuning(hold=3))
    assert evaluated(states, 1, {"a": 99}) == []
    assert states.all
    assert evaluated(states, 2, {"a": 1}) == []
    assert not states.all
