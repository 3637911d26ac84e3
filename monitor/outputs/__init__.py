"""Events -> text and JSON; the terminal; signals.

base.py          the protocol of an output
layout.py        text in the columns of a terminal
messages.py      the style of the output, and the messages of alerts
json_lines.py    events -> JSON
text.py          events -> text; the table of the kinds of --output
stored.py        stored alerts and reports -> text
signals.py       the signals that the program handles
console.py       standard output and standard error
progress.py      the progress of a long replay, on standard error
outputs.py       the list of the outputs of a run

    class Output(Protocol):
        def emit(self, event: Event) -> None: ...
        def close(self) -> None: ...
"""

from monitor.outputs.base import Output
from monitor.outputs.console import (
    Writer,
    standard_output,
    terminal_style,
    write_notice,
)
from monitor.outputs.json_lines import Json
from monitor.outputs.messages import Style
from monitor.outputs.outputs import outputs_of
from monitor.outputs.progress import Progress
from monitor.outputs.signals import Interrupted, Stop
from monitor.outputs.stored import stored_line

__all__ = [
    "Interrupted",
    "Json",
    "Output",
    "Progress",
    "Stop",
    "Style",
    "Writer",
    "outputs_of",
    "standard_output",
    "stored_line",
    "terminal_style",
    "write_notice",
]
