"""`--check`: a monitoring plugin with a state of its own, beside a monitor of the same log."""

import random
import re
from contextlib import closing
from pathlib import Path

import pytest
from support.checks import BURST, GARBAGE, QUIET, Checked, checked, told
from support.exposed import samples_of
from support.place import (
    Place,
)
from support.timelines import line, log, traffic

from monitor.state.store import Store

TIMELINES = [
    pytest.param([QUIET, b""], ["OK 1.00/s over 10 s"] * 2, id="nothing new"),
    pytest.param(
        [QUIET, BURST, b"", log(traffic("60"))],
        [
            "OK 1.00/s over 10 s",
            "CRITICAL High traffic: 3.00/s over 10 s",
            "CRITICAL High traffic: 3.00/s over 10 s",
            "OK 0.10/s over 10 s",
        ],
        id="an alert that a check saw, and its recovery",
    ),
    pytest.param(
        [QUIET, BURST + log(traffic("60")), b""],
        [
            "OK 1.00/s over 10 s",
            "WARNING High traffic alert recovered at 22:48:37+00:00",
            "OK 0.10/s over 10 s",
        ],
        id="an alert between two checks",
    ),
    pytest.param(
        [BURST, log(traffic("60-61"))],
        ["CRITICAL High traffic: 3.00/s over 10 s", "OK 0.20/s over 10 s"],
        id="an alert before the first check",
    ),
    pytest.param(
        [log(traffic("0-9:3 60")), b""],
        ["OK 0.10/s over 10 s"] * 2,
        id="an alert that was over before the first check",
    ),
    pytest.param(
        [QUIET, BURST + log(traffic("60 70-79:2"))],
        ["OK 1.00/s over 10 s", "CRITICAL High traffic: 2.00/s over 10 s"],
        id="an alert between two checks, and another one",
    ),
    pytest.param(
        [b"", log(traffic("0"))],
        ["OK 0.00/s over 10 s", "OK 0.10/s over 10 s"],
        id="an empty log",
    ),
]


@pytest.mark.parametrize(("pieces", "answers"), TIMELINES)
def test_checks_answer_for_the_time_since_the_last_check(
    place: Place, pieces: list[bytes], answers: list[str]
) -> None:
    assert told(place, *pieces) == answers


def test_the_words_and_the_numbers_are_those_of_the_contract(place: Place) -> None:
    place.append(log(traffic("0-9:1")))
    answer = checked(place, "--warning", "2.5", "-t", "10")
    assert answer.text == "1.00/s over 10 s, threshold 10/s"
    place.append(log(traffic("10-19:3")) + GARBAGE + b"# a comment\n")
    answer = checked(place, "--warning", "2.5", "-t", "10")
    assert answer.code == 1
    assert answer.text == "3.00/s over 10 s, warning 2.5/s, threshold 10/s"
    assert answer.all == {
        "rate": "3.00;2.5;10;0",
        "hits": "30;;;0",
        "errors": "0.00%;;;0;100",
        "bytes": "300B;;;0",
        "unparsed": "1;;;0",
        "alerts": "0;;;0",
    }
    answer = checked(place, "-t", "2")
    assert answer.code == 2
    since = "2026-11-23 22:48:19+00:00"
    assert answer.text == (
        f"High traffic: 3.00/s over 10 s, threshold 2/s, since {since}"
    )
    assert answer.all["alerts"] == "1;;;0"
    place.append(log(traffic("40")))
    checked(place)
    place.append(log(traffic("50-59:2 80")))
    answer = checked(place)
    assert answer.text == (
        "High traffic alert recovered at 2026-11-23 22:49:05+00:00, lasted 10s, "
        "peak 2.00/s"
    )
    assert answer.all["alerts"] == "1;;;0"


