"""Whole runs with their state: --once from cron, and following through kills and stops.

The program is waited for by reading what it writes, for a bounded time. It is a process of its own
where it is killed, must not share one, or tells what standard error is to show, and a thread
where it is not. All that follow do so at the same time.
"""

import gzip
import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from support.states import a_state
from support.timelines import START, line, log, random_traffic, traffic

from monitor.app.arguments import read_settings
from monitor.app.cli import main
from monitor.app.session import Session
from monitor.app.timer import follow, read_new
from monitor.app.watch import _check, _moment, _seconds_since
from monitor.core.events import Event
from monitor.core.pipeline import Pipeline
from monitor.inputs.arrivals import Arrival
from monitor.inputs.tailer import Tailer
from monitor.options import Settings
from monitor.outputs.console import Writer
from monitor.outputs.report import Style
from monitor.outputs.signals import Interrupted, Stop
from monitor.state.store import Batch, Store

MAIN = Path(__file__).parents[2] / "main.py"
PATIENCE = 10.0
OPTIONS = ["-o", "json", "-w", "10", "-t", "1", "--utc"]
FOLLOW = [*OPTIONS, "-i", "1"]
SUMS = ("lines", "hits", "unparsed", "ignored", "misdated", "bytes")
"""What is the same in whichever order two files are read; of late hits that is not so."""

Objects = list[dict[str, Any]]
Program = Callable[..., tuple[int, str, str]]
"""Runs the program with some words; gives its exit code, and what it wrote to both streams."""


def objects_of(text: str) -> Objects:
    return [json.loads(line) for line in text.splitlines()]


def of(objects: Objects, kind: str) -> Objects:
    return [each for each in objects if each["type"] == kind]


def crossings(objects: Objects) -> list[tuple[str, str, int]]:
    """Gives the alerts, oldest first."""
    alerts = of(objects, "alert")
    return sorted((each["at"], each["state"], each["hits"]) for each in alerts)


