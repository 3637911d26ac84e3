"""The command line and the commands.

help.py          the help and the version
arguments.py     the words of the command line -> settings
loop.py          poll, feed, advance, emit, sleep
moment.py        how long the program was away
follow.py        the commands for logs that are written to: follow, once
commands.py      all commands: follow, once, replay, history
cli.py           the program: settings, a command, errors -> one line
"""

from monitor.app.cli import main

__all__ = ["main"]
