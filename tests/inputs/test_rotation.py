"""What happened to a log, as tables: no disk is touched."""

import pytest

from monitor.inputs.copies import (
    copies_of,
    is_copy,
    is_copy_of_closed,
    is_same_file,
    short_copy_of,
)
from monitor.inputs.rotation import (
    ABANDONED,
    GONE,
    HEAD,
    QUIET,
    Closed,
    Identity,
    Opened,
    Place,
    Sibling,
    changed_since,
    digest_of,
    is_gone,
    is_settled,
    may_close,
    was_truncated,
)

ONE, TWO = Identity(1, 10), Identity(1, 20)
LINE = b"192.0.2.1 the first line\n"
OTHER = b"192.0.2.9 another first line\n"


def sibling(
    name: str,
    identity: Identity = TWO,
    head: bytes = LINE,
    size: int | None = 100,
    modified: int = 5,
) -> Sibling:
    return Sibling(name, identity, head, size, modified)


def closed(size: int = 100, head: bytes = LINE) -> Closed:
    return Closed(ONE, size, 5, len(head), digest_of(head) if head else "", "end")


@pytest.mark.parametrize(
    ("opened", "size", "head", "is_truncated"),
    [
        (Opened(ONE, 50, LINE), 50, LINE, False),
        (Opened(ONE, 50, LINE), 51, LINE, False),
        (Opened(ONE, 50, LINE), 49, LINE, True),
        (Opened(ONE, 50, LINE), 0, b"", True),
        (Opened(ONE, 50, LINE), 90, OTHER, True),
        (Opened(ONE, 50, LINE), 50, OTHER, True),
        (Opened(ONE, 0, b""), 9, OTHER, False),
        (Opened(ONE, 0, b""), 0, b"", False),
    ],
    ids=[
        "as it was",
        "grown",
        "shorter",
        "empty",
        "longer, another head",
        "as long, another head",
        "filled since",
        "empty still",
    ],
)
def test_a_file_was_truncated_if_it_lost_bytes_that_were_read(
    opened: Opened, size: int, head: bytes, is_truncated: bool
) -> None:
    assert was_truncated(opened, size, head) is is_truncated


@pytest.mark.parametrize(
    ("quiet", "successor", "may_be_closed"),
    [
        (QUIET, True, True),
        (QUIET - 1, True, False),
        (QUIET * 9, False, False),
        (ABANDONED - 1, False, False),
        (ABANDONED, False, True),
    ],
    ids=["quiet", "not yet", "followed by nothing", "for almost a day", "for a day"],
)
def test_a_rotated_file_is_closed_when_it_is_quiet_and_a_newer_file_has_lines(
    quiet: float, successor: bool, may_be_closed: bool
) -> None:
    assert may_close(quiet, successor) is may_be_closed


@pytest.mark.parametrize(
    ("missing", "quiet", "gone"),
    [(GONE, GONE, True), (GONE - 0.1, 9.0, False), (9.0, GONE - 0.1, False)],
    ids=["gone", "missing just now", "heard just now"],
)
def test_a_log_is_gone_when_its_path_is_missing_and_no_line_comes(
    missing: float, quiet: float, gone: bool
) -> None:
    assert is_gone(missing, quiet) is gone


@pytest.mark.parametrize(
    ("modified", "since", "is_recent"),
    [
        (7_000_000_001, 7_000_000_001, True),
        (7_000_000_001, 7_000_000_002, False),
        (7_000_001_000, 7_000_001_999, True),
        (7_000_001_000, 7_000_002_000, False),
        (7_000_000_000, 7_999_999_999, True),
        (7_000_000_000, 8_000_000_000, False),
    ],
    ids=[
        "then",
        "before",
        "in microseconds",
        "before, in them",
        "in seconds",
        "earlier",
    ],
)
def test_the_time_of_a_compressed_file_may_be_cut(
    modified: int, since: int, is_recent: bool
) -> None:
    assert changed_since(modified, since) is is_recent


def test_a_file_is_settled_when_a_newer_file_was_written_a_minute_later() -> None:
    assert is_settled(1_000_000_000, 61_000_000_000)
    assert not is_settled(1_000_000_001, 61_000_000_000)


FULL_HEAD = b"x" * HEAD
COPIES: dict[str, tuple[Opened, Sibling, bool]] = {
    "a copy": (Opened(ONE, 9, LINE), sibling("a"), True),
    "the file itself": (Opened(TWO, 9, LINE), sibling("a"), False),
    "a copy that grew": (Opened(ONE, 9, LINE), sibling("a", head=LINE + LINE), True),
    "too short": (Opened(ONE, 101, LINE), sibling("a"), False),
    "compressed": (Opened(ONE, 101, LINE), sibling("a", size=None), True),
    "another head": (Opened(ONE, 9, OTHER), sibling("a"), False),
    "half a line": (Opened(ONE, 0, LINE[:4]), sibling("a"), False),
    "nothing": (Opened(ONE, 0, b""), sibling("a"), False),
    "a long line": (Opened(ONE, 9, FULL_HEAD), sibling("a", head=FULL_HEAD), True),
}