def sums_of(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Adds up reports, with their sections."""
    total: Counter[str] = Counter()
    for report in reports:
        total.update({name: report[name] for name in SUMS})
        for section in report["sections"]:
            for name in ("hits", "bytes", "errors"):
                total[f"{section['section']} {name}"] += section[name]
        for name in ("status", "methods"):
            total.update(report[name])
    return {name: number for name, number in total.items() if number}


@dataclass
class Place:
    """A log and its state, and a way to run the program on them in this process."""

    folder: Path
    program: Program

    def __post_init__(self) -> None:
        self.log = self.folder / "access.log"
        self.state = self.folder / "state.db"

    def run(self, *words: str) -> tuple[int, str, str]:
        return self.program("--state", str(self.state), *words, str(self.log))

    def once(self, *words: str) -> Objects:
        code, out, err = self.run("--once", *OPTIONS, "-n", "1000", *words)
        assert (code, err) == (0, "")
        return objects_of(out)

    def history(self) -> Objects:
        code, out, err = self.run("--history", "--reports", "-o", "json")
        assert (code, err) == (0, "")
        return objects_of(out)

    def replay(self, data: bytes) -> Objects:
        whole = self.log.with_name("whole")
        whole.write_bytes(data)
        code, out, _ = self.program("--replay", *OPTIONS, "-n", "1000", str(whole))
        assert code == 0
        return objects_of(out)

    def append(self, data: bytes) -> None:
        with self.log.open("ab") as file:
            file.write(data)


def run_beside(*words: str) -> tuple[int, str, str]:
    """Runs a session beside others, in JSON, where what is told is a notice too."""
    settings, stop = read_settings(words), Stop()
    with TemporaryFile() as file:
        output = Writer(file.fileno(), "utf-8", stop)
        Session(settings, Style(utc=True, top=settings.top), output, stop).run()
        file.seek(0)
        out = file.read().decode()
    told = [each["message"] for each in of(objects_of(out), "notice")]
    return 0, out, "\n".join(told)


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, lambda *words: (main(words), *capfd.readouterr()))


def place_beside_others(folder: Path) -> Place:
    return Place(folder, run_beside)


# --- once ----------------------------------------------------------------------------------


def test_the_first_run_reads_the_whole_log_and_the_next_what_is_new(
    place: Place,
) -> None:
    hits = []
    for piece in (log(range(50)), b"", log(range(50, 70)), b""):
        place.append(piece)
        objects = place.once()
        assert [each["type"] for each in objects] == ["report", "summary"]
        hits.append(objects[0]["hits"])
    assert hits == [50, 0, 20, 0]
    assert [each["hits"] for each in of(place.history(), "report")] == [20, 50]


def test_a_first_run_on_an_empty_log_finds_nothing_and_the_next_all(
    place: Place,
) -> None:
    place.append(b"")
    assert place.once()[0]["hits"] == 0
    place.append(log([1, 2]))
    assert place.once()[0]["hits"] == 2


def test_quiet_tells_alerts_only_so_that_cron_mails_only_then(place: Place) -> None:
    told = []
    for piece in (traffic("0-20:1"), traffic("21-30:3"), [], traffic("60")):
        place.append(log(piece))
        code, out, err = place.run("--once", "-q", *OPTIONS[2:])
        assert (code, err) == (0, "")
        told.append([text.partition(" - ")[0] for text in out.splitlines()])
    fires, recovers = "High traffic generated an alert", "High traffic alert recovered"
    assert told == [[], [fires], [], [recovers]]


def test_a_log_with_a_second_name_is_told_and_quiet_leaves_that_to_standard_error(
    place: Place,
) -> None:
    place.append(log([1, 2]))
    link = place.log.with_name("link")
    link.symlink_to(place.log)
    code, out, err = place.run("--once", "-q", "-o", "json", str(link))
    assert (code, out) == (0, "")
    assert "by a second name: it counts twice" in err
    assert err.count("\n") == 1


def test_lines_before_any_hit_are_told_once(place: Place) -> None:
    place.append(b"garbage\n")
    assert place.once()[0]["unparsed"] == 1
    assert place.once()[0]["unparsed"] == 0
    place.append(line(0))
    report = place.once()[0]
    assert (report["lines"], report["hits"], report["unparsed"]) == (1, 1, 0)


def test_an_alert_at_the_end_of_a_run_is_told_once_and_stored_once(
    place: Place,
) -> None:
    """It is judged again when the rest of its second has come."""
    told = []
    for piece in (traffic("0:11"), [], traffic("0:5"), traffic("1"), traffic("40")):
        place.append(log(piece))
        told += crossings(place.once())
    assert [(state, hits) for _, state, hits in told] == [
        ("firing", 11),
        ("recovered", 1),
    ]
    assert [(state, hits) for _, state, hits in crossings(place.history())] == [
        ("firing", 16),
        ("recovered", 1),
    ]


def test_a_recovery_in_a_second_that_is_half_written_waits_for_the_next_run(
    place: Place,
) -> None:
    told = []
    for piece in (traffic("0:25"), traffic("10:5"), traffic("10:20"), [], []):
        place.append(log(piece))
        objects = place.once()
        told.append([(state, hits) for _, state, hits in crossings(objects)])
        firing = [report["window"]["firing"] for report in of(objects, "report")]
        assert firing == [True]
    # OPTIONS: 10 s, and more than 1 hit a second.
    assert told == [[("firing", 25)], [], [], [], []]


def test_the_last_seconds_are_not_judged_before_their_late_lines_came(
    place: Place,
) -> None:
    told = []
    for piece in (traffic("0:25"), traffic("15:1"), traffic("21:1"), []):
        place.append(log(piece))
        objects = place.once("--delay", "20")
        told.append([(state, hits) for _, state, hits in crossings(objects)])
    assert told == [[], [], [("firing", 25)], [("recovered", 0)]]


def test_a_recovery_at_the_end_is_told_by_the_next_run_that_finds_nothing(
    place: Place,
) -> None:
    told = []
    for piece in (traffic("0:25"), traffic("10:5"), [], [], traffic("30:1")):
        place.append(log(piece))
        told.append([(state, hits) for _, state, hits in crossings(place.once())])
    assert told == [[("firing", 25)], [], [("recovered", 5)], [], []]
    assert [state for _, state, _ in crossings(place.history())] == [
        "firing",
        "recovered",
    ]


def rename(path: Path) -> None:
    shift(path)
    path.rename(f"{path}.1")
    path.touch()


def copytruncate(path: Path) -> None:
    shift(path)
    Path(f"{path}.1").write_bytes(path.read_bytes())
    os.truncate(path, 0)


def rename_and_compress(path: Path) -> None:
    rename(path)
    compress(Path(f"{path}.1"))


def copytruncate_and_compress(path: Path) -> None:
    copytruncate(path)
    compress(Path(f"{path}.1"))


def compress(path: Path) -> None:
    """Compresses as gzip does: the time of the last change goes along."""
    status = path.stat()
    target = Path(f"{path}.gz")
    target.write_bytes(gzip.compress(path.read_bytes()))
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    path.unlink()


def shift(path: Path) -> None:
    for number in range(60, 0, -1):
        for suffix in ("", ".gz"):
            old = Path(f"{path}.{number}{suffix}")
            if old.exists():
                old.rename(f"{path}.{number + 1}{suffix}")


ROTATIONS = {
    "rename": [rename],
    "copytruncate": [copytruncate],
    "compressed": [rename_and_compress],
    "copytruncate, compressed": [copytruncate_and_compress],
    "any": [rename, copytruncate, rename_and_compress, copytruncate_and_compress],
}


def busy_log(rng: random.Random) -> list[bytes]:
    lines = []
    for second in random_traffic(rng, 400, late=0.05):
        if rng.random() < 0.02:
            lines.append(rng.choice([b"# comment\n", b"what is this?\n", b"\n"]))
        path, status = f"/{rng.choice('abcd')}/x", rng.choice((200, 404, 500))
        lines.append(line(second, path, status, rng.randrange(1000)))
    return lines


def write_and_rotate(
    place: Place, rng: random.Random, piece: Sequence[bytes], names: str
) -> None:
    """Writes lines, with up to three rotations at any places between them."""
    edges = sorted(rng.randrange(len(piece) + 1) for _ in range(rng.choice((0, 1, 3))))
    for first, last in zip([0, *edges], [*edges, len(piece)], strict=True):
        if first:
            rng.choice(ROTATIONS[names])(place.log)
        place.append(b"".join(piece[first:last]))


@pytest.mark.parametrize("names", ROTATIONS)
def test_once_after_every_piece_of_a_rotated_log_equals_one_replay(
    place: Place, names: str
) -> None:
    rng = random.Random(f"0 {names}")
    lines = busy_log(rng)
    edges = sorted(rng.randrange(len(lines)) for _ in range(7))
    place.append(b"".join(lines[: edges[0]]))
    printed = place.once()
    for first, last in zip(edges, [*edges[1:], len(lines)], strict=True):
        write_and_rotate(place, rng, lines[first:last], names)
        printed += place.once()
    whole = place.replay(b"".join(lines))
    history = place.history()
    what = f"seed 0 {names}"
    assert crossings(history) == crossings(whole), what
    assert sums_of(of(history, "report")) == sums_of(of(whole, "summary")), what
    assert sums_of(of(printed, "report")) == sums_of(of(whole, "summary")), what
    assert not [each for each in printed if "seen_late" in each], what
    assert {each[:2] for each in crossings(printed)} >= {
        each[:2] for each in crossings(whole)
    }, what


@pytest.mark.parametrize("seed", range(3))
def test_once_counts_a_line_once_wherever_the_log_is_cut(
    place: Place, seed: int
) -> None:
    """Half a line counts at the end of an input; then the rest of it is no line."""
    rng = random.Random(seed)
    data = b"".join(busy_log(rng))
    edges = sorted(rng.randrange(len(data)) for _ in range(6))
    printed: Objects = []
    for first, last in zip([0, *edges], [*edges, len(data)], strict=True):
        place.append(data[first:last])
        printed += place.once()
        if rng.random() < 0.5:
            printed += place.once()
    whole = of(place.replay(data), "summary")
    for objects in (printed, place.history()):
        reports = of(objects, "report")
        lines = sum(each["lines"] for each in reports)
        assert lines == whole[0]["lines"], f"seed {seed}, edges {edges}"
        hits = sum(each["hits"] for each in reports)
        assert abs(hits - whole[0]["hits"]) <= len(edges), f"seed {seed}"


def test_a_second_run_at_the_same_time_says_so_and_does_no_harm(place: Place) -> None:
    place.append(log(range(20)))
    place.once()
    place.append(log(range(20, 30)))
    with closing(Store(str(place.state), [str(place.log)])):
        code, out, err = place.run("--once")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "another monitor is following the same files" in err
    assert place.once()[0]["hits"] == 10


def test_what_could_not_be_kept_is_told_to_come_again(place: Place) -> None:
    place.append(log(range(20)))
    place.once()
    place.append(log(range(20, 30)))
    with closing(sqlite3.connect(place.state, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, out, err = place.run("--once")
    assert code == 1
    assert "traffic  10 hits" in out
    assert "database is locked; the next run will tell this again" in err
    assert place.once()[0]["hits"] == 10


FAILURES = {
    "no file": (lambda place: None, "no such file"),
    "a directory": (lambda place: place.log.mkdir(), "it is a directory"),
    "a folder for a state": (
        lambda place: (place.log.touch(), place.state.mkdir()),
        "is a directory and cannot hold the state",
    ),
    "a state of other files": (
        lambda place: (place.log.touch(), of_other_files(place.state)),
        "give another with --state",
    ),
    "a text file for a state": (
        lambda place: (place.log.touch(), place.state.write_text("notes\n")),
        "give another file with --state",
    ),
    "a newer state": (
        lambda place: (place.log.touch(), of_newer_version(place.state)),
        "newer version",
    ),
    "a database of another program": (
        lambda place: (place.log.touch(), of_another_program(place.state)),
        "not a state of this program and is left as it is",
    ),
    "a state that is not understood": (
        lambda place: (place.log.touch(), not_understood(place.state, place.log)),
        "cannot be understood and is left as it is",
    ),
}


def of_other_files(path: Path) -> None:
    with closing(Store(str(path), ["/other"])) as store:
        store.save(Batch(a_state(0, ["/other"])))


def of_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (text)")


def not_understood(path: Path, log: Path) -> None:
    with closing(Store(str(path), [str(log)])) as store:
        store.save(Batch({"files": {str(log): {}}, "core": {}, "moment": {}}))


@pytest.mark.parametrize(("prepare", "words"), FAILURES.values(), ids=FAILURES)
def test_once_fails_in_one_line_with(place: Place, prepare: Any, words: str) -> None:
    prepare(place)
    code, out, err = place.run("--once")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert words in err


def test_once_counts_nothing_of_a_log_that_it_cannot_read_to_its_end(
    place: Place,
) -> None:
    data = gzip.compress(log(range(300)))
    place.log.write_bytes(data[: len(data) // 2])
    code, out, err = place.run("--once")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"monitor: cannot read {place.log}: ")
    assert err.endswith("the next run will try again\n")
    place.log.write_bytes(data)
    assert place.once()[0]["hits"] == 300


def test_a_damaged_state_is_told_and_the_log_is_read_from_its_beginning(
    place: Place,
) -> None:
    place.append(log(range(5)))
    place.state.write_bytes(b"SQLite format 3\0" + b"damaged" * 99)
    code, out, err = place.run("--once", "-o", "json")
    report, summary = of(objects_of(out), "report"), of(objects_of(out), "summary")
    assert (code, err.count("\n")) == (0, 1)
    assert f"it was moved to {place.state}.damaged-1" in err
    assert report[0]["hits"] == summary[0]["hits"] == 5


@pytest.mark.parametrize("words", [(), ("--replay",)], ids=["follow", "replay"])
def test_a_directory_is_refused_with_what_to_do(
    place: Place, words: tuple[str, ...]
) -> None:
    place.log.mkdir()
    told = f"cannot read {place.log}: it is a directory; give the log file in it"
    assert place.run(*words) == (1, "", f"monitor: {told}\n")


def test_a_replay_of_a_missing_file_fails_in_one_line(place: Place) -> None:
    told = f"cannot read {place.log}: no such file; check the path"
    assert place.run("--replay") == (1, "", f"monitor: {told}\n")


# --- following -----------------------------------------------------------------------------


def test_time_away_is_told_by_the_clock_that_nobody_sets() -> None:
    moment = _moment()
    for went_on, other in (
        ({"awake": moment["awake"] - 5}, {"wall": 0.0}),
        ({"wall": moment["wall"] - 5}, {"awake": 0.0, "boot": "another"}),
    ):
        assert 5 <= _seconds_since({**moment, **went_on, **other}) < 60
    assert _seconds_since({**moment, "wall": 4e9, "boot": "another"}) == 0


def test_the_writer_of_a_pipe_does_not_lose_its_reader_at_the_start(
    tmp_path: Path,
) -> None:
    path, ends = tmp_path / "pipe", list[int]()
    os.mkfifo(path)
    writer = Thread(target=lambda: ends.append(os.open(path, os.O_WRONLY)))
    writer.start()
    for _ in range(3000):  # it waits for a reader meanwhile
        _check(str(path))
    waits = not ends
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer.join()
    for each in (reader, *ends):
        os.close(each)
    assert waits


class Heard:
    """What was said into pipes so far."""

    def __init__(self, stdout: int, stderr: int = -1) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.read = {stdout: b"", stderr: b""}

    def wait_for(self, *texts: str, stderr: bool = False) -> None:
        """Reads until all texts have come."""
        stream = self.stderr if stderr else self.stdout
        end = monotonic() + PATIENCE
        while not all(text.encode() in self.read[stream] for text in texts):
            left = max(0.0, end - monotonic())
            assert select.select([stream], [], [], left)[0], f"{texts}: {self.read}"
            data = os.read(stream, 1 << 16)
            assert data, f"ended without {texts}: {self.read}"
            self.read[stream] += data

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Reads until something is so."""
        end = monotonic() + PATIENCE
        while not is_so():
            assert monotonic() < end, f"{self.read}"
            if select.select([self.stdout], [], [], 0.05)[0]:
                self.read[self.stdout] += os.read(self.stdout, 1 << 16)


class Monitor(Heard):
    """The real program, following a log."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        assert process.stderr
        super().__init__(process.stdout.fileno(), process.stderr.fileno())
        self.process = process

    def end(self, number: signal.Signals) -> tuple[int, Objects, str]:
        """Ends it by a signal; gives all it said."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        said = self.read[self.stdout] + out
        whole = said[: said.rfind(b"\n") + 1].decode()
        told = (self.read[self.stderr] + err).decode()
        assert "Traceback" not in told
        return self.process.returncode, objects_of(whole), told

    def stop(self) -> tuple[Objects, str]:
        code, objects, told = self.end(signal.SIGTERM)
        assert code == 0
        return objects, told


class InThread(Heard):
    """The same in a thread: no process to start, and a coverage tool sees its lines."""

    def __init__(self, place: Place, words: Sequence[str]) -> None:
        reader, self._writer = os.pipe()
        super().__init__(reader)
        self._signals = Stop()
        settings = read_settings([*FOLLOW, *words, str(place.log)])
        output = Writer(self._writer, "utf-8", self._signals)
        session = Session(settings, Style(), output, self._signals)
        self._life = ThreadPoolExecutor(1).submit(self._live, session)

    def _live(self, session: Session) -> None:
        try:
            session.run()
        finally:
            os.close(self._writer)

    def stop(self) -> Objects:
        self.end()
        while data := os.read(self.stdout, 1 << 16):
            self.read[self.stdout] += data
        os.close(self.stdout)
        return objects_of(self.read[self.stdout].decode())

    def end(self) -> None:
        """Ends it as a signal does, and waits for it."""
        self._signals.signal = signal.SIGTERM
        self._life.result(PATIENCE)


def stored_sums(place: Place) -> dict[str, Any]:
    return sums_of(of(place.history(), "report"))


@contextmanager
def following(place: Place, *words: str, **environ: str) -> Iterator[Monitor]:
    command = [sys.executable, MAIN, *FOLLOW, *words, place.log]
    state = ["--state", place.state] if not environ else []
    with subprocess.Popen(
        [*command, *state],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "XDG_STATE_HOME": str(place.log.parent / "xdg"), **environ},
        bufsize=0,
    ) as process:
        try:
            yield Monitor(process)
        finally:
            process.kill()


