"""Run the suite, and say at its end what became of it.

``make test`` runs the embedded shape, ``make test-services`` that of the servers, and CI both,
after the checks of style. All phases are run, whatever fails in one. At most two tests that failed
are run again, alone, after all others, unless one of them proves a promise. If they pass then, the
run is green and calls them unsteady (docs/decisions/second-try.md).
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.servers import Cluster, Redis, with_database
from tests.warden import take_folder

ROOT = Path(__file__).parent.parent
SHAPES = ("embedded", "services")
COMMANDS = {"lint": ("make", "lint"), "calendar": ("make", "calendar", "DAY=quick")}
SERVERS = ("DATABASE_URL", "REDIS_URL")
SECOND_CHANCES, SLOWEST = 2, 20
# Tests of faults wait for most of their time, so there is one process more than processors; a
# browser is at work all the time.
WORKERS = os.environ.get("WORKERS") or str((os.cpu_count() or 1) + 1)
BESIDE = ("--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder")
BUSY = (sys.executable, "-c", "while True: pass")
# Which package of Debian brings what a test lacks.
PACKAGES = {
    "Chromium": "chromium fonts-noto-core fonts-noto-cjk",
    "Redis": "redis-server",
    "nginx": "nginx-light",
    "caddy": "caddy",
    "promtool": "promtool",
}
PASSED, FAILED, NONE_FOUND = 0, 1, 5
PYTEST = ("-m", "pytest")
BROWSER = "tests/browser"


@dataclass(frozen=True)
class Result:
    """What became of a test, as ``tests/recording.py`` writes it down; ``seconds`` with set-up."""

    name: str
    outcome: str
    seconds: float
    is_promise: bool
    reason: str

    @property
    def is_red(self) -> bool:
        return self.outcome in ("failed", "broken")


@dataclass
class Phase:
    """A part of the suite: a command with its environment, and then what became of it.

    Attributes:
        may_be_empty: whether it is right if no test is found.
        results: of each test; none if it is no run of tests.
        code: with which the command ended.

    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    may_be_empty: bool = False
    folder: Path = ROOT
    results: list[Result] = field(default_factory=list)
    minutes: float = 0.0
    code: int = PASSED

    def run(self) -> None:
        with tempfile.NamedTemporaryFile("r", suffix=".jsonl", encoding="utf-8") as record:
            words = [f"--record={record.name}"] if self.has_tests else []
            begun = time.monotonic()
            self.code = self._run(*self.command, *words)
            self.minutes = (time.monotonic() - begun) / 60
            self.results = [Result(**json.loads(line)) for line in record]

    @property
    def has_tests(self) -> bool:
        return "pytest" in self.command

    @property
    def words(self) -> str:
        """Return its name, and how many tests it has if it counts them."""
        return f"{self.name}, {len(self.results)} tests" if self.has_tests else self.name

    @property
    def red(self) -> list[Result]:
        return [result for result in self.results if result.is_red]

    @property
    def is_broken(self) -> bool:
        """Tell whether something else than a test failed: the command, or a process of pytest."""
        if self.code == NONE_FOUND:
            return not self.may_be_empty
        return self.code != PASSED and not (self.code == FAILED and self.red)

    def passes_alone(self, result: Result) -> bool:
        python, *_words = self.command
        return self._run(python, *PYTEST, result.name, "--verbose") == PASSED

    def _run(self, *command: str) -> int:
        done = subprocess.run(command, cwd=self.folder, env=self.environment, check=False)
        return done.returncode


def phases_of(name: str, more: list[str], servers: dict[str, str]) -> Iterator[Phase]:
    """Yield the phases of a name; a shape has two, of which the second is the browser's."""
    if name in COMMANDS:
        yield Phase(name, COMMANDS[name])
        return
    environment = {key: value for key, value in os.environ.items() if key not in SERVERS}
    if name == "services":
        environment, more = environment | servers, [*more, "--nothing-skipped"]
    given = shlex.split(os.environ.get("TESTS", ""))
    for own, words in runs_of(given):
        command = (python_of(name), *PYTEST, *BESIDE, *more, *words)
        yield Phase(f"{name}{own}", command, environment, may_be_empty=bool(given))


def python_of(name: str) -> str:
    """Return the Python on which a shape is run: NEWEST for the servers, where that is named."""
    newest = os.environ.get("NEWEST", "") if name == "services" else ""
    return newest or sys.executable


