"""What goes on after a stop: the counts of the core, and the files where they stood.

The law: wherever a run is cut, it and its successor tell the alerts and the sums of one run.
"""

import gzip
import json
import os
import random
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from support.timelines import (
    DAY,
    HOUR,
    START,
    Events,
    line,
    log,
    random_settings,
    random_traffic,
    told,
    traffic,
)
from support.watching import always, append, copytruncate, rotate

from monitor.alerts.state import Alert
from monitor.core import Notice
from monitor.core.events import Report
from monitor.core.pipeline import Pipeline
from monitor.formats.lines import LineSplitter
from monitor.inputs.arrivals import Data, Source
from monitor.inputs.cursor import Cursor
from monitor.inputs.follow import Followed
from monitor.inputs.rotation import Identity, Opened, Sibling, find_again
from monitor.inputs.siblings import look_at, siblings_of
from monitor.options import Settings
from monitor.stats.tally import Tally

SEEDS = range(10)
SETTINGS = Settings(replay=True, window=10, threshold=Fraction(1))


def saved(pipeline: Pipeline) -> dict[str, Any]:
    """Gives a snapshot as the next run reads it."""
    assert pipeline.is_settled
    value: dict[str, Any] = json.loads(json.dumps(pipeline.snapshot()))
    return value


def sums(reports: Iterable[Report]) -> dict[str, Any]:
    """Adds reports up: the hits, by all that is known of them."""
    total = Tally()
    for report in reports:
        total.add(report.tally)
    return {key: value for key, value in vars(total).items() if key not in UNTOLD}


UNTOLD = ("unparsed", "ignored", "sample")
"""A replay tells no report of an interval without a hit."""


# --- the core, replayed --------------------------------------------------------------------


def replayed(data: bytes, settings: Settings, cuts: Sequence[int] = ()) -> Events:
    """Replays a log, by a new pipeline from each cut on; the last one tells all that is left."""
    pipeline, events, offset = Pipeline(settings), Events(), 0
    for cut in cuts:
        pipeline.feed("log", data[offset:cut], at_start=offset == 0)
        events += pipeline.drain()
        offset = cut - pipeline.held("log")
        snapshot = saved(pipeline)
        pipeline = Pipeline(settings)
        pipeline.restore(snapshot, 0.0, 0.0)
    pipeline.feed("log", data[offset:], at_start=offset == 0)
    events += pipeline.drain()
    pipeline.end("log")
    events += pipeline.drain()
    return Events([*events, *pipeline.finish()])


@pytest.mark.parametrize("stops", [[60], [60, 70], [60, 62, 65]])
def test_a_longer_window_tells_no_recovery_before_it_is_full(stops: list[int]) -> None:
    """Two hits a second fired; a run with a longer window knows only the last ten seconds."""
    high = b"".join(line(second) * 2 for second in range(200))
    low = b"".join(line(second) for second in range(200, 400, 4))
    pipeline, start, alerts = Pipeline(SETTINGS), 0, []
    for stop in stops:
        pipeline.feed("log", high[start * 2 * len(line(0)) : stop * 2 * len(line(0))])
        alerts += Events(pipeline.drain()).alerts
        snapshot, start = saved(pipeline), stop
        pipeline = Pipeline(SETTINGS._replace(window=60))
        pipeline.restore(snapshot, 0.0, 0.0)
    pipeline.feed("log", high[start * 2 * len(line(0)) :] + low)
    alerts += Events(pipeline.drain()).alerts
    first, last = alerts
    assert (first.state, first.rule.window) == ("firing", 10)
    assert (last.state, last.rule.window) == ("recovered", 60)
    assert last.at - START in range(234, 245)
    assert last.peak == 2 * 60


