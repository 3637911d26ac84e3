"""The metrics: their names, their labels, and the text that Prometheus reads."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from support.exposed import samples_of

from monitor.core.totals import Totals
from monitor.metrics import LogState, Reading, RuleState, metrics_text
from monitor.metrics.exposition import GAUGE, Sample, family_text
from monitor.metrics.families import FAMILIES, PROCESS
from monitor.metrics.process import Process, this_process

COUNTS = {
    **Totals(50).snapshot(),
    "numbers": {"hits": 7, "unparsed": 2, "ignored": 3, "late": 4, "misdated": 5},
    "codes": {"200": 6, "404": 1, "none": 2},
    "methods": {"GET": 7, "other": 1},
    "sections": {"(other)": [1, 0, 10], "/a": [6, 1, 20]},
    "buckets": {"0.005": 1, "0.01": 0, "+Inf": 2},
    "seconds": 21.5,
    "alerts": {"traffic": {"firing": 2}, "old": {"recovered": 1}},
}
LOG = LogState("a.log", True, 17, 3)
READING = Reading(
    COUNTS,
    1795474080.5,
    (1201, 120),
    1795474079,
    [RuleState("traffic", 1, 1200.0), RuleState("client", 2, None)],
    [LOG],
    Process(1.5, 2.5, 4096),
    {"ok": 5, "failed": 0},
)
SERIES = {
    "requests_total{200}": 6,
    "requests_total{none}": 2,
    "requests_by_method_total{other}": 1,
    "response_bytes_total": 30,
    "section_requests_total{/a}": 6,
    "section_requests_total{(other)}": 1,
    "section_errors_total{/a}": 1,
    "section_response_bytes_total{/a}": 20,
    "lines_total{hit}": 7,
    "lines_total{unparsed}": 2,
    "lines_total{ignored}": 3,
    "late_requests_total": 4,
    "misdated_requests_total": 5,
    "request_duration_seconds_bucket{0.005}": 1,
    "request_duration_seconds_bucket{0.01}": 1,
    "request_duration_seconds_bucket{+Inf}": 3,
    "request_duration_seconds_sum": 21.5,
    "request_duration_seconds_count": 3,
    "window_requests": 1201,
    "window_seconds": 120,
    "last_request_timestamp_seconds": 1795474079,
    "alert_firing{traffic}": 1,
    "alert_firing{client}": 2,
    "alert_limit{traffic}": 1200,
    "alerts_total{traffic,firing}": 2,
    "alerts_total{traffic,recovered}": 0,
    "alerts_total{client,firing}": 0,
    "alerts_total{old,recovered}": 1,
    "log_readable{a.log}": 1,
    "log_behind_bytes{a.log}": 17,
    "log_rotations_total{a.log}": 3,
    "hook_runs_total{ok}": 5,
    "hook_runs_total{failed}": 0,
    "state_saved_timestamp_seconds": 1795474080.5,
    "process_start_time_seconds": 1.5,
    "process_cpu_seconds_total": 2.5,
    "process_resident_memory_bytes": 4096,
}


@pytest.mark.parametrize(("series", "value"), SERIES.items(), ids=SERIES)
def test_a_series_has_its_value(series: str, value: float) -> None:
    assert samples_of(metrics_text(READING, ["a.log"]), "a.log")[series] == value


ABSENT = [
    pytest.param({"newest": None}, "last_request_timestamp", id="before the first hit"),
    pytest.param({"process": None}, "process_", id="a system without /proc"),
    pytest.param({"totals": {**COUNTS, "buckets": {}}}, "duration", id="no times"),
    pytest.param({"hooks": {}}, "hook_runs", id="no hook"),
    pytest.param({"logs": [LOG._replace(behind=None)]}, "behind", id="a pipe"),
]


@pytest.mark.parametrize(("changes", "name"), ABSENT)
def test_what_is_unknown_has_no_series(changes: Mapping[str, Any], name: str) -> None:
    whole, text = (metrics_text(READING._replace(**c), ["a"]) for c in ({}, changes))
    assert name in whole
    assert name not in text
    assert len(samples_of(text)) < len(samples_of(whole))


def test_a_limit_of_a_rule_with_many_limits_is_absent() -> None:
    assert "alert_limit{client}" not in samples_of(metrics_text(READING, ["a"]))


def test_the_log_of_several_files_is_all_of_their_names() -> None:
    samples_of(metrics_text(READING, ["a.log", "b.log"]), "a.log,b.log")


LABELS = [
    pytest.param(b"/plain", "/plain", id="plain"),
    pytest.param(b'/a"b', r"/a\"b", id="a quote"),
    pytest.param(b"/a\\b", r"/a\\\\b", id="a backslash, escaped twice"),
    pytest.param(b"/a\nb", r"/a\\x0ab", id="a newline"),
    pytest.param(b"/\x1b[2J", r"/\\x1b[2J", id="a control sequence"),
    pytest.param(b'/"} 1\n# HELP', r"/\"} 1\\x0a# HELP", id="a forged series"),
    pytest.param("/\u202e日本".encode(), r"/\\u202e日本", id="a bidirectional control"),
    pytest.param(b"/\xff", r"/\\xff", id="no UTF-8"),
]


@pytest.mark.parametrize(("name", "label"), LABELS)
def test_the_name_of_a_section_is_escaped(name: bytes, label: str) -> None:
    sections = {name.decode("latin-1"): [5, 0, 0]}
    reading = READING._replace(totals={**COUNTS, "sections": sections})
    text = metrics_text(reading, ["a.log"])
    row = f'accesslog_section_requests_total{{log="a.log",section="{label}"}} 5\n'
    assert row in text
    assert samples_of(text, "a.log")[f"section_requests_total{{{label}}}"] == 5
    text.encode()


def test_the_name_of_a_file_is_escaped() -> None:
    strange = 'a"\n\udcff.log'
    reading = READING._replace(logs=[LOG._replace(file=strange)])
    text = metrics_text(reading, [strange])
    assert r'log="a\"\\x0a\\xff.log",file="a\"\\x0a\\xff.log"' in text
    text.encode()


def test_a_family_without_a_sample_is_left_out() -> None:
    assert family_text("a", GAUGE, "Words.", [], {}) == ""
    one = family_text("a", GAUGE, "Words.", [Sample(1.5)], {"log": "x"})
    assert one == '# HELP a Words.\n# TYPE a gauge\na{log="x"} 1.5\n'


def test_names_and_words_are_as_promtool_wants_them() -> None:
    rows = [*FAMILIES, *PROCESS]
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[a-z_]+", row.name)
        assert row.name.endswith("_total") == (row.kind == "counter"), row.name
        assert row.words.endswith(".")
        assert not set(row.words) & {"\\", "\n"}


def test_this_process_has_a_beginning_and_a_size() -> None:
    process = this_process()
    assert process is not None
    assert process.started > 1.6e9
    assert process.memory > 1 << 20
    assert this_process("/nowhere") is None
