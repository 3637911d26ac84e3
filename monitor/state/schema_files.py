"""The shape of the files of followed logs in the stored state; a part of schema.py."""

from typing import NotRequired, TypedDict

from monitor.state.kinds import Name, Offset


class File(TypedDict):
    """A file that was being read. `carried` is what its lines say about the next lines."""

    device: int
    inode: int
    offset: Offset
    head: Name
    tail: Name
    modified: int
    mid_line: bool
    place: Name
    carried: dict[str, dict[Name, Name]]
    current: bool


class Log(TypedDict):
    """Where a followed log stands. `known` has the rows of `KnownFiles` in the inputs."""

    known: list[tuple[int, int, Offset, int, Offset, str, str]]
    since: int
    files: list[File]
    folders: list[Name]
    was_open: bool
    rotations: NotRequired[int]
    gone: NotRequired[bool]
