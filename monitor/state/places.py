"""Where the state of some logs is, and whose a state is: one file for each set of logs.

A state of a pattern has other files at each save. It has the pattern, too, as `named`.
"""

import os
import pwd
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from monitor.errors import StoreError
from monitor.escape import encoded

_FOLDER = "access-log-monitor"


def absolute(files: Iterable[str]) -> list[str]:
    """Return the absolute paths of a set of files, sorted and without repetitions."""
    return sorted({os.path.abspath(file) for file in files})


def default_path(
    files: Iterable[str],
    environ: Mapping[str, str],
    user: int | None = None,
    only: Iterable[str] = (),
) -> str:
    """Return the path of the database for some followed files, and for the parts of `--only`.

    Raises StoreError if the user, by default the present one, has no home directory. A relative
    path would depend on the working directory, so only absolute paths are used.

    Sources: systemd.exec (STATE_DIRECTORY), XDG Base Directory Specification (XDG_STATE_HOME).
    """
    paths = absolute(files)
    words = [*paths, *sorted(set(only))]  # a path begins with a slash
    name_hash = sha256(encoded("\0".join(words))).hexdigest()[:12]
    name = f"{os.path.basename(paths[0])}-{name_hash}.db"
    user = os.getuid() if user is None else user
    folder = next(filter(os.path.isabs, _folders(environ, user)), None)
    if folder is None:
        raise StoreError(
            "there is no home directory to keep the state in: give a file with --state"
        )
    return os.path.join(folder, name)


def _folders(environ: Mapping[str, str], user: int) -> Iterator[str]:
    """Yield the folders where the state may be, the first choice first."""
    yield from environ.get("STATE_DIRECTORY", "").split(":")
    yield os.path.join(environ.get("XDG_STATE_HOME", ""), _FOLDER)
    home = environ.get("HOME")
    if home is None:
        with suppress(KeyError):
            home = pwd.getpwuid(user).pw_dir
    yield os.path.join(home or "", ".local", "state", _FOLDER)


# --- whose a state is ---


def names_in(state: Mapping[str, Any]) -> list[str]:
    """Return the absolute paths and patterns of a state, sorted."""
    return sorted(state.get("named", state.get("files", ())))


def with_names(state: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    """Return a state with its names, if they are not those of its files."""
    return state if names_in(state) == list(names) else {**state, "named": list(names)}


def check_files(state: Mapping[str, Any], files: Sequence[str], path: str) -> None:
    """Raise StoreError for a state of other files."""
    if names_in(state) != list(files):
        names = ", ".join(names_in(state))
        raise StoreError(
            f"the state in {path} belongs to {names}; give another file with --state"
        )


def check_filter(state: Mapping[str, Any], only: Sequence[str], path: str) -> None:
    """Raise StoreError for a state of hits that another filter chose."""
    found = state["core"].get("only", [])
    if found != list(only):
        hits = " ".join(f"--only {each}" for each in found) or "all hits"
        raise StoreError(
            f"the state in {path} counts {hits}; give another file with --state"
        )
