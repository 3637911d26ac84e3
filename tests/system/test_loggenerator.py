"""The generator keeps its promises: whole lines, the same by seed, at the pace asked."""

import ipaddress
import os
import random
import re
import resource
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Timer
from typing import Any

import pytest

from log import loggenerator as generator

PROGRAM = Path(__file__).parents[2] / "log" / "loggenerator.py"
START = datetime(2026, 11, 23, 22, 48, 3, tzinfo=UTC)
SMALL = {"seed": 7, "urls": 60, "clients": 40, "utc": True, "start": START.timestamp()}
COPY = {"rotate": "copytruncate"}
_CLF = r'(\S+) - ([^\[]+) \[(.{26})\] "((?:\\.|[^"\\])*)" (\d{3}) (\d+|-)'
FIELDS = {
    "common": _CLF,
    "combined": _CLF + ' "([^"]+)" "([^"]+)"',
    "vhost_combined": r"[a-z.]+:\d+ " + _CLF + ' "([^"]+)" "([^"]+)"',
}


def made(lines: int, **options: Any) -> list[str]:
    return generator.make_log(lines=lines, **{**SMALL, **options}).decode().splitlines()


def written(path: Path, lines: int, **options: Any) -> generator.Written:
    settings = generator.Settings(str(path), lines=lines, **{**SMALL, **options})
    log = generator.Log(settings)
    try:
        generator.generate(settings, log, generator.Stop())
    finally:
        log.close()
    return log.written


@contextmanager
def started(file: str | Path, words: str, **options: Any) -> Iterator[Popen[str]]:
    """Runs the program; nothing here waits for it for more than 20 seconds."""
    command = [
        sys.executable,
        PROGRAM,
        file,
        "--urls",
        "60",
        "--clients",
        "40",
        *words.split(),
    ]
    with Popen(command, stdout=PIPE, stderr=PIPE, text=True, **options) as program:
        watchdog = Timer(20, program.kill)
        watchdog.start()
        try:
            yield program
            program.wait()
        finally:
            watchdog.cancel()
            program.kill()


def ran(file: str | Path, words: str = "", **options: Any) -> tuple[int, str, str]:
    with started(file, words, **options) as program:
        out, err = program.communicate()
    return program.returncode, out, err


def fields_of(lines: list[str], name: str = "combined") -> list[tuple[str, ...]]:
    matches = [re.fullmatch(FIELDS[name], line) for line in lines]
    assert all(matches), lines[matches.index(None)]
    return [match.groups() for match in matches if match]


def well_formed(request: str) -> bool:
    """Section 2 of the specification, said in another way than the program's."""
    path = r"[\w!#$%&'*+.^`|~-]+ (/|[a-z]+://\w)(\S*|.* HTTP/\S*)"
    special = r"(OPTIONS \*|CONNECT [\w.]+:\d+)( HTTP/\S*)?"
    return re.fullmatch(f"{path}|{special}", request) is not None


def seconds_of(lines: list[str]) -> list[int]:
    stamps = Counter(line.partition("[")[2][:26] for line in lines)
    at = {s: datetime.strptime(s, "%d/%b/%Y:%H:%M:%S %z") - START for s in stamps}
    return [at[s] // timedelta(seconds=1) for s in stamps.elements()]


def crossings(seconds: list[int], until: int) -> list[tuple[str, int]]:
    """When a monitor with a threshold of 10 hits/s over 120 s speaks."""
    hits, events = Counter(seconds), list[tuple[str, int]]()
    for second in range(until):
        total = sum(map(hits.get, range(second - 119, second + 1), repeat(0)))
        firing = len(events) % 2 == 1
        if total < 1200 if firing else total > 1200:
            events.append(("recovered" if firing else "firing", second))
    return events


class FakeTime:
    """A clock that sleeping moves, and that ends the run."""

    def __init__(self, path: Path, until: float, stride: float = 0.0) -> None:
        self.now, self.path, self.until, self.stride = 0.0, path, until, stride
        self.stop = generator.Stop()
        self.sizes: list[int] = []

    def wall(self) -> float:
        return START.timestamp() + self.now

    def sleep(self, seconds: float) -> None:
        self.now += self.stride or seconds
        self.sizes.append(self.path.stat().st_size)
        self.stop.requested = self.now >= self.until

    def run(self, **options: Any) -> list[str]:
        chosen = {
            "seed": 7,
            "urls": 60,
            "clients": 40,
            **options,
        }  # no draw differs from run to run
        settings = generator.Settings(str(self.path), utc=True, **chosen)
        log = generator.Log(settings)
        clocks = (self.wall, lambda: self.now, self.sleep)
        generator.live(settings, log, self.stop, *clocks)
        log.close()
        return self.path.read_text("ascii").splitlines()


def test_same_seed_and_options_make_the_same_lines() -> None:
    assert made(500) == made(500) != made(500, seed=8)
    assert made(900)[:500] == made(500)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(3))