def test_a_longer_window_that_is_full_tells_a_recovery() -> None:
    high = b"".join(line(second) * 2 for second in range(60))
    low = b"".join(line(second) for second in range(60, 400, 4))
    pipeline = Pipeline(SETTINGS)
    pipeline.feed("log", high)
    (fired,) = Events(pipeline.drain()).alerts
    snapshot = saved(pipeline)
    pipeline = Pipeline(SETTINGS._replace(window=60))
    pipeline.restore(snapshot, 0.0, 0.0)
    pipeline.feed("log", low)
    (alert,) = Events(pipeline.drain()).alerts
    # The old window knew all from second 49 on.
    assert (alert.state, alert.at - START) == ("recovered", 49 + 59)
    assert alert.peak == 20 * 60 // 10
    assert fired.state == "firing"


def odd_log(rng: random.Random) -> bytes:
    """Makes a log with lines far off, lines that are none, and a clock that is set back."""
    lines = []
    shift = 0
    for second in random_traffic(rng, 400):
        if rng.random() < 0.004:
            shift -= rng.choice((HOUR, 2 * HOUR, 3 * DAY))
        if rng.random() < 0.01:
            lines.append(line(second + rng.choice((-20, 1, 30)) * 365 * DAY))
        if rng.random() < 0.02:
            lines.append(rng.choice((b"\n", b"# a comment\n", b"\xff \0 what?\n")))
        path = rng.choice(("/a/b", "/c", "/d?x=/", "/\xe9/x"))
        lines.append(line(second + shift, path, rng.choice((200, 404, 500)), second))
    return b"".join(lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_replay_that_is_cut_anywhere_tells_what_one_run_tells(seed: int) -> None:
    rng = random.Random(seed)
    data, settings = odd_log(rng), random_settings(rng)
    whole = replayed(data, settings)
    for _ in range(2):
        cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(1, 9)))
        parts = replayed(data, settings, cuts)
        what = f"seed {seed}, cuts {cuts}"
        assert told(parts.alerts) == told(whole.alerts), what
        assert parts.alerts == whole.alerts, what
        assert sums(parts.reports) == sums(whole.reports), what


def test_the_odd_logs_have_all_that_is_hard() -> None:
    events = Events()
    for seed in SEEDS:
        rng = random.Random(seed)
        events += replayed(odd_log(rng), random_settings(rng))
    total = sums(events.reports)
    setbacks = [each for each in events.notices if "went back" in each]
    seen = total["late"], total["misdated"], len(events.alerts), len(setbacks)
    assert all(map(int.__gt__, seen, (30, 15, 30, 2))), seen


ODD_PLACES = {
    "the first hit, which is far off": (log([-9000 * DAY, *range(30)]), 1),
    "a hit far ahead that is wrong": (log([*range(10), 9000 * DAY, 11, 12]), 11),
    "a hit far ahead after a silent night": (log([*range(10), 20000, 20001]), 11),
    "the last hit": (log([*range(10), 20000]), 11),
    "in the middle of a second": (log([0] * 15 + [1] * 15 + [20]), 20),
    "before the first": (log(range(20)), 0),
    "after the last": (log(range(20)), 20),
    "in a run of hits behind the clock": (
        log([*range(3600, 3700), *range(200)]),
        150,
    ),
    "with nothing but lines without a time": (b"?\n" * 5 + log(range(20)), 3),
}


@pytest.mark.parametrize(("data", "number"), ODD_PLACES.values(), ids=ODD_PLACES)
def test_a_replay_can_be_cut_at(data: bytes, number: int) -> None:
    settings = SETTINGS._replace(threshold=Fraction(1, 2))
    cut = len(b"".join(data.splitlines(keepends=True)[:number]))
    whole, parts = replayed(data, settings), replayed(data, settings, [cut])
    assert parts.alerts == whole.alerts
    assert vars(parts.summary.tally) == vars(whole.summary.tally) or number
    assert sums(parts.reports) == sums(whole.reports)


def test_a_firing_alert_is_not_told_again_and_its_recovery_once() -> None:
    data = log(traffic("0-30:5 60:1"))
    middle = data.index(line(15))
    parts = replayed(data, SETTINGS, [middle, middle, middle + 500])
    assert told(parts.alerts) == "fires 15 at 2, recovers 5 at 39"
    assert parts.alerts == replayed(data, SETTINGS).alerts


