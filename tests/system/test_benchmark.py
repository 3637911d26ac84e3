"""The awk script of the benchmark prints the reports and alerts that the program prints."""

import json
import re
import subprocess
import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from log import loggenerator

ROOT = Path(__file__).parents[2]
START = 1_760_000_000
BEFORE_OCTOBER = 1_759_190_400
"""The script counts the seconds from the midnight before the month."""

USUAL = re.compile(rb'\S+ - - \[[^]]+\] "[A-Z]+ /\S* HTTP/[\d.]+" \d{3} \d+ .*\n')

Printed = tuple[list[list[int]], list[tuple[str, int, int]], list[int]]
"""Reports (start, hits, bytes, clients), alerts (state, hits, time), and the sums of the run."""


@cache
def busy_then_quiet() -> bytes:
    """Return the usual lines of two rushes, with a calm behind each."""
    parts = [(0, 30, 1500), (160, 1, 100), (370, 30, 1500), (540, 1, 100)]
    pools = {"urls": 100, "clients": 50}
    lines = [
        loggenerator.make_log(lines=n, start=START + begin, rate=rate, seed=n, **pools)
        for begin, rate, n in parts
    ]
    return b"".join(USUAL.findall(b"".join(lines)))


def run(*command: str) -> list[str]:
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


def printed_by_awk(log: Path, interval: int) -> Printed:
    script = str(ROOT / "tests" / "reports.awk")
    rows = run("awk", "-v", f"interval={interval}", "-f", script, str(log))
    words = [row.split() for row in rows]
    reports = [list(map(int, each[1:])) for each in words if each[0] == "report"]
    for report in reports:
        report[0] += BEFORE_OCTOBER
    states = {"alert": "firing", "recovered": "recovered"}
    alerts = [
        (states[kind], int(hits), int(at) + BEFORE_OCTOBER)
        for kind, hits, at in (each for each in words if each[0] in states)
    ]
    (sums,) = (each for each in words if len(each) == 3 and "".join(each).isdigit())
    return reports, alerts, list(map(int, sums))


def printed_by_program(log: Path, interval: int) -> Printed:
    options = ["--replay", "-o", "json", "-i", str(interval), str(log)]
    rows = run(sys.executable, str(ROOT / "main.py"), *options)
    objects: list[dict[str, Any]] = list(map(json.loads, rows))
    reports = [
        [seconds(each["start"]), each["hits"], each["bytes"], each["clients"]]
        for each in objects
        if each["type"] == "report"
    ]
    alerts = [
        (each["state"], each["hits"], seconds(each["at"]))
        for each in objects
        if each["type"] == "alert"
    ]
    return reports, alerts, [objects[-1][key] for key in ("hits", "bytes", "clients")]


def seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


@pytest.mark.parametrize("interval", [10, 3600])
def test_the_awk_script_prints_the_same_reports_and_alerts(
    tmp_path: Path, interval: int
) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(busy_then_quiet())
    expected = printed_by_program(log, interval)
    assert printed_by_awk(log, interval) == expected
    assert [state for state, _, _ in expected[1]] == ["firing", "recovered"] * 2
