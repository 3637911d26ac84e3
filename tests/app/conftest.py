"""A log with its state, for runs in this process."""

from pathlib import Path

import pytest
from support.place import Place

from monitor.app.cli import main


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    def program(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()  # the notices of a log that was followed before
        return main(words), *capfd.readouterr()

    return Place(tmp_path, program)
