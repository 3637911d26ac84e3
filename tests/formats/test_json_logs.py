"""Each writer of JSON lines, with the right values."""

import pytest
from support.jsonlines import EPOCH, WRITERS

from monitor.formats.hits import Hit
from monitor.formats.json_lines import JsonLines
from monitor.formats.json_plans import Plans
from monitor.formats.memo import Memo

ISO = '"2026-03-01T12:34:56.123Z"'


def shown(hit: Hit) -> str:
    values = (each.decode() if isinstance(each, bytes) else each for each in hit[1:])
    return "|".join(map(str, values))


@pytest.mark.parametrize("row", WRITERS.values(), ids=WRITERS)
def test_a_line_of_each_writer_has_the_right_values(row: tuple[str, str]) -> None:
    line, due = row
    hit = JsonLines().take(line.encode())
    assert isinstance(hit, Hit), hit
    assert hit.epoch == EPOCH
    assert shown(hit) == due


TIMES = {
    "iso": ISO,
    "iso, nanoseconds and an offset": '"2026-03-01T13:34:56,123456789+01:00"',
    "iso, an offset without a colon": '"2026-03-01T12:34:56+0000"',
    "iso, no zone": '"2026-03-01 12:34:56"',
    "iso, a space before the zone": '"2026-03-01 12:34:56.5 +0000"',
    "iso, the name of the zone": '"2026-03-01 12:34:56 UTC"',
    "slashes": '"2026/03/01 12:34:56.789"',
    "clf": '"01/Mar/2026:13:34:56 +0100"',
    "clf in brackets": '"[01/Mar/2026:12:34:56 +0000]"',
    "clf, milliseconds": '"01/Mar/2026:12:34:56.123 +0000"',
    "clf, a space before the hour": '"01/Mar/2026 12:34:56"',
    "seconds": "1772368496",
    "a fraction": "1772368496.99",
    "seconds as a text": '"1772368496"',
    "a fraction as a text": '"1772368496.123"',
    "milliseconds": "1772368496123",
    "milliseconds with a fraction": "1772368496123.5",
    "microseconds": "1772368496123456",
    "nanoseconds": "1772368496123456789",
    "nanoseconds as a text": '"1772368496123456789"',
    "an exponent": "1.772368496e9",
}
NO_TIMES = {
    "a day that does not exist": '"2026-02-31T12:34:56Z"',
    "a time of day": '"12:34:56"',
    "a small number": "12",
    "not a number": "NaN",
    "infinite": "1e999",
    "a surrogate": '"\\ud800"',
    "a list": "[1772368496]",
    "true": "true",
    "nothing": '""',
}


def line_with(time: str = ISO, rest: str = '"status":200') -> bytes:
    return f'{{"time":{time},"request":"GET /a HTTP/1.1",{rest}}}'.encode()


@pytest.mark.parametrize("time", TIMES.values(), ids=TIMES)
def test_a_time_of_each_shape_is_read(time: str) -> None:
    hit = JsonLines().take(line_with(time))
    assert isinstance(hit, Hit)
    assert hit.epoch == EPOCH


@pytest.mark.parametrize("time", NO_TIMES.values(), ids=NO_TIMES)
def test_a_value_that_is_no_time_is_none(time: str) -> None:
    assert JsonLines().take(line_with(time)) == "its time does not exist"


STATUSES = {
    "a number": ("200", b"200"),
    "a text": ('"404"', b"404"),
    "a fraction": ("200.0", b"200"),
    "a fraction as a text": ('"200.0"', b"200"),
    "two digits": ("99", b"099"),
    "zero": ("0", b"-"),
    "zeros": ('"000"', b"-"),
    "minus one": ("-1", b"-"),
    "a dash": ('"-"', b"-"),
    "an empty text": ('""', b"-"),
    "null": ("null", b"-"),
    "four digits": ("1000", None),
    "a word": ('"ok"', None),
    "a part of a status": ("200.5", None),
    "true": ("true", None),
    "not a number": ("NaN", None),
    "another name beside it": ('"ok","status_code":404', b"404"),
    "an empty one before another name": ('"","status_code":404', b"404"),
}


@pytest.mark.parametrize("row", STATUSES.values(), ids=STATUSES)
def test_a_status_of_each_spelling_is_read(row: tuple[str, bytes | None]) -> None:
    hit = JsonLines().take(line_with(rest=f'"status":{row[0]}'))
    if row[1] is None:
        assert hit == "its JSON object has no status"
    else:
        assert isinstance(hit, Hit)
        assert hit.status == row[1]


