"""What the user may choose, each with its one default; the command line and its help read it."""

from fractions import Fraction
from typing import NamedTuple


class Settings(NamedTuple):
    """The options of a run. Times are seconds; the threshold is hits per second.

    `jobs` is the number of processes for a replay; None stands for one per processor.
    """

    files: tuple[str, ...] = ()
    replay: bool = False
    interval: int = 10
    threshold: Fraction = Fraction(10)
    window: int = 120
    top: int = 10
    format: str = "auto"
    output: str = "text"
    quiet: bool = False
    color: str = "auto"
    utc: bool = False
    delay: int = 0
    once: bool = False
    history: bool = False
    reports: bool = False
    since: str | None = None
    page: int = 1
    per_page: int | None = None
    state: str | None = None
    no_state: bool = False
    jobs: int | None = None
