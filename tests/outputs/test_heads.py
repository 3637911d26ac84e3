"""Up to when a run with `--once` knows the logs, in text."""

import pytest
from support.reports import AT, BUSY, line_of, report_of

from monitor.core.events import AsOf


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        pytest.param(AsOf(AT, 3), "3s ago", id="now"),
        pytest.param(AsOf(AT, 0), "0s ago", id="this second"),
        pytest.param(AsOf(AT, 90), "1m30s ago", id="a silent log"),
        pytest.param(
            AsOf(AT, 3, AT - 300),
            "NO LINES since 22:43:00 (5m)  3s ago",
            id="silent for longer than the window",
        ),
        pytest.param(AsOf(AT, -2), "2s ahead of this machine", id="a log's clock"),
    ],
)
def test_a_report_shows_up_to_when_it_knows_the_logs(as_of: AsOf, words: str) -> None:
    row = line_of(report_of(BUSY, as_of=as_of), "as of")
    assert row == f"as of    2026-11-23 22:48:00+00:00  {words}"
