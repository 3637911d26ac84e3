"""Finished logs are read once, in the order of their times, however they were named."""

import bz2
import gzip
import itertools
import json
import lzma
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from support.loops import Recorder
from support.timelines import YEAR, line

from monitor.app.commands import Replaying, play
from monitor.app.loop import Outputs
from monitor.core.events import Event, Summary
from monitor.core.pipeline import Pipeline
from monitor.errors import MonitorError
from monitor.inputs.arrivals import Arrival, Data, End, Segment, Source
from monitor.inputs.replay import WORTH_IT, Replay
from monitor.outputs import Json, Style
from monitor.outputs.signals import Stop
from monitor.settings import Settings

SETTINGS = Settings(replay=True, window=20)
OPEN_FILES = Path("/dev/fd")


def events_of(paths: list[Path], jobs: int = 1) -> list[Event]:
    pipeline = Pipeline(SETTINGS)
    settings = SETTINGS._replace(files=tuple(map(str, paths)), jobs=jobs)
    output = Recorder()
    play(Replaying(Replay(settings), pipeline, Outputs([output]), Stop()))
    return output.events


def text_of(events: list[Event]) -> list[str]:
    return [Json(Style(utc=True)).render(event) for event in events]


def test_files_are_read_in_the_order_of_their_first_hits(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("c", "a", "b")]
    for second, path in enumerate(paths):
        path.write_bytes(line(second, "/"))
    for named in itertools.permutations(map(str, paths)):
        files = Replay(SETTINGS._replace(files=named))
        arrivals = files.poll(0.0, lambda source: True)
        data = [each.data for each in arrivals if isinstance(each, Data)]
        assert data == [path.read_bytes() for path in paths]


@pytest.fixture
def stdin() -> Iterator[int]:
    """Standard input is a pipe; this is its other end."""
    saved, (reader, writer) = os.dup(0), os.pipe()
    os.dup2(reader, 0)
    os.close(reader)
    yield writer
    os.dup2(saved, 0)
    os.close(saved)


def random_log(seed: int, length: int = 450) -> list[tuple[int, bytes]]:
    chance = random.Random(seed)
    now, rows = 0, []
    for number in range(length):
        now += chance.choice([0, 0, 0, 0, 1, 2])
        rows.append((now, line(now, f"/s{number % 5}", chance.choice([200, 404]))))
    return rows


COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def write(path: Path, rows: list[tuple[int, bytes]]) -> Path:
    data = b"".join(text for _, text in rows)
    path.write_bytes(COMPRESS.get(path.suffix, bytes)(data))
    return path


def test_a_rotated_set_in_any_order_has_the_events_of_the_whole(
    tmp_path: Path,
) -> None:
    rows = random_log(1)
    due = text_of(events_of([write(tmp_path / "whole", rows)]))
    parts = [rows[:100], rows[100:200], rows[200:300], rows[300:]]
    names = ["access.log.3.bz2", "access.log.2.gz", "access.log.1.xz", "access.log"]
    paths = [write(tmp_path / n, part) for n, part in zip(names, parts, strict=True)]
    assert len(due) > 10
    for order in list(itertools.permutations(paths))[::8]:
        assert text_of(events_of(list(order))) == due, order


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(2))
def test_files_of_the_same_time_are_one_traffic(tmp_path: Path, seed: int) -> None:
    rows, chance = random_log(seed), random.Random(seed)
    hosts: list[list[tuple[int, bytes]]] = [[], [], []]
    for row in rows:
        chance.choice(hosts).append(row)
    paths = [write(tmp_path / f"host{n}", host) for n, host in enumerate(hosts)]
    due = text_of(events_of([write(tmp_path / "whole", rows)]))
    assert text_of(events_of(paths)) == due
    assert text_of(events_of(paths[::-1])) == due


