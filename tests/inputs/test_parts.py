"""However many processes read a file, all its lines are read once, and the same is told."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue as Box
from typing import Any

import pytest
from support.timelines import SETTINGS, line

from monitor.core.digest import MANY, Digest, Digester
from monitor.inputs import parts
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.parts import Parts, Segment, read_part
from monitor.inputs.pool import Pool
from monitor.inputs.rotation import Identity

Readers = Pool[list[Segment]]
Answer = Box[list[Segment] | None]


@pytest.fixture(scope="module")
def pool() -> Iterator[Readers]:
    pool = Pool(partial(read_part, SETTINGS), jobs=2)
    yield pool
    pool.close()


def write(folder: Path, data: bytes) -> tuple[str, LogFile]:
    path = folder / "access.log"
    path.write_bytes(data)
    return str(path), LogFile(str(path))


def segments_of(path: str, file: LogFile, start: int, stop: int) -> list[Segment]:
    return read_part(SETTINGS, path, file.identity, start, stop)


def hits_in(segments: list[Segment]) -> int:
    digests = [each.digest for each in segments]
    assert None not in digests
    return sum(leaf.tally.hits for each in digests if each for leaf in each.leaves)


def test_a_part_begins_with_a_short_segment_and_ends_at_a_line(tmp_path: Path) -> None:
    data = line(0) * (parts.SEAM // 50)
    path, file = write(tmp_path, data)
    first, second = segments_of(path, file, 0, len(data))
    assert (first.start, second.stop) == (0, len(data))
    assert first.stop == second.start
    assert 0 <= first.stop - parts.SEAM < len(line(0))
    assert data[: first.stop].endswith(b"\n")
    assert hits_in([first, second]) == data.count(b"\n")


@pytest.mark.parametrize("size", [0, 1000, 3 * CHUNK], ids=["none", "small", "some"])
def test_the_segments_of_a_file_are_its_beginning_without_a_gap(
    tmp_path: Path, pool: Readers, size: int
) -> None:
    data = b"".join(line(n // 100) for n in range(size // 60))
    path, file = write(tmp_path, data)
    reader, stop = Parts(pool, path, file), 0
    while (segment := reader.read()) is not None:
        assert segment.start == stop
        assert segment.digest is not None
        stop = segment.stop
    assert len(data) - CHUNK <= stop <= len(data)
    assert data[:stop].endswith(b"\n") or stop == 0
    assert reader.read() is None


def test_lines_longer_than_a_part_are_left_to_the_usual_reading(
    tmp_path: Path, pool: Readers
) -> None:
    path, file = write(tmp_path, line(0) + b"x" * (3 * CHUNK))
    assert Parts(pool, path, file).read() is None


def test_lines_with_a_surprise_have_no_digest(tmp_path: Path) -> None:
    data = line(0) + line(5000) + line(0)
    path, file = write(tmp_path, data)
    segments = segments_of(path, file, 0, len(data))
    assert segments == [Segment(0, len(data), None)]


def test_only_the_read_with_a_surprise_has_no_digest(tmp_path: Path) -> None:
    calm = line(0) * (CHUNK // len(line(0)))
    data = calm * 3 + line(5000) + calm * 3
    path, file = write(tmp_path, data)
    segments = segments_of(path, file, 0, len(data))
    without = [each for each in segments if each.digest is None]
    assert len(without) == 1
    assert without[0].start < 3 * len(calm) < without[0].stop
    assert without[0].stop - without[0].start <= CHUNK
    cuts = [0, *(each.stop for each in segments)]
    assert [each.start for each in segments] == cuts[:-1]
    assert cuts[-1] == len(data)
    hits = hits_in([each for each in segments if each.digest])
    lost = data[without[0].start : without[0].stop]
    assert hits == data.count(b"\n") - lost.count(b"\n")


def made_up(number: int, more: str = "") -> bytes:
    return b"".join(line(n // 1000, f"/{n}{more}", 404) for n in range(number))


def test_who_finds_many_names_leaves_the_rest_of_its_part(tmp_path: Path) -> None:
    data = made_up(40_000)
    path, file = write(tmp_path, data)
    segments = segments_of(path, file, 0, len(data))
    stop = segments[-1].stop
    assert len(data) // 8 < stop < len(data)
    assert data[:stop].endswith(b"\n")
    assert hits_in(segments) == data[:stop].count(b"\n")


class Noting(Readers):
    """A pool that notes the sizes of the parts as they were planned, not of what is left of one."""

    def __init__(self, pool: Readers) -> None:
        self.jobs = pool.jobs
        self.planned: dict[int, int] = {}
        self._pool = pool

    def submit(self, *task: Any) -> Answer:
        *_, start, stop = task
        self.planned.setdefault(stop, stop - start)
        return self._pool.submit(*task)


class Planning(Readers):
    """A pool that reads nothing, and finds the same in each part; it notes the parts."""

    def __init__(self, jobs: int, found: Digest | None = None) -> None:
        self.jobs = jobs
        self._found = found or Digest(None)
        self.planned: list[tuple[int, int]] = []

    def submit(self, *task: Any) -> Answer:
        *_, start, stop = task
        assert start < stop
        self.planned.append((start, stop))
        answer: Answer = Box()
        answer.put([Segment(start, stop, self._found)])
        return answer


def test_parts_are_large_in_the_middle_and_small_where_all_are_to_end_together(
    tmp_path: Path,
) -> None:
    size, jobs = 8 * parts.PART, 2
    path, file = write(tmp_path, b"\n" * size)
    pool = Planning(jobs)
    reader = Parts(pool, path, file)
    while reader.read() is not None:
        pass
    sizes = [stop - start for start, stop in pool.planned]
    assert sizes[0] == parts.FIRST
    assert max(sizes) == parts.PART
    assert max(sizes[-4:]) <= parts.FIRST
    for start, stop in pool.planned:
        assert stop - start <= max(parts.FIRST, (size - start) / (2 * jobs))


@pytest.mark.parametrize(("length", "grows"), [(0, True), (4000, False)])
def test_parts_with_few_names_that_are_long_do_not_grow(
    tmp_path: Path, length: int, grows: bool
) -> None:
    names = [line(0, f"/{n}{'x' * length}") for n in range(1000)]
    found = Digester(SETTINGS).digest(iter([[b"".join(names)]]))
    path, file = write(tmp_path, b"\n" * (8 * parts.PART))
    pool = Planning(2, found)
    reader = Parts(pool, path, file)
    while reader.read() is not None:
        pass
    most = max(stop - start for start, stop in pool.planned)
    assert most == (parts.PART if grows else parts.FIRST)


def test_parts_with_many_names_are_small_and_none_is_lost(
    tmp_path: Path, pool: Readers
) -> None:
    usual = line(0) * (10 * parts.FIRST // len(line(0)))
    data = usual + made_up(280_000, "x" * 50)
    path, file = write(tmp_path, data)
    noting = Noting(pool)
    reader, stop = Parts(noting, path, file), 0
    while (segment := reader.read()) is not None:
        assert segment.start == stop
        assert segment.digest is not None
        assert segment.digest.names < MANY + 10_000
        stop = segment.stop
    assert stop >= len(data) - CHUNK
    sizes = list(noting.planned.values())
    assert 0 <= sizes[0] - parts.FIRST < 100
    assert max(sizes) > 4 * parts.FIRST
    assert max(sizes[-3:-1]) < 2 * parts.FIRST


def test_a_file_that_got_shorter_has_no_digest_from_there_on(tmp_path: Path) -> None:
    data = line(0) * 100
    path, file = write(tmp_path, data)
    here, there = len(data), 3 * len(data)
    *_, last = segments_of(path, file, 0, there)
    assert last.stop == here
    assert segments_of(path, file, here, there) == [Segment(here, there, None)]


@pytest.mark.parametrize("there", [False, True], ids=["gone", "another file"])
def test_a_file_that_is_no_longer_there_has_no_digest(
    tmp_path: Path, there: bool
) -> None:
    path = tmp_path / "access.log"
    if there:
        path.write_bytes(line(0))
    segments = read_part(SETTINGS, str(path), Identity(0, 0), 0, 70)
    assert segments == [Segment(0, 70, None)]
