"""A log with its state, for runs in this process."""

from pathlib import Path

import pytest
from support.place import Place

from monitor.app.cli import main


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, lambda *words: (main(words), *capfd.readouterr()))