# --- the core, followed --------------------------------------------------------------------


class Lives:
    """A pipeline that follows one log, is killed, and starts again with what it had saved.

    Times are true times in seconds; the machine's clock is wrong by `wall` seconds.
    """

    STEP = 0.25

    def __init__(
        self, settings: Settings, written: Sequence[tuple[float, bytes]], wall: int = 0
    ) -> None:
        self._settings, self._written, self._wall = settings, written, wall
        self._fed = 0
        self._boot = 5000.0
        self.now = 0.0
        self.events = Events()
        self.pipeline = Pipeline(settings, START + wall, self._boot)

    def run(self, until: float) -> None:
        while self.now < until:
            self.now += self.STEP
            mono = self._boot + self.now
            first = self._fed
            while self._fed < len(self._written):
                if self._written[self._fed][0] > self.now:
                    break
                self._fed += 1
            new = self._written[first : self._fed]
            self.pipeline.feed("log", b"".join(data for _, data in new))
            self.events += self.pipeline.drain(mono)
            self.events += self.pipeline.tick(mono)

    def die(self, killed_at: float, back_at: float) -> None:
        """Save now, run on, be killed, and come back."""
        snapshot, fed, at = saved(self.pipeline), self._fed, self.now
        events = Events(self.events)
        self.run(killed_at)
        self._fed, self.events, self.now = fed, events, back_at
        self._boot += 777.0  # a monotonic clock begins anywhere
        mono = self._boot + self.now
        self.pipeline = Pipeline(self._settings, START + self._wall + back_at, mono)
        self.pipeline.restore(snapshot, back_at - at, mono)

    def end(self) -> Events:
        self.events += self.pipeline.finish(self._boot + self.now, ended=False)
        return self.events


def on_time(alerts: Iterable[Alert]) -> list[Alert]:
    return [alert._replace(seen_late=False) for alert in alerts]


def written_hits(seconds: Iterable[int], clock: int = 0) -> list[tuple[float, bytes]]:
    return [(second + 0.1, line(second + clock)) for second in sorted(seconds)]


@pytest.mark.parametrize("seed", range(6))
def test_a_monitor_that_is_killed_tells_what_one_that_lives_on_tells(seed: int) -> None:
    rng = random.Random(seed)
    settings = random_settings(rng)._replace(replay=False, delay=0)
    clock, wall = rng.choice((0, -3 * HOUR, 400 * DAY)), rng.choice((0, 5, 12345))
    traffic = [second for second in random_traffic(rng, 150, late=0) if second < 900]
    written = written_hits(traffic, clock)
    until = written[-1][0] + 200
    undisturbed = Lives(settings, written, wall)
    undisturbed.run(until)
    lives = Lives(settings, written, wall)
    deaths = []
    while lives.now < until:
        lives.run(lives.now + rng.choice((1, 20, 90)) * rng.random())
        killed_at = lives.now + rng.choice((0, 0, 3, 10)) * rng.random()
        deaths.append((lives.now, killed_at))
        lives.die(killed_at, killed_at + rng.choice((0, 1, 30, 130)) * rng.random())
    lives.run(until)
    what = f"seed {seed}, deaths {deaths}"
    one, other = undisturbed.end(), lives.end()
    assert told(other.alerts) == told(one.alerts), what
    assert on_time(other.alerts) == one.alerts, what
    assert sums(other.reports) == sums(one.reports), what
    assert sum(report.tally.lines for report in other.reports) == len(written), what


def test_what_came_while_it_was_away_is_one_report_and_its_alerts_are_seen_late() -> (
    None
):
    settings = Settings(window=10, threshold=Fraction(1))
    lives = Lives(settings, written_hits(traffic("0-99:1 130-135:5 200-209:1")))
    lives.run(42)
    before = len(lives.events.reports)
    lives.die(42, 202)
    lives.run(220)
    reports = lives.end().reports[before:]
    assert [(r.start - START, r.end - START, r.tally.hits) for r in reports if r.start][
        :2
    ] == [(40, 200, 90), (200, 210, 10)]
    alerts = lives.events.alerts
    assert told(alerts) == "fires 15 at 132, recovers 5 at 144"
    assert [alert.seen_late for alert in alerts] == [True, True]


