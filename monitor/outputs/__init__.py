"""Events -> text and JSON; the terminal; signals.

report.py        events -> text or JSON
output.py        the terminal and the signals
progress.py      how far a long replay is
"""

from monitor.outputs.output import (
    Interrupted,
    Output,
    Stop,
    is_colored,
    is_terminal,
    is_unicode,
    tell,
)
from monitor.outputs.progress import Progress
from monitor.outputs.report import RENDERERS, Json, Style, stored_line

__all__ = [
    "RENDERERS",
    "Interrupted",
    "Json",
    "Output",
    "Progress",
    "Stop",
    "Style",
    "is_colored",
    "is_terminal",
    "is_unicode",
    "stored_line",
    "tell",
]
