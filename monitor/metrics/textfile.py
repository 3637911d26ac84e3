"""Writes metrics to a file for the textfile collector of Prometheus' node exporter."""

import os
from contextlib import suppress

from monitor.errors import MonitorError

_MODE = 0o644


def write_file(path: str, text: str) -> None:
    """Replace a file at once, so that nobody reads a part of it. Raises MonitorError."""
    temporary = f"{path}.tmp.{os.getpid()}"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), _MODE)
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        reason = f"cannot write metrics to {path}: {error.strerror}"
        raise MonitorError(reason) from error
