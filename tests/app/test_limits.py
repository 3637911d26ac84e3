"""As many files may be open at once as the hard limit of the system allows."""

import resource
from collections.abc import Iterator

import pytest

from monitor.app.limits import allow_many_files


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_soft_limit_is_raised_to_the_hard_limit(limits: tuple[int, int]) -> None:
    soft, hard = limits
    low = max(64, soft // 2)  # programs that other tests started need files meanwhile
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
    for _ in range(2):
        allow_many_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > low
