"""The values of the options of a run, with their types and defaults."""

from fractions import Fraction
from typing import NamedTuple

from monitor.only import Choice
from monitor.parsers import Address
from monitor.periods import Moment
from monitor.rulevalues import Latency, SectionLimit

STDIN = "-"
"""The path that stands for standard input, and the name of its log."""

STDIN_PATHS = (STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
"""All paths of standard input."""


class Settings(NamedTuple):
    """The options of a run. Times are in seconds, the threshold is in hits per second.

    `None` stands for a value that depends on the machine or on other options.
    """

    files: tuple[str, ...] = ()
    replay: bool = False
    once: bool = False
    check: bool = False
    history: bool = False
    suggest_threshold: bool = False
    reports: bool = False
    since: Moment | None = None
    until: Moment | None = None
    page: int = 1
    per_page: int | None = None
    interval: int = 10
    threshold: Fraction = Fraction(10)
    window: int = 120
    top: int = 10
    by: str = "section"
    only: tuple[Choice, ...] = ()
    alerts: int = 10
    format: str = "auto"
    output: str = "text"
    quiet: bool = False
    color: str = "auto"
    utc: bool = False
    state: str | None = None
    no_state: bool = False
    delay: int = 0
    jobs: int | None = None
    warning: Fraction | None = None
    timeout: int = 10
    config: str | None = None
    print_config: bool = False
    metrics: Address | None = None
    metrics_file: str | None = None
    metrics_sections: int = 50
    exec: str | None = None
    exec_timeout: int = 30
    exec_test: bool = False
    max_error_rate: Fraction | None = None
    min_traffic: int | None = None
    section_threshold: tuple[SectionLimit, ...] = ()
    max_latency: Latency | None = None
    client_threshold: Fraction | None = None
    max_bandwidth: Fraction | None = None
    min_hits: int = 50
    hysteresis: Fraction = Fraction(0)
    for_: int = 0
    keep_firing: int = 0
    remind: int | None = None

    @property
    def keeps_state(self) -> bool:
        """Whether the next run can go on from a state. For standard input it cannot."""
        return not self.no_state and set(STDIN_PATHS).isdisjoint(self.files)

    @property
    def is_measured(self) -> bool:
        """Whether there are metrics."""
        return self.metrics is not None or self.metrics_file is not None
