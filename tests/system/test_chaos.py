"""Kills and rotations at random, in a few seconds; `python tests/chaos.py` goes on for longer."""

from pathlib import Path

import chaos

KILLS = 5
SEED = 2


def test_nothing_is_lost_or_counted_twice_in_kills_and_rotations(
    tmp_path: Path,
) -> None:
    world = chaos.World(tmp_path, SEED, "both")
    chaos.play(world, rounds=KILLS, rotations=6)
    assert chaos.differences(world) == [], f"seed {SEED}"
    assert world.kills == KILLS
    assert world.rotations
    assert len(world.written.lines) > 100


def test_what_is_lost_would_be_seen(tmp_path: Path) -> None:
    world = chaos.World(tmp_path, seed=3, how="rename")
    world.write()
    while not world.written.lines:
        world.write()
    found = chaos.differences(world)
    assert [each.partition(":")[0] for each in found][:2] == ["lines", "bytes"]
