"""Lines that are almost JSON, and lines that are none."""

import pytest

from monitor.formats.hits import Hit
from monitor.formats.json_lines import JsonLines
from monitor.formats.json_objects import object_of
from monitor.formats.json_repair import repaired

REPAIRS: dict[str, tuple[str, object]] = {
    "an escape of nginx": (r'{"a":"\x16x"}', "\x16x"),
    "an escape of Apache": (r'{"a":"\x7fx"}', "\x7fx"),
    "escapes of bytes": (r'{"a":"\xC3\xa9"}', "\udcc3\udca9"),
    "an escaped backslash before an x": (r'{"a":"\\x16","b":}', r"\x16"),
    "a vertical tab": (r'{"a":"\v"}', "\v"),
    "an unknown escape": (r'{"a":"\d\\"}', "\\d\\"),
    "an empty value": ('{"a":,"b":1}', ""),
    "an empty value at the end": ('{"b":1,"a": }', ""),
    "a dash": ('{"a":-,"b":1}', "-"),
    "a dash at the end": ('{"b":1,"a":-}', "-"),
    "a word": ('{"a":HIT,"b":-}', "HIT"),
    "zeros": ('{"a":000}', "000"),
    "a list of upstreams": (
        '{"a":0.010, 0.020 : 0.003,"b":1}',
        "0.010, 0.020 : 0.003",
    ),
    "addresses": ('{"a":10.1.2.3:80, 10.1.2.4:80}', "10.1.2.3:80, 10.1.2.4:80"),
    "a space behind a number": ('{"b":-,"a":1 }', 1),
    "spaces": ('{"a" : - , "b" : 1 }', "-"),
    "a comma before the end": ('{"a":1,}', 1),
    "a comma before the end of a list": ('{"a":[1, ] }', [1]),
    "a comma behind the object": ('{"a":1},', 1),
    "numbers and words of JSON stay": (
        '{"b":-,"a":[-1.5e3,true,null]}',
        [-1500.0, True, None],
    ),
    "a text stays": ('{"b":-,"a":"x\\":-,y,}"}', 'x":-,y,}'),
    "control characters": ('{"a":"x\ty"}', "x\ty"),
    "an object in it": ('{"b":{"c":-},"a":{"d":[{"e":},2]}}', {"d": [{"e": ""}, 2]}),
}


@pytest.mark.parametrize("row", REPAIRS.values(), ids=REPAIRS)
def test_a_usual_fault_is_repaired(row: tuple[str, object]) -> None:
    found = object_of(row[0])
    assert isinstance(found, dict), found
    assert found["a"] == row[1]


def test_an_object_that_is_json_is_not_changed_by_a_repair() -> None:
    text = r'{"a":"\u00e9\\\"\/\b\f\n\r\t","b":[1,-2.5,3e-4,true,false,null],"c":{}}'
    assert repaired(text) == text


def test_bytes_that_are_no_text_are_read_as_they_are() -> None:
    line = (
        b'{"time":"2026-03-01T12:34:56Z","request":"GET /\xff\\xFE HTTP/1.1",'
        b'"status":200,"client":"\\ud800"}'
    )
    hit = JsonLines().take(line)
    assert isinstance(hit, Hit)
    assert hit.head == b"GET /\xff\xfe"
    assert hit.client == b"\xed\xa0\x80"


NO_OBJECTS: dict[str, tuple[str, str | None]] = {
    "a text": ("hello", None),
    "a blank line": ("", None),
    "a list of numbers": ("[1]", None),
    "an error log": ("[Sun Mar 01 12:34:56 2026] [core:error] x", None),
    "braces of another language": ("{a=1}", None),
    "a line in quotes": ('"198.51.100.7 - - "', None),
    "cut off": ('{"a":"x', "its JSON object has no end"),
    "cut off behind a value": ('{"a":1,"b":"x"', "its JSON object has no end"),
    "damaged": ('{"a":"x" "b":1}', "its JSON is damaged at about byte 10"),
    "damaged behind letters": (
        '{"é":"x" "b":1}',
        "its JSON is damaged at about byte 11",
    ),
    "two objects": ('{"a":1}{"b":2}', "more text follows its JSON object at byte 8"),
    "two objects, almost JSON": (
        '{"a":-}{"b":2}',
        "its JSON is damaged at about byte 10",
    ),
    "damaged before a space": (
        '{"a":"x" "b":1} ',
        "its JSON is damaged at about byte 10",
    ),
    "deep": ('{"a":' + "[" * 100_000, "its JSON is nested too deep"),
    "deep and almost JSON": (
        '{"b":-,"a":' + "[" * 100_000,
        "its JSON is nested too deep",
    ),
    "a long number": ('{"a":' + "1" * 5000 + "}", "a number in its JSON is too long"),
}
EXPORTS = (
    *("[", "]", "{", "}", "},", "  }", "[{", "}]", '  "status": 200,', '"a" : {'),
    '[{"time":1,"status":200},{"time":1,"status":200}]',
)


@pytest.mark.parametrize("row", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_a_line_without_an_object_has_a_reason_or_is_no_json(
    row: tuple[str, str | None],
) -> None:
    assert JsonLines().take(row[0].encode()) == row[1]


@pytest.mark.parametrize("line", EXPORTS)
def test_a_line_of_an_export_names_the_remedy(line: str) -> None:
    reason = JsonLines().take(line.encode())
    assert isinstance(reason, str)
    assert "jq -c '.[]'" in reason
