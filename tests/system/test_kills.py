"""Kills and rotations at random, in a few seconds; `python tests/chaos.py` goes on for longer."""

from concurrent.futures import Future
from pathlib import Path

import chaos
from support.stories import kills_and_rotations

Stories = dict[object, Future[tuple[chaos.Writer, list[str]]]]


def test_nothing_is_lost_or_counted_twice_in_kills_and_rotations(
    stories: Stories,
) -> None:
    writer, differences = stories[kills_and_rotations].result()
    assert differences == []
    assert (writer.kills, writer.rotations > 0) == (2, True)
    assert len(writer.written.lines) > 100


def test_what_is_lost_would_be_seen(tmp_path: Path) -> None:
    writer = chaos.Writer(tmp_path, seed=3, how="rename")
    writer.write()
    while not writer.written.lines:
        writer.write()
    alert = {"type": "alert", "at": "", "state": "firing", "hits": 9}
    found = chaos.compared(writer, [], [alert])
    assert [each.partition(":")[0] for each in found] == [
        *("lines", "bytes", "sections", "alerts"),
    ]
