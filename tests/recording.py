"""Writes down what became of each test, for ``tests/suite.py``: a line of JSON each.

A line holds the test's name, its outcome, its seconds with what it sets up, whether it proves a
promise, and the reason why it was skipped. The outcome is ``passed``, ``failed``, ``skipped``, or
``broken`` where a file cannot be read or the process died.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", help="a file that says what became of each test")


def pytest_configure(config: pytest.Config) -> None:
    """Let the process that gathers all reports write; those that it started do not."""
    path = config.getoption("--record")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(Path(path)))


class Record:
    """The outcomes of a run, as they come."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8")
        self.seconds: dict[str, float] = defaultdict(float)
        self.outcomes: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid
        self.seconds[name] += report.duration
        if report.outcome != "passed":
            self.outcomes[name] = report.outcome
        if report.skipped and isinstance(report.longrepr, tuple):
            self.reasons[name] = report.longrepr[2].removeprefix("Skipped: ")
        if report.when == "teardown":
            self._write(name, is_promise="promise" in report.keywords)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[report.nodeid] = "broken"
            self._write(report.nodeid, is_promise=True)

    def pytest_unconfigure(self) -> None:
        # The process of a test that died tells of it, and of no end.
        for name in list(self.outcomes):
            self.outcomes[name] = "broken"
            self._write(name, is_promise=True)
        self.file.close()

    def _write(self, name: str, *, is_promise: bool) -> None:
        line: dict[str, Any] = {
            "name": name,
            "outcome": self.outcomes.pop(name, "passed"),
            "seconds": round(self.seconds.pop(name, 0.0), 3),
            "is_promise": is_promise,
            "reason": self.reasons.pop(name, ""),
        }
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
