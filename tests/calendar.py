"""Run the suite on other days, to see that none of them turns it red: ``make calendar``.

libfaketime sets the clocks of pytest and of all that it starts; Chromium keeps the real one. Each
day is a run of its own on the embedded shape, without the faults. A table at the end says what was
red.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.suite import BESIDE, PYTEST, ROOT, SERVERS, Phase

LIBRARY = "*/faketime/libfaketime.so.1"
# A day of the week, an instant (UTC), or days from now on. In both nights the clocks of Paris
# change at 1:00.
DAYS = {
    "sunday": "Sunday",
    "new-year": "2026-12-31 23:20",
    "leap-day": "2028-02-29 09:30",
    "spring": "2027-03-28 00:30",
    "autumn": "2027-10-31 00:30",
    "45": "45",
    "100": "100",
    "400": "400",
}
WHOLE = (["--ignore=tests/faults", "--ignore=tests/browser", "tests"], ["tests/browser"])
# What was red on some day once, and some of what runs at the real clock: minutes count in CI.
QUICK = [
    *("tests/test_clock.py", "tests/dashboards/test_plan.py", "tests/events/test_checkin_page.py"),
    *("tests/events/test_sources.py", "tests/feedback/test_sources.py", "tests/journeys"),
    *("tests/browser/test_fields.py::test_a_day_of_the_calendar_is_written_as_the_page_reads_it",),
    *("tests/browser/test_moves.py", "tests/demo/test_load.py"),
]


def main() -> int:
    """Run the tests on one day or on all; return 0 if they passed."""
    parser = argparse.ArgumentParser(prog="make calendar", description=__doc__)
    parser.add_argument("--day", choices=["quick", *DAYS], help="all without it")
    parser.add_argument("tests", nargs="*", help="what to run in place of the suite")
    given = parser.parse_args()
    if given.day == "quick":
        phases = [phase_on("100", QUICK)]
    else:
        runs, days = [given.tests] if given.tests else WHOLE, [given.day] if given.day else DAYS
        phases = [phase_on(day, tests) for day in days for tests in runs]
    for phase in phases:
        phase.run()
    print("", *map(line_of, phases), sep="\n")
    return int(any(phase.code for phase in phases))


def phase_on(day: str, tests: list[str]) -> Phase:
    command = (
        sys.executable,
        *PYTEST,
        "--numprocesses=auto",
        *BESIDE,
        "-p",
        "no:cacheprovider",
        *tests,
    )
    return Phase(day, command, set_to(day))


def line_of(phase: Phase) -> str:
    """Say how a run ended, with what failed below it."""
    said = "red" if phase.code else "green"
    head = f"{phase.name:<10} {phase.minutes:4.1f} min  {len(phase.results):6d} tests  {said}"
    return "\n  ".join([head, *(result.name for result in phase.red)])


def set_to(day: str) -> dict[str, str]:
    """Return what sets the clocks of a process and of its children."""
    found = sorted(Path("/usr/lib").glob(LIBRARY))
    if not found:
        sys.exit("libfaketime is missing: apt install faketime")
    shape = {name: value for name, value in os.environ.items() if name not in SERVERS}
    return shape | {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME": f"{seconds_to(day):+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Times of files move along, when they are read and when they are set.
        "FAKE_UTIME": "1",
        "PYTHONPYCACHEPREFIX": str(ROOT / "build/calendar"),
    }


def seconds_to(day: str) -> int:
    """Return how far from now a day of the table is: the next Sunday, say, at this hour."""
    meant, now = DAYS[day], datetime.now(UTC)
    if meant == "Sunday":
        return (6 - now.weekday()) % 7 * 24 * 60 * 60
    if meant.isdecimal():
        return int(meant) * 24 * 60 * 60
    return int((datetime.fromisoformat(meant).replace(tzinfo=UTC) - now).total_seconds())


if __name__ == "__main__":
    sys.exit(main())
