"""Colour and characters beyond ASCII are printed where the terminal shows them."""

import pytest

from monitor.outputs.console import is_colored, is_unicode


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
        pytest.param("always", False, {"NO_COLOR": "1"}, True, id="always"),
        pytest.param("never", True, {"TERM": "xterm"}, False, id="never"),
    ],
)
def test_colour_is_for_terminals_that_show_it(
    choice: str, terminal: bool, environ: dict[str, str], colored: bool
) -> None:
    assert is_colored(choice, terminal, environ) is colored
