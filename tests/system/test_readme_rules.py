"""The alerts that the README shows for the rules are what its command prints."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from support.program import ROOT
from support.stories import README

GENERATE = re.search(r"^    \$ python3 (log/loggenerator.*)$", README, re.MULTILINE)
SECTION = README.partition("## Alert rules")[2].partition("\n## ")[0]


def run(command: str, folder: Path) -> str:
    script, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, str(ROOT / script), *arguments],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()


def test_the_alerts_shown_are_what_the_command_prints(tmp_path: Path) -> None:
    assert GENERATE
    run(GENERATE[1], tmp_path)
    (command,) = re.findall(r"^    \$ python3 (.*)$", SECTION, re.MULTILINE)
    shown = re.findall(r"^    (High .*)$", SECTION, re.MULTILINE)
    assert len(shown) > 3
    assert run(command, tmp_path).splitlines() == shown