@contextmanager
def watching(place: Place, *words: str) -> Iterator[InThread]:
    monitor = InThread(place, words or ["--state", str(place.state)])
    try:
        yield monitor
    finally:
        monitor.end()


def begin(place: Place, monitor: Heard) -> None:
    """Waits until it follows a log that is missing, so that all is new to it."""
    monitor.wait_for("waiting for it", stderr=isinstance(monitor, Monitor))


def test_a_kill_in_an_incident_is_no_second_alert_and_one_recovery(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    said: Objects = []
    with following(place) as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:30 1:1")))
        monitor.wait_until(lambda: len(crossings(place.history())) == 1)
        said += monitor.end(signal.SIGKILL)[1]
    place.append(line(2, "/two") * 5)
    with following(place) as monitor:
        monitor.wait_until(lambda: "/two hits" in stored_sums(place))
        said += monitor.end(signal.SIGKILL)[1]
    with following(place) as monitor:
        place.append(log(traffic("20:1")))
        monitor.wait_for('"state":"recovered"')
        said += monitor.stop()[0]
    assert [(state, hits) for _, state, hits in crossings(said)] == [
        ("firing", 30),
        ("recovered", 6),
    ]
    assert crossings(place.history()) == crossings(said)
    assert stored_sums(place)["hits"] == 37


def test_a_log_that_is_followed_by_two_names_is_told(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    place.append(log([1]))
    link = tmp_path / "link"
    link.symlink_to(place.log)
    with following(place, str(link)) as monitor:
        monitor.wait_for("by a second name: it counts twice", stderr=True)


def test_where_it_begins_is_saved_at_once(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    place.append(log(traffic("0-5:1")))
    with following(place, "-i", "3600") as monitor:
        monitor.wait_until(lambda: has_state(place.state))
        monitor.end(signal.SIGKILL)
    place.append(log(traffic("6-8:1")))
    assert place.once()[0]["hits"] == 3


def has_state(path: Path) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'state'"
        if not connection.execute(tables).fetchone()[0]:
            return False
        return bool(connection.execute("SELECT count(*) FROM state").fetchone()[0])


def test_what_was_written_while_it_was_away_is_one_report_with_late_alerts(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    with watching(place) as monitor:
        begin(place, monitor)
        place.append(log(traffic("0-5:1")))
        monitor.wait_for('"hits":1,')
        monitor.stop()
    place.append(log(traffic("10-20:1 30:15 50-80:1")))
    rename(place.log)
    place.append(log(traffic("81-99:1")))
    with following(place) as monitor:
        monitor.wait_for('"hits":75,', '"state":"recovered"')
        objects, told = monitor.stop()
    assert told == ""
    report = next(each for each in of(objects, "report") if each["hits"])
    assert report["hits"] == 11 + 15 + 31 + 18
    assert [each["seen_late"] for each in of(objects, "alert")] == [True, True]
    assert "seen late" in of(objects, "alert")[0]["message"]
    whole = place.replay(log(traffic("0-5:1 10-20:1 30:15 50-99:1")))
    assert crossings(place.history()) == crossings(whole)
    assert sums_of(of(place.history(), "report")) == sums_of(of(whole, "summary"))


def test_a_stop_saves_the_report_that_is_not_over(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    pieces = [traffic("0-3:2"), traffic("3-4:5"), traffic("4:1 9:1")]
    for number, piece in enumerate(pieces):
        with watching(place) as monitor:
            if not number:
                begin(place, monitor)
            place.append(log(piece))
            monitor.wait_for('"hits":2,' if not number else '"type":"report"')
            monitor.stop()
    total = sums_of(of(place.history(), "report"))
    assert total["hits"] == sum(map(len, pieces))


def test_nothing_is_kept_of_a_run_without_state(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    with watching(place, "--no-state") as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:12 1")))
        monitor.wait_for('"state":"firing"')
        monitor.stop()
    assert [each.name for each in place.log.parent.iterdir()] == ["access.log"]


def test_the_state_is_kept_where_the_environment_says(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    home = place.log.parent / "home"
    place.append(b"")
    with following(place, STATE_DIRECTORY="", XDG_STATE_HOME=str(home)) as monitor:
        monitor.wait_for('"type":"report"')
        monitor.stop()
    (path,) = (home / "access-log-monitor").glob("access.log-*.db")
    assert path.stat().st_mode & 0o777 == 0o600


GONE_ON = {
    "damaged": (
        lambda path: path.write_bytes(b"SQLite format 3\0" + b"damaged" * 99),
        "the state was damaged: it was moved to",
    ),
    "a text file": (
        lambda path: path.write_text("notes\n"),
        "not a state of this program and is left as it is",
    ),
    "newer": (of_newer_version, "newer version"),
    "of another program": (of_another_program, "not a state of this program"),
    "not understood": (
        lambda path: not_understood(path, path.with_name("access.log")),
        "cannot be understood and is left as it is",
    ),
    "a folder": (Path.mkdir, "is a directory and cannot hold the state"),
}


@pytest.mark.parametrize(("prepare", "words"), GONE_ON.values(), ids=GONE_ON)
def test_monitoring_goes_on_when_the_state_is(
    tmp_path: Path, prepare: Any, words: str
) -> None:
    place = place_beside_others(tmp_path)
    prepare(place.state)
    with following(place) as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:12 1")))
        monitor.wait_for('"state":"firing"')
        objects, told = monitor.stop()
    assert [words in each for each in told.splitlines()].count(True) == 1
    assert len(of(objects, "notice")) == told.count("\n")
    assert of(objects, "summary")[0]["hits"] == 13


def test_a_second_monitor_goes_on_from_memory_and_leaves_the_state_alone(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    with following(place) as first:
        begin(place, first)
        with following(place) as second:
            begin(place, second)
            place.append(log(traffic("0:12 1")))
            for monitor in (first, second):
                monitor.wait_for('"state":"firing"')
            told = second.stop()[1]
        assert first.stop()[1].count("another monitor") == 0
    assert told.count("another monitor is following the same files") == 1
    assert stored_sums(place)["hits"] == 13
    assert len(crossings(place.history())) == 1


def test_a_clock_that_was_set_disturbs_nothing(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    moment = {"wall": 4e9, "boot": "another", "awake": 1e9}
    with watching(place) as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:12 1")))
        monitor.wait_for('"state":"firing"')
        monitor.stop()
    with closing(Store(str(place.state), [str(place.log)])) as store:
        state = store.load() or {}
        state["moment"].update(moment)
        store.save(Batch(state))
    place.append(log(traffic("20:3")))
    with following(place) as monitor:
        monitor.wait_for('"state":"recovered"')
        monitor.wait_for('"hits":3,"unparsed"')
        objects, told = monitor.stop()
    assert told == ""
    assert of(objects, "alert")[0]["at"] == "2026-11-23T22:48:10Z"
    assert stored_sums(place)["hits"] == 16


def test_what_cannot_be_found_again_is_said_in_one_notice(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    with watching(place) as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:12 1")))
        monitor.wait_for('"state":"firing"')
        monitor.stop()
    size = place.log.stat().st_size
    place.log.unlink()
    place.append(log(traffic("5:7")))
    with following(place) as monitor:
        monitor.wait_for(f"after its first {size} bytes")
        monitor.wait_for('"type":"report"')
        assert monitor.stop()[1].count("\n") == 1
    assert stored_sums(place)["hits"] == 20


# --- broken off ----------------------------------------------------------------------------


def loop(path: Path) -> tuple[Pipeline, Tailer]:
    tailer = Tailer([str(path)])
    tailer.begin(0.0)
    return Pipeline(Settings(), START, 0.0), tailer


def unread(events: Iterable[Event]) -> None:
    """Shows events to a reader who does not read when a signal comes."""
    for _ in events:
        raise Interrupted


@pytest.mark.parametrize("shows", [[unread, list], [unread, unread], [list, unread]])
def test_following_that_is_broken_off_while_it_tells_saves_all_that_was_read(
    place: Place, shows: list[Callable[[Iterable[Event]], object]]
) -> None:
    place.append(log(traffic("0-30:1")))
    saved: list[int] = []
    stop, shown = Stop(), iter(shows)

    def show(events: Iterable[Event]) -> None:
        stop.signal = signal.SIGTERM
        next(shown)(events)

    def save(mono: float, urgent: bool) -> None:
        files = tailer.snapshot(pipeline.held)[str(place.log)]["files"]
        saved.append(files[0]["offset"])

    pipeline, tailer = loop(place.log)
    with suppress(Interrupted):
        follow(pipeline, tailer, show, print, stop, lambda: 1.0, print, save, 10.0)
    assert saved[-1] == place.log.stat().st_size


def test_a_signal_in_the_midst_of_counting_saves_nothing(place: Place) -> None:
    """Not all that was read is counted then; the next run begins at the last save."""
    place.append(log(traffic("0-30:1")))
    saves: list[float] = []

    class Broken(Tailer):
        def poll(self, mono: float, *args: Any) -> Iterator[Arrival]:
            yield from super().poll(mono, *args)
            raise Interrupted

    tailer = Broken([str(place.log)])
    tailer.begin(0.0)
    follow(
        Pipeline(Settings(), START, 0.0),
        tailer,
        list,
        print,
        Stop(),
        lambda: 1.0,
        print,
        lambda mono, urgent: saves.append(mono),
        interval=10.0,
    )
    assert saves == []


def test_once_that_is_broken_off_saves_nothing(place: Place) -> None:
    place.append(log(traffic("0-30:1")))
    stop = Stop()
    stop.signal = signal.SIGTERM
    with pytest.raises(Interrupted):
        read_new(*loop(place.log), list, print, stop)
