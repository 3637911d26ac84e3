"""What the tests of followed logs begin with."""

from pathlib import Path

import pytest


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the path of a log with one line in it."""
    path = tmp_path / "access.log"
    path.write_text("old\n")
    return path
