"""The metrics, one row a family: a name, a kind, words, and how its samples are read.

The words never change, because Prometheus' node exporter drops a family whose words differ between
two files. To add a metric, add a row.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from monitor.escape import printable
from monitor.metrics.exposition import (
    COUNTER,
    GAUGE,
    HISTOGRAM,
    Sample,
    family_text,
)
from monitor.metrics.samples import (
    Reading,
    Samples,
    alerts,
    behind,
    counts_of,
    durations,
    firing,
    hooks,
    limits,
    lines,
    newest,
    number_of,
    process_of,
    readable,
    rotations,
    sections_of,
    sent,
    versions,
)


class Row(NamedTuple):
    """A family: its name, its kind, its words, and how its samples are read."""

    name: str
    kind: str
    words: str
    read: Callable[[Reading], Samples]


FAMILIES: tuple[Row, ...] = (
    Row("requests_total", COUNTER, "Hits by status.", counts_of("codes", "code")),
    Row(
        "requests_by_method_total",
        COUNTER,
        "Hits by method.",
        counts_of("methods", "method"),
    ),
    Row("response_bytes_total", COUNTER, "Bytes of all answers.", sent),
    Row("section_requests_total", COUNTER, "Hits by section.", sections_of(0)),
    Row(
        "section_errors_total",
        COUNTER,
        "Answers with a status of 4xx or 5xx by section.",
        sections_of(1),
    ),
    Row(
        "section_response_bytes_total",
        COUNTER,
        "Bytes of answers by section.",
        sections_of(2),
    ),
    Row("lines_total", COUNTER, "Lines by how they were read.", lines),
    Row(
        "late_requests_total",
        COUNTER,
        "Hits that are older than the report they were counted in.",
        number_of("late"),
    ),
    Row(
        "misdated_requests_total",
        COUNTER,
        "Hits with an impossible time.",
        number_of("misdated"),
    ),
    Row(
        "request_duration_seconds",
        HISTOGRAM,
        "Request times as the log has them.",
        durations,
    ),
    Row(
        "window_requests",
        GAUGE,
        "Hits in the alert window now.",
        lambda reading: [Sample(reading.window[0])],
    ),
    Row(
        "window_seconds",
        GAUGE,
        "Length of the alert window.",
        lambda reading: [Sample(reading.window[1])],
    ),
    Row(
        "last_request_timestamp_seconds",
        GAUGE,
        "Time of the newest hit by the clock of the log.",
        newest,
    ),
    Row("alert_firing", GAUGE, "How many alerts of a rule are firing.", firing),
    Row("alert_limit", GAUGE, "The limit of a rule in the unit of its option.", limits),
    Row("alerts_total", COUNTER, "Alerts and recoveries.", alerts),
    Row(
        "log_readable",
        GAUGE,
        "1 if a log has data, 0 if it cannot be read or understood.",
        readable,
    ),
    Row("log_behind_bytes", GAUGE, "Bytes of a log that are left to read.", behind),
    Row(
        "log_rotations_total",
        COUNTER,
        "How often a log began anew while it was followed.",
        rotations,
    ),
    Row(
        "hook_runs_total",
        COUNTER,
        "Runs of the program of --exec, and alerts that were dropped.",
        hooks,
    ),
    Row(
        "state_saved_timestamp_seconds",
        GAUGE,
        "When the state was saved, 0 without a state.",
        lambda reading: [Sample(reading.saved_at)],
    ),
    Row("build_info", GAUGE, "Versions of the monitor and of Python.", versions),
)
"""All metrics of this program, without their common beginning `accesslog_`."""

PROCESS: tuple[Row, ...] = (
    Row(
        "process_start_time_seconds",
        GAUGE,
        "Start time of the process since unix epoch in seconds.",
        process_of("started"),
    ),
    Row(
        "process_cpu_seconds_total",
        COUNTER,
        "Total user and system CPU time spent in seconds.",
        process_of("cpu"),
    ),
    Row(
        "process_resident_memory_bytes",
        GAUGE,
        "Resident memory size in bytes.",
        process_of("memory"),
    ),
)
"""Standard metrics of a process, in the words of Prometheus' own libraries."""


def metrics_text(reading: Reading, files: Iterable[str]) -> str:
    """Return the text of all metrics. The label `log` of each is made of the files."""
    labels = {"log": printable(",".join(files))}
    named = (row._replace(name=f"accesslog_{row.name}") for row in FAMILIES)
    return "".join(
        family_text(name, kind, words, read(reading), labels)
        for name, kind, words, read in (*named, *PROCESS)
    )
