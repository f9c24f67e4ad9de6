"""One clock for tests: it stands at ``NOW``, so that no day turns a test red.

Django, defaults of models, cookies, tokens and signed links ask this process for the time, and
``programmes.database.clock`` the database: both answer ``NOW`` until a test moves the clock. What
counts seconds (``time.monotonic``) runs on. Tests that start processes or a browser meet clocks
that nobody can set. They lie in ``REAL``, run at the real clock and derive every date from it; the
days of what tests share (the cast, factories, makers) move along, see ``day``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from programmes.database import clock

HERE = Path(__file__).parent
# Tuesday 24 November 2026, 11:20 in Paris.
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
REAL = (
    *("backups", "benchmarks", "browser", "faults", "hostile", "operations", "serving", "upgrade"),
    *("communications/operation/test_wrong_clocks.py", "demo/test_command.py", "demo/test_load.py"),
)
# What sets the clock of a process and of its children: libfaketime, see tests/calendar.py.
FAKED = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "FAKE_UTIME")


def weeks_since() -> int:
    """Return how many whole weeks have passed since the day of NOW."""
    return (datetime.now(UTC).date() - NOW.date()).days // 7


# By which days of the cast move: whole weeks, so that a Monday stays one.
_weeks = weeks_since()


def day(year: int, month: int, day_of_month: int) -> date:
    """Return a day as it lies from ``NOW``; at the real clock, the same weekday as far from today.

    There, 24 November 2026 is today or one of the six days before.
    """
    return date(year, month, day_of_month) + timedelta(weeks=_weeks)


class AsThisProcess(dict[str, str]):
    """In place of the databases' clocks: SQL of the instant at which this process stands."""

    def __missing__(self, vendor: str) -> str:
        instant = f"'{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
        return f"{instant}'" if vendor == "sqlite" else f"{instant}+00'::timestamptz"


def is_real(path: Path) -> bool:
    """Tell whether the tests of a file run at the real clock."""
    place = path.relative_to(HERE).as_posix()
    return place.startswith(tuple(f"{name}/" for name in REAL)) or place in REAL


@contextmanager
def clock_of(path: Path) -> Iterator[None]:
    """Set the clock by which the tests of a file go."""
    with pytest.MonkeyPatch.context() as patch:
        if is_real(path):
            patch.setattr("tests.clock._weeks", weeks_since())
            yield
            return
        patch.setattr("tests.clock._weeks", 0)
        patch.setattr(clock, "INSTANT", AsThisProcess())
        with time_machine.travel(NOW, tick=False):
            yield
