"""Every error that ends the program. Each message is one line that says what to do next.

Further arguments are further lines. Paths and arguments stand in a message as they are, and the
output escapes them.

Bad lines of a log are counted and never raise an error. An error of this file is about the
surroundings: a file, an option, an output. A bug raises another exception and shows a traceback.
"""


class MonitorError(Exception):
    """The program cannot go on. `exit_code` is its exit code; the user reads the message."""

    exit_code = 1


class UsageError(MonitorError):
    """The command line is wrong; the message says what to write instead."""

    exit_code = 2


class OutputGone(MonitorError):
    """The reader of standard output went away, as in `| head`. The program ends without a notice."""


class NothingRead(MonitorError):
    """No line could be parsed. It has no message, because a notice explained it."""


class ReadError(MonitorError):
    """A finished log cannot be read to its end. The lines before the failure are reported first."""


class StoreError(MonitorError):
    """The state cannot be read or written. A monitor that follows logs goes on from memory."""
