"""No line takes more time than its length is worth, whatever it holds."""

import time
from collections.abc import Iterable

import pytest
from support.loglines import FRONT, GET, PLAIN, dated

from monitor.formats import Reader
from monitor.formats.json_shape import JsonShape

pytestmark = pytest.mark.usefixtures("untraced")

REPEATED: Iterable[bytes] = [
    *(b"\n", b"x\n", b"\r\n", b"a b\n", b"\n" * 90 + b" ", b'"', b"\\", b'\\"', b"["),
    *(b"]", b" ", b",", b", ", b"a,", b"1", b"200 ", b'" 200 ', b"/", b"x", b"\0"),
    *(b"[10/Oct/2000", dated(b"[TIME]"), dated(b'[TIME] "'), b"[10/Oct/2000:1:5:36.1"),
    *(
        b'"" ',
        b'"a" ',
        b'"a ',
        b"1.2.3.4 ",
        b"1.2.3.4,",
        b"::1, ",
        b"1:",
        b"::",
        b"a:1, ",
    ),
    *(b"1.1.1.1:5, ", b"\t", b"-1 ", b'" -1 ', b"w | ", b"[pod/a] ", b"[a b]", b"a.b "),
    *(b"2026-11-23T22:48:06Z ", b"[10/lis/2026:22:48:08] ", b"[10/Oct/2000 13:5 "),
    *(b"newsyslog[1", b" HTTP/", dated(FRONT) + b'"\n', dated(FRONT) + b'"GET /\n'),
]


@pytest.mark.parametrize("unit", REPEATED, ids=lambda unit: repr(unit)[2:22])
def test_no_line_takes_more_time_than_its_length_is_worth(unit: bytes) -> None:
    """Eight times the bytes would take 64 times as long if anything were quadratic."""
    usual = dated(PLAIN[len(b"1.2.3.4 - - ") :])
    for front, back in (
        *((b"\n", b""), (b"\n", usual), (b"\n" + dated(FRONT) + b'"', b"")),
        *((b"\n", b'x"x ' + usual), (b"\n", b"x" * 100 + b" " + usual)),
        *((b"\n" + dated(FRONT), GET + b"200 5"), (b"\n[TIME] ", GET + b"200 5")),
    ):
        fronts = (dated(front) + unit * (n // len(unit)) for n in (1024, 8192))
        short, long = (each + b" " + back for each in fronts)
        assert any(time_of(long) < 24 * time_of(short) + 0.05 for _ in range(3))


def time_of(block: bytes) -> float:
    start = time.process_time()
    Reader().read(block + b"\n")
    return time.process_time() - start


def test_objects_with_many_keys_take_no_more_time_than_their_length_is_worth() -> None:
    members = ",".join(f'"k{number}":1' for number in range(10_000))
    line = f'{{"ts":1772368496,"status":200,"request":"GET /a HTTP/1.1",{members}}}\n'
    start = time.process_time()
    assert JsonShape(()).parse(2 * line.encode())
    assert time.process_time() - start < 1
