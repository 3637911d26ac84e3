"""The outputs of a run. To add an output, write one file in this room and one row here."""

from collections.abc import Callable

from monitor.options import Settings
from monitor.outputs.base import Output
from monitor.outputs.console import Console, Writer
from monitor.outputs.style import Style


def outputs_of(
    settings: Settings, writer: Writer, style: Style, clock: Callable[[], float]
) -> list[Output]:
    """Return the outputs that the settings ask for, in the order in which they get events.

    `clock` returns the machine's time in seconds since 1970.
    """
    return [Console(settings, writer, style, clock)]
