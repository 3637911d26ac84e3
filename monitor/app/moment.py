"""Moments that are saved. With them the next run measures how long the program was away."""

import time
from contextlib import suppress
from typing import Any

_BOOT_ID = "/proc/sys/kernel/random/boot_id"


def monotonic() -> float:
    """Return the seconds since the machine started, including those of a suspension."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def moment() -> dict[str, Any]:
    """Return the present by both clocks, as a value that JSON can hold."""
    boot = ""
    with suppress(OSError), open(_BOOT_ID, encoding="utf-8") as file:
        boot = file.read().strip()
    return {"wall": time.time(), "boot": boot, "awake": monotonic()}


def seconds_since(then: dict[str, Any]) -> float:
    """Return the seconds since a moment.

    Within one boot the monotonic clock measures them, because the other clock may be set.
    """
    now = moment()
    clock = "awake" if now["boot"] and now["boot"] == then["boot"] else "wall"
    return max(0.0, float(now[clock]) - float(then[clock]))
