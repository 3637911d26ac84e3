"""The end of a log is found by bisection: exactly, and with few bytes read."""

import random
from collections import Counter
from pathlib import Path

import pytest
from support.timelines import START
from support.timelines import line as line_of

from monitor.alerts import Asked
from monitor.formats import Reader
from monitor.formats.lines import MAX_LINE
from monitor.inputs.bisection import last_seconds
from monitor.inputs.linestarts import Read, last_line_start
from monitor.inputs.logfile import LogFile
from monitor.only import Only, choice_of


def line(epoch: int) -> bytes:
    return line_of(epoch - START)


def reader_at(offset: int) -> Reader:
    return Reader()


def reader(data: bytes) -> Read:
    return lambda offset, size: data[offset : offset + size]


class Huge:
    """A log whose lines are made when they are read: `rate` lines a second, no disk."""

    def __init__(self, size: int, rate: int) -> None:
        self.width = len(line(START))
        self.size = size - size % self.width
        self.rate = rate
        self.bytes = 0
        self.reads = 0

    def second(self, number: int) -> int:
        return START + number // self.rate

    def read(self, offset: int, size: int) -> bytes:
        size = max(0, min(size, self.size - offset))
        self.bytes, self.reads = self.bytes + size, self.reads + 1
        first, last = offset // self.width, (offset + size) // self.width
        text = b"".join(line(self.second(n)) for n in range(first, last + 1))
        begin = offset - first * self.width
        return text[begin : begin + size]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seconds", [1, 60, 120, 900])
@pytest.mark.parametrize("seed", range(2))
def test_the_last_seconds_are_counted_exactly(seed: int, seconds: int) -> None:
    chance = random.Random(seed)
    epochs, now = [], START
    for _ in range(6_000):
        now += chance.choice([0, 0, 0, 1, 1, 30 if seed % 2 else 0])
        epochs.append(now - chance.choice([0, 0, 0, 1, 20]))
    data = b"".join(map(line, epochs))
    newest = max(epochs)
    due = Counter(epoch for epoch in epochs if epoch > newest - seconds)
    found = last_seconds(reader(data), len(data), seconds, reader_at).seconds
    assert found == due, f"seed {seed}"


