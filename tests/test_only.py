"""--only chooses hits by the names that they have by each key."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from monitor.only import ALL, Only, choice_of

HIT = {
    "client": b"203.0.113.9",
    "head": b"GET /api",
    "rest": b"/v1/users",
    "status": b"503",
    "host": b"example.org",
    "agent": b"curl/8.0",
    "referrer": b"-",
}


def chooses(hit: dict[str, bytes], *parts: str) -> bool:
    """Return whether parts of --only choose a hit."""
    (flag,) = Only(map(choice_of, parts)).flags(lambda name: [hit[name]], 1)
    return flag


@pytest.mark.parametrize(
    ("part", "is_chosen"),
    [
        pytest.param("section=/api", True, id="a section"),
        pytest.param("section=/ap", False, id="a part of a section"),
        pytest.param("section=/ap*", True, id="the beginning of a section"),
        pytest.param("section=*", True, id="any section"),
        pytest.param("section!=/api", False, id="no section"),
        pytest.param("path=/api/v1/users", True, id="a path"),
        pytest.param("path=/api/v1/*", True, id="the beginning of a path"),
        pytest.param("path=/api/*users", False, id="a star that is not the end"),
        pytest.param("host=example.org", True, id="a host"),
        pytest.param("host=Example.org", False, id="another case"),
        pytest.param("host+section=example.org/api", True, id="a host and a section"),
        pytest.param("host+section=example.org/*", True, id="any section of a host"),
        pytest.param("method=GET", True, id="a method"),
        pytest.param("method!=GET", False, id="another method"),
        pytest.param("status=503", True, id="a status"),
        pytest.param("status=5xx", True, id="a class of statuses"),
        pytest.param("status=5XX", True, id="a class in capitals"),
        pytest.param("status=x03", True, id="any first digit"),
        pytest.param("status=5*", True, id="the beginning of a status"),
        pytest.param("status=4xx", False, id="another class"),
        pytest.param("status=-", False, id="no answer"),
        pytest.param("status!=5xx", False, id="all but a class"),
        pytest.param("agent=curl/8.0", True, id="an agent with a slash"),
        pytest.param("agent!=curl/*", False, id="no such agent"),
        pytest.param("referrer=-", True, id="no referrer"),
        pytest.param("client=203.0.113.9", True, id="a client"),
        pytest.param("client=203.0.113.*", True, id="the beginning of an address"),
        pytest.param("client=203.0.113.0/24", True, id="a network"),
        pytest.param("client=203.0.113.77/24", True, id="a network by any address"),
        pytest.param("client=203.0.114.0/24", False, id="another network"),
        pytest.param("client!=203.0.113.0/24", False, id="all but a network"),
        pytest.param("client=2001:db8::/32", False, id="a network of IPv6"),
        pytest.param("client=0.0.0.0/0", True, id="the whole of IPv4"),
    ],
)
def test_a_part_chooses_hits_by_their_name(part: str, is_chosen: bool) -> None:
    assert chooses(HIT, part) is is_chosen


@pytest.mark.parametrize(
    ("client", "is_chosen"),
    [
        pytest.param(b"10.1.2.3", True, id="an address"),
        pytest.param(b"11.1.2.3", False, id="another address"),
        pytest.param(b"::ffff:10.1.2.3", True, id="IPv4 in IPv6"),
        pytest.param(b"198.51.100.7, 10.1.2.3", True, id="a list with an address"),
        pytest.param(b"198.51.100.7,unknown", False, id="a list without one"),
        pytest.param(b"www.example.org", False, id="a name"),
        pytest.param(b"unix:", False, id="a socket"),
        pytest.param(b"-", False, id="no client"),
        pytest.param(b"10.1.2.3\xff", False, id="bytes that are no text"),
    ],
)
def test_a_network_has_the_clients_that_are_addresses_in_it(
    client: bytes, is_chosen: bool
) -> None:
    assert chooses({**HIT, "client": client}, "client=10.0.0.0/8") is is_chosen


@pytest.mark.parametrize(
    ("parts", "is_chosen"),
    [
        pytest.param([], True, id="nothing"),
        pytest.param(["status=404", "status=503"], True, id="any value of a key"),
        pytest.param(["status=404", "method=GET"], False, id="all keys"),
        pytest.param(["status=5xx", "status!=503"], False, id="excluded after all"),
        pytest.param(["status!=404", "status!=500"], True, id="none is excluded"),
        pytest.param(["status!=404", "status!=503"], False, id="one is excluded"),
        pytest.param(["method=GET", "path=/api*", "host!=x"], True, id="three keys"),
    ],
)
def test_any_value_of_a_key_and_all_keys_choose(
    parts: list[str], is_chosen: bool
) -> None:
    assert chooses(HIT, *parts) is is_chosen


def test_a_malformed_request_and_an_empty_agent_have_names() -> None:
    hit = {**HIT, "head": b" (malformed)", "rest": b"", "agent": b""}
    assert chooses(hit, "method=(malformed)", "section=(malformed)", "agent=-")


def test_a_value_may_be_any_bytes() -> None:
    assert chooses({**HIT, "agent": b"\xff\xfe"}, "agent=\udcff\udcfe")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "give KEY=VALUE or KEY!=VALUE", id="nothing"),
        pytest.param("status", "give KEY=VALUE or KEY!=VALUE", id="no value"),
        pytest.param("status=", "give KEY=VALUE or KEY!=VALUE", id="an empty value"),
        pytest.param("url=/x", "give one of the keys section, host,", id="another key"),
        pytest.param("status=5", "give a status such as 404, 5xx", id="half a status"),
        pytest.param("status=ok", "give a status such as 404", id="a word as a status"),
        pytest.param("client=1.2.3.4/33", "give a network such as", id="33 bits"),
        pytest.param("client=1.2.3/8", "give a network such as", id="three numbers"),
    ],
)
def test_a_part_that_is_wrong_says_what_to_write(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}") as caught:
        choice_of(text)
    assert "not '" in str(caught.value)


@pytest.mark.parametrize("text", ["status!=5xx", "path=/a=b", "client=10.0.0.0/8"])
def test_a_part_reads_as_it_was_written(text: str) -> None:
    assert str(choice_of(text)) == text


VALUES = {
    "status": (b"200", b"404", b"503"),
    "client": (b"10.0.0.1", b"10.0.0.2", b"::1"),
    "head": (b"GET /a", b"PUT /a", b"GET /b"),
    "rest": (b"", b"/c"),
}
PARTS: dict[str, Callable[[dict[str, bytes]], bool]] = {
    "status=4xx": lambda hit: hit["status"] == b"404",
    "status=200": lambda hit: hit["status"] == b"200",
    "client=10.0.0.0/8": lambda hit: hit["client"] != b"::1",
    "client=::1": lambda hit: hit["client"] == b"::1",
    "path=/a*": lambda hit: hit["head"].endswith(b"/a"),
    "path=/b/c": lambda hit: (hit["head"], hit["rest"]) == (b"GET /b", b"/c"),
}


def test_a_filter_does_what_its_parts_say() -> None:
    for seed in range(60):
        r = random.Random(seed)
        columns: dict[str, list[Any]] = {
            name: r.choices(values, k=50) for name, values in VALUES.items()
        }
        parts = [
            part.replace("=", "!=") if r.random() < 0.4 else part
            for part in r.sample(list(PARTS), r.randrange(5))
        ]
        found = Only(map(choice_of, parts)).flags(columns.__getitem__, 50)
        assert len(found) == 50
        for place, flag in enumerate(found):
            hit = {name: each[place] for name, each in columns.items()}
            keys = {part.split("=")[0].rstrip("!") for part in parts}
            assert flag is all(accepts(parts, key, hit) for key in keys), f"seed {seed}"


def accepts(parts: list[str], key: str, hit: dict[str, bytes]) -> bool:
    """Return whether a hit has any value of a key, and none of the excluded values."""
    mine = [part for part in parts if part.split("=")[0].rstrip("!") == key]
    wanted = [PARTS[part](hit) for part in mine if "!" not in part]
    excluded = [PARTS[part.replace("!", "")](hit) for part in mine if "!" in part]
    return (not wanted or any(wanted)) and not any(excluded)


def test_any_number_of_names_is_judged_in_bounded_memory() -> None:
    only = Only([choice_of("agent=a*")])
    names = [*(b"b%d" % n for n in range(99)), *(b"a%d" % n for n in range(1 << 16))]
    flags = only.flags(lambda name: names, len(names))
    assert not any(flags[:99]) and sum(flags) == 1 << 16


def test_without_a_part_the_filter_is_none() -> None:
    assert not ALL and Only([choice_of("method=GET")])
    assert Only([choice_of("host=x"), choice_of("path=/")]).wants == {"host"}
