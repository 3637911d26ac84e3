"""A stored episode or report, which is an object of the JSON output, is one line."""

from typing import Any

import pytest
from support.reports import (
    AT,
    BLIND,
    BUSY,
    FIRED,
    NOTHING,
    RECOVERED,
    SEEING,
    json_of,
    report_of,
)

from monitor.alerts import Cause
from monitor.core import Report
from monitor.outputs import Style, stored_line

UTC = Style(utc=True)
HOSTILE = (Cause("section", b"/\\x1b\x1b[2J\xff\xc2\x9b", 0.5),)


CAUSES = json_of(FIRED)["causes"]
EPISODES = [
    pytest.param(
        {**json_of(RECOVERED), "causes": CAUSES},
        "traffic  3m20s  peak 15.20/s  /login 86%",
        id="recovered",
    ),
    pytest.param(
        json_of(RECOVERED._replace(seen_late=True)),
        "traffic  3m20s  peak 15.20/s  seen late",
        id="seen late",
    ),
    pytest.param(
        json_of(RECOVERED._replace(since=AT + 201, at=AT + 203)),
        "traffic     2s  peak 15.20/s",
        id="short",
    ),
    pytest.param(
        json_of(FIRED),
        "traffic  still firing  /login 86%  203.0.113.9 86%",
        id="still firing",
    ),
    pytest.param(
        json_of(FIRED._replace(causes=HOSTILE)),
        r"traffic  still firing  /\\x1b\x1b[2J\xff\u009b 50%",
        id="hostile names",
    ),
    pytest.param(
        json_of(BLIND),
        "no data  still no data  access.log: No such file o...",
        id="still no data",
    ),
    pytest.param(
        json_of(SEEING),
        "no data  3m20s  access.log: No such file or directory",
        id="data again",
    ),
    pytest.param(
        json_of(SEEING._replace(file="/var/log/nginx/example.org/access.log")),
        "no data  3m20s  ...xample.org/access.log: No such ...",
        id="a long path",
    ),
    pytest.param(
        json_of(SEEING._replace(file="-", reason="gone")),
        "no data  3m20s  standard input: gone",
        id="standard input",
    ),
]


@pytest.mark.parametrize(("fields", "line"), EPISODES)
def test_an_episode_is_one_line(fields: dict[str, Any], line: str) -> None:
    text = stored_line(fields, UTC)
    assert text.endswith("  " + line)
    assert len(text) <= 80
    is_over = fields["state"] in ("recovered", "ended")
    colored = stored_line(fields, UTC._replace(color=True))
    assert colored == text if is_over else f"\x1b[31m{text}\x1b[0m"


@pytest.mark.parametrize(
    ("report", "line"),
    [
        pytest.param(
            report_of(BUSY),
            "2026-11-23 22:48:00+00:00  10s  741 hits  18.7 MB  7 clients  "
            "/api 637, /static 80, /images 12",
            id="with the largest sections",
        ),
        pytest.param(
            report_of(NOTHING),
            "2026-11-23 22:48:00+00:00  10s  0 hits  0 B  0 clients",
            id="of silence",
        ),
    ],
)
def test_a_stored_report_is_one_line(report: Report, line: str) -> None:
    assert stored_line(json_of(report), UTC) == line
