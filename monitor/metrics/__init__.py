"""Counts and the present state -> metrics for Prometheus. Loaded only by a run with metrics.

exposition.py    families of samples -> text
process.py       numbers about this process
samples.py       counts and the present state -> the samples of each metric
families.py      the table of the metrics
textfile.py      writes metrics to a file

    metrics_text(reading, files)  -> the text of all metrics
    write_file(path, text)        replaces the file of the textfile collector
"""

from monitor.metrics.families import metrics_text
from monitor.metrics.process import this_process
from monitor.metrics.samples import LogState, Reading, RuleState
from monitor.metrics.textfile import write_file

__all__ = [
    "LogState",
    "Reading",
    "RuleState",
    "metrics_text",
    "this_process",
    "write_file",
]
