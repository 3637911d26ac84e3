"""Alerts -> runs of a program of the user, the hook (--exec).

delivery.py      an alert that waits for its hook, and what the hook gets
queue.py         decides which hook runs when: retries, drops, gaps; pure
process.py       starts a hook and watches it, without ever waiting
hook.py          the queue and the process of a run

    Hook.emit(event)   queues an alert
    Hook.poll(now)     watches the running hook, and starts the next one
    Hook.pending()     -> the deliveries that are not done, which the state keeps
"""

from monitor.hooks.delivery import Delivery, sample
from monitor.hooks.hook import Hook, start, words_of
from monitor.hooks.queue import KEPT, RESULTS

__all__ = ["KEPT", "RESULTS", "Delivery", "Hook", "sample", "start", "words_of"]
