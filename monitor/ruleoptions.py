"""The options of the alert rules, one row each. The rules themselves are in alerts/rules.py."""

from monitor.optionrow import Option
from monitor.parsers import hits, length, whole
from monitor.rulevalues import bandwidth, latency, percentage, section_limit

_up_to_a_week = length(0, 604_800)

RULE_OPTIONS = (
    Option(
        "--max-error-rate",
        "PCT",
        "alert when more than PCT percent of the answers are 5xx",
        percentage,
    ),
    Option(
        "--min-traffic",
        "N",
        "alert when fewer than N hits come in the window",
        whole(1, 999_999_999),
    ),
    Option(
        "--section-threshold",
        "SECTION=HITS",
        "alert when a section has more hits per second on average, such as /api=50; "
        "may be repeated",
        section_limit,
        repeats=True,
    ),
    Option(
        "--max-latency",
        "pNN=SECONDS",
        "alert when this percentile of the request times is above a limit, such as "
        "p95=0.5",
        latency,
    ),
    Option(
        "--client-threshold",
        "HITS",
        "alert when one client has more hits per second on average",
        hits,
    ),
    Option(
        "--max-bandwidth",
        "BYTES",
        "alert above this many bytes per second on average, such as 50M",
        bandwidth,
    ),
    Option(
        "--min-hits",
        "N",
        "hits in the window from which error rate and latency are judged",
        whole(0, 999_999_999),
    ),
    Option(
        "--hysteresis",
        "PCT",
        "an alert recovers PCT percent below its threshold",
        percentage,
    ),
    Option(
        "--for",
        "TIME",
        "alert only when it is too much for this long",
        _up_to_a_week,
    ),
    Option(
        "--keep-firing",
        "TIME",
        "recover only when it is back to normal for this long",
        _up_to_a_week,
    ),
    Option(
        "--remind",
        "TIME",
        "repeat a firing alert each time this long has passed",
        length(1, 604_800),
    ),
)
"""The options of the alert rules, in the order of the help."""
