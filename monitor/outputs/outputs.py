"""The outputs of a run. To add an output, write one file in this room and one row here."""

from collections.abc import Callable, Mapping

from monitor.outputs.base import Output
from monitor.outputs.console import Console, Writer
from monitor.outputs.style import Style
from monitor.settings import Settings


def outputs_of(
    settings: Settings,
    writer: Writer,
    style: Style,
    clock: Callable[[], float],
    environ: Mapping[str, str],
) -> list[Output]:
    """Return the outputs that a run asks for, in the order in which they get events.

    `clock` returns the machine's time in seconds since 1970.
    """
    outputs: list[Output] = [Console(settings, writer, style, clock)]
    if environ.get("NOTIFY_SOCKET"):
        from monitor.outputs.systemd import service_of

        outputs.append(service_of(environ, style))
    return outputs
