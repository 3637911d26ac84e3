"""What a hook gets: a line of JSON, and variables."""

import json
import re
from typing import Any

import pytest
from support.reports import AT, FIRED, RULE

from monitor import __version__
from monitor.alerts import Alert
from monitor.core import NoData
from monitor.hooks.delivery import LONGEST, delivery_of, environment, sample
from monitor.outputs import Style
from monitor.settings import Settings

STYLE = Style(utc=True, files=("/var/log/a.log", "b\x1b.log"))
RECOVERED = Alert(
    RULE, "recovered", 1199, AT + 200, since=FIRED.at, peak=1824, seen_late=True
)
BEGAN = NoData("began", "a.log", AT - 10, AT, "No such file")
ENDED = NoData("ended", "a.log", AT - 10, AT + 190, "No such file")

NAMES = [
    "STATE",
    "RULE",
    "SUBJECT",
    "HITS",
    "VALUE",
    "LIMIT",
    "UNIT",
    "RATE",
    "THRESHOLD",
    "WINDOW",
    "AT",
    "SINCE",
    "LASTED",
    "PEAK",
    "MESSAGE",
    "ID",
    "SEEN_LATE",
    "FILES",
    "HOST",
    "VERSION",
]


def variables(event: Alert | NoData) -> dict[str, str]:
    fields = delivery_of(event, STYLE, 0.0).fields
    environ = environment(fields, "web1")
    return {name[8:]: value.decode() for name, value in environ.items()}


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(FIRED, id="firing"),
        pytest.param(RECOVERED, id="recovered"),
        pytest.param(BEGAN, id="no data"),
    ],
)
def test_every_variable_is_there(event: Alert | NoData) -> None:
    assert list(variables(event)) == NAMES


VALUES: list[Any] = [
    pytest.param(
        FIRED,
        {
            "STATE": "firing",
            "RULE": "traffic",
            "HITS": str(FIRED.hits),
            "WINDOW": "120",
            "SINCE": "",
            "LASTED": "",
            "PEAK": "",
            "SEEN_LATE": "",
            "FILES": "/var/log/a.log b\\x1b.log",
            "HOST": "web1",
            "VERSION": __version__,
        },
        id="firing",
    ),
    pytest.param(
        RECOVERED,
        {
            "STATE": "recovered",
            "LASTED": str(AT + 200 - FIRED.at),
            "PEAK": "15.2",
            "SEEN_LATE": "true",
        },
        id="recovered",
    ),
    pytest.param(
        BEGAN,
        {"RULE": "no_data", "STATE": "began", "SUBJECT": "a.log", "LASTED": "10"},
        id="no data",
    ),
    pytest.param(
        ENDED,
        {"RULE": "no_data", "STATE": "ended", "LASTED": "200", "HITS": ""},
        id="data again",
    ),
]


@pytest.mark.parametrize(("event", "due"), VALUES)
def test_a_variable_has_the_value_of_the_alert(
    event: Alert | NoData, due: dict[str, str]
) -> None:
    found = variables(event)
    assert {name: found[name] for name in due} == due
    assert found["MESSAGE"] == delivery_of(event, STYLE, 0.0).fields["message"]


def test_a_value_is_cut_after_1024_bytes_and_not_within_a_character() -> None:
    long = {"message": "x" + "é" * 2000, "files": ["/log"] * 1000}
    environ = environment(long, "host")
    assert LONGEST == 1024
    assert environ["MONITOR_MESSAGE"].decode() == "x" + "é" * 511
    assert len(environ["MONITOR_FILES"]) == LONGEST


PAIRS = [
    pytest.param(FIRED, RECOVERED, id="alert"),
    pytest.param(BEGAN, ENDED, id="no data"),
]


@pytest.mark.parametrize(("first", "last"), PAIRS)
def test_an_alert_and_its_recovery_have_one_id(
    first: Alert | NoData, last: Alert | NoData
) -> None:
    ids = [variables(each)["ID"] for each in (first, last)]
    assert ids[0] == ids[1]
    assert re.fullmatch("[0-9a-f]{16}", ids[0])


def test_other_alerts_have_other_ids() -> None:
    others = [FIRED, FIRED._replace(at=FIRED.at + 1), BEGAN, BEGAN._replace(file="b")]
    assert len({variables(each)["ID"] for each in others}) == 4


def test_the_standard_input_is_one_line_of_json_with_a_newline() -> None:
    line = delivery_of(RECOVERED, STYLE, 0.0).line
    assert line.count(b"\n") == 1
    assert line.endswith(b"}\n")
    fields = json.loads(line)
    assert (fields["type"], fields["state"]) == ("alert", "recovered")
    assert fields["id"] == variables(RECOVERED)["ID"]


def test_a_sample_is_an_alert_with_the_state_test() -> None:
    fields = sample(Settings(), STYLE, float(AT)).fields
    assert (fields["type"], fields["state"], fields["hits"]) == ("alert", "test", 1201)
    assert fields["message"] == "This is a test of the hook"
