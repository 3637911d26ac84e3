"""The mode that suggests a threshold: its table, its JSON, and the line to type."""

import json
import shlex
from fractions import Fraction

import pytest
from support.place import Place
from support.stories import README
from support.timelines import log, traffic

from monitor.app.arguments import read_settings
from monitor.app.suggest import command_for

OPTIONS = ("--suggest-threshold", "--utc", "--no-state", "-t", "3")


@pytest.fixture
def busy(place: Place) -> Place:
    """A day with two bursts."""
    place.log.write_bytes(log(sorted(traffic("0-43000:2 9000-9010:90 18000-18010:50"))))
    return place


def test_a_table_shows_how_often_each_threshold_would_have_fired(busy: Place) -> None:
    code, out, err = busy.run(*OPTIONS)
    assert (code, err) == (0, "")
    head, average, titles, *rows, advice, command = out.splitlines()
    assert head.startswith("== thresholds for 2026-11-23 22:48:00-10:44:41+00:00 ==")
    expected = "average  median 2.00/s  99% 2.00/s  highest 10.25/s, over 2m"
    assert average == expected
    assert titles.split()[:4] == ["threshold", "alerts", "a", "day"]
    assert rows[0].split() == ["2/s", "1", "-", "9h26m", "79%", "9h26m"]
    assert rows[2].split() == ["now", "3/s", "2", "-", "4m14s", "0.6%", "2m08s"]
    assert rows[-1].split() == ["11/s", "0", "-", "0s", "0%", "0s"]
    assert advice.startswith("advice   6.6/s: 1 alert; a log of a day")
    assert command.split()[2:] == ["-t", "6.6", str(busy.log)]
    assert max(map(len, out.splitlines()[:-1])) <= 80


def test_the_table_of_the_readme_is_real(busy: Place) -> None:
    _, out, _ = busy.run(*OPTIONS)
    for row in out.splitlines()[:-1]:
        assert f"\n    {row}\n" in README


def test_the_same_numbers_are_there_as_json(busy: Place) -> None:
    code, out, _ = busy.run(*OPTIONS, "-o", "json")
    found = json.loads(out)
    assert (code, found["type"], found["seconds"]) == (0, "suggestion", 43001)
    assert (found["start"], found["end"]) == (
        "2026-11-23T22:48:00Z",
        "2026-11-24T10:44:41Z",
    )
    assert found["files"] == [str(busy.log)]
    assert found["average"] == {"p50": 2.0, "p99": 2.0, "max": 10.25}
    now = {"threshold": 3.0, "alerts": 2, "firing": 254, "longest": 128}
    assert now in found["thresholds"]
    assert found["suggested"] == 6.6


def test_a_day_with_its_bursts_left_out_has_no_alert(busy: Place) -> None:
    period = ("--since", "2026-11-24T06:00", "-o", "json")
    _, out, _ = busy.run(*OPTIONS, *period)
    found = json.loads(out)
    assert found["start"] == "2026-11-24T06:00:00Z"
    assert [row["alerts"] for row in found["thresholds"]] == [0, 0]
    assert found["suggested"] == 2.0


def test_a_log_without_a_hit_is_an_error(place: Place) -> None:
    place.log.write_bytes(b"# nothing yet\n")
    code, out, err = place.run(*OPTIONS)
    assert (code, out) == (1, "")
    assert "no hit was read: there is no threshold to suggest" in err


@pytest.mark.parametrize(
    ("words", "command"),
    [
        pytest.param("a.log", "-t 7.2 a.log", id="defaults"),
        pytest.param("-w 5m -n 3 a.log", "-t 7.2 --window 300 a.log", id="window"),
        pytest.param(
            "--for 1m --hysteresis 12.5 a.log",
            "-t 7.2 --hysteresis 12.5 --for 60 a.log",
            id="manner",
        ),
        pytest.param(
            "--only section=/a --only 'client!=::1' --format combined a.log",
            "-t 7.2 --only section=/a --only 'client!=::1' --format combined a.log",
            id="what is counted",
        ),
        pytest.param("a.log.2.gz a.log.1 a.log", "-t 7.2 a.log", id="rotated"),
        pytest.param("a.log-20261123.bz2 b.log.xz", "-t 7.2 a.log b.log", id="dated"),
        pytest.param(
            "site-2.log 1.log -", "-t 7.2 site-2.log 1.log -", id="no rotated"
        ),
        pytest.param("'my log'", "-t 7.2 'my log'", id="space"),
    ],
)
def test_the_line_to_type_follows_the_same_logs(words: str, command: str) -> None:
    settings = read_settings(["--suggest-threshold", *shlex.split(words)])
    line = command_for(Fraction("7.2"), settings)
    assert line.startswith("python3 ")
    assert line.endswith(f" {command}")


def test_nothing_is_heard_of_the_present_threshold(place: Place) -> None:
    place.log.write_bytes(log([200 * burst for burst in range(20) for _ in range(200)]))
    code, _, err = place.run(*OPTIONS[:-1], "1", "--min-traffic", "9")
    assert (code, err) == (0, "")


def test_no_state_is_made(busy: Place) -> None:
    busy.run("--suggest-threshold")
    assert not busy.state.exists()
