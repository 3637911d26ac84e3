"""A value of `--format` that is a whole line of a configuration -> the string in it."""

import pytest

from monitor.errors import UsageError
from monitor.formats import reader_of
from monitor.formats.pasted import string_in
from monitor.logformats import FORMATS, is_string

PASTED = {
    "a string": ('%h "%r"', '%h "%r"'),
    "LogFormat": (r'LogFormat "%h \"%r\" %t" mine', r"%h \"%r\" %t"),
    "LogFormat without a name": ("  logformat '%h %t'", "%h %t"),
    "LogFormat over two lines": ('LogFormat "%h \\\n%t" mine', "%h %t"),
    "CustomLog": ('CustomLog logs/a.log "%h %t" env=!x', "%h %t"),
    "CustomLog with a path in quotes": (
        'CustomLog "|/bin/rotate a 5" "%h %t"',
        "%h %t",
    ),
    "GlobalLog": ("GlobalLog a.log '%h %t'", "%h %t"),
    "CustomLog with a name": (
        "CustomLog ${DIR}/access.log common",
        FORMATS["common"].string,
    ),
    "log_format": ("log_format main '$msec' ;", "$msec"),
    "log_format of parts": (
        """log_format main '$remote_addr - '
                  "[$time_local] \\"$request\\""\n' $status';""",
        '$remote_addr - [$time_local] "$request" $status',
    ),
    "log_format with escape=json": (
        """log_format j escape=json '{"a":"$msec",' '"b":$status}';""",
        '{"a":"$msec","b":$status}',
    ),
    "log_format without quotes": ("log_format x $msec|$status;", "$msec|$status"),
    "escapes of nginx": (r"log_format x '\'$msec\'\t\\$status';", "'$msec'\t\\$status"),
    "lines behind the semicolon": ("log_format x '$msec'; access_log a x;", "$msec"),
}


@pytest.mark.parametrize(("value", "string"), PASTED.values(), ids=PASTED)
def test_the_string_is_found_in_a_pasted_line(value: str, string: str) -> None:
    assert string_in(value) == string
    assert is_string(value)


@pytest.mark.parametrize(
    "value", ["LogFormat ", 'LogFormat ""', "CustomLog a.log", "log_format main;"]
)
def test_a_pasted_line_without_a_string_is_an_error(value: str) -> None:
    with pytest.raises(UsageError, match="no string stands behind"):
        string_in(value)


def test_a_pasted_line_reads_lines() -> None:
    reader = reader_of("log_format x '$msec $status '\n'$remote_addr';")
    columns = reader.read(b"1772368496.123 200 192.0.2.1\n")
    assert columns["client"] == [b"192.0.2.1"]