def test_a_hit_that_waits_for_the_next_one_is_not_lost_with_the_monitor() -> None:
    """It is years old, so nothing is known of the log's clock yet."""
    lives = Lives(Settings(), [(0.2, line(-400 * DAY)), (9.2, line(-400 * DAY + 9))])
    lives.run(0.25)
    lives.die(0.25, 8)
    lives.run(30)
    assert sum(report.tally.hits for report in lives.end().reports) == 2


def test_an_alert_that_fired_by_what_was_read_back_survives_a_silent_life() -> None:
    settings = Settings(window=10, threshold=Fraction(1))
    lives = Lives(settings, [])
    seconds = Counter({START - 2: 20, START - 1: 20})
    lives.pipeline.backfill(seconds)
    lives.run(2)
    assert told(lives.events.alerts) == "fires 40 at 0"
    lives.die(2, 3)
    lives.run(30)
    assert told(lives.events.alerts) == "fires 40 at 0, recovers 0 at 9"


# --- the files -----------------------------------------------------------------------------


class Run:
    """A run that reads what is new in a log, by lines, and can be saved and resumed."""

    def __init__(self, path: Path, snapshot: dict[str, Any] | None = None) -> None:
        self.tailer = Followed([str(path)])
        self.told: list[str] = []
        self._splitters: dict[Source, LineSplitter] = {}
        self._mono = 0.0
        if snapshot is None:
            self.tailer.begin(0.0)
        else:
            self.told = [told.message for told in self.tailer.resume(snapshot, 0.0)]

    def read(self) -> list[str]:
        """Reads up to the present ends; gives the lines, halves of a line apart."""
        lines: list[bytes] = []
        for _ in range(100):
            self._mono += 0.2
            for each in self.tailer.poll(self._mono, always):
                if isinstance(each, Notice):
                    self.told.append(each.message)
                elif isinstance(each, Data):
                    start = LineSplitter(each.at_start, each.mid_line)
                    splitter = self._splitters.setdefault(each.source, start)
                    for block in splitter.feed(each.data):
                        assert isinstance(block, bytes)
                        lines += block.splitlines()
            if not self.tailer.busy:
                break
        return [line.decode() for line in lines]

    def end(self) -> list[str]:
        """Counts the last line without its newline, as --once does."""
        rest = [b for splitter in self._splitters.values() for b in splitter.end()]
        self._splitters = {}
        return [block.decode().strip() for block in rest if isinstance(block, bytes)]

    def save(self) -> dict[str, Any]:
        value = json.dumps(self.tailer.snapshot(self._held))
        snapshot: dict[str, Any] = json.loads(value)
        return snapshot

    def _held(self, source: Source) -> int:
        splitter = self._splitters.get(source)
        return splitter.held if splitter else 0


class World:
    """A log that is written and rotated, and the lines that are to be read from it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "access.log"
        self.path.touch()
        self.lines: list[str] = []
        self._number = 0

    def write(self, number: int = 3) -> None:
        first, self._number = self._number, self._number + number
        new = [f"line {each} {'x' * 40}" for each in range(first, self._number)]
        with self.path.open("a") as file:
            file.writelines(f"{line}\n" for line in new)
        self.lines += new

    def other(self, name: str) -> Path:
        return self.path.with_name(name)

    def rename(self, name: str = "access.log.1") -> None:
        self.path.rename(self.other(name))
        self.path.touch()

    def copytruncate(self, name: str = "access.log.1") -> None:
        self.other(name).write_bytes(self.path.read_bytes())
        os.truncate(self.path, 0)

    def move(self, old: str, new: str) -> None:
        self.other(old).rename(self.other(new))

    def compress(
        self, name: str = "access.log.1", *, keep: bool = False, part: float = 1.0
    ) -> None:
        old, new = self.other(name), self.other(f"{name}.gz")
        status = old.stat()
        data = gzip.compress(old.read_bytes())
        new.write_bytes(data[: int(len(data) * part)])
        os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
        if not keep:
            old.unlink()

    def copy(self) -> None:
        """Puts a copy in the log's place, as an editor does: another inode."""
        copy = self.other("copy")
        copy.write_bytes(self.path.read_bytes())
        copy.rename(self.path)

    def remove(self) -> None:
        self.path.unlink()
        self.path.touch()


