"""The program as a service of systemd, and the units of the README."""

import re
import shlex
import shutil
import signal
import subprocess
from concurrent.futures import Future
from pathlib import Path

import pytest
from support.managers import Manager
from support.program import START, append, line_at, waiting
from support.stories import README, beforehand

UNIT = re.findall(r"^    (\[Unit\]\n(?:    .*\n|\n(?=    ))*)", README, re.MULTILINE)
TEMPLATE = re.findall(
    r"^    sed (.*) (\S+\.service) > (\S+@)\.service$", README, re.MULTILINE
)
ANALYZE = shutil.which("systemd-analyze")
EXPOSED = 19
"""The highest exposure of a service, in tenths."""


@beforehand
def life_of_a_service(folder: Path) -> int:
    """Follow a log with a socket in place of systemd's; return the exit code."""
    path, manager = folder / "access.log", Manager(str(folder / "notify"))
    address = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "1000000"}
    with manager, waiting(path, "-i", "1", more=address) as program:
        manager.wait_for("READY=1")
        append(path, line_at(START), line_at(START + 1))
        for message in ("STATUS=0.0083/s over 2m, threshold 10/s: ok", "WATCHDOG=1"):
            manager.wait_for(message)
        program.send(signal.SIGTERM)
        manager.wait_for("STOPPING=1")
        return program.end().code


def test_a_service_is_ready_alive_and_stops(stories: dict[object, Future[int]]) -> None:
    assert stories[life_of_a_service].result() == 0


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """Write the unit of the README, and the template that it makes from the unit."""
    [unit], [(words, name, template)] = UNIT, TEMPLATE
    path = tmp_path / name
    path.write_text(re.sub(r"(?m)^    ", "", unit))
    command = ["sed", *shlex.split(words), str(path)]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    instance = tmp_path / f"{template}shop.service"
    instance.write_text(made)
    return [path, instance]


@pytest.mark.skipif(not ANALYZE, reason="systemd is not installed")
def test_the_units_of_the_readme_are_right_and_little_exposed(
    units: list[Path],
) -> None:
    for path in units:
        for words in (
            ["verify"],
            ["security", "--offline=true", f"--threshold={EXPOSED}"],
        ):
            command = [str(ANALYZE), *words, str(path)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (run.returncode, run.stderr) == (0, ""), run.stdout


def test_the_template_reads_a_file_of_options_and_has_a_state_of_its_own(
    units: list[Path],
) -> None:
    before, after = (path.read_text().splitlines() for path in units)
    options = "--config /etc/access-log-monitor/%i.toml"
    assert [line for line in after if line not in before] == [
        f"ExecStart=/usr/bin/python3 /opt/monitor/main.py {options}",
        "StateDirectory=access-log-monitor-%i",
    ]
