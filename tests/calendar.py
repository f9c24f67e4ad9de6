"""Run the suite on other days, to see that none of them turns it red: ``make calendar``.

libfaketime sets the clocks of pytest and of all that it starts; Chromium keeps the real one. Each
day is a run of its own on the embedded shape, without the faults. A table at the end says what was
red.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
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
# What names the shape of production.
SERVERS = {"DATABASE_URL", "REDIS_URL"}
RED = re.compile(r"^(?:FAILED|ERROR) (\S+)")


def main() -> int:
    """Run the tests on one day or on all; return 0 if they passed."""
    parser = argparse.ArgumentParser(prog="make calendar", description=__doc__)
    parser.add_argument("--day", choices=["quick", *DAYS], help="all without it")
    parser.add_argument("tests", nargs="*", help="what to run in place of the suite")
    given = parser.parse_args()
    if given.day == "quick":
        table = [Outcome("100", [QUICK])]
    else:
        runs = [given.tests] if given.tests else WHOLE
        table = [Outcome(day, runs) for day in ([given.day] if given.day else DAYS)]
    print("", *table, sep="\n")
    return int(any(one.is_red for one in table))


class Outcome:
    """What became of tests on a day, which are run at once.

    Attributes:
        is_red: whether a run failed, and ``red`` the tests that did.
        minutes: how long they took.

    """

    def __init__(self, day: str, runs: list[list[str]]) -> None:
        self.day, self.red, self.is_red = day, list[str](), False
        begun = time.monotonic()
        for tests in runs:
            self._run(tests)
        self.minutes = (time.monotonic() - begun) / 60

    def __str__(self) -> str:
        said = "red" if self.is_red else "green"
        return "\n  ".join([f"{self.day:<10} {self.minutes:4.1f} min  {said}", *self.red])

    def _run(self, tests: list[str]) -> None:
        command = [sys.executable, "-m", "pytest", "--numprocesses=auto", "--maxprocesses=4"]
        command += ["--dist=loadfile", "--no-loadscope-reorder", "-p", "no:cacheprovider", *tests]
        with subprocess.Popen(
            command, cwd=ROOT, env=set_to(self.day), stdout=subprocess.PIPE, text=True
        ) as run:
            for line in run.stdout or ():
                print(line, end="", flush=True)
                self.red += RED.findall(line)
        self.is_red |= run.returncode != 0


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