def test_the_last_line_counts_without_its_newline(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(line(0) + line(1).rstrip(b"\n"))
    summary = events_of([path])[-1]
    assert isinstance(summary, Summary)
    assert summary.values.hits == 2


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\xef\xbb\xbf" + line(0))
    summary = events_of([path])[-1]
    assert isinstance(summary, Summary)
    (client,) = summary.values.rankings["clients"].rows
    assert client.name == b"192.0.2.1"


def test_many_files_are_not_open_at_once(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / f"log.{n}", [(n, line(10 * n)), (n, line(10 * n + 5))])
        for n in range(25)
    ]
    pipeline, most = Pipeline(SETTINGS), 0
    files = Replay(SETTINGS._replace(files=tuple(map(str, paths))))
    before = len(os.listdir(OPEN_FILES))
    for source, begins in files.begins.items():
        pipeline.intake.expect(source, begins)
    while not files.ended:
        for arrival in files.poll(0.0, pipeline.intake.wanted().__contains__):
            if isinstance(arrival, Data):
                pipeline.intake.feed(arrival.source, arrival.data, more=True)
            elif isinstance(arrival, End):
                pipeline.intake.end(arrival.source)
        most = max(most, len(os.listdir(OPEN_FILES)) - before)
        list(pipeline.advance())
    summary = list(pipeline.finish())[-1]
    assert isinstance(summary, Summary)
    assert summary.values.hits == 50
    assert most < 10


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.symlink_to(path), "cannot read"),
        (lambda path: path.write_bytes(gzip.compress(line(0))[:-9]), "file ended"),
        (lambda path: path.write_bytes(bz2.compress(line(0))[:-9]), "file ended"),
        (lambda path: path.write_bytes(lzma.compress(line(0))[:-9]), "file ended"),
        (
            lambda path: path.write_bytes(bz2.compress(line(0))[:40] + b"x" * 99),
            "Invalid data stream",
        ),
        (
            lambda path: path.write_bytes(lzma.compress(line(0))[:40] + b"x" * 99),
            "Corrupt input data",
        ),
    ],
    ids=[
        *("missing", "directory", "link to itself"),
        *("cut gzip", "cut bzip2", "cut xz", "damaged bzip2", "damaged xz"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "log"
    make(path)
    with pytest.raises(MonitorError, match=words) as caught:
        events_of([path])
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("odd", [-9 * YEAR, 9 * YEAR], ids=["past", "future"])
def test_a_wrong_timestamp_at_the_start_of_a_file_delays_no_other(
    tmp_path: Path, odd: int
) -> None:
    rows = random_log(3)
    hosts = [rows[::2], [(odd, line(odd)), *rows[1::2]]]
    paths = [write(tmp_path / f"host{n}", host) for n, host in enumerate(hosts)]
    for order in itertools.permutations(paths):
        summary = events_of(list(order))[-1]
        assert isinstance(summary, Summary)
        assert (summary.values.numbers["late"], summary.values.numbers["misdated"]) == (
            0,
            1,
        )


def test_the_same_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "log", random_log(4))
    other = tmp_path / "folder" / ".." / "log"
    assert text_of(events_of([path, other, path])) == text_of(events_of([path]))


def test_a_file_and_the_links_to_it_are_read_once(tmp_path: Path) -> None:
    path, link, hard = (tmp_path / name for name in ("log", "link", "hard"))
    write(path, random_log(4))
    link.symlink_to(path)
    hard.hardlink_to(path)
    assert text_of(events_of([link, path, hard])) == text_of(events_of([path]))


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a file"])
def test_standard_input_is_read_to_the_end_of_the_pipe(
    tmp_path: Path, stdin: int, beside: bool
) -> None:
    rows = random_log(5)
    paths = [write(tmp_path / "log", rows[:400])] if beside else []
    os.write(stdin, b"".join(text for _, text in rows[400:]).rstrip(b"\n"))
    os.close(stdin)
    summary = events_of([Path("-"), *paths])[-1]
    assert isinstance(summary, Summary)
    assert summary.values.hits == (450 if beside else 50)
    os.fstat(0)


def test_compressed_standard_input_is_an_error_that_says_what_to_type(
    stdin: int,
) -> None:
    os.write(stdin, lzma.compress(line(0)))
    os.close(stdin)
    output = Recorder()
    replay = Replay(SETTINGS._replace(files=("-",), jobs=1))
    words = r"cannot read standard input: it is compressed \(xz\); .* xzcat FILE \|"
    with pytest.raises(MonitorError, match=words):
        play(Replaying(replay, Pipeline(SETTINGS), Outputs([output]), Stop()))
    assert output.events == []


def test_a_named_pipe_is_opened_once_so_its_writer_is_heard(tmp_path: Path) -> None:
    path, data = tmp_path / "pipe", line(0) * 5000
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=(data,), daemon=True)
    writer.start()
    summary = events_of([path])[-1]
    writer.join()
    assert isinstance(summary, Summary)
    assert summary.values.hits == 5000


