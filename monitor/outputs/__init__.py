"""Events -> text and JSON; the terminal; signals.

report.py        events -> text or JSON
signals.py       the signals that end the program
console.py       the terminal
progress.py      how far a long replay is
"""

from monitor.outputs.console import (
    Writer,
    is_colored,
    is_terminal,
    is_unicode,
    write_notice,
)
from monitor.outputs.progress import Progress
from monitor.outputs.report import RENDERERS, Json, Style, stored_line
from monitor.outputs.signals import Interrupted, Stop

__all__ = [
    "RENDERERS",
    "Interrupted",
    "Json",
    "Progress",
    "Stop",
    "Style",
    "Writer",
    "is_colored",
    "is_terminal",
    "is_unicode",
    "stored_line",
    "write_notice",
]
