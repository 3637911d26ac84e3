"""States as a run saves them."""

import json
from collections.abc import Sequence
from typing import Any

from monitor.core.pipeline import Pipeline
from monitor.options import Settings

LOGS = ["/var/log/access.log"]


def a_state(number: int = 0, files: Sequence[str] = LOGS) -> dict[str, Any]:
    """Return the state of some logs that were not read yet; the number tells states apart."""
    log = {"known": [], "files": [], "was_open": False}
    core = {**Pipeline(Settings()).snapshot(), "alerts_told": number}
    moment = {"wall": 0.0, "boot": "", "awake": 0.0}
    state = {"core": core, "files": dict.fromkeys(files, log), "moment": moment}
    return as_stored(state)


def as_stored(value: Any) -> Any:
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(value))
