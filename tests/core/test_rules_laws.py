"""The rules of alerts equal a model that judges every second anew: replayed, followed, restarted."""

import random
from itertools import groupby

import pytest
from core.test_restored import replayed
from support.rulemodel import CLIENTS, Hit, Model, random_hits, random_rules, written
from support.timelines import Live, replay

from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")

REPLAYED = [0, 7, 8, 10]
FOLLOWED = [4, 8, 10]
"""Seeds that together notice what the seeds up to 11 do."""


def due(hits: list[Hit], given: Settings, first: int | None = None) -> list[str]:
    """Return the alerts of the model. Time begins with the first hit, or at a second."""
    begin = hits[0].second if first is None else first
    return in_order(Model(given, CLIENTS).alerts(hits, begin))


def in_order(alerts: list[str]) -> list[str]:
    """Sort the alerts of each second, because clients have any order in the model."""
    ordered: list[str] = []
    for _, same in groupby(alerts, key=lambda each: each.rpartition(" ")[2]):
        ordered += sorted(same)
    return ordered


def log_of(hits: list[Hit]) -> bytes:
    return b"".join(hit.line for hit in hits)


@pytest.mark.parametrize("seed", REPLAYED)
def test_replayed_rules_equal_the_model_and_go_on_from_a_state(seed: int) -> None:
    rng = random.Random(seed)
    hits, given = random_hits(rng, 500), random_rules(rng)
    data, expected = log_of(hits), due(hits, given)
    assert in_order(written(replay(data, given).alerts)) == expected
    cuts = sorted(rng.sample(range(1, len(data)), 3))
    assert in_order(written(replayed(data, given, cuts).alerts)) == expected


@pytest.mark.parametrize("seed", FOLLOWED)
def test_followed_rules_equal_the_model(seed: int) -> None:
    rng = random.Random(seed)
    hits = random_hits(rng, 300, late=0)
    given = random_rules(rng)._replace(replay=False, delay=0)
    following = Live(given)
    for hit in hits:
        following.write(hit.second + rng.random() / 2, hit.line)
    following.run(hits[-1].second + 1)
    assert in_order(written(following.finish().alerts)) == due(hits, given, first=0)
