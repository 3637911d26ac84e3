"""A period of finished logs is found without reading the rest, and reported as in the whole."""

import gzip
import json
import random
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.carrying import header, w3c_line
from support.loops import Recorder
from support.timelines import DAY, HOUR, START, YEAR, line

from monitor.app.commands import Replaying, play
from monitor.app.loop import Outputs
from monitor.core import Pipeline, Report
from monitor.errors import UsageError
from monitor.inputs.arrivals import Data, End
from monitor.inputs.bisection import BLOCK
from monitor.inputs.bounds import with_dates
from monitor.inputs.logfile import CHUNK
from monitor.inputs.replay import WORTH_IT, Replay
from monitor.outputs import Json, Style
from monitor.outputs.signals import Stop
from monitor.periods import fixed_period, moment_of
from monitor.settings import Settings

Row = tuple[int, bytes]


def rows_of(seed: int, size: int, first: int = 0) -> list[Row]:
    """Make two long lines a second: busy, quiet, some late, some from a buffer, some of them no hits."""
    rng = random.Random(seed)
    now, rows, written, buffered = first, list[Row](), 0, 0
    agent = b' "-" "' + b"x" * 8000 + b'"\n'
    while written < size:
        if len(rows) % 40 == 0:
            buffered = rng.choice((0, 0, 50))
        now += rng.choice((0, 0, 0, 1, 1, 1, 60 if rng.random() < 0.01 else 0))
        second = now - rng.choice((0, 0, 0, 0, 1, 20)) - buffered
        text = line(second, f"/{rng.choice('abc')}")[:-1] + agent
        rows.append((now, text + b"no hit\n" * (rng.random() < 0.02)))
        written += len(rows[-1][1])
    return rows


def write(path: Path, rows: list[Row]) -> str:
    data = b"".join(text for _, text in rows)
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)
    return str(path)


def settings_of(*paths: str, jobs: int = 1, **bounds: str | int) -> Settings:
    """Return the settings of a replay. A number is a second after START."""
    moments: dict[str, Any] = {
        name: moment_of(bound)
        if isinstance(bound, str)
        else datetime.fromtimestamp(START + bound, UTC)
        for name, bound in bounds.items()
    }
    settings = Settings(files=paths, replay=True, utc=True, jobs=jobs, window=10)
    return settings._replace(threshold=settings.threshold / 4, **moments)


def events_of(settings: Settings) -> list[str]:
    """Return the events as JSON, without the names of the logs."""
    logs, output = Replay(settings), Recorder()
    play(Replaying(logs, Pipeline(logs.settings), Outputs([output]), Stop()))
    logs.close()
    nameless = [
        event._replace(files=()) if isinstance(event, Report) else event
        for event in output.events
    ]
    return [Json(Style(utc=True)).render(event) for event in nameless]


def reports_in(texts: list[str], since: int, until: int) -> list[str]:
    first, end = (
        datetime.fromtimestamp(START + second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for second in (since, until)
    )
    return [
        text
        for text in texts
        if '"type":"report"' in text and first <= json.loads(text)["start"] < end
    ]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(2))