def test_empty_files_and_files_without_a_time_are_read_too(tmp_path: Path) -> None:
    odd = [tmp_path / name for name in ("empty", "garbage", "blank")]
    for path, text in zip(odd, ["", "no hit\n" * 3, "\n\n"], strict=True):
        path.write_text(text)
    rows = random_log(6)
    summary = events_of([odd[0], write(tmp_path / "log", rows), *odd[1:]])[-1]
    assert isinstance(summary, Summary)
    numbers = summary.values.numbers
    assert list(numbers.values())[:4] == [455, 450, 3, 2], numbers


def test_the_remedy_for_a_directory_and_a_missing_file_is_said(tmp_path: Path) -> None:
    for path, words in [
        (tmp_path, "it is a directory; give the log file in it"),
        (tmp_path / "none.log", "no such file; check the path"),
    ]:
        with pytest.raises(MonitorError) as caught:
            events_of([path])
        assert str(caught.value) == f"cannot read {path}: {words}"


def large_log(path: Path, seed: int, now: int) -> int:
    """Write a log that is worth several processes, of few and very long lines; return its end."""
    chance = random.Random(seed)
    agent = b' "-" "' + b"x" * 16_000 + b'"\n'
    with path.open("wb") as log:
        while log.tell() < WORTH_IT * 9 // 8:
            now += chance.choice((0, 0, 0, 1, 300 if chance.random() < 0.04 else 0))
            late = chance.choice((0, 0, 0, 1, 2))
            odd = YEAR if chance.random() < 0.004 else 0
            path_asked = f"/{chance.choice('abc')}/{chance.randrange(99)}"
            text = line(now - late + odd, path_asked, chance.choice((200, 304, 500)))
            log.write(text[:-1] + agent)
            if chance.random() < 0.01:
                log.write(b"no hit\n")
        log.write(line(now)[:-1])
    return now


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("seeds", "is_rotated", "jobs"),
    [
        pytest.param([1, 2], True, 3, id="one file after the other"),
        pytest.param([3, 4], False, 2, id="two files of the same time"),
    ],
)
def test_several_processes_print_what_one_does_to_the_byte(
    tmp_path: Path, seeds: list[int], is_rotated: bool, jobs: int
) -> None:
    end, paths = 0, [tmp_path / f"{seed}.log" for seed in seeds]
    for seed, path in zip(seeds, paths, strict=True):
        end = large_log(path, seed, end if is_rotated else 0)
    one, several = (text_of(events_of(paths, jobs=each)) for each in (1, jobs))
    assert several == one
    assert json.loads(one[-1])["hits"] > 1100 * len(paths)


def test_workers_count_a_file_only_while_no_other_is_open(tmp_path: Path) -> None:
    paths = [tmp_path / "large.log", write(tmp_path / "small.log", [(0, line(0))])]
    long_line = line(0)[:-1] + b' "-" "' + b"x" * 16_000 + b'"\n'
    paths[0].write_bytes(long_line * (2 * WORTH_IT // len(long_line)))
    files = Replay(SETTINGS._replace(files=tuple(map(str, paths)), jobs=2))
    large, small = sorted(files.begins)

    def read(source: Source) -> type[Arrival]:
        return type(*files.poll(0.0, source.__eq__))

    assert [read(large) for _ in range(4)] == [Data, Data, Segment, Segment]
    assert read(small) is Data
    assert [read(large) for _ in range(4)] == [Data, Data, Data, Data]
    assert read(small) is End
    assert [read(large) for _ in range(4)] == [Data, Data, Segment, Segment]
    files.close()


def test_progress_is_counted_in_bytes_on_the_disk(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain", random_log(1))
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    settings = SETTINGS._replace(files=(str(plain), str(packed)))
    pipeline = Pipeline(settings)
    files = Replay(settings)
    whole = plain.stat().st_size + packed.stat().st_size
    assert files.progress() == (0, whole)
    loop = Replaying(files, pipeline, Outputs([Recorder()]), Stop())
    reported = [files.progress() for _ in loop.rounds()]
    assert reported == sorted(reported)
    assert reported[-1] == (whole, whole)