Away = Callable[[World], None]


def steps(*names: str) -> Away:
    """Writes lines, does something, and so on; at last writes lines."""

    def play(world: World) -> None:
        for name in names:
            world.write()
            method, _, words = name.partition(" ")
            getattr(world, method)(*words.split())
        world.write()

    return play


def together(*names: str) -> Away:
    """Does several things without lines between them."""

    def play(world: World) -> None:
        for name in names:
            method, _, words = name.partition(" ")
            getattr(world, method)(*words.split())

    return play


def again(*plays: Away) -> Away:
    def play(world: World) -> None:
        for each in plays:
            each(world)
        world.write()

    return play


SHIFT = together("move access.log.1 access.log.2")
AWAY: dict[str, Away] = {
    "nothing": lambda world: None,
    "more lines": steps(),
    "a rename": steps("rename"),
    "a rename and no new line": together("rename"),
    "a rename to a dated name": steps("rename access.log-20261123"),
    "a rename to another dated name": steps("rename access-2026-11-23.log"),
    "a rename, compressed": again(steps("rename"), together("compress")),
    "a dated rename, compressed": again(
        steps("rename access.log-20261123"), together("compress access.log-20261123")
    ),
    "two renames": again(steps("rename"), SHIFT, steps("rename")),
    "two renames, the older compressed": again(
        steps("rename"), SHIFT, together("compress access.log.2"), steps("rename")
    ),
    "two renames, all compressed": again(
        steps("rename"),
        SHIFT,
        together("compress access.log.2"),
        steps("rename"),
        together("compress access.log.1"),
    ),
    "copytruncate": steps("copytruncate"),
    "copytruncate, compressed": again(steps("copytruncate"), together("compress")),
    "copytruncate twice": again(steps("copytruncate"), SHIFT, steps("copytruncate")),
    "copytruncate twice, compressed": again(
        steps("copytruncate"),
        together("compress", "move access.log.1.gz access.log.2.gz"),
        steps("copytruncate"),
        together("compress"),
    ),
    "copytruncate and then more than before": again(
        steps("copytruncate"), lambda world: world.write(100)
    ),
    "a copy in its place": steps("copy"),
    "a file that is being compressed": again(
        steps("rename"), lambda world: world.compress(keep=True)
    ),
    "a newer file that was compressed just now": again(
        steps("rename"),
        SHIFT,
        steps("rename"),
        lambda world: world.compress(keep=True),
    ),
    "a newer file that is being compressed": again(
        steps("rename"),
        SHIFT,
        lambda world: world.write(2000),
        together("rename"),
        lambda world: world.compress(keep=True, part=0.7),
    ),
}

READ = {
    "lines": lambda world: world.write(5),
    "many lines": lambda world: world.write(50),
    "nothing": lambda world: None,
    "rotated lines": lambda world: (world.write(), world.rename("access.log-1")),
}


