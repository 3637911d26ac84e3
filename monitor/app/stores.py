"""Opens the state of a run."""

import os
from contextlib import suppress

from monitor.app.loop import Outputs
from monitor.errors import StoreError
from monitor.settings import Settings
from monitor.state import Store, absolute, default_path


def state_path(settings: Settings) -> str:
    """Return the path of the state. Raises StoreError if there is no place for it.

    `--check` has a state of its own, because a monitor may follow the same logs.
    """
    only = map(str, settings.only)
    path = settings.state or default_path(settings.files, os.environ, only=only)
    return f"{path}-check" if settings.check else path


def has_state(settings: Settings) -> bool:
    """Return whether the state was made by an earlier run."""
    with suppress(StoreError):
        return os.path.lexists(state_path(settings))
    return False


def store_or_memory(settings: Settings, outputs: Outputs) -> Store | None:
    """Open the state; return None if it is not wanted or cannot be used."""
    if not settings.keeps_state:
        return None
    try:
        return open_store(settings, outputs)
    except StoreError as error:
        outputs.notify(f"{error}; going on from memory, nothing survives a restart")
        return None


def open_store(settings: Settings, outputs: Outputs) -> Store:
    """Open the state of the followed files. Raises StoreError if it cannot be used."""
    path = state_path(settings)
    store = Store(path, absolute(settings.files), sorted(map(str, settings.only)))
    if store.notice:
        outputs.notify(f"{store.notice}, and counting begins anew")
    return store
