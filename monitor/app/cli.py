"""Runs the program. An error becomes one line on standard error and an exit code."""

import signal
import sys
from collections.abc import Sequence

from monitor.app.arguments import TextRequested, read_settings
from monitor.app.commands import run
from monitor.errors import MonitorError, OutputGone
from monitor.outputs import (
    Interrupted,
    Stop,
    standard_output,
    write_notice,
)

_OUT_OF_MEMORY = (
    "out of memory: raise the limit that `ulimit -v` shows, or give fewer logs at once; "
    "the state is as it was last saved"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    stop = Stop()
    failure: MonitorError | None = None
    try:
        _run(sys.argv[1:] if arguments is None else arguments, stop)
    except Interrupted:
        pass
    except MonitorError as error:
        failure = error
    except MemoryError:
        failure = MonitorError(_OUT_OF_MEMORY)
    stop.ignore()
    if failure and not isinstance(failure, OutputGone):
        if failure.args:
            write_notice(*map(str, failure.args))
        return failure.exit_code
    return 128 + signal.SIGINT if stop.signal == signal.SIGINT else 0


def _run(arguments: Sequence[str], stop: Stop) -> None:
    try:
        settings = read_settings(arguments)
    except TextRequested as request:
        standard_output(stop).write(str(request))
        return
    stop.install()
    run(settings, standard_output(stop), stop)
