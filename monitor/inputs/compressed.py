"""Reads compressed files as their content. To read another compression, add a row to `_OPENERS`.

Only gzip, bzip2 and xz are in the standard library. The others are refused with the command to use.
"""

import errno
import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from typing import BinaryIO

from monitor.inputs.unreadable import refuse_compressed

ENDINGS = (".gz", ".bz2", ".xz", ".lzma")
"""The ends of the names of files that are read as their content."""


_OPENERS: dict[str, Callable[[BinaryIO], BufferedIOBase]] = {
    "gzip": lambda file: gzip.GzipFile(fileobj=file)
}
_damages: list[type[Exception]] = [EOFError, zlib.error]
with suppress(ImportError):  # some builds of Python lack it
    import bz2

    _OPENERS["bzip2"] = bz2.BZ2File
with suppress(ImportError):
    import lzma

    _OPENERS["xz"] = _OPENERS["lzma"] = lzma.LZMAFile
    _damages.append(lzma.LZMAError)
_DAMAGES = tuple(_damages)


def content_of(fd: int, kind: str, path: str) -> BufferedIOBase:
    """Return the content of a compressed file. Raises Refused if it cannot be read."""
    if kind not in _OPENERS:
        refuse_compressed(kind, path)
    return _OPENERS[kind](os.fdopen(fd, "rb", closefd=False))


@contextmanager
def damage_explained() -> Iterator[None]:
    """Raise OSError when compressed data are damaged or not yet written."""
    try:
        yield
    except _DAMAGES as error:
        raise OSError(errno.EIO, str(error)) from error
