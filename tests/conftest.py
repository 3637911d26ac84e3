"""Tests send signals to themselves and to programs they start, and so must not ignore them."""

import signal

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # run in the background of a script
    signal.signal(signal.SIGINT, signal.default_int_handler)