@pytest.mark.parametrize(("opened", "there", "is_one"), COPIES.values(), ids=COPIES)
def test_a_copy_has_the_head_and_the_size(
    opened: Opened, there: Sibling, is_one: bool
) -> None:
    assert copies_of(opened, [there], set()) == ([there] if is_one else [])


def test_copies_come_oldest_first_and_never_from_the_file_of_another_position() -> None:
    files = [sibling(str(n), Identity(1, n), modified=n) for n in (3, 5, 4)]
    found = copies_of(Opened(ONE, 9, LINE), files, {Identity(1, 4)})
    assert [each.path for each in found] == ["3", "5"]


def test_a_copy_that_lacks_lines_that_were_read_is_older_than_these_lines() -> None:
    files = [
        sibling("later", modified=7),
        sibling("first", modified=5),
        sibling("of another file with its header", modified=3),
        sibling("another", head=OTHER, modified=4),
    ]
    assert short_copy_of(LINE, 6, files) == files[1]
    assert short_copy_of(LINE, 6, [files[0], files[3]]) is None


@pytest.mark.parametrize(
    ("place", "modified", "size", "is_one"),
    [
        (Place.PATH, 3, 100, True),
        (Place.PATH, 9, None, True),
        (Place.NEW, 4, 100, False),
        (Place.NEW, 5, 100, True),
        (Place.ROTATED, 5, 100, True),
        (Place.ROTATED, 6, 100, False),
        (Place.ROTATED, 8, 100, True),
        (Place.ROTATED, 4, None, False),
        (Place.GONE, 6, 100, False),
        (Place.GONE, 6, None, True),
    ],
    ids=[
        "nothing was rotated",
        "nothing was rotated, compressed",
        "written before the new file",
        "written after the new file",
        "made before the last line",
        "written between old and new file",
        "made after the new file",
        "compressed, and the file is there",
        "the file is deleted",
        "the file is compressed",
    ],
)
def test_the_time_and_place_decide_which_of_two_files_with_equal_bytes_is_a_copy(
    place: Place, modified: int, size: int | None, is_one: bool
) -> None:
    found = sibling("found", size=size, modified=modified)
    original = sibling("original", ONE, modified=5)
    assert is_copy(found, original, place, newest=7) is is_one


@pytest.mark.parametrize(
    ("remainder", "is_one"), [(100, True), (101, False), (None, True)], ids=str
)
def test_the_end_of_a_gzip_file_has_its_size(
    remainder: int | None, is_one: bool
) -> None:
    found = sibling("found.gz", size=None)._replace(remainder=remainder)
    original = sibling("original", ONE, size=100 + (1 << 32))
    assert is_copy(found, original, Place.GONE, newest=7) is is_one


@pytest.mark.parametrize(
    ("found", "original", "is_there", "is_one"),
    [
        (sibling("a"), closed(), True, True),
        (sibling("a", size=101), closed(), True, False),
        (sibling("a", head=OTHER), closed(), True, False),
        (sibling("a", size=None), closed(), False, True),
        (sibling("a", size=None), closed(), True, False),
        (sibling("a"), closed(head=b""), True, False),
    ],
    ids=["the same", "longer", "another head", "compressed", "both there", "unknown"],
)
def test_a_copy_of_a_closed_file_has_its_head_and_its_size(
    found: Sibling, original: Closed, is_there: bool, is_one: bool
) -> None:
    assert is_copy_of_closed(found, original, is_there) is is_one


@pytest.mark.parametrize(
    ("before", "now", "tail", "is_same"),
    [
        (closed(), sibling("a", ONE, LINE + OTHER, 120), "end", True),
        (closed(), sibling("a", ONE, LINE, 100), "end", True),
        (closed(), sibling("a", ONE, LINE, 90), "end", False),
        (closed(), sibling("a", ONE, OTHER, 120), "end", False),
        (closed(), sibling("a", ONE, LINE, 120), "another", False),
        (closed(head=b""), sibling("a", ONE, OTHER, 100), "", True),
        (closed(head=b""), sibling("a", ONE, OTHER, 120), "", False),
    ],
    ids=[
        *("grown", "touched", "shorter", "another head", "another end"),
        *("old, touched", "old, grown"),
    ],
)
def test_a_closed_file_is_known_by_its_inode_and_its_content(
    before: Closed, now: Sibling, tail: str, is_same: bool
) -> None:
    assert is_same_file(before, now, now.size or 0, tail) is is_same
