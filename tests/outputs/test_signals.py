"""The first signal ends the program in order, the second at once. Some ask, some do nothing."""

import signal

import pytest

from monitor.outputs.signals import Interrupted, Stop

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def stop() -> Stop:
    """Listens for signals."""
    stop = Stop()
    stop.install()
    return stop


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_remembered_and_interrupts_nothing(
    stop: Stop, number: signal.Signals
) -> None:
    signal.raise_signal(number)
    assert stop.signal == number


def test_the_second_signal_interrupts_and_the_first_is_remembered(stop: Stop) -> None:
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGINT)
    assert stop.signal == signal.SIGTERM


def test_signals_after_the_second_interrupt_nothing(stop: Stop) -> None:
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGTERM)
    for number in SIGNALS:
        signal.raise_signal(number)


def test_a_signal_breaks_off_what_may_take_for_ever(stop: Stop) -> None:
    with pytest.raises(Interrupted), stop.breaking():
        signal.raise_signal(signal.SIGINT)
    assert not stop.waiting


def test_a_signal_that_came_before_breaks_it_off_too(stop: Stop) -> None:
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(Interrupted), stop.breaking():
        pytest.fail("this would wait for ever")


def test_near_the_end_signals_are_ignored(stop: Stop) -> None:
    signal.raise_signal(signal.SIGTERM)
    stop.ignore()
    for number in SIGNALS:
        signal.raise_signal(number)
    assert stop.signal == signal.SIGTERM


def test_a_signal_that_was_ignored_at_the_start_stays_ignored(stop: Stop) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    other = Stop()
    other.install()
    signal.raise_signal(signal.SIGHUP)
    assert not other.signal


def test_handlers_of_others_are_left_alone(stop: Stop) -> None:
    Stop().ignore()
    signal.raise_signal(signal.SIGINT)
    assert stop.signal == signal.SIGINT


@pytest.mark.parametrize(
    ("number", "is_request"),
    [
        pytest.param(signal.SIGUSR1, True, id="SIGUSR1"),
        pytest.param(signal.SIGUSR2, False, id="SIGUSR2"),
        pytest.param(signal.SIGALRM, False, id="SIGALRM"),
    ],
)
def test_a_signal_that_does_not_end_the_program_breaks_off_nothing(
    stop: Stop, number: signal.Signals, is_request: bool
) -> None:
    with stop.breaking():
        for _ in range(3):
            signal.raise_signal(number)
    assert stop.report_requested is is_request
    assert not stop.signal
