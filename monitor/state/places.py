"""Where the state of some logs is: one file for each set of logs."""

import os
import pwd
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256

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
