"""The options of metrics: where they are served, and which modes have them."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.app.arguments import read_settings
from monitor.errors import UsageError
from monitor.parsers import Address
from monitor.settings import Settings

ROOT = Path(__file__).parents[2]
LOG = Settings(files=("a.log",))


def served(host: str, port: int) -> Settings:
    return LOG._replace(metrics=Address(host, port))


RIGHT = [
    ("--metrics 0", served("127.0.0.1", 0)),
    ("--metrics 0.0.0.0:65535", served("0.0.0.0", 65535)),
    ("--metrics localhost:9911", served("localhost", 9911)),
    ("--metrics [::1]:9911", served("::1", 9911)),
    ("--metrics-file a", LOG._replace(metrics_file="a")),
    ("--once --metrics-file a", LOG._replace(once=True, metrics_file="a")),
    ("--check --metrics-file a", LOG._replace(check=True, metrics_file="a")),
    ("--metrics-sections 0", LOG._replace(metrics_sections=0)),
    ("--metrics-sections 1000", LOG._replace(metrics_sections=1000)),
]


@pytest.mark.parametrize(("line", "settings"), RIGHT, ids=lambda value: ascii(value))
def test_a_right_command_line_is_read(line: str, settings: Settings) -> None:
    assert read_settings([*shlex.split(line), "a.log"]) == settings


A_MODE = "--metrics goes with logs that are followed, not with a mode"
A_FILE = "--metrics-file goes with logs that are followed, --once and --check"
WRONG = [
    ("--metrics 65536", "give a port such as 9911, or 127.0.0.1:9911 or [::1]:9911"),
    ("--metrics x", "not 'x'"),
    ("--metrics :80", "not ':80'"),
    ("--metrics ::1:80", "not '::1:80'"),
    ("--metrics http://a:80", "not 'http://a:80'"),
    ("--metrics 80 --once", A_MODE),
    ("--metrics 80 --check", A_MODE),
    ("--metrics 80 --suggest-threshold", A_MODE),
    ("--metrics 80 --replay", A_MODE),
    ("--metrics 80 --history", A_MODE),
    ("--metrics-file a --replay", A_FILE),
    ("--metrics-file a --history", A_FILE),
    ("--metrics-file a --suggest-threshold", A_FILE),
    ("--metrics-file ''", "give the path of a file"),
    ("--metrics-sections 1001", "give a number from 0 to 1000"),
]


@pytest.mark.parametrize(("line", "message"), WRONG, ids=lambda value: ascii(value))
def test_a_wrong_command_line_says_what_to_write(line: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings([*shlex.split(line), "a.log"])
    assert message in caught.value.args[0]


@pytest.mark.usefixtures("untraced")
def test_a_run_without_metrics_loads_nothing_for_them(tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    ended = "sys.modules.keys() & {'socket', 'selectors', 'monitor.app.measuring'}"
    code = (
        "import sys; from monitor.app import main; main(sys.argv[1:]); "
        f"found = {ended}; print(sorted(found), [n for n in sys.modules if 'metrics' in n])"
    )
    words = ["--once", "--state", str(tmp_path / "state"), str(tmp_path / "a.log")]
    run = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert run.stdout.endswith("[] []\n")
