"""Kills and rotations at random, in a few seconds; `python tests/chaos.py` goes on for longer."""

from pathlib import Path

import chaos

KILLS = 2
SEED = 2


def test_nothing_is_lost_or_counted_twice_in_kills_and_rotations(
    tmp_path: Path,
) -> None:
    writer = chaos.Writer(tmp_path, SEED, "both")
    chaos.play(writer, rounds=KILLS, rotations=5)
    assert chaos.differences(writer) == [], f"seed {SEED}"
    assert writer.kills == KILLS
    assert writer.rotations
    assert len(writer.written.lines) > 100


def test_what_is_lost_would_be_seen(tmp_path: Path) -> None:
    writer = chaos.Writer(tmp_path, seed=3, how="rename")
    writer.write()
    while not writer.written.lines:
        writer.write()
    found = chaos.differences(writer)
    assert [each.partition(":")[0] for each in found][:2] == ["lines", "bytes"]
