"""What happened to a log, as tables: no disk is touched."""

import pytest

from monitor.inputs.rotation import (
    ABANDONED,
    GONE,
    HEAD,
    QUIET,
    Identity,
    Opened,
    Sibling,
    copy_of,
    find_again,
    is_gone,
    is_rotated_name,
    may_close,
    missed,
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
def test_a_file_that_lost_what_was_read_of_it_was_truncated(
    opened: Opened, size: int, head: bytes, is_truncated: bool
) -> None:
    assert was_truncated(opened, size, head) is is_truncated


@pytest.mark.parametrize(
    ("quiet", "successor", "let_go"),
    [
        (QUIET, True, True),
        (QUIET - 1, True, False),
        (QUIET * 9, False, False),
        (ABANDONED - 1, False, False),
        (ABANDONED, False, True),
    ],
    ids=["quiet", "not yet", "followed by nothing", "for almost a day", "for a day"],
)
def test_a_rotated_file_is_let_go_when_quiet_and_followed(
    quiet: float, successor: bool, let_go: bool
) -> None:
    assert may_close(quiet, successor) is let_go


@pytest.mark.parametrize(
    ("missing", "quiet", "gone"),
    [(GONE, GONE, True), (GONE - 0.1, 9.0, False), (9.0, GONE - 0.1, False)],
    ids=["gone", "missing just now", "heard just now"],
)
def test_a_log_is_gone_when_path_and_lines_are_missing(
    missing: float, quiet: float, gone: bool
) -> None:
    assert is_gone(missing, quiet) is gone


@pytest.mark.parametrize(
    ("name", "rotated"),
    [
        ("access.log.1", True),
        ("access.log.12", True),
        ("access.log.2.gz", True),
        ("access.log-20261123", True),
        ("access.log-20261123.gz", True),
        ("access.log.2026-11-23", True),
        ("access.log.2026-11-23_22", True),
        ("access-20261123.log", True),
        ("access-20261123.log.gz", True),
        ("access.2026-11-23.log", True),
        ("access_1795474080.log", True),
        ("access.1.log", True),
        ("access.log.0", True),
        ("access-2.log", False),
        ("access_2.log", False),
        ("access.two.log", False),
        ("access.log.1.bak", False),
        ("accessXlog.1", False),
        ("access.log", False),
        ("access.log.bak", False),
        ("access.log.err", False),
        ("access2.log", False),
        ("other_access.log.1", False),
        ("error.log.1", False),
        ("access.log.gz", False),
    ],
    ids=str,
)
def test_the_names_of_rotated_files(name: str, rotated: bool) -> None:
    assert is_rotated_name(name, "access.log") is rotated


def test_what_was_missed_is_new_and_oldest_first() -> None:
    siblings = [
        sibling("late", Identity(1, 3), OTHER, modified=9),
        sibling("early", Identity(1, 4), b"early" + OTHER, modified=7),
        sibling("old", Identity(1, 5), b"old" + OTHER, modified=4),
        sibling("empty", Identity(1, 6), b"", size=0, modified=8),
        sibling("being read", Identity(1, 8), OTHER, modified=8),
        sibling("known", ONE, LINE + b"and more", modified=8),
        sibling("known and compressed", TWO, LINE + b"more", None, modified=8),
    ]
    held = {Identity(1, 8)}
    found = missed(siblings, held, [LINE], since=5)
    assert [each.path for each in found] == ["early", "empty", "late"]


def test_of_a_file_that_is_being_compressed_the_whole_one_is_taken() -> None:
    siblings = [sibling("x.1.gz", ONE, size=None), sibling("x.1", TWO)]
    assert [each.path for each in missed(siblings, set(), [], since=0)] == ["x.1"]


@pytest.mark.parametrize("name", ["access_log.1", "access_log-20261123.gz"])
def test_a_log_may_have_no_extension(name: str) -> None:
    assert is_rotated_name(name, "access_log")
    assert not is_rotated_name(name, "access")


@pytest.mark.parametrize(
    ("there", "known", "new"),
    [
        (sibling("the same or a copy", ONE, LINE), LINE, False),
        (sibling("grown", ONE, LINE + OTHER), LINE, False),
        (sibling("a copy in the making", TWO, LINE), LINE + OTHER, False),
        (sibling("other content", ONE, OTHER), LINE, True),
        (sibling("beside an empty one", ONE, LINE), b"", True),
        (sibling("too little to tell", TWO, LINE), LINE[:4], True),
        (sibling("too little of it to tell", TWO, LINE[:4]), LINE, True),
        (sibling("a long line", TWO, b"x" * HEAD), b"x" * HEAD, False),
        (sibling("empty", TWO, b"", size=0), LINE, True),
        (sibling("empty, compressed", TWO, b"", size=None), LINE, False),
    ],
    ids=lambda value: value.path if isinstance(value, Sibling) else "",
)
def test_what_is_new_beside_what_is_known(
    there: Sibling, known: bytes, new: bool
) -> None:
    assert bool(missed([there], set(), [known], since=0)) is new


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (Opened(ONE, 100, LINE), "newest"),
        (Opened(ONE, 101, LINE), None),
        (Opened(ONE, 10, OTHER), None),
        (Opened(ONE, 0, b""), None),
        (Opened(TWO, 10, LINE), "elsewhere"),
    ],
    ids=["copied", "too short", "other content", "nothing read", "not itself"],
)
def test_the_copy_of_a_truncated_file(opened: Opened, expected: str | None) -> None:
    siblings = [
        sibling("oldest", TWO, modified=4),
        sibling("newest", TWO, modified=6),
        sibling("elsewhere", Identity(2, 7), modified=5),
    ]
    copy = copy_of(opened, siblings)
    assert (copy.path if copy else None) == expected


