"""Tests send signals to themselves and to programs they start, and so must not ignore them."""

import signal

# So it is in the background of a script.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
