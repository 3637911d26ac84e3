"""The options of the rules: their values, and what is written instead of a wrong value."""

from fractions import Fraction

import pytest

from monitor.app.arguments import read_settings
from monitor.errors import UsageError
from monitor.rulevalues import Latency, SectionLimit


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        pytest.param(
            "--max-error-rate 0.5", "max_error_rate", Fraction(1, 2), id="5xx"
        ),
        pytest.param("--max-error-rate 5%", "max_error_rate", 5, id="with a sign"),
        pytest.param("--min-traffic 7", "min_traffic", 7, id="silence"),
        pytest.param(
            "--section-threshold /a=b=.5 --section-threshold http://x/y=2",
            "section_threshold",
            (
                SectionLimit(b"/a=b", Fraction(1, 2)),
                SectionLimit(b"http://x/y", Fraction(2)),
            ),
            id="sections",
        ),
        pytest.param(
            "--max-latency p99.9=.25",
            "max_latency",
            Latency(Fraction("99.9"), Fraction(1, 4)),
            id="latency",
        ),
        pytest.param("--client-threshold 2", "client_threshold", 2, id="client"),
        pytest.param(
            "--max-bandwidth 1.5M", "max_bandwidth", 1_500_000, id="megabytes"
        ),
        pytest.param("--max-bandwidth 9", "max_bandwidth", 9, id="bytes"),
        pytest.param("--min-hits 0", "min_hits", 0, id="min-hits"),
        pytest.param("--hysteresis 20", "hysteresis", 20, id="hysteresis"),
        pytest.param("--for 30s", "for_", 30, id="for"),
        pytest.param("--keep-firing 5m", "keep_firing", 300, id="keep-firing"),
        pytest.param("--remind 1h", "remind", 3600, id="remind"),
    ],
)
def test_a_right_value(words: str, field: str, value: object) -> None:
    settings = read_settings([*words.split(), "a.log"])
    assert getattr(settings, field) == value


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            "--max-error-rate 101", "give a percentage such as", id="above 100"
        ),
        pytest.param("--hysteresis x", "give a percentage such as", id="no percentage"),
        pytest.param("--min-traffic 0", "give a number from 1", id="never silent"),
        pytest.param("--section-threshold /a", "give SECTION=HITS", id="no threshold"),
        pytest.param("--section-threshold =5", "give SECTION=HITS", id="no section"),
        pytest.param("--section-threshold /a=x", "give hits per second", id="no hits"),
        pytest.param(
            "--max-latency 0.5", "give a percentile and its", id="no percentile"
        ),
        pytest.param("--max-latency p0=1", "give a percentile and its", id="p0"),
        pytest.param(
            "--max-latency p95=fast", "give a percentile and its", id="no time"
        ),
        pytest.param("--max-bandwidth 5T", "give bytes per second", id="terabytes"),
        pytest.param("--remind 0", "give a time from 1s", id="at once"),
    ],
)
def test_a_wrong_value_is_explained(words: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_settings([*words.split(), "a.log"])
