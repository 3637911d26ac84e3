"""`--format` with a string, and the list of the formats."""

import shlex

import pytest
from support.place import Place, objects_of, of

from monitor.app.arguments import TextRequested, read_settings
from monitor.app.cli import main
from monitor.formatnames import ROWS
from monitor.formats import reader_of

STRING = "$msec|$status|$remote_addr|$request_uri|$bytes_sent"


def lines(first: int, stop: int) -> bytes:
    texts = (
        f"{1772368496 + n}.5|404|192.0.2.{n}|/a/b?{n}|7\n" for n in range(first, stop)
    )
    return "".join(texts).encode()


def test_the_list_of_formats_has_each_name_with_its_string_and_an_example() -> None:
    with pytest.raises(TextRequested) as requested:
        read_settings(["--format", "help"])
    words = str(requested.value)
    for form in ROWS.values():
        texts = (form.name, *form.strings, form.example)
        assert "\n  ".join(texts) + "\n" in words


def test_the_list_of_formats_needs_no_log(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--format", "help"]) == 0
    assert capfd.readouterr().out.startswith("combined\n")


@pytest.mark.parametrize("name", ROWS)
def test_each_name_reads_its_example(name: str) -> None:
    columns = reader_of(name).read(ROWS[name].example.encode() + b"\n")
    assert (columns.epochs, columns.marks) == ([1772368496], [])


@pytest.mark.parametrize(
    ("string", "message"),
    [
        pytest.param("%h %t", "the string has no status", id="no status"),
        pytest.param("%Q %t %s", "%Q at column 1 is no directive", id="unknown"),
        pytest.param("%h %t\n", "the string has no status", id="a newline"),
    ],
)
def test_a_wrong_string_is_one_line_and_exit_code_2(
    string: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--format", string, "access.log"]) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"monitor: --format: {message}" in err


def test_the_next_run_goes_on_in_the_format_of_a_string(place: Place) -> None:
    hits = []
    for piece in (lines(0, 50), lines(50, 70), b"not a line\n"):
        place.append(piece)
        words = f"--once -o json --format '{STRING}'"
        code, out, _ = place.run(*shlex.split(words))
        (report,) = of(objects_of(out), "report")
        hits.append((code, report["hits"], report["unparsed"], report["bytes"]))
    assert hits == [(0, 50, 0, 350), (0, 20, 0, 140), (0, 0, 1, 0)]


def test_a_log_in_the_format_of_a_string_has_clients_and_sections_and_no_methods(
    place: Place,
) -> None:
    place.append(lines(0, 3))
    _, out, _ = place.run("--replay", "-o", "json", "--format", STRING)
    summary = objects_of(out)[-1]
    assert [each["section"] for each in summary["sections"]] == ["/a"]
    assert (summary["clients"], summary["methods"]) == (3, {})
    assert summary["status"] == {"404": 3}
