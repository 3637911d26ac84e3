"""Where the state of a set of logs is, also for a user without a home."""

import os
import pwd
from contextlib import closing
from pathlib import Path

import pytest
from support.states import LOGS, a_state, opened

from monitor.errors import StoreError
from monitor.state.places import absolute, default_path
from monitor.state.store import Batch

XDG = {"XDG_STATE_HOME": "/xdg"}
SYSTEMD = {"STATE_DIRECTORY": "/var/lib/monitor"}
HOME = {"HOME": "/home/www"}
IN_HOME = "/home/www/.local/state/access-log-monitor"
PLACES = [
    pytest.param(XDG, "/xdg/access-log-monitor", id="XDG"),
    pytest.param({**XDG, **SYSTEMD}, "/var/lib/monitor", id="systemd"),
    pytest.param(
        {"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "/var/lib/a", id="two of systemd"
    ),
    pytest.param({**XDG, "STATE_DIRECTORY": ""}, "/xdg/access-log-monitor", id="empty"),
    pytest.param(
        {**XDG, "STATE_DIRECTORY": "lib"},
        "/xdg/access-log-monitor",
        id="a relative folder of systemd",
    ),
    pytest.param({**HOME, "XDG_STATE_HOME": "rel"}, IN_HOME, id="a relative XDG"),
    pytest.param({**HOME, "XDG_STATE_HOME": ""}, IN_HOME, id="an empty XDG"),
    pytest.param(HOME, IN_HOME, id="the home"),
]


@pytest.mark.parametrize(("environ", "folder"), PLACES)
def test_the_state_is_where_the_system_wants_it(
    environ: dict[str, str], folder: str
) -> None:
    path = default_path(LOGS, environ)
    assert os.path.dirname(path) == folder
    name, _, digest = os.path.basename(path).rpartition("-")
    assert name == "access.log"
    assert len(digest) == len("0123456789ab.db")


def test_without_a_variable_the_home_is_that_of_the_user() -> None:
    user = pwd.getpwall()[0]
    home = os.path.join(user.pw_dir, ".local", "state", "access-log-monitor")
    assert os.path.dirname(default_path(LOGS, {}, user.pw_uid)) == home


NOBODY = 3_999_999_999
HOMELESS = [
    pytest.param({}, id="no variable, and a user that the system does not know"),
    pytest.param({"HOME": ""}, id="an empty variable"),
    pytest.param({"HOME": "www"}, id="a relative variable"),
    pytest.param({"HOME": "~"}, id="a tilde"),
    pytest.param({"XDG_STATE_HOME": "rel", "STATE_DIRECTORY": "lib"}, id="relative"),
]


@pytest.mark.parametrize("environ", HOMELESS)
def test_without_a_home_there_is_no_place_for_the_state(
    environ: dict[str, str],
) -> None:
    with pytest.raises(StoreError, match="no home directory .* give a file with --st"):
        default_path(LOGS, environ, NOBODY)


SAME = [
    pytest.param(["/a/x.log"], ["/a/./x.log"], True, id="a dot"),
    pytest.param(["/a/x.log"], ["/a/b/../x.log"], True, id="two dots"),
    pytest.param(["/a/x.log"], ["/a//x.log"], True, id="two slashes"),
    pytest.param(["x.log"], [os.path.abspath("x.log")], True, id="relative"),
    pytest.param(["/a/x", "/b/y"], ["/b/y", "/a/x"], True, id="another order"),
    pytest.param(["/a/x.log", "/a/x.log"], ["/a/x.log"], True, id="twice"),
    pytest.param(["/a/x.log"], ["/b/x.log"], False, id="another folder"),
    pytest.param(["/a/x.log"], ["/a/x.log", "/b/y.log"], False, id="one more"),
    pytest.param(["/a/x", "/b/y"], ["/a/x/b", "/y"], False, id="cut elsewhere"),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_a_set_of_files_has_one_state_however_it_is_named(
    one: list[str], other: list[str], same: bool
) -> None:
    assert (default_path(one, XDG) == default_path(other, XDG)) is same
    assert (absolute(one) == absolute(other)) is same


def test_each_filter_has_a_state_of_its_own() -> None:
    filters = [(), ("status=5xx",), ("status=4xx",), ("status=5xx", "method=GET")]
    assert len({default_path(["/a"], XDG, only=only) for only in filters}) == 4
    assert default_path(["/a"], XDG, only=("b=1", "a=2", "b=1")) == default_path(
        ["/a"], XDG, only=("a=2", "b=1")
    )


def test_a_file_name_of_any_bytes_has_a_state(tmp_path: Path) -> None:
    log = os.fsdecode(b"/var/log/\xff\xfe\n.log")
    path = default_path([log], {"XDG_STATE_HOME": str(tmp_path)})
    for number in range(2):
        with closing(opened(path, [log])) as store:
            assert store.load() == (a_state(0, [log]) if number else None)
            store.save(Batch(a_state(0, [log])))
