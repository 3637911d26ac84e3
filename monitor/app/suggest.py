"""The line to type for a threshold: the command that follows the logs with it."""

import re
import shlex
import sys
from collections.abc import Iterator
from fractions import Fraction

from monitor.settings import Settings
from monitor.units import exactly

_ROTATED = re.compile(r"(?<=.)[.-]\d+(\.(gz|bz2|xz))?$|(?<=.)\.(gz|bz2|xz)$")

_NEVER = Fraction(10**12)
"""A threshold in hits per second that no log exceeds."""


def without_rules(settings: Settings) -> Settings:
    """Return the settings of a replay in which no alert fires, because only its sums are wanted."""
    return settings._replace(
        replay=True,
        threshold=_NEVER,
        max_error_rate=None,
        min_traffic=None,
        section_threshold=(),
        max_latency=None,
        client_threshold=None,
        max_bandwidth=None,
    )


def command_for(threshold: Fraction, settings: Settings) -> str:
    """Return the command that follows the logs of a run with a threshold.

    A rotated log grows no more. The command has the log that it was rotated from.
    """
    logs = dict.fromkeys(_ROTATED.sub("", path) for path in settings.files)
    words = ["python3", sys.argv[0], "-t", exactly(threshold), *_others(settings)]
    return shlex.join([*words, *logs])


def _others(settings: Settings) -> Iterator[str]:
    """Yield the other options that decide what is counted and how."""
    default = Settings()
    for name in ("window", "hysteresis", "for", "keep_firing"):
        field = f"{name}_" if name == "for" else name
        value = getattr(settings, field)
        if value != getattr(default, field):
            yield from (f"--{name.replace('_', '-')}", exactly(Fraction(value)))
    for choice in settings.only:
        yield from ("--only", str(choice))
    if settings.format != default.format:
        yield from ("--format", settings.format)
