"""The server of metrics: no client delays the program or another client."""

import errno
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from support.clients import GET, Client, Served, serving

from monitor.errors import MonitorError
from monitor.metrics import Server
from monitor.metrics.connection import PATIENCE
from monitor.metrics.http import LARGEST
from monitor.metrics.server import MOST, remedy_of
from monitor.parsers import Address

LARGE = "x" * (8 << 20)  # more than the buffers of both ends


def test_a_client_is_answered_and_the_connection_closed() -> None:
    with serving() as served:
        answer = served.client().send().until_closed(served.wait)
    assert answer.endswith(b"\r\n\r\none\n")


def test_a_request_may_come_byte_by_byte() -> None:
    with serving() as served:
        client = served.client()
        for place in range(len(GET)):
            served.wait(0.0)
            assert place % 16 or client.is_silent(served.wait)
            client.send(GET[place : place + 1])
        assert client.until_closed(served.wait).endswith(b"one\n")


def test_a_client_that_sends_nothing_delays_nobody_and_is_closed_in_the_end() -> None:
    with serving() as served:
        silent = served.client()
        assert silent.is_silent(served.wait)
        assert served.client().send().until_closed(served.wait)
        served.now += PATIENCE - 0.1
        assert silent.is_silent(served.wait)
        served.now += 0.1
        assert silent.until_closed(served.wait) == b""


def test_a_client_that_goes_on_slowly_is_closed_at_the_same_time() -> None:
    with serving() as served:
        client = served.client()
        for _ in range(5):
            client.send(b"x")
            assert client.is_silent(served.wait)
            served.now += PATIENCE / 5
        assert client.until_closed(served.wait) == b""


@pytest.mark.parametrize("number", [LARGEST + 1, 1 << 20])
def test_a_request_that_is_too_large_is_closed(number: int) -> None:
    with serving() as served:
        client = served.client()
        client.socket.setblocking(False)
        client.socket.send(b"x" * number)
        assert client.until_closed(served.wait) == b""


def test_the_largest_request_is_answered() -> None:
    head = b"GET /metrics HTTP/1.1\r\nA: "
    head += b"x" * (LARGEST - len(head) - 4) + b"\r\n\r\n"
    with serving() as served:
        answer = served.client().send(head).until_closed(served.wait)
    assert answer.endswith(b"one\n")


def test_one_client_too_many_waits_for_its_turn() -> None:
    with serving() as served:
        silent = [served.client() for _ in range(MOST)]
        for each in silent:
            assert each.is_silent(served.wait)
        last = served.client().send()
        assert last.is_silent(served.wait)
        silent[3].send()
        assert silent[3].until_closed(served.wait).endswith(b"one\n")
        assert last.until_closed(served.wait).endswith(b"one\n")
        assert silent[4].is_silent(served.wait)


def test_a_client_that_reads_slowly_delays_nobody_and_gets_all() -> None:
    with serving(LARGE) as served:
        slow = served.client(receives=1 << 16).send()
        for _ in range(3):
            served.wait(0.0)
        served.text = "one\n"
        assert served.client().send().until_closed(served.wait).endswith(b"one\n")
        assert len(slow.until_closed(served.wait).partition(b"\r\n\r\n")[2]) == 8 << 20


def test_a_client_that_does_not_read_is_closed() -> None:
    with serving(LARGE) as served:
        client = served.client(receives=1 << 16).send()
        for _ in range(3):
            served.wait(0.0)
        served.now += PATIENCE
        assert len(client.until_closed(served.wait)) < len(LARGE)


def test_the_time_to_read_begins_with_the_answer() -> None:
    with serving(LARGE) as served:
        client = served.client(receives=1 << 16)
        assert client.is_silent(served.wait)
        served.now += PATIENCE - 1
        client.send()
        for _ in range(3):
            served.wait(0.0)
        served.now += PATIENCE - 1
        assert len(client.until_closed(served.wait)) > len(LARGE)


LEAVING = [
    pytest.param(b"", id="before its request"),
    pytest.param(b"GET /met", id="in its request"),
    pytest.param(GET, id="before its answer"),
]


@pytest.mark.parametrize("sent", LEAVING)
@pytest.mark.parametrize("is_seen", [True, False], ids=["seen", "not seen"])
def test_a_client_that_goes_away_disturbs_nobody(sent: bytes, is_seen: bool) -> None:
    with serving(LARGE) as served:
        client = served.client(receives=1 << 16)
        client.send(sent)
        if is_seen:
            served.wait(0.0)
        client.break_off()
        served.text = "one\n"
        for _ in range(2):
            assert served.client().send().until_closed(served.wait).endswith(b"one\n")


@contextmanager
def no_descriptor() -> Iterator[None]:
    """Let this process open no further file."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = os.dup(0)
    os.close(number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_without_a_descriptor_clients_wait() -> None:
    with serving() as served:
        client = served.client().send()
        with no_descriptor():
            served.wait(0.0)
        assert client.until_closed(served.wait).endswith(b"one\n")


def test_without_a_descriptor_it_does_not_spin() -> None:
    looks: list[float] = []

    def clock() -> float:
        looks.append(monotonic())
        return looks[-1]

    server = Server(Address("127.0.0.1", 0), lambda head: b"", clock)
    client = Client(server.address)
    with no_descriptor():
        server.wait(0.05)
    assert len(looks) < 10
    server.close()
    client.socket.close()


def test_it_waits_for_as_long_as_it_is_told() -> None:
    server = Server(Address("127.0.0.1", 0), lambda head: b"", monotonic)
    client = Client(server.address)
    begin = monotonic()
    server.wait(0.05)
    assert 0.05 <= monotonic() - begin < 5
    server.close()
    client.socket.close()


def test_an_address_of_version_6_is_served() -> None:
    try:
        server = Server(Address("::1", 0), lambda head: b"yes", lambda: 0.0)
    except MonitorError as error:  # a machine without IPv6
        pytest.skip(str(error))
    with socket.create_connection(server.address) as client:
        client.sendall(GET)
        for _ in range(2):
            server.wait(0.0)
        assert client.recv(99) == b"yes"
    assert str(server.address).startswith("[::1]:")
    server.close()


def test_an_address_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    with serving() as served:
        address = served.server.address
        message = (
            f"cannot serve metrics on 127.0.0.1:{address.port}: "
            "Address already in use; choose another port"
        )
        with pytest.raises(MonitorError, match=f"^{message}$"):
            Server(address, lambda head: b"", lambda: 0.0)


def test_an_address_of_another_machine_is_an_error() -> None:
    remedy = "give an address of this machine$"
    with pytest.raises(MonitorError, match=remedy):
        Server(Address("192.0.2.1", 0), lambda head: b"", lambda: 0.0)


def test_an_address_that_the_service_may_not_use_is_an_error_that_names_its_line() -> (
    None
):
    error = OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
    assert "RestrictAddressFamilies" in remedy_of(error)


def test_closing_it_closes_its_clients() -> None:
    served = Served()
    client = served.client()
    assert client.is_silent(served.wait)
    served.server.close()
    assert client.until_closed(lambda seconds: None) == b""
    client.socket.close()