def test_any_cut_into_blocks_has_the_same_whole_lines(seed: int) -> None:
    rng = random.Random(seed)
    settings = generator.Settings("-", seed=7, urls=60, clients=40)
    traffic, pieces = generator.Traffic(settings), list[bytes]()
    cuts = [rng.randrange(200) for _ in range(12)]
    for cut in cuts:
        block = traffic.block([b"time"] * cut)
        assert block.data.count(b"\n") == len(block.malformed) == cut, f"seed {seed}"
        assert not cut or block.data.endswith(b"\n"), f"seed {seed}"
        pieces.append(block.data)
    whole = generator.Traffic(settings).block([b"time"] * sum(cuts)).data
    assert b"".join(pieces) == whole, f"seed {seed}"


@pytest.mark.parametrize("name", generator.FORMATS)
def test_every_line_has_the_shape_of_its_format(name: str) -> None:
    for client, _, _, _, status, size, *_ in fields_of(made(1000, format=name), name):
        assert ipaddress.ip_address(client)
        assert (size == "-") == (status in ("304", "408"))


def test_traffic_looks_real() -> None:
    lines = made(4000, urls=1000, clients=500, malformed=0)
    columns = zip(*fields_of(lines), strict=True)
    clients, users, _, requests, statuses, _, referrers, agents = columns
    urls = [request.split()[1].partition("?")[0] for request in requests]
    sections = Counter("/".join(url.split("/")[:2]) for url in urls)
    assert 40 <= len(sections) <= 60 and sections["/api"] > 5 * sections["/jobs"] > 0
    assert {"200", "304", "301", "404", "403", "500", "503", "206"} <= set(statuses)
    assert 0.6 < statuses.count("200") / len(lines) < 0.9
    assert {"jane doe", "-"} < set(users)
    assert {":" in client for client in clients} == {True, False}
    assert 300 < len(set(clients)) <= 500 < len(set(requests))
    assert len(set(referrers)) > 100 and len(set(agents)) > 8
    assert any(r"\"" in r for r in requests) and any(r.count(" ") > 2 for r in requests)


@pytest.mark.parametrize("share", [0.0, 0.005, 0.3, 1.0])
def test_the_share_of_malformed_is_the_one_asked(share: float, tmp_path: Path) -> None:
    reported = written(tmp_path / "log", 4000, malformed=share).malformed
    fields = fields_of((tmp_path / "log").read_text().splitlines())
    assert reported == sum(not well_formed(request) for _, _, _, request, *_ in fields)
    assert reported == pytest.approx(share * 4000, rel=0.5)


@pytest.mark.parametrize("name", generator.SHAPES)
def test_a_shape_adds_its_share_of_texts_that_never_came_before(name: str) -> None:
    options = {**generator.SHAPES[name], "clients": 40}
    share = options.get("new", 0.0) + options.get("scan", 0.0)
    old = made(2000, **{**options, "new": 0.0, "scan": 0.0})
    pairs = zip(made(2000, **options), old, strict=True)
    added = [line.partition("] ")[2] for line, before in pairs if line != before]
    assert len(added) == pytest.approx(share * 2000, rel=0.1)
    assert len(set(added) - {line.partition("] ")[2] for line in old}) == len(added)


def test_explicit_options_win_over_those_of_a_shape() -> None:
    settings = generator.read_arguments(["--rate=7", "--shape=shop", "--lines=9", "-"])
    assert (settings.rate, settings.clients, settings.new) == (7, 8000, 0.88)
    assert settings.start == generator.SHAPE_START
    assert generator.read_arguments(["--shape=shop", "-"]).start is None