SIZES: dict[str, tuple[str, int | None]] = {
    "none": ('"x":1', None),
    "a number": ('"bytes":7', 7),
    "a text": ('"bytes":"7"', 7),
    "a plus": ('"bytes":"+212"', 212),
    "a fraction": ('"bytes":7.0', 7),
    "a dash": ('"bytes":"-"', 0),
    "null": ('"bytes":null', 0),
    "two names of one spelling": ('"Bytes":7,"BYTES":9', 7),
    "too large": (f'"bytes":{10**18}', 0),
    "negative": ('"bytes":-1', 0),
    "not a number": ('"bytes":NaN', 0),
}
SECONDS: dict[str, tuple[str, float | None]] = {
    "none": ('"x":1', None),
    "a dash": ('"request_time":"-"', None),
    "a list of upstreams": ('"request_time":"0.1, 0.2"', None),
    "negative": ('"request_time":-1', None),
    "infinite": ('"request_time":Infinity', None),
    "not a number": ('"request_time":NaN', None),
    "too large": (f'"request_time":1{"0" * 400}', None),
    "a duration without a unit": ('"duration":12', None),
    "milliseconds": ('"duration":"12.5ms"', 0.0125),
    "microseconds": ('"duration":"45.6µs"', 4.56e-05),
    "minutes": ('"duration":"1m2.5s"', 62.5),
    "a word": ('"duration":"long"', None),
    "a duration that is not of Traefik": ('"Duration":12', None),
    "whole seconds of Front Door": (
        '"properties":{"timeTaken":"2","httpStatusCode":"200"}',
        2.0,
    ),
    "zero of Caddy": ('"duration":0,"request":{"uri":"/a"}', 0.0),
    "a whole number of Caddy": ('"duration":1,"request":{"uri":"/a"}', None),
}


@pytest.mark.parametrize("row", SIZES.values(), ids=SIZES)
def test_a_size_of_each_spelling_is_read(row: tuple[str, int | None]) -> None:
    hit = JsonLines().take(line_with(rest=f'"status":200,{row[0]}'))
    assert isinstance(hit, Hit)
    assert hit.size == row[1]


@pytest.mark.parametrize("row", SECONDS.values(), ids=SECONDS)
def test_a_request_time_is_read_where_its_unit_is_known(
    row: tuple[str, float | None],
) -> None:
    hit = JsonLines().take(line_with(rest=f'"status":200,{row[0]}'))
    assert isinstance(hit, Hit)
    assert hit.seconds == row[1]


def test_long_names_are_cut() -> None:
    word = "a" * 600
    names = f'"ip":"{word}","vhost":"{word}","agent":"{word}","request_method":"{word}"'
    line = f'{{"ts":1772368496,"status":200,{names},"uri":"/{word}/{word}"}}'
    hit = JsonLines().take(line.encode())
    assert isinstance(hit, Hit)
    name = b"a" * 512
    assert hit.head == name + b" /" + name[1:]
    assert hit.rest == b"/" + name[1:]
    assert (hit.client, hit.host, hit.agent) == (name, name, name)


def test_only_a_limited_number_of_short_texts_is_remembered() -> None:
    memo = Memo(len)
    assert [memo["a" * n] for n in (1, 256, 257)] == [1, 256, 257]
    assert memo["a" * 200, "b" * 57] == 2
    assert len(memo) == 2
    for number in range(Memo.LIMIT):
        memo[str(number)]
    assert len(memo) <= Memo.LIMIT


def test_only_a_limited_number_of_plans_is_remembered() -> None:
    plans = Plans()
    for number in range(Plans.LIMIT + 2):
        assert plans[{str(number): 1, "status": 200}].status == (("status",),)
    assert plans[dict.fromkeys(map(str, range(Plans.MOST_KEYS + 1)))].status == ()
    assert len(plans) == 2


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://shop.test/a", b"shop.test", id="absolute"),
        pytest.param("https://shop.test:8443?a", b"shop.test:8443", id="a port"),
        pytest.param("/a?to=http://other.test/", b"-", id="in a query"),
    ],
)
def test_an_absolute_url_has_the_host_of_an_object_without_one(
    url: str, host: bytes
) -> None:
    line = (
        f'{{"time":"2026-03-01T12:34:56Z","method":"GET","url":"{url}","status":200}}'
    )
    hit = JsonLines().take(line.encode())
    assert isinstance(hit, Hit)
    assert hit.host == host