def missing_pythons(names: list[str]) -> Iterator[str]:
    """Yield which Python a shape lacks: the oldest that is allowed, and on the servers a newer."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=")
    here = "{}.{}".format(*sys.version_info)
    if "embedded" in names and here != oldest:
        yield f"The embedded shape ran on Python {here}, not on {oldest}"
    if "services" in names and "NEWEST" not in os.environ:
        yield f"The servers' shape ran on Python {here}, on no newer one: NEWEST= names one"


def runs_of(given: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield what is run without a browser and in one, by the places that are named, or all."""
    places = [word for word in given if (ROOT / word.partition("::")[0]).exists()]
    if missing := [word for word in given if word.startswith("tests/") and word not in places]:
        sys.exit(f"There is no {missing[0]}")
    words = [word for word in given if word not in places]
    inside = [place for place in places or [BROWSER] if place.startswith(BROWSER)]
    outside = [place for place in places or ["tests"] if place not in inside]
    if outside:
        ignored = [] if places else [f"--ignore={BROWSER}"]
        yield "", [f"--numprocesses={WORKERS}", *ignored, *words, *outside]
    if inside:
        yield ", browser", ["--numprocesses=auto", *words, *inside]


def servers_of(started: ExitStack) -> dict[str, str]:
    """Return the addresses of PostgreSQL and Redis: those that are named, or servers of our own."""
    if not (shutil.which("redis-server") and Path("/usr/lib/postgresql").exists()):
        sys.exit("PostgreSQL or Redis is missing: apt install postgresql redis-server")
    if not (database := os.environ.get("DATABASE_URL", "")):
        cluster = Cluster()
        started.callback(cluster.stop)
        database = with_database(cluster.url, "onelift")
    if not (broker := os.environ.get("REDIS_URL", "")):
        redis = Redis()
        started.callback(redis.kill)
        broker = redis.url
    return dict(zip(SERVERS, (database, broker), strict=True))


def second_chances(phases: list[Phase]) -> list[Result]:
    """Run the few tests that failed again, alone; return those that pass now."""
    red = [(phase, result) for phase in phases for result in phase.red]
    is_lost = any(phase.is_broken for phase in phases)
    is_lost |= any(result.is_promise or result.outcome == "broken" for _phase, result in red)
    if is_lost or len(red) > SECOND_CHANCES:
        return []
    return [result for phase, result in red if phase.passes_alone(result)]


def summary(phases: list[Phase], unsteady: list[Result]) -> Iterator[str]:
    """Yield the lines at the end of a run: minutes, the slowest, what is left out, what is red."""
    results = [result for phase in phases for result in phase.results]
    yield "Minutes"
    yield from (f"  {one.minutes:5.1f}  {one.words}" for one in phases)
    yield "Slowest (seconds)"
    for result in sorted(results, key=lambda one: -one.seconds)[:SLOWEST]:
        yield f"  {result.seconds:5.1f}  {result.name}"
    yield from left_out(results)
    if unsteady:
        yield f"unsteady: {' '.join(result.name for result in unsteady)}"
    names = {result.name for result in results if result.is_red}
    yield from (f"red: {name}" for name in sorted(names - {result.name for result in unsteady}))
    yield from (f"red: {one.name} ended with {one.code}" for one in phases if one.is_broken)


def left_out(results: list[Result]) -> Iterator[str]:
    """Yield why tests were skipped, how many, and which package would bring what they lack."""
    reasons = Counter(result.reason for result in results if result.outcome == "skipped")
    if reasons:
        yield "Left out (tests)"
    for reason, number in reasons.most_common():
        packages = next((own for word, own in PACKAGES.items() if word in reason), "")
        yield f"  {number:5d}  {reason}" + (f": apt install {packages}" if packages else "")


def main() -> int:
    """Run what is named, with the options of pytest in TESTS; return 0 if it is green."""
    parser = argparse.ArgumentParser(prog="tests.suite", description=__doc__)
    parser.add_argument("names", nargs="+", choices=[*SHAPES, *COMMANDS])
    parser.add_argument("--nothing-skipped", action="store_true", help="a skipped test is red")
    parser.add_argument("--busy", type=int, default=0, help="endless loops that run beside")
    parser.add_argument("--once", action="store_true", help="no second try")
    given = parser.parse_args()
    take_folder()
    with ExitStack() as started:
        servers = servers_of(started) if "services" in given.names else {}
        for _n in range(given.busy):
            started.callback(subprocess.Popen(BUSY).kill)
        more = ["--nothing-skipped"] if given.nothing_skipped else []
        phases = [one for name in given.names for one in phases_of(name, more, servers)]
        for phase in phases:
            phase.run()
        unsteady = [] if given.once else second_chances(phases)
    print("", *missing_pythons(given.names), *summary(phases, unsteady), sep="\n")
    red = sum(len(phase.red) for phase in phases) - len(unsteady)
    return int(red > 0 or any(phase.is_broken for phase in phases))


if __name__ == "__main__":
    sys.exit(main())
