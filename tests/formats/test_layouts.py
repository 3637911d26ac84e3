"""The layout of a string: which of its directives count."""

from functools import _lru_cache_wrapper

import pytest

from monitor.formats.spans import loose_steps
from monitor.formats.strings import has_named_zone, layout_of
from monitor.formats.w3c_names import order_of

SECONDS = {
    "%D": ("%D %t %s", [("%D", 1_000_000)]),
    "%T": ("%T %t %s", [("%T", 1)]),
    "%{ms}T": ("%{ms}T %t %s", [("%{ms}T", 1000)]),
    "$request_time": ("$request_time $msec $status", [("$request_time", 1)]),
    "the finest": ("%T/%{ms}T %t %s", [("%{ms}T", 1000)]),
    "three in a row": ("%T %T %T %t %s", [("%T", 1)] * 3),
    "not in a row": ("%D %t %D %s", [("%D", 1_000_000)]),
    "a time of an upstream": ("$upstream_response_time $msec $status", []),
    "none": ("%t %s", []),
}


@pytest.mark.parametrize(("string", "due"), SECONDS.values(), ids=SECONDS)
def test_the_finest_request_time_counts(
    string: str, due: list[tuple[str, int]]
) -> None:
    fields = layout_of(string).fields
    found = [
        (each.spelling, each.per_second) for each in fields if each.role == "seconds"
    ]
    assert found == due


HOSTS = {
    "$host rather than $http_host": ("$http_host $host $msec $status", "$host"),
    "the first": ("%v %{Host}i %t %s", "%v"),
}


@pytest.mark.parametrize(("string", "due"), HOSTS.values(), ids=HOSTS)
def test_the_best_host_counts(string: str, due: str) -> None:
    fields = layout_of(string).fields
    assert [each.spelling for each in fields if each.role == "host"] == [due]


def test_the_name_of_a_zone_is_known_as_a_doubt() -> None:
    strings = ("%{%F %T %Z}t %s", "%{%F %T %z}t %s")
    assert [has_named_zone(layout_of(each)) for each in strings] == [True, False]


def test_a_layout_joins_a_host_and_its_port() -> None:
    assert layout_of("%v:%p %t %s").shape == "<host> [<time>] <status>"


def test_a_layout_joins_a_client_and_its_port() -> None:
    client, *_ = layout_of("%a:%p %t %s").fields
    assert (client.role, client.has_port) == ("client", True)


@pytest.mark.parametrize("remembers", [loose_steps, order_of])
def test_what_lines_make_is_remembered_with_a_bound(
    remembers: "_lru_cache_wrapper[object]",
) -> None:
    assert remembers.cache_info().maxsize
