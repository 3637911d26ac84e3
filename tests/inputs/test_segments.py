"""However many workers count a file, all its lines are read once, without a gap."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.carrying import header, w3c_line
from support.timelines import SETTINGS, line

from monitor.core import Pipeline
from monitor.inputs.arrivals import Arrival, Data, Segment, Source
from monitor.inputs.bisection import ENDLESS, Span
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.rotation import Identity
from monitor.inputs.segments import SEGMENT, Counts, Segments, count_segment

LINE = line(0, "/" + "x" * 900)
CALM = LINE * (CHUNK // len(LINE))


def write(folder: Path, data: bytes) -> tuple[Source, LogFile]:
    path = folder / "access.log"
    path.write_bytes(data)
    return Source(str(path), 0), LogFile(str(path))


def read(source: Source, file: LogFile, offset: int = 0) -> Iterator[Arrival]:
    """Yield what two workers make of a file; afterwards they have ended."""
    reader = Segments(SETTINGS, file, source, jobs=2)
    yield from reader.read(offset, ENDLESS)
    reader.close()


def lines_of(arrival: Arrival) -> bytes:
    if isinstance(arrival, Segment):
        return b"".join(arrival.lines())
    assert isinstance(arrival, Data)
    return arrival.data


def counts_of(file: tuple[Source, LogFile], start: int, stop: int) -> Counts:
    """Return what a worker counts, without empty pieces."""
    counts = count_segment(
        SETTINGS, file[0].path, file[1].identity, Span(start, stop), {}
    )
    starts = [start, *(stop for stop, _ in counts)]
    return [
        each for start, each in zip(starts, counts, strict=False) if start < each[0]
    ]


def hits_in(counts: Counts) -> int:
    return sum(
        interval.tally.hits
        for _, count in counts
        if count
        for interval in count.intervals
    )


@pytest.mark.usefixtures("untraced")
def test_a_block_for_the_clock_comes_first_and_then_counts_of_all_but_the_end(
    tmp_path: Path,
) -> None:
    path = "/" + "x" * 900
    data = b"".join(line(n // 80, path) for n in range(2 * SEGMENT // len(LINE)))
    arrivals = list(read(*write(tmp_path, data)))
    first = [isinstance(each, Data) for each in arrivals].index(False)
    block = b"".join(map(lines_of, arrivals[:first]))
    assert 0 <= len(block) - CHUNK < len(LINE)
    assert all(isinstance(each, Segment) for each in arrivals[first:])
    pieces = list(map(lines_of, arrivals))
    assert max(map(len, pieces)) < SEGMENT + len(LINE)
    whole = b"".join(pieces)
    assert data.startswith(whole)
    assert len(data) - CHUNK <= len(whole) <= len(data) - CHUNK + len(LINE)


def test_the_clock_of_a_segment_stands_where_the_lines_before_it_led(
    tmp_path: Path,
) -> None:
    data = CALM + line(9) + line(7) * 40 + line(8) * 40
    log = write(tmp_path, data)
    ((stop, count),) = counts_of(log, len(CALM) + 30 * len(line(0)), len(data))
    assert (stop, hits_in([(stop, count)])) == (len(data), 51)
    assert count is not None
    assert count.now == count.newest


def test_the_reading_goes_on_at_an_offset_in_the_middle_of_a_line(
    tmp_path: Path,
) -> None:
    data = CALM * 6
    whole = b"".join(map(lines_of, read(*write(tmp_path, data), offset=70)))
    assert data[70:].startswith(whole)
    assert len(whole) > 4 * len(CALM)
    assert whole.endswith(b"\n")


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"x" * (SEGMENT + CHUNK), id="a line longer than a segment"),
        pytest.param(b"x" * CHUNK, id="a line as long as the end"),
        pytest.param(b"", id="whole lines"),
    ],
)
def test_the_end_is_left_to_the_usual_reading(tmp_path: Path, tail: bytes) -> None:
    whole = b"".join(map(lines_of, read(*write(tmp_path, CALM * 4 + tail))))
    assert (CALM * 4).startswith(whole)
    assert len(whole) >= CHUNK


def test_only_the_block_with_a_surprise_has_no_count(tmp_path: Path) -> None:
    data = CALM * 3 + line(5000) + CALM * 3
    counts = counts_of(write(tmp_path, data), 0, len(data))
    stops = [0, *(stop for stop, _ in counts)]
    ((start, stop),) = [
        (before, stop)
        for before, (stop, count) in zip(stops, counts, strict=False)
        if count is None
    ]
    assert start <= 3 * len(CALM) < stop
    assert stop - start <= CHUNK + len(LINE)
    assert stops[-1] == len(data)
    lost = data[start:stop].count(b"\n")
    assert hits_in(counts) == data.count(b"\n") - lost


def test_a_block_without_a_count_is_read_in_the_usual_way(tmp_path: Path) -> None:
    data = CALM * 4 + line(5000) + CALM * 4
    arrivals = list(read(*write(tmp_path, data)))
    odd = [each for each in arrivals if line(5000) in lines_of(each)]
    assert isinstance(*odd, Data)
    assert data.startswith(b"".join(map(lines_of, arrivals)))
    assert isinstance(arrivals[-1], Segment)


def test_a_file_that_got_shorter_has_no_count_from_there_on(tmp_path: Path) -> None:
    log = write(tmp_path, CALM)
    here, there = len(CALM), 3 * len(CALM)
    assert [stop for stop, _ in counts_of(log, 0, there)] == [here, there]
    assert hits_in(counts_of(log, 0, there)) == CALM.count(b"\n")
    assert counts_of(log, here, there) == [(there, None)]


@pytest.mark.usefixtures("untraced")
def test_a_worker_knows_the_directives_of_the_segments_before_its_own(
    tmp_path: Path,
) -> None:
    """Only the segments that are on their way when the fields change are read again."""
    data = header("few")
    for kind, number in (("few", 2), ("same number", 7)):
        data += header(kind)
        long = w3c_line(kind, 0, agent="x" * 9000)
        data += long * (number * SEGMENT // len(long))
    pipeline, counted = Pipeline(SETTINGS), 0
    for arrival in read(*write(tmp_path, data)):
        lines = lines_of(arrival)
        if isinstance(arrival, Segment):
            assert pipeline.accepts(arrival.source, arrival.partial)
            assert list(pipeline.add(*arrival)) == []
            counted += len(lines)
        else:
            pipeline.intake.feed(arrival.source, lines, more=True)
            assert list(pipeline.advance()) == []
    assert 4 * SEGMENT < counted < 8 * SEGMENT


@pytest.mark.parametrize("there", [False, True], ids=["gone", "another file"])
def test_a_file_that_is_no_longer_there_has_no_count(
    tmp_path: Path, there: bool
) -> None:
    path = tmp_path / "access.log"
    if there:
        path.write_bytes(line(0))
    assert count_segment(SETTINGS, str(path), Identity(0, 0), Span(0, 70), {}) == [
        (70, None)
    ]
