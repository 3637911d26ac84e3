"""The command line and the commands.

help.py          the help and the version
config.py        a file of options -> their values, and back
arguments.py     the words of the command line -> settings
moment.py        measures how long the program was away
loop.py          the loop of every run: poll, feed, advance, emit, sleep
hooks.py         the hook of a run
failure.py       fails if no line could be parsed, or if a log cannot be read
limits.py        raises the limit of open files
measuring.py     publishes metrics of a run; loaded only for them
saving.py        opens the state of a run, goes on from it, and saves it
follow.py        follows logs until it is told to stop
once.py          the command --once
check.py         the command --check
suggest.py       the line to type for a threshold
commands.py      all commands
cli.py           runs a command; an error becomes one line and an exit code

    main(arguments)                  -> the exit code
    read_settings(arguments)         -> Settings, or UsageError
    follow / once / replay / suggest(settings, outputs, stop); history(settings, writer, style)
"""

from monitor.app.cli import main

__all__ = ["main"]
