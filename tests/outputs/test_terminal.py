"""A report has the size of its terminal, and the colour and the characters that it shows."""

import pty
import termios
from pathlib import Path

import pytest

from monitor.outputs.console import height_for, is_colored, is_unicode, width_of
from monitor.settings import Settings


@pytest.mark.parametrize(
    ("encoding", "environ", "unicode"),
    [
        pytest.param("utf-8", {"LANG": "en_US.UTF-8"}, True, id="usual"),
        pytest.param("utf-8", {"LANG": "C.UTF-8"}, True, id="container"),
        pytest.param("UTF8", {"LANG": "de_DE.utf8@euro"}, True, id="other spelling"),
        pytest.param("utf-8", {"LC_CTYPE": "UTF-8"}, True, id="macOS over ssh"),
        pytest.param("utf-8", {"LC_ALL": "C.UTF-8", "LANG": "C"}, True, id="LC_ALL"),
        pytest.param("utf-8", {"LC_CTYPE": "fr_FR.UTF-8"}, True, id="LC_CTYPE"),
        pytest.param(
            "utf-8", {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, False, id="LANG=C, coerced"
        ),
        pytest.param(
            "utf-8",
            {"LC_CTYPE": "UTF-8", "LANG": "C"},
            False,
            id="LANG=C, coerced, macOS",
        ),
        pytest.param("utf-8", {"LC_CTYPE": "C.UTF-8"}, False, id="env -i, coerced"),
        pytest.param(
            "utf-8",
            {"LC_CTYPE": "C.UTF-8", "LANG": "en_US.UTF-8"},
            True,
            id="locale not installed, coerced",
        ),
        pytest.param("utf-8", {"LC_ALL": "C", "LANG": "C.UTF-8"}, False, id="LC_ALL=C"),
        pytest.param("utf-8", {"LC_ALL": "POSIX"}, False, id="POSIX"),
        pytest.param("utf-8", {"LC_ALL": "", "LANG": "C.UTF-8"}, True, id="empty"),
        pytest.param("utf-8", {"LANG": "de_DE.ISO-8859-1"}, False, id="latin locale"),
        pytest.param("utf-8", {"LANG": "de_DE"}, False, id="locale without a charset"),
        pytest.param("utf-8", {}, False, id="nothing known"),
        pytest.param(
            "latin-1", {"LANG": "en_US.UTF-8"}, False, id="PYTHONIOENCODING=latin-1"
        ),
        pytest.param("ascii", {"LC_ALL": "C.UTF-8"}, False, id="ascii"),
    ],
)
def test_more_than_ascii_is_shown_where_the_locale_is_utf8(
    encoding: str, environ: dict[str, str], unicode: bool
) -> None:
    assert is_unicode(encoding, environ) is unicode


@pytest.mark.parametrize(
    ("choice", "terminal", "environ", "colored"),
    [
        pytest.param("auto", True, {"TERM": "xterm"}, True, id="terminal"),
        pytest.param("auto", True, {}, True, id="terminal without TERM"),
        pytest.param("auto", False, {"TERM": "xterm"}, False, id="pipe"),
        pytest.param("auto", True, {"TERM": "dumb"}, False, id="dumb terminal"),
        pytest.param("auto", True, {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param("auto", True, {"NO_COLOR": ""}, True, id="empty NO_COLOR"),
        pytest.param("auto", False, {"CLICOLOR_FORCE": "1"}, True, id="forced, pipe"),
        pytest.param(
            "auto",
            True,
            {"CLICOLOR_FORCE": "1", "TERM": "dumb"},
            True,
            id="forced, dumb",
        ),
        pytest.param("auto", False, {"CLICOLOR_FORCE": "0"}, False, id="not forced"),
        pytest.param("auto", False, {"CLICOLOR_FORCE": ""}, False, id="empty force"),
        pytest.param(
            "auto", True, {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, id="both"
        ),
        pytest.param("never", True, {"CLICOLOR_FORCE": "1"}, False, id="forced, never"),
        pytest.param("always", False, {"NO_COLOR": "1"}, True, id="always"),
        pytest.param("never", True, {"TERM": "xterm"}, False, id="never"),
    ],
)
def test_colour_is_for_terminals_that_show_it(
    choice: str, terminal: bool, environ: dict[str, str], colored: bool
) -> None:
    assert is_colored(choice, terminal, environ) is colored


# --- the size of a report ---


@pytest.mark.parametrize(
    ("columns", "width"),
    [
        pytest.param(0, 80, id="unknown"),
        pytest.param(60, 80, id="narrow"),
        pytest.param(200, 200, id="wide"),
    ],
)
def test_a_report_is_as_wide_as_its_terminal(columns: int, width: int) -> None:
    screen, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (50, columns))
    with open(screen, "rb"), open(terminal, "w") as stream:
        assert width_of(stream) == width


def test_what_is_no_terminal_has_80_columns(tmp_path: Path) -> None:
    with (tmp_path / "report.txt").open("w") as stream:
        assert width_of(stream) == width_of(None) == 80


@pytest.mark.parametrize(
    ("options", "height"),
    [
        pytest.param({}, 23, id="the default"),
        pytest.param({"top": 1, "alerts": 0}, 23, id="fewer sections and messages"),
        pytest.param({"top": 50}, 63, id="more sections"),
        pytest.param({"alerts": 20}, 33, id="more messages"),
    ],
)
def test_a_report_has_more_rows_only_for_what_was_asked_for(
    options: dict[str, int], height: int
) -> None:
    assert height_for(Settings()._replace(**options)) == height
