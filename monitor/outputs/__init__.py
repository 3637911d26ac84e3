"""Events -> text and JSON; the terminal; signals.

base.py          what an output and a renderer do
layout.py        text in the columns and rows of a terminal
style.py         times, colours and names as text
rulewords.py     the values and the limits of alert rules as words
messages.py      the messages of alerts and of logs without data
suggested.py     a suggestion of a threshold -> text and JSON
json_lines.py    events -> JSON
heads.py         the head of a report, and up to when it knows the logs
rankings.py      rankings of names -> rows of a report
text.py          events -> text
brief.py         events -> one row a report
renderers.py     the kinds of --output
check.py         the answer of --check, a monitoring plugin
stored.py        stored alerts and reports -> text
signals.py       the signals that the program handles
console.py       standard output and standard error
progress.py      the progress of a long replay, on standard error
systemd.py       messages to systemd; loaded only for a service
outputs.py       the list of the outputs of a run

    class Output:
        def emit(self, event: Event) -> None: ...
        def tick(self, now: float) -> None: ...
        def close(self) -> None: ...
"""

from monitor.outputs.base import Output
from monitor.outputs.check import Answer
from monitor.outputs.console import Writer, terminal_style, write_notice
from monitor.outputs.json_lines import Json
from monitor.outputs.outputs import outputs_of
from monitor.outputs.progress import Progress
from monitor.outputs.signals import Interrupted, Stop
from monitor.outputs.stored import stored_line
from monitor.outputs.style import Style

__all__ = [
    "Answer",
    "Interrupted",
    "Json",
    "Output",
    "Progress",
    "Stop",
    "Style",
    "Writer",
    "outputs_of",
    "stored_line",
    "terminal_style",
    "write_notice",
]
