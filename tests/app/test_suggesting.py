"""The mode that suggests a threshold: its table, its JSON, and the line to type."""

import json
import re
import shlex
from fractions import Fraction

import pytest
from support.place import Place, output_of
from support.stories import README
from support.timelines import clock_of, log, traffic

from monitor.app.arguments import read_settings
from monitor.app.suggest import command_for

OPTIONS = ("--suggest-threshold", "--utc", "--no-state", "-t", "3")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of the table for four hours with two bursts."""
    path = tmp_path_factory.mktemp("busy") / "access.log"
    path.write_bytes(log(sorted(traffic("0-14400:1 3000-3010:90 9000-9010:50"))))
    return output_of(*OPTIONS, str(path)).splitlines()


def test_a_table_shows_how_often_each_threshold_would_have_fired(
    table: list[str],
) -> None:
    head, average, titles, *rows, advice, command = table
    assert head.startswith("== thresholds for 2026-11-23 22:48:00-02:48:01+00:00 ==")
    expected = "average  median 1.00/s  99% 5.58/s  highest 9.25/s, over 2m"
    assert average == expected
    assert titles.split()[:4] == ["threshold", "alerts", "a", "day"]
    assert rows[0].split() == ["1/s", "1", "-", "3h10m", "79%", "3h10m"]
    assert rows[5].split() == ["now", "3/s", "2", "-", "4m08s", "1.7%", "2m06s"]
    assert rows[-1].split() == ["9.3/s", "0", "-", "0s", "0%", "0s"]
    assert advice.startswith("advice   5.6/s: 1 alert; a log of a day")
    assert re.fullmatch(r"python3 .* -t 5\.6 /.*/access\.log", command.strip())
    assert max(map(len, table[:-1])) <= 80


def test_the_table_of_the_readme_is_real(table: list[str]) -> None:
    for row in table[:-1]:
        assert f"\n    {row}\n" in README


@pytest.fixture
def busy(place: Place) -> Place:
    """An hour with two bursts and a silence after them."""
    place.log.write_bytes(
        log(sorted(traffic("0-2000:1 2200-3600:1 900-910:90 1800-1810:50")))
    )
    return place


def test_the_same_numbers_are_there_as_json(busy: Place) -> None:
    code, out, err = busy.run(*OPTIONS, "-o", "json")
    found = json.loads(out)
    assert (code, err, found["type"], found["seconds"]) == (0, "", "suggestion", 3601)
    assert (found["start"], found["end"]) == (clock_of(0), clock_of(3601))
    assert found["files"] == [str(busy.log)]
    assert found["average"] == {"p50": 1.0, "p99": 9.25, "max": 9.25}
    now = {"threshold": 3.0, "alerts": 2, "firing": 248, "longest": 126}
    assert now in found["thresholds"]
    assert found["suggested"] == 5.6


def test_a_period_with_its_bursts_left_out_has_no_alert(busy: Place) -> None:
    period = ("--since", clock_of(2400), "-o", "json")
    _, out, _ = busy.run(*OPTIONS, *period)
    found = json.loads(out)
    assert found["start"] == clock_of(2400)
    assert [row["alerts"] for row in found["thresholds"]] == [0, 0]
    assert found["suggested"] == 1.0


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


def test_no_state_is_made(place: Place) -> None:
    place.append(log([0]))
    code, _, _ = place.run("--suggest-threshold")
    assert (code, place.state.exists()) == (0, False)