def test_the_last_thousand_hits_are_there_in_their_order() -> None:
    epochs = [START + n // 90 for n in range(9_000)]
    lines = [line(epoch) for epoch in epochs]
    lines[-500:-500] = [line(START + 900), b"no hit\n", line(START + 20)]
    data = b"".join(lines)
    last = last_seconds(reader(data), len(data), 60, reader_at).last
    assert last.epochs == epochs[-1000:]
    assert set(last["client"]) == {b"192.0.2.1"}


def test_only_chosen_hits_are_counted_in_the_seconds_of_all_hits() -> None:
    data = line_of(0, "/a") * 3 + line_of(5, "/b") * 3 + line_of(9, "/b")
    only = Asked(Only([choice_of("section=/a")]))
    found = last_seconds(reader(data), len(data), 60, reader_at, only)
    assert found.seconds == {START: 3, START + 5: 0, START + 9: 0}
    assert found.last.epochs == [START] * 3


@pytest.mark.parametrize("behind", [10, 55])
def test_lines_of_a_worker_whose_clock_is_behind_hide_no_others(behind: int) -> None:
    seconds = range(START, START + 100)
    data = b"".join((line(s) + line(s - behind)) * 100 for s in seconds)
    found = last_seconds(reader(data), len(data), 10, reader_at).seconds
    assert found == Counter({second: 100 for second in seconds[-10:]})


@pytest.mark.parametrize("wrong", [700, 7200, 86_400, 10**9, -(10**9)])
def test_a_last_line_with_a_wrong_time_hides_no_others(wrong: int) -> None:
    seconds = range(START, START + 100)
    data = b"".join(line(s) * 20 for s in seconds) + line(START + 100 + wrong)
    found = last_seconds(reader(data), len(data), 10, reader_at).seconds
    assert found == Counter({second: 20 for second in seconds[-10:]})


def test_a_huge_log_costs_a_few_small_reads() -> None:
    log = Huge(10_000_000_000, rate=100)
    found = last_seconds(log.read, log.size, 120, reader_at).seconds
    last = log.second(log.size // log.width - 1)
    assert sorted(found) == list(range(last - 119, last + 1))
    assert sum(found.values()) - 100 * 119 in range(1, 101)
    assert log.bytes < 10_000_000
    assert log.reads < 80


def test_a_hole_before_the_lines_is_passed_over() -> None:
    data = b"".join(line(START + n) for n in range(100))
    hole = 5_000_000

    def read(offset: int, size: int) -> bytes:
        whole = b"\0" * max(0, min(size, hole - offset))
        rest = max(0, offset - hole)
        return whole + data[rest : rest + size - len(whole)]

    found = last_seconds(read, hole + len(data), 50, reader_at).seconds
    assert found == Counter(range(START + 50, START + 100))


@pytest.mark.parametrize("before", [0, 10, 5000])
@pytest.mark.parametrize("after", [100, 5000])
def test_a_hole_of_gigabytes_is_not_read(
    tmp_path: Path, before: int, after: int
) -> None:
    path, asked = tmp_path / "log", list[int]()
    first = b"".join(line(START) for _ in range(before))
    last = b"".join(line(START + n // 100) for n in range(after))
    with path.open("wb") as file:
        file.write(first)
        file.seek(10 << 30)
        file.write(last)
    log = LogFile(str(path))

    def read(offset: int, size: int) -> bytes:
        asked.append(size)
        return log.pread(offset, size)

    size = log.size or 0
    found = last_seconds(read, last_line_start(read, size), 120, reader_at).seconds
    assert after <= found.total() <= before + after
    assert sum(asked) < 10 << 20


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "length",
    [2_000, 200_000, MAX_LINE + 1, 2 * MAX_LINE - 1000],
    ids=["usual", "long", "overlong", "twice overlong"],
)
@pytest.mark.parametrize("at", [1, 1500, 2999])
def test_an_overlong_line_hides_no_other(length: int, at: int) -> None:
    lines = [line(START + n // 30) for n in range(3000)]
    lines[at] = b"x" * length + b"\n"
    data = b"".join(lines)
    due = Counter(START + n // 30 for n in range(3000) if n != at)
    assert last_seconds(reader(data), len(data), 120, reader_at).seconds == due


def test_nuls_garbage_and_a_byte_order_mark_are_passed_over() -> None:
    good = [line(START + n) for n in range(100)]
    odd = [b"\0" * 9000 + each if n % 9 == 0 else each for n, each in enumerate(good)]
    data = b"\xef\xbb\xbf" + b"no hit\n\n# a comment\n".join(odd)
    due = Counter(START + n for n in range(100))
    assert last_seconds(reader(data), len(data), 120, reader_at).seconds == due


def test_a_burst_after_quiet_weeks_is_seen() -> None:
    quiet = [START - 86400 * day for day in range(200, 0, -1)]
    burst = [START + n for n in range(50)]
    data = b"".join(map(line, quiet + burst))
    found = last_seconds(reader(data), len(data), 120, reader_at).seconds
    assert found == Counter(burst)


@pytest.mark.parametrize(
    "odd", [0, START - 10**8, START + 7200, START + 86000, START + 10**9]
)
@pytest.mark.parametrize("after", [[], [START + 300]], ids=["last", "last but one"])
def test_one_wrong_timestamp_at_the_end_does_not_mislead(
    odd: int, after: list[int]
) -> None:
    times = [*range(START, START + 300), odd, *after]
    data = b"".join(map(line, times))
    found = last_seconds(reader(data), len(data), 10, reader_at).seconds
    newest = after[0] if after else START + 299
    assert found == Counter(range(newest - 9, newest + 1))


@pytest.mark.parametrize(
    "data", [b"", b"nothing here\n" * 9, b"\n\n"], ids=["empty", "garbage", "blank"]
)
def test_a_log_without_a_time_has_no_last_seconds(data: bytes) -> None:
    assert last_seconds(reader(data), len(data), 10, reader_at).seconds == Counter()


def test_reading_stops_when_the_file_is_shorter_than_it_was() -> None:
    data = line(START)

    def read(offset: int, size: int) -> bytes:
        return data[:size] if offset == 0 else b""

    assert last_seconds(read, 2 * len(data), 10, reader_at).seconds == Counter([START])
