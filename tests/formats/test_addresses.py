"""Which addresses are of a local network."""

import pytest

from monitor.formats.addresses import is_private

PRIVATE = (
    *(b"10.1.2.3", b"127.0.0.1", b"192.168.0.1", b"172.16.0.1", b"172.31.255.255"),
    *(b"169.254.1.1", b"100.64.0.1", b"100.127.0.1", b"::1", b"fc00::1", b"FD12:3::4"),
    *(b"fe80::1%eth0", b"10.1.2.3:80", b"::1%0"),
)
PUBLIC = (
    *(b"198.51.100.7", b"172.32.0.1", b"172.15.0.1", b"100.63.0.1", b"100.128.0.1"),
    *(
        b"101.1.2.3",
        b"192.169.0.1",
        b"2001:db8::1",
        b"::12",
        b"fe00::1",
        b"a.test",
        b"-",
    ),
)


@pytest.mark.parametrize("address", PRIVATE, ids=bytes.decode)
def test_an_address_of_a_local_network_is_private(address: bytes) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", PUBLIC, ids=bytes.decode)
def test_any_other_client_is_not_private(address: bytes) -> None:
    assert not is_private(address)