FAILING = b"".join(line(n // 6, "/api", 500 if n % 6 == 0 else 200) for n in range(66))
RULES = [
    pytest.param(
        "--max-error-rate 10 --min-hits 50",
        "High error rate: 16.7% of 60 over 10 s, at most 10%, since {}:08+00:00",
        id="errors",
    ),
    pytest.param(
        "--min-traffic 100",
        "Low traffic: 60 hits over 10 s, at least 100 in 10s, since {}:09+00:00",
        id="silence",
    ),
    pytest.param(
        "--section-threshold /api=2.5",
        "High traffic of /api: 6.00/s over 10 s, threshold 2.5/s, since {}:04+00:00",
        id="section",
    ),
    pytest.param(
        "--client-threshold 3",
        "High traffic of client: 6.00/s over 10 s, threshold 3/s, since {}:05+00:00",
        id="client",
    ),
    pytest.param(
        "--max-bandwidth 50",
        "High bandwidth: 60.00 B/s over 10 s, threshold 50 B/s, since {}:08+00:00",
        id="bandwidth",
    ),
    pytest.param(
        "-t 5 --min-traffic 100",
        "High traffic: 6.00/s over 10 s, threshold 5/s, since {}:08+00:00; "
        "Low traffic: 60 hits over 10 s, at least 100 in 10s, since {}:09+00:00",
        id="two rules",
    ),
]


@pytest.mark.parametrize(("options", "words"), RULES)
def test_each_rule_that_is_firing_is_critical(
    place: Place, options: str, words: str
) -> None:
    place.append(FAILING)
    answer = checked(place, "-t", "100", *options.split())
    assert answer.code == 2
    assert answer.text == words.replace("{}", "2026-11-23 22:48")
    assert answer.all["errors"].startswith("16.7%;;")


def test_the_limit_of_the_error_rate_is_with_its_number(place: Place) -> None:
    place.append(FAILING)
    answer = checked(place, "-t", "100", "--max-error-rate", "20.5")
    assert (answer.code, answer.all["errors"]) == (0, "16.7%;;20.5;0;100")


def test_a_rule_that_fired_and_recovered_is_a_warning_in_its_own_words(
    place: Place,
) -> None:
    options = ("-t", "100", "--section-threshold", "/api=2", "--client-threshold", "90")
    place.append(line(0, "/api"))
    checked(place, *options)
    place.append(b"".join(line(n, "/api") * 3 for n in range(1, 20)) + line(40))
    answer = checked(place, *options)
    assert answer.code == 1
    assert answer.text == (
        "High traffic of /api alert recovered at 2026-11-23 22:48:23+00:00, "
        "lasted 16s, peak 3.00/s"
    )


def test_a_reminder_is_no_new_alert(place: Place) -> None:
    place.append(log(traffic("0-20:1")))
    checked(place, "--remind", "2s")
    place.append(log(traffic("21-40:3")))
    answer = checked(place, "--remind", "2s")
    assert (answer.code, answer.numbers["alerts"]) == (2, 1)
    place.append(log(traffic("41-50:3 51-80:0 81")))
    answer = checked(place, "--remind", "2s")
    assert (answer.code, answer.numbers["alerts"]) == (0, 0)


def test_a_silent_log_recovers_at_its_own_second(place: Place) -> None:
    assert told(place, QUIET, BURST)[-1].startswith("CRITICAL")
    place.be_silent(60)
    assert checked(place).text == "0.00/s over 10 s, threshold 1/s"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(3))
def test_the_first_check_begins_at_the_end_with_the_window_that_a_replay_has(
    place: Place, seed: int
) -> None:
    rng = random.Random(seed)
    seconds = sorted(rng.randrange(1000) for _ in range(rng.randrange(1, 2500)))
    data = b"".join(line(each, "/" + "long" * 99) for each in seconds)
    data += rng.choice([b"", b"192.0.2.1 - - [unfinished"])
    place.append(data)
    window = str(rng.choice([1, 10, 120, 600]))
    words = ("-t", "5", "-w", window, "--utc")
    first = Checked(*place.run("--check", *words))
    _, out, _ = place.program("--replay", *words, "-o", "json", str(place.log))
    due = re.findall(r'"window":\{"seconds":\d+,"hits":(\d+),.*?"firing":(\w+)', out)
    hits, firing = due[-1]
    assert first.all["rate"] == f"{int(hits) / int(window):.2f};;5;0", seed
    assert first.code == (2 if firing == "true" else 0), seed
    assert first.numbers["hits"] == first.numbers["bytes"] == 0, seed
    place.append(b"\n" + line(seconds[-1]))
    assert Checked(*place.run("--check", *words)).numbers["hits"] == 1, seed


def test_the_state_is_beside_that_of_a_monitor_and_both_see_all_lines(
    place: Place,
) -> None:
    place.append(log(range(50)))
    place.once()
    checked(place)
    place.append(log(range(50, 70)))
    with closing(Store(str(place.state), [str(place.log)])):  # a monitor runs
        assert checked(place).numbers["hits"] == 20
    assert place.once()[0]["hits"] == 20
    assert Path(f"{place.state}-check").exists()


def test_a_check_stores_its_alerts_and_no_reports(place: Place) -> None:
    place.append(log(traffic("0-99:1")))
    checked(place)
    place.append(log(traffic("100-110:3 200-300:1")))
    checked(place)
    words = ("--history", "--reports", "-o", "json", "--state", f"{place.state}-check")
    code, out, _ = place.program(*words)
    assert code == 0
    assert set(re.findall(r'^{"type":"(\w+)"', out, re.MULTILINE)) == {
        "alert",
        "history",
    }


def test_the_first_check_knows_the_directives_before_its_first_line(
    place: Place,
) -> None:
    lines = [
        f"2026-11-23 22:{n // 60:02}:{n % 60:02} ::1 /{'x' * 500}" for n in range(400)
    ]
    place.append(b"#Fields: date time c-ip cs-uri-stem sc-status\n")
    place.append("".join(f"{each} 200\n" for each in lines).encode())
    assert checked(place).all["rate"] == "1.00;;1;0"
    place.append(f"{lines[-1]} 200\n".encode())
    assert checked(place).numbers["hits"] == 1


def test_a_check_goes_on_through_a_rotation(place: Place) -> None:
    place.append(log(range(10)))
    checked(place)
    place.append(log(range(10, 15)))
    place.log.rename(place.log.with_name("access.log.1"))
    place.append(log(range(15, 18)))
    assert checked(place).numbers["hits"] == 8


def test_options_may_stand_in_a_file(place: Place) -> None:
    config = place.folder / "c.toml"
    config.write_text(
        f'files = ["{place.log}"]\nstate = "{place.state}"\n'
        'window = 10\nthreshold = 5\nwarning = 0.5\ntimeout = "1m"\nquiet = true\n'
    )
    place.append(QUIET)
    answer = Checked(*place.program("--check", "--config", str(config)))
    assert (answer.code, answer.all["rate"]) == (1, "1.00;0.5;5;0")


def test_a_check_writes_its_metrics_into_a_file_of_its_own(
    place: Place, tmp_path: Path
) -> None:
    prom, hits = tmp_path / "check.prom", []
    for piece in (QUIET, b"", log(traffic("60-62:1"))):
        place.append(piece)
        checked(place, "--metrics-file", str(prom))
        samples = samples_of(prom.read_text(), str(place.log))
        hits.append(samples["requests_total{200}"])
    assert [each - hits[0] for each in hits] == [0, 0, 3]
    assert samples["window_requests"] == 3
