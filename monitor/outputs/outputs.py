"""The outputs of a run. To add an output, write one file in this room and one row here."""

from monitor.options import Settings
from monitor.outputs.base import Output
from monitor.outputs.console import Console, Writer
from monitor.outputs.messages import Style


def outputs_of(settings: Settings, writer: Writer, style: Style) -> list[Output]:
    """Return the outputs that the settings ask for, in the order in which they get events."""
    return [Console(settings, writer, style)]
