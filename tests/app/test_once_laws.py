"""However a log is cut and rotated between runs of `--once`, they equal one replay."""

import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from support.carrying import carrying_lines
from support.place import (
    Objects,
    Place,
    crossings,
    of,
    sums_of,
)
from support.timelines import line, random_traffic
from support.world import beside, compress, copytruncate, rotate

pytestmark = pytest.mark.usefixtures("untraced")


def rotate_and_compress(path: Path) -> None:
    rotate(path)
    compress(beside(path, ".1"))


def copytruncate_and_compress(path: Path) -> None:
    copytruncate(path)
    compress(beside(path, ".1"))


Rotation = Callable[[Path], object]
ROTATIONS: dict[str, list[Rotation]] = {
    "renamed": [rotate, rotate_and_compress],
    "any": [rotate, copytruncate, rotate_and_compress, copytruncate_and_compress],
}


def busy_log(rng: random.Random) -> list[bytes]:
    lines = []
    for second in random_traffic(rng, 150, late=0.05):
        if rng.random() < 0.02:
            lines.append(rng.choice([b"# comment\n", b"what is this?\n", b"\n"]))
        path, status = f"/{rng.choice('abcd')}/x", rng.choice((200, 404, 500))
        lines.append(line(second, path, status, rng.randrange(1000)))
    return lines


def write_and_rotate(
    place: Place, rng: random.Random, piece: bytes, ways: list[Rotation]
) -> None:
    """Write a piece of a log, with up to three rotations after any of its lines."""
    ends = [each.end() for each in re.finditer(b"\n", piece)] if ways else []
    edges = sorted(rng.sample(ends, min(len(ends), rng.choice((0, 1, 3)))))
    for first, last in zip([0, *edges], [*edges, len(piece)], strict=True):
        if first:
            rng.choice(ways)(place.log)
        place.append(piece[first:last])


def places_of(objects: Objects) -> list[tuple[str, str]]:
    """Return the alerts without their hits, which are fewer where a run ends within a second."""
    return [(at, state) for at, state, _ in crossings(objects)]


@pytest.mark.parametrize("name", ROTATIONS)
def test_once_after_every_piece_of_a_rotated_log_equals_one_replay(
    place: Place, name: str
) -> None:
    """A piece may end in the middle of a line, whose rest comes with the next piece."""
    what = f"seed 0 {name}"
    rng = random.Random(what)
    data = b"".join(busy_log(rng)) + line(20_000)  # after which nothing is open
    edges = sorted(rng.randrange(len(data)) for _ in range(5))
    printed: Objects = []
    for first, last in zip([0, *edges], [*edges, len(data)], strict=True):
        piece = data[first:last]
        write_and_rotate(place, rng, piece, ROTATIONS[name] if first else [])
        printed += place.once()
        if rng.random() < 0.2:
            printed += place.once()
    whole = place.replay(data)
    history = place.history()
    assert crossings(history) == crossings(printed), what
    assert sums_of(of(history, "report")) == sums_of(of(whole, "summary")), what
    assert sums_of(of(printed, "report")) == sums_of(of(whole, "summary")), what
    assert not [each for each in printed if "seen_late" in each], what
    assert places_of(printed) == places_of(whole), what


@pytest.mark.parametrize("name", ["renamed", "any"])
def test_once_after_every_piece_of_a_log_with_directives_equals_one_replay(
    place: Place, name: str
) -> None:
    """Each new file begins with its own directives."""
    rng = random.Random(f"directives {name}")
    data, printed, now = b"", Objects(), 0
    for _ in range(4):
        seconds = [now + each for each in random_traffic(rng, 40, late=0)]
        lines, now = carrying_lines(rng, seconds), seconds[-1]
        if data:
            rng.choice(ROTATIONS[name])(place.log)
        piece = b"".join(lines)
        data += piece
        cuts = sorted(rng.randrange(len(piece)) for _ in range(2))
        for first, last in pairwise([0, *cuts, len(piece)]):
            place.append(piece[first:last])
            if rng.random() < 0.8:
                printed += place.once()
    place.append(line(20_000))
    printed += place.once()
    whole = place.replay(data + line(20_000))
    assert sums_of(of(printed, "report")) == sums_of(of(whole, "summary"))
    assert places_of(printed) == places_of(whole)


@pytest.mark.parametrize("seed", range(2))
def test_once_at_any_times_announces_what_a_replay_of_the_whole_log_does(
    place: Place, seed: int
) -> None:
    """Each line is written up to 3 s after its time. Silence passes between two runs and in a run."""
    rng = random.Random(seed)
    hits = sorted(
        (second + rng.choice((0, 0, rng.random() * 2.9)), second)
        for second in random_traffic(rng, 100, late=0)
    )
    end = hits[-1][0] + 1000
    hits.append((end, int(end)))
    runs = sorted(written + rng.uniform(0, 12) for written, _ in rng.sample(hits, 10))
    printed: Objects = []
    before = -1.0
    for now in (*runs, end):
        due = [(written, second) for written, second in hits if before < written <= now]
        place.append(b"".join(line(second) for _, second in due))
        written_at = max((written for written, _ in hits if written <= now), default=0)
        place.be_silent(now - written_at)
        printed += place.once()
        before = now
    data = b"".join(line(second) for _, second in hits)
    expected = [each[:2] for each in crossings(place.replay(data))]
    assert expected, f"seed {seed}"
    for objects in (printed, place.history()):
        assert [each[:2] for each in crossings(objects)] == expected, f"seed {seed}"
