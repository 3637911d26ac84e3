"""Events -> text and JSON; the terminal; signals.

base.py          the protocol of an output
report.py        events -> text or JSON
signals.py       the signals that end the program
console.py       the terminal
progress.py      how far a long replay is

    class Output(Protocol):
        def emit(self, event: Event) -> None: ...
        def close(self) -> None: ...
"""

from monitor.outputs.base import Output
from monitor.outputs.console import (
    Console,
    Writer,
    standard_output,
    terminal_style,
    write_notice,
)
from monitor.outputs.progress import Progress
from monitor.outputs.report import Json, Style, stored_line
from monitor.outputs.signals import Interrupted, Stop

__all__ = [
    "Console",
    "Interrupted",
    "Json",
    "Output",
    "Progress",
    "Stop",
    "Style",
    "Writer",
    "standard_output",
    "stored_line",
    "terminal_style",
    "write_notice",
]
