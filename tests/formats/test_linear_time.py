"""No line takes more time than its length is worth, whatever it holds."""

import time
from functools import partial

import pytest
from support.linear import is_linear, repeated
from support.loglines import FRONT, GET, PLAIN, dated

from monitor.formats import Reader
from monitor.formats.json_shape import JsonShape

pytestmark = pytest.mark.usefixtures("untraced")

REPEATED = (
    *(b"\n", b"x\n", b"\r\n", b"a b\n", b"\n" * 90 + b" ", b'"', b"\\", b'\\"', b"["),
    *(b"]", b" ", b",", b", ", b"a,", b"1", b"200 ", b'" 200 ', b"/", b"x", b"\0"),
    *(b"[10/Oct/2000", dated(b"[TIME]"), dated(b'[TIME] "'), b"[10/Oct/2000:1:5:36.1"),
    *(b'"" ', b'"a" ', b'"a ', b"1.2.3.4 ", b"1.2.3.4,", b"::1, ", b"1:", b"::"),
    *(b"a:1, ", b"1.1.1.1:5, ", b"\t", b"-1 ", b'" -1 ', b"w | ", b"[pod/a] "),
    *(b"[a b]", b"a.b ", b"2026-11-23T22:48:06Z ", b"[10/lis/2026:22:48:08] "),
    *(b"[10/Oct/2000 13:5 ", b"newsyslog[1", b" HTTP/"),
    *(dated(FRONT) + b'"\n', dated(FRONT) + b'"GET /\n'),
)
USUAL = dated(PLAIN[len(b"1.2.3.4 - - ") :])
AROUND = {
    "alone": (b"", b""),
    "before a line": (b"", USUAL),
    "as a request": (dated(FRONT) + b'"', b""),
    "before a quote": (b"", b'x"x ' + USUAL),
    "before a long name": (b"", b"x" * 100 + b" " + USUAL),
    "before a request": (dated(FRONT), GET + b"200 5"),
    "before the time": (dated(b"[TIME] "), GET + b"200 5"),
}


@pytest.mark.parametrize(("front", "back"), AROUND.values(), ids=AROUND)
def test_no_line_takes_more_time_than_its_length_is_worth(
    front: bytes, back: bytes
) -> None:
    for unit in REPEATED:
        text = partial(repeated, unit, front=b"\n" + front, back=b" " + back + b"\n")
        assert is_linear(lambda block: Reader().read(block), text), unit


def test_objects_with_many_keys_take_no_more_time_than_their_length_is_worth() -> None:
    members = ",".join(f'"k{number}":1' for number in range(10_000))
    line = f'{{"ts":1772368496,"status":200,"request":"GET /a HTTP/1.1",{members}}}\n'
    start = time.process_time()
    assert JsonShape(()).parse(2 * line.encode())
    assert time.process_time() - start < 1