FULL_HEAD = b"x" * HEAD


def at(
    path: str, inode: int, head: bytes, size: int | None, modified: int = 0
) -> Sibling:
    return Sibling(path, Identity(1, inode), head, size, modified)


AGAIN: dict[str, tuple[bytes, int, list[Sibling], str | None]] = {
    "nothing": (LINE, 9, [], None),
    "itself": (LINE, 9, [at("a", 10, LINE, 9)], "a"),
    "itself, grown": (LINE, 9, [at("a", 10, LINE + b"more", 13)], "a"),
    "itself, renamed": (LINE, 9, [at("a", 11, b"x", 1), at("b", 10, LINE, 9)], "b"),
    "its inode with another head": (LINE, 9, [at("a", 10, b"another\n", 99)], None),
    "its inode, shorter": (FULL_HEAD, 2000, [at("a", 10, FULL_HEAD, 1999)], None),
    "a copy": (LINE, 9, [at("a", 11, LINE, 9)], "a"),
    "a copy that is too short": (FULL_HEAD, 2000, [at("a", 11, FULL_HEAD, 1999)], None),
    "a compressed copy": (FULL_HEAD, 2000, [at("a.gz", 11, FULL_HEAD, None)], "a.gz"),
    "itself before a copy": (
        LINE,
        9,
        [at("a", 11, LINE, 99, 5), at("b", 10, LINE, 9)],
        "b",
    ),
    "the newest copy": (
        LINE,
        9,
        [at("a", 11, LINE, 99, 5), at("b", 12, LINE, 99, 6)],
        "b",
    ),
    "half a line": (LINE[:4], 0, [at("a", 11, LINE, 99)], None),
    "half a line of itself": (LINE[:4], 0, [at("a", 10, LINE, 99)], "a"),
    "itself, which was empty": (b"", 0, [at("a", 10, LINE, 9)], "a"),
    "nothing of it was read": (b"", 0, [at("a", 11, LINE, 9)], None),
}


@pytest.mark.parametrize(("head", "offset", "there", "path"), AGAIN.values(), ids=AGAIN)
def test_a_file_is_found_again_by_inode_and_fingerprint(
    head: bytes, offset: int, there: list[Sibling], path: str | None
) -> None:
    for siblings in (there, there[::-1]):
        found = find_again(Opened(ONE, offset, head), siblings)
        assert (found and found.path) == path