@pytest.mark.parametrize("play", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize("before", READ.values(), ids=READ)
def test_every_line_is_read_once_when_while_it_was_away_there_was(
    tmp_path: Path, before: Away, play: Away
) -> None:
    world = World(tmp_path)
    before(world)
    first = Run(world.path)
    if before is READ["rotated lines"]:
        world.lines = []  # they were there before the first run
    lines = first.read()
    play(world)
    second = Run(world.path, first.save())
    lines += second.read()
    world.write()
    lines += second.read()
    third = Run(world.path, second.save())
    lines += third.read()
    assert sorted(lines) == sorted(world.lines)
    assert (second.told, third.told) == ([], [])


# --- what cannot be found, and what is not whole -------------------------------------------


def overwrite(world: World) -> None:
    """Puts other content into the same inode, longer than it was."""
    world.path.write_text("")
    world.lines = world.lines[:5]
    world.write(50)


def remove(world: World) -> None:
    world.write()
    world.lines = world.lines[:5]
    world.remove()
    world.write()


@pytest.mark.parametrize("play", [overwrite, remove], ids=lambda play: play.__name__)
def test_what_is_gone_is_told_once_with_where_it_was_left(
    tmp_path: Path, play: Away
) -> None:
    world = World(tmp_path)
    world.write(5)
    first = Run(world.path)
    lines = first.read()
    offset = world.path.stat().st_size
    play(world)
    second = Run(world.path, first.save())
    lines += second.read()
    (told,) = second.told
    assert f"{world.path}: the file that was followed is gone" in told
    assert f"after its first {offset} bytes, if any, are not counted" in told
    third = Run(world.path, second.save())
    assert third.read() == third.told == []
    assert lines == world.lines


def test_a_log_that_is_missing_for_a_whole_run_is_read_when_it_is_back(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.write(5)
    first = Run(world.path)
    lines = first.read()
    world.move("access.log", "access.log.1")
    second = Run(world.path, first.save())
    assert second.read() == []
    world.path.touch()
    world.write()
    lines += Run(world.path, second.save()).read()
    assert lines == world.lines


def test_a_log_whose_folder_is_not_there_at_the_start_goes_on_where_it_was(
    tmp_path: Path,
) -> None:
    """As on a disk that is mounted late."""
    folder, elsewhere = tmp_path / "mounted", tmp_path / "elsewhere"
    folder.mkdir()
    world = World(folder)
    world.write()
    world.rename()
    world.write()
    first = Run(world.path)
    lines = first.read()
    assert lines == world.lines[3:]
    folder.rename(elsewhere)
    second = Run(world.path, first.save())
    assert second.read() == []
    third = Run(world.path, second.save())
    assert third.read() == []
    elsewhere.rename(folder)
    for _ in range(2):
        world.write()
        rotate(world.path)
    world.write()
    lines += third.read() + third.read()
    assert lines == world.lines[3:]
    waiting, following = third.told
    assert waiting.endswith("No such file or directory: waiting for it")
    assert following.endswith("is there: following it")


def test_a_pipe_in_place_of_a_log_is_read_and_nothing_else_is_sought(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.write()
    first = Run(world.path)
    first.read()
    world.path.unlink()
    os.mkfifo(world.path)
    second = Run(world.path, first.save())
    assert second.read() == []
    assert second.save()[str(world.path)]["files"] == []


def test_another_log_that_comes_late_is_told_and_read_whole(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write()
    first = Run(world.path)
    first.read()
    world.path.unlink()
    second = Run(world.path, first.save())
    assert second.read() == []
    world.path.write_text("another\nlog\n")
    assert second.read() == ["another", "log"]
    _, told, _ = second.told
    assert "the file that was followed is gone" in told


@pytest.mark.parametrize("seed", range(10))
def test_half_a_line_is_counted_once_in_whatever_file_its_rest_is(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    world = World(tmp_path)
    data = b"".join(b"line %d\n" % number for number in range(40))
    edges = sorted(rng.randrange(len(data) + 1) for _ in range(8))
    counted, snapshot = 0, None
    for first, last in zip([0, *edges], [*edges, len(data)], strict=True):
        with world.path.open("ab") as file:
            file.write(data[first:last])
        if snapshot and rng.random() < 0.5:
            for number in range(9, 0, -1):
                old = world.other(f"access.log.{number}")
                if old.exists():
                    old.rename(world.other(f"access.log.{number + 1}"))
            rng.choice((world.rename, world.copytruncate))()
            if not data[:last].endswith(b"\n"):
                break  # whoever writes to the new file does not write the rest
        run = Run(world.path, snapshot)
        counted += len(run.read()) + len(run.end())
        snapshot = run.save()
    run = Run(world.path, snapshot)
    counted += len(run.read()) + len(run.end())
    written = data[:last]
    assert counted == written.count(b"\n") + (not written.endswith(b"\n")), f"{seed}"


def test_the_rest_of_a_line_that_was_counted_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    snapshot, lines = None, []
    for piece in (b"one\ntw", b"", b"o", b" and a half\nthree\n", b"four"):
        with path.open("ab") as file:
            file.write(piece)
        run = Run(path, snapshot)
        lines += run.read() + run.end()
        snapshot = run.save()
    assert lines == ["one", "tw", "three", "four"]


def test_the_rest_of_a_line_that_was_counted_is_passed_over_in_a_copy(
    tmp_path: Path,
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(b"one\ntw")
    first = Run(path)
    assert first.read() + first.end() == ["one", "tw"]
    second = Run(path, first.save())
    append(path, b"o\nthree\n")
    copytruncate(path)  # before it has read anything
    assert second.read() + second.end() == ["three"]


@pytest.mark.parametrize(
    ("counted", "lines"),
    [
        pytest.param(b"one\n\0\0", ["two", "three"], id="a hole before a line"),
        pytest.param(b"one\nt\0", ["three"], id="in half a line"),
        pytest.param(b"\0" * 99, ["two", "three"], id="nothing but a hole"),
    ],
)
def test_nul_bytes_after_a_newline_are_before_a_line_and_others_in_one(
    tmp_path: Path, counted: bytes, lines: list[str]
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(counted)
    first = Run(path)
    first.read()
    first.end()
    append(path, b"two\nthree\n")
    assert [each.strip("\0") for each in Run(path, first.save()).read()] == lines


def test_half_a_line_that_was_not_counted_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    snapshot, lines = None, []
    for piece in (b"one\ntw", b"", b"o", b" and a half\nthree\n"):
        with path.open("ab") as file:
            file.write(piece)
        run = Run(path, snapshot)
        lines += run.read()
        snapshot = run.save()
    assert lines == ["one", "two and a half", "three"]


# --- compressed files ----------------------------------------------------------------------

CONTENT = b"".join(
    b"%d %s\n" % (number, b"x" * (number % 90)) for number in range(9000)
)


def read_all(reading: Cursor) -> bytes:
    """Reads up to the present end, or up to what cannot be read."""
    data = b""
    while True:
        new = [each.data for each in reading.poll(0.0) if isinstance(each, Data)]
        if not new:
            return data
        data += b"".join(new)


def compressed(path: Path, content: bytes = CONTENT) -> Cursor:
    path.write_bytes(gzip.compress(content, 1))
    return reading_of(path)


def reading_of(path: Path) -> Cursor:
    return Cursor(str(path), Source(str(path), 1), 0.0)


@pytest.mark.parametrize("offset", [0, 1, 1024, 1025, 200_000, len(CONTENT)])
def test_a_compressed_file_is_read_from_an_offset_of_its_content(
    tmp_path: Path, offset: int
) -> None:
    reading = compressed(tmp_path / "a.gz")
    reading.begin_at(offset)
    assert reading.file.size is None
    assert reading.opened.head == CONTENT[:1024]
    assert read_all(reading) == CONTENT[offset:]
    assert reading.offset == len(CONTENT)
    assert reading.ends_a_line


def test_a_compressed_file_is_read_once_and_not_from_its_start_for_each_piece(
    tmp_path: Path,
) -> None:
    """A rewind a piece would make a large file take hours."""
    reading = compressed(tmp_path / "a.gz", CONTENT * 5)
    rewinds: list[str] = []

    def note(frame: FrameType, event: str, arg: object) -> None:
        if event == "call" and frame.f_code.co_name == "_rewind":
            rewinds.append(event)

    sys.setprofile(note)
    try:
        assert len(read_all(reading)) == 5 * len(CONTENT)
    finally:
        sys.setprofile(None)
    assert len(rewinds) <= 1


def test_several_compressed_parts_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert read_all(reading_of(path)) == b"one\ntwo\n"


def test_a_compressed_file_that_is_not_all_written_is_read_when_it_is(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.gz"
    whole = gzip.compress(CONTENT, 1)
    path.write_bytes(whole[: len(whole) // 2])
    reading = reading_of(path)
    data = read_all(reading)
    assert "Compressed file ended" in str(reading.error)
    assert data == zlib.decompressobj(31).decompress(whole[: len(whole) // 2])
    with path.open("ab") as file:
        file.write(whole[len(whole) // 2 :])
    assert data + read_all(reading) == CONTENT


@pytest.mark.parametrize(
    "data",
    [b"\x1f\x8b", b"\x1f\x8b\x08\x00", gzip.compress(b"x" * 99)[:15], b"\x1f\x8bnone"],
    ids=["magic", "header", "beginning", "garbage"],
)
def test_a_compressed_file_that_has_no_whole_head_is_no_rotated_file_yet(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "access.log.1.gz"
    path.write_bytes(data)
    assert look_at(str(path)) is None
    assert siblings_of(str(tmp_path / "access.log")) == []


def test_a_damaged_rotated_file_stops_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(5)
    first = Run(world.path)
    lines = first.read()
    snapshot = first.save()
    world.write(3000)
    world.rename()
    world.compress()
    path = world.other("access.log.1.gz")
    data = bytearray(path.read_bytes())
    data[-4000:] = bytes(4000)
    path.write_bytes(data)
    world.lines = world.lines[:5]
    world.write()
    second = Run(world.path, snapshot)
    read = second.read()
    assert read[-3:] == world.lines[-3:]
    assert len(read) > 3
    assert lines == world.lines[:5]


# --- which file it is ----------------------------------------------------------------------

HERE = Identity(1, 10)
FULL_HEAD = b"x" * 1024
LINE = b"one line\n"


def at(
    path: str, inode: int, head: bytes, size: int | None, modified: int = 0
) -> Sibling:
    return Sibling(path, Identity(1, inode), head, size, modified)


AGAIN: dict[str, tuple[bytes, int, list[Sibling], str | None]] = {
    "nothing": (LINE, 9, [], None),
    "itself": (LINE, 9, [at("a", 10, LINE, 9)], "a"),
    "itself, grown": (LINE, 9, [at("a", 10, LINE + b"more", 13)], "a"),
    "itself, renamed": (LINE, 9, [at("a", 11, b"x", 1), at("b", 10, LINE, 9)], "b"),
    "its inode with another head": (LINE, 9, [at("a", 10, b"another\n", 99)], None),
    "its inode, shorter": (FULL_HEAD, 2000, [at("a", 10, FULL_HEAD, 1999)], None),
    "a copy": (LINE, 9, [at("a", 11, LINE, 9)], "a"),
    "a copy that is too short": (FULL_HEAD, 2000, [at("a", 11, FULL_HEAD, 1999)], None),
    "a compressed copy": (FULL_HEAD, 2000, [at("a.gz", 11, FULL_HEAD, None)], "a.gz"),
    "itself before a copy": (
        LINE,
        9,
        [at("a", 11, LINE, 99, 5), at("b", 10, LINE, 9)],
        "b",
    ),
    "the newest copy": (
        LINE,
        9,
        [at("a", 11, LINE, 99, 5), at("b", 12, LINE, 99, 6)],
        "b",
    ),
    "half a line": (b"one", 0, [at("a", 11, b"one line\n", 99)], None),
    "half a line of itself": (b"one", 0, [at("a", 10, b"one line\n", 99)], "a"),
    "nothing of it was read": (b"", 0, [at("a", 11, LINE, 9)], None),
}


@pytest.mark.parametrize(("head", "offset", "there", "path"), AGAIN.values(), ids=AGAIN)
def test_a_file_is_found_again_by_inode_and_fingerprint(
    head: bytes, offset: int, there: list[Sibling], path: str | None
) -> None:
    for siblings in (there, there[::-1]):
        found = find_again(Opened(HERE, offset, head), siblings)
        assert (found and found.path) == path