def test_however_it_is_stored_a_period_has_the_reports_of_the_whole(
    tmp_path: Path, seed: int
) -> None:
    rng, rows = random.Random(seed), rows_of(seed, 8 * BLOCK)
    cuts = [0, *sorted(rng.sample(range(len(rows)), 3)), len(rows)]
    parts = [rows[start:stop] for start, stop in pairwise(cuts)]
    ways = [
        [write(tmp_path / "access.log", rows)],
        [write(tmp_path / "whole.gz", rows)],
        [write(tmp_path / f"part{n}", part) for n, part in enumerate(parts)],
        [write(tmp_path / f"part{n}.gz", part) for n, part in enumerate(parts)],
        [write(tmp_path / f"host{n}", rows[n::2]) for n in range(2)],
    ]
    window = (10, 100)[seed % 2]
    runs = [settings_of(*paths)._replace(window=window) for paths in ways]
    wholes = [events_of(run) for run in runs]
    for _ in range(2):
        since = 10 * (rng.choice(rows[len(rows) // 3 :])[0] // 10)
        until = since + rng.choice((10, 30, 100))
        bounds = settings_of(since=since, until=until)
        period = {"since": bounds.since, "until": bounds.until}
        found = [events_of(run._replace(**period)) for run in runs]
        for whole, part in zip(wholes, found, strict=True):
            due = reports_in(whole, since, until)
            assert reports_in(part, 0, 2 * YEAR) == due, f"seed {seed}"
        assert (found[0], found[2]) == (found[1], found[3]), f"seed {seed}"


def w3c_rows(seed: int, size: int) -> list[Row]:
    """Return long lines of a W3C log, some late. Its fields change now and then in its second half."""
    rng, second, kind = random.Random(seed), 0, "few"
    rows = [(0, header(kind))]
    agent = "x" * 8000
    while 8000 * len(rows) < size:
        if rng.random() < 0.005 and 16_000 * len(rows) > size:
            kind = rng.choice(("few", "same number", "default"))
            rows.append((second, header(kind, second)))
        second += rng.choice((0, 0, 1))
        begun = second - rng.choice((0, 0, 0, 1, 20))
        rows.append((second, w3c_line(kind, begun, "/a/b", agent=agent)))
    return rows


@pytest.mark.usefixtures("untraced")
def test_several_processes_report_a_period_as_one_does(tmp_path: Path) -> None:
    rows = w3c_rows(7, WORTH_IT * 5 // 4)
    path = write(tmp_path / "access.log", rows)
    since, until = (rows[len(rows) * n // 20][0] for n in (2, 19))
    one, several = (
        events_of(settings_of(path, jobs=jobs, since=since, until=until))
        for jobs in (1, 2)
    )
    assert several == one
    assert json.loads(one[-1])["hits"] > len(rows) // 2


def test_a_period_of_a_log_knows_the_directives_of_its_head(tmp_path: Path) -> None:
    rows = [(n, w3c_line("few", n, agent="x" * 5000)) for n in range(800)]
    path = write(tmp_path / "access.log", [(0, header("few")), *rows])
    whole = events_of(settings_of(path))
    part = events_of(settings_of(path, since=600, until=700))
    assert reports_in(part, 0, DAY) == reports_in(whole, 600, 700)
    assert len(reports_in(part, 0, DAY)) == 10


def bytes_read(settings: Settings) -> dict[str, int]:
    """Return the bytes that are read of each log."""
    logs, read = Replay(settings), dict.fromkeys(settings.files, 0)
    while not logs.ended:
        for arrival in logs.poll(0.0, lambda source: True):
            if isinstance(arrival, Data):
                read[arrival.source.path] += len(arrival.data)
            else:
                assert isinstance(arrival, End)
    return read


def test_only_the_bytes_about_the_period_are_read(tmp_path: Path) -> None:
    rows = [(second, line(second) * 20) for second in range(4 * HOUR)]
    path = write(tmp_path / "access.log", rows)
    size = Path(path).stat().st_size
    per_second = size // len(rows)
    read = bytes_read(settings_of(path, since=2 * HOUR, until=2 * HOUR + 60))[path]
    assert read < (60 + 120 + 2 * 60) * per_second + 2 * BLOCK + CHUNK
    assert read < size / 3


def test_of_logs_before_and_after_the_period_little_is_read(tmp_path: Path) -> None:
    days = [
        write(tmp_path / f"day{n}{ending}", rows_of(n, 8 * BLOCK, n * DAY))
        for n, ending in enumerate(("", "", ".gz"))
    ]
    read = bytes_read(settings_of(*days, since=DAY + 10, until=DAY + 20))
    assert max(read[days[0]], read[days[2]]) <= BLOCK + CHUNK


DAYS = [(n, line(n)) for n in (0, HOUR, 25 * HOUR)]
FIELDS_FIRST = [(0, header("few")), *((n, w3c_line("few", n)) for n in range(20_000))]
LATER = [(n, line(n)) for n in (26 * HOUR, 27 * HOUR)]


@pytest.mark.parametrize(
    ("logs", "newest"),
    [
        pytest.param({"a": DAYS}, 25 * HOUR, id="plain"),
        pytest.param({"a": LATER, "b": DAYS}, 27 * HOUR, id="two"),
        pytest.param({"a.gz": DAYS}, 25 * HOUR, id="compressed"),
        pytest.param({"a.gz": DAYS, "b": LATER}, 27 * HOUR, id="compressed is older"),
        pytest.param({"a": DAYS, "b.gz": LATER}, 27 * HOUR, id="compressed is newer"),
        pytest.param({"a": DAYS, "b": [(0, b"no hit\n")]}, 25 * HOUR, id="garbage"),
        pytest.param({"a.gz": FIELDS_FIRST}, 19_999, id="directives, compressed"),
    ],
)
def test_a_length_of_time_is_counted_back_from_the_newest_hit(
    tmp_path: Path, logs: dict[str, list[Row]], newest: int
) -> None:
    paths = [write(tmp_path / name, rows) for name, rows in logs.items()]
    settings = with_dates(settings_of(*paths, since="90s", until="30"))
    assert fixed_period(settings.since, settings.until) == (
        START + newest - 90,
        START + newest - 30,
    )


def test_without_a_hit_there_is_no_period(tmp_path: Path) -> None:
    path = write(tmp_path / "log", [(0, b"no hit\n")])
    settings = with_dates(settings_of(path, since="2h", until="1h"))
    assert (settings.since, settings.until) == (None, None)


def test_the_end_of_a_pipe_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="^--since and --until need dates here"):
        with_dates(settings_of("-", since="02:00"))
    dated = settings_of("-", since=0)
    assert with_dates(dated) == dated
