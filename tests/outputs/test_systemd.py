"""A service says to systemd that it is ready, how it is, that it is alive, and that it stops."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.managers import Manager
from support.reports import AT, FIRED, NOTHING, report_of, summary_of, window_of

from monitor.core import Event, Notice
from monitor.outputs import Style
from monitor.outputs.systemd import Service, pause_of, service_of

HIGH = "HIGH TRAFFIC since 22:46:30 (1m40s)"
STYLE = Style(utc=True, color=True)


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "notify")


@pytest.fixture
def manager(address: str) -> Iterator[Manager]:
    manager = Manager(address)
    with manager:
        yield manager


@pytest.mark.parametrize(
    ("event", "messages"),
    [
        pytest.param(
            report_of(NOTHING, window=window_of(578)),
            ["STATUS=4.82/s over 2m, threshold 10/s: ok"],
            id="report",
        ),
        pytest.param(
            report_of(NOTHING, window=window_of(1201, True)),
            [f"STATUS=10.01/s over 2m, threshold 10/s: {HIGH}"],
            id="alert is firing",
        ),
        pytest.param(summary_of(NOTHING), ["STOPPING=1"], id="summary"),
        pytest.param(FIRED, [], id="alert"),
        pytest.param(Notice("rotated", AT), [], id="notice"),
    ],
)
def test_the_manager_knows_the_state_of_the_last_report(
    address: str, manager: Manager, event: Event, messages: list[str]
) -> None:
    with closing(Service(address, STYLE, None)) as service:
        service.emit(event)
        assert manager.messages == messages


@pytest.mark.parametrize(
    ("pause", "messages"),
    [
        pytest.param(None, ["", "", "", "", ""], id="no watchdog"),
        pytest.param(1.0, ["", "", "WATCHDOG=1", "", "WATCHDOG=1"], id="1 s"),
        pytest.param(0.25, ["", *["WATCHDOG=1"] * 4], id="shorter than a round"),
    ],
)
def test_it_is_ready_at_first_and_then_says_at_times_that_it_is_alive(
    address: str, manager: Manager, pause: float | None, messages: list[str]
) -> None:
    with closing(Service(address, STYLE, pause)) as service:
        service.tick(7.0)
        assert manager.messages == ["READY=1"]
        for now, message in zip((7.2, 7.7, 8.1, 8.6, 9.2), messages, strict=True):
            service.tick(now)
            assert manager.messages == [message] * bool(message), now


def test_an_abstract_address_begins_with_an_at_sign() -> None:
    address = f"@access-log-monitor-test-{os.getpid()}"
    manager = Manager(address)
    with manager, closing(Service(address, STYLE, None)) as service:
        service.tick(0.0)
        assert manager.messages == ["READY=1"]


def test_a_manager_that_does_not_listen_changes_nothing(address: str) -> None:
    with closing(service_of({"NOTIFY_SOCKET": address}, STYLE)) as service:
        service.tick(0.0)
        service.emit(report_of(NOTHING))


def test_a_manager_that_does_not_read_cannot_keep_it(
    address: str, manager: Manager
) -> None:
    with closing(Service(address, STYLE, 0.0)) as service:
        for now in range(10_000):  # more than fit into the socket
            service.tick(float(now))
    assert manager.messages[0] == "READY=1"


@pytest.mark.parametrize(
    ("environ", "pause"),
    [
        pytest.param({}, None, id="off"),
        pytest.param({"WATCHDOG_USEC": "60000000"}, 30.0, id="any process"),
        pytest.param(
            {"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"}, 1.5, id="this process"
        ),
        pytest.param(
            {"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, None, id="another"
        ),
        pytest.param({"WATCHDOG_USEC": "soon"}, None, id="no number"),
    ],
)
def test_half_of_the_time_of_the_watchdog_passes_between_its_messages(
    environ: dict[str, str], pause: float | None
) -> None:
    assert pause_of(environ, 7) == pause
