"""All trials of a record, and the threshold to use."""

from fractions import Fraction
from typing import NamedTuple

from monitor.periods import Period
from monitor.settings import Settings
from monitor.thresholds.candidates import candidates, quantile
from monitor.thresholds.record import Record
from monitor.thresholds.trials import Trial, trial_of

DAY = 86_400


class Suggestion(NamedTuple):
    """What would have happened in `[start, end)` with each threshold.

    window    the seconds of the window
    averages  the average that was not exceeded in 50 %, in 99 % and in all of the time, per second
    trials    the thresholds, the lowest first, the present one among them
    present   the present threshold
    chosen    the lowest one that fires at most once a day, and in a tenth of the time
    command   the line to type, empty if it is not known yet
    """

    start: int
    end: int
    window: int
    averages: tuple[Fraction, Fraction, Fraction]
    trials: tuple[Trial, ...]
    present: Fraction
    chosen: Trial
    command: str = ""

    @property
    def seconds(self) -> int:
        """The seconds of the log."""
        return self.end - self.start


def suggest(record: Record, settings: Settings, period: Period) -> Suggestion | None:
    """Try thresholds on a record; return None if there is no hit in the period."""
    spread, window = record.spread(period), record.window
    if not any(spread):
        return None
    start, end = record.bounds(period)
    found = candidates(spread, window)
    plain, present = _with_one_rule(settings), settings.threshold
    trials = [
        trial_of(record, plain._replace(threshold=each), period)
        for each in sorted({*found, present})
    ]
    chosen = next(each for each in trials if _is_rare(each, end - start))
    median, high = (Fraction(quantile(spread, each), window) for each in (0.5, 0.99))
    averages = (median, high, Fraction(max(spread), window))
    return Suggestion(start, end, window, averages, tuple(trials), present, chosen)


def _with_one_rule(settings: Settings) -> Settings:
    """Return settings with the traffic rule alone, which is announced once."""
    return Settings(
        window=settings.window,
        hysteresis=settings.hysteresis,
        for_=settings.for_,
        keep_firing=settings.keep_firing,
    )


def _is_rare(trial: Trial, seconds: int) -> bool:
    """Return whether a threshold fires at most once a day, and in a tenth of the time."""
    return trial.alerts <= max(1, seconds // DAY) and 10 * trial.seconds <= seconds
