"""Counts and the present state -> metrics for Prometheus. Loaded only by a run with metrics.

exposition.py    families of samples -> text
process.py       numbers about this process
samples.py       counts and the present state -> the samples of each metric
families.py      the table of the metrics
textfile.py      writes metrics to a file
http.py          the head of a request -> the answer
connection.py    one client: its request, then the answer
server.py        a few clients at once, while the program waits

    metrics_text(reading, files)  -> the text of all metrics
    Server.wait(seconds)          serves pages for some seconds
    write_file(path, text)        replaces the file of the textfile collector
"""

from monitor.metrics.exposition import CONTENT_TYPE
from monitor.metrics.families import metrics_text
from monitor.metrics.http import PLAIN, Page, answer_to
from monitor.metrics.process import this_process
from monitor.metrics.samples import LogState, Reading, RuleState
from monitor.metrics.server import Server
from monitor.metrics.textfile import write_file

__all__ = [
    "CONTENT_TYPE",
    "PLAIN",
    "LogState",
    "Page",
    "Reading",
    "RuleState",
    "Server",
    "answer_to",
    "metrics_text",
    "this_process",
    "write_file",
]