def test_the_share_of_odd_requests_is_the_one_asked() -> None:
    odd = {request for request, _ in generator.ODD}
    requests = [fields[3] for fields in fields_of(made(3000, odd=0.3, scan=0.4))]
    assert sum(map(odd.__contains__, requests)) == pytest.approx(900, rel=0.1)


@pytest.mark.parametrize("elapsed, every, rate", [
    (0, 240, 5), (59.9, 240, 5), (60, 240, 40), (99.9, 240, 40), (100, 240, 5),
    (300, 240, 40), (60, 0, 5), (25, 100, 40), (64.9, 100, 40), (65, 100, 5),
])  # fmt: skip
def test_bursts_come_on_schedule(elapsed: float, every: float, rate: float) -> None:
    settings = generator.Settings("-", burst_every=every)
    assert generator.rate_at(settings, elapsed) == rate


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(2))
def test_a_newcomer_sees_an_alert_and_its_recovery(seed: int, tmp_path: Path) -> None:
    live = FakeTime(tmp_path / "log", 300).run(seed=seed)
    for lines in (live, made(4000, seed=seed)):
        (first, fired_at), (second, recovered_at) = crossings(seconds_of(lines), 300)
        assert (first, second) == ("firing", "recovered"), f"seed {seed}"
        assert fired_at <= 120 and recovered_at <= 300, f"seed {seed}"


def test_lines_begin_at_the_start_and_are_spaced_by_the_rate() -> None:
    seconds = seconds_of(made(6000, rate=20, burst_every=0.0))
    assert seconds[0] == 0 and seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(300, rel=0.05)


def test_real_time_is_smooth_and_at_the_present_second(tmp_path: Path) -> None:
    clock = FakeTime(tmp_path / "log", 20)
    seconds = Counter(seconds_of(clock.run(rate=100, burst_every=0.0)))
    assert len(set(clock.sizes)) == len(clock.sizes) >= 150  # each tick writes
    assert list(seconds) == list(range(20))
    assert all(60 < hits < 140 for hits in seconds.values())


def test_a_suspended_generator_does_not_catch_up(tmp_path: Path) -> None:
    clock = FakeTime(tmp_path / "log", 4000, stride=1000)
    assert 40 < len(clock.run(rate=20, burst_every=0.0)) < 120


@pytest.mark.parametrize("options, sizes", [  # of FILE, FILE.1, FILE.2, ...
    pytest.param({}, [50, 100, 100, 100], id="rename"),
    pytest.param(COPY, [50, 100, 100, 100], id="copytruncate"),
    pytest.param({"keep_writing": 20}, [30, 100, 100, 120], id="late lines"),
    pytest.param({"keep_writing": 99}, [0, 51, 100, 199], id="nearly all late"),
    pytest.param({"keep": 2, **COPY}, [50, 100, 100], id="two kept"),
    pytest.param({"keep": 1}, [50, 100], id="one kept"),
])  # fmt: skip
def test_rotation_loses_nothing_that_is_kept(
    options: dict[str, Any], sizes: list[int], tmp_path: Path
) -> None:
    (path := tmp_path / "log").touch()
    inode = path.stat().st_ino
    result = written(path, 350, rotate_every=100, **options)
    files = [path, *(tmp_path / f"log.{n}" for n in range(1, len(sizes)))]
    texts = [file.read_text().splitlines() for file in files]
    assert sorted(tmp_path.iterdir()) == files
    assert [len(text) for text in texts] == sizes
    assert [*chain(*reversed(texts))] == made(350)[-sum(sizes) :]
    assert (result.lines, result.rotations) == (350, 3)
    assert (path.stat().st_ino == inode) == ("rotate" in options)


def test_rotation_in_real_time_cuts_at_the_same_lines(tmp_path: Path) -> None:
    rotation = {"rotate_every": 100, "keep_writing": 20}
    FakeTime(tmp_path / "log", 20).run(rate=90, **rotation)
    old = [(tmp_path / f"log.{n}").read_text().splitlines() for n in range(2, 6)]
    assert [len(lines) for lines in old] == [100] * 4


