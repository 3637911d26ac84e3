"""Runs the program. An error becomes one line on standard error and an exit code."""

import signal
import sys
from collections.abc import Sequence

from monitor.app.arguments import TextRequested, read_settings
from monitor.app.check import print_unknown
from monitor.app.commands import run
from monitor.errors import MonitorError, OutputGone
from monitor.outputs import Interrupted, Stop, Writer, write_notice

_OUT_OF_MEMORY = (
    "out of memory: raise the limit that `ulimit -v` shows, or give fewer logs at once; "
    "the state is as it was last saved"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    stop = Stop()
    code = 0
    failure: MonitorError | None = None
    try:
        code = _run(words, stop)
    except Interrupted:
        failure = _Ended("ended by a signal")
    except MonitorError as error:
        failure = error
    except MemoryError:
        failure = MonitorError(_OUT_OF_MEMORY)
    stop.ignore()
    if failure and "--check" in words:
        return print_unknown(failure, stop)
    if failure and not isinstance(failure, OutputGone | _Ended):
        if failure.args:
            write_notice(*map(str, failure.args))
        return failure.exit_code
    return 128 + signal.SIGINT if stop.signal == signal.SIGINT else code


class _Ended(MonitorError):
    """A signal ended the program."""


def _run(arguments: Sequence[str], stop: Stop) -> int:
    """Run the command of a command line and return its exit code."""
    try:
        settings = read_settings(arguments)
    except TextRequested as request:
        Writer.to_standard_output(stop).write(str(request))
        return 0
    stop.install()
    return run(settings, Writer.to_standard_output(stop), stop)
