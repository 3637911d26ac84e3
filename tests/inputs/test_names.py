"""The names of rotated files, as tables."""

import pytest

from monitor.inputs.names import (
    common_start,
    dated_names,
    rotated_names,
    uncompressed,
)


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
        ("access.log.0.bz2", True),
        ("access.log.1.xz", True),
        ("access.log.old", True),
        ("access.log.1.old", True),
        ("access.log.2026-11-23T22", True),
        ("access-2026-11-23T22-48-03.123.log", True),
        ("access-2026-11-23T22-48-03.123.log.gz", True),
        ("access.2026-11-23.0.log.gz", True),
        ("access.log.20261123T224803.bz2", True),
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
    assert bool(rotated_names("access.log").fullmatch(name)) is rotated


@pytest.mark.parametrize("name", ["access_log.1", "access_log-20261123.gz"])
def test_a_log_may_have_no_extension(name: str) -> None:
    assert rotated_names("access_log").fullmatch(name)
    assert not rotated_names("access").fullmatch(name)


@pytest.mark.parametrize(
    ("log", "name", "is_of_its_kind"),
    [
        ("access-2026-11-23.log", "access-2026-11-24.log", True),
        ("ACCESS_LOG.202611", "ACCESS_LOG.202612", True),
        ("access-20261123.log", "access-20261122.log.gz", True),
        ("access-20261123.log", "shop-20261124.log", False),
        ("access-20261123.log", "access-20261124.err", False),
        ("site-1.log", "site-2.log", False),
    ],
    ids=str,
)
def test_dated_names_differ_in_their_date_only(
    log: str, name: str, is_of_its_kind: bool
) -> None:
    names = dated_names(log)
    assert bool(names and names.fullmatch(name)) is is_of_its_kind
    assert not is_of_its_kind or name.startswith(common_start(log))


def test_a_compressed_file_has_the_name_of_the_original_and_an_ending() -> None:
    assert uncompressed("/var/log/access.log.1.gz") == "/var/log/access.log.1"
    assert uncompressed("/var/log/access.log.1") is None