def test_only_a_regular_file_is_rotated(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="only a regular file"):
        written(tmp_path / "pipe", 10, rotate_every=5)
    os.close(reader)


def test_a_file_is_continued_and_the_end_reported(tmp_path: Path) -> None:
    written(tmp_path / "log", 10)
    words = "--lines 1345 --malformed 0 --rotate-every 200 --keep 9"
    reported = "loggenerator: wrote 1,345 lines (0 malformed), 6 rotations\n"
    assert ran(tmp_path / "log", words) == (0, "", reported)
    assert (tmp_path / "log.6").read_text().splitlines()[:10] == made(10)


@pytest.mark.parametrize("zone, printed", [
    ("NST3:30", "23/Nov/2026:19:18:03 -0330"), ("IST-5:30", "24/Nov/2026:04:18:03 +0530"),
])  # fmt: skip
def test_times_are_in_the_zone_of_the_machine(zone: str, printed: str) -> None:
    words = f"--lines 1 --start {START.isoformat()}"
    assert f" [{printed}] " in ran("-", words, env={**os.environ, "TZ": zone})[1]


@pytest.mark.parametrize("arguments, said", [
    ("", "FILE"), ("x --rate 0", "give a number"), ("x --keep 1.5", "whole number"),
    ("x --format nginx", "give common or"), ("x --lines 1 --start noon", "a time like"),
    ("x --start 2026-11-23", "--start needs --lines"), ("x --wrong", "--wrong"),
    ("x --burst-length 500", "must be shorter"), ("- --rotate-every 9", "needs a file"),
    ("x --keep-writing 9 --rotate-every 9", "must be less"), ("x --malformed 2", "to 1"),
    ("x --shape night", "give day or"), ("x --new 0.6 --scan 0.6", "must not exceed 1"),
])  # fmt: skip
def test_wrong_usage_is_one_line_that_says_what_to_do(
    arguments: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        generator.read_arguments(arguments.split())
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n"), said in err) == (2, "", 1, True)


@pytest.mark.parametrize("file, said", [
    ("missing/log", "there is no folder"), (".", "Is a directory"),
    ("/dev/full", "No space left on device: free some space"),
])  # fmt: skip
def test_what_cannot_be_written_is_one_line(
    file: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if file == "/dev/full" and not Path(file).exists():
        pytest.skip("no /dev/full on this system")
    code = generator.main([str(tmp_path / file), *["--lines", "5", "--urls", "60"]])
    out, err = capfd.readouterr()
    assert (code, out, err.count("\n"), said in err) == (1, "", 1, True)
    assert not (tmp_path / "missing").exists()


def test_a_disk_that_fills_up_keeps_whole_lines(tmp_path: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))

    code, _, err = ran(tmp_path / "log", "--lines 90000", preexec_fn=limited)
    text = (tmp_path / "log").read_text()
    assert (code, err.count("\n"), text[-1]) == (1, 1, "\n")
    assert f"wrote {len(text.splitlines()):,} lines" in err and "File too large" in err


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_after_a_whole_line(name: str) -> None:
    with started("-", "--rate 300") as program:
        assert program.stdout
        assert program.stderr
        first = program.stdout.readline()
        program.send_signal(signal.Signals[name])
        out = first + program.stdout.read()  # with what the first read took, too
        err = program.stderr.read()
    lines = out.count("\n")
    assert program.returncode == 0 and out.endswith("\n")
    assert re.fullmatch(rf"loggenerator: wrote {lines} lines? \(.*\)\n", err)


@pytest.mark.parametrize("reader", ["goes away", "stalls"])
def test_a_reader_that_is_gone_does_not_hold_it(reader: str) -> None:
    with started("-", "--lines 900000") as program:
        assert program.stdout and program.stderr
        program.stdout.readline()
        program.stdout.close() if reader == "goes away" else program.terminate()
        said = program.stderr.read()
        assert re.fullmatch(r"loggenerator: wrote \S+ lines .*\n", said)
    assert program.returncode == 0


def test_help_has_examples_and_fits_80_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        generator.read_arguments(["--help"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "") and "examples:" in out
    assert max(map(len, out.splitlines())) <= 80
    assert all(f"  {flag} " in out for flag, *_ in generator.OPTIONS)
