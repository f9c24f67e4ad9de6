"""What is said at the end of a run, and which tests get a second chance."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.selection import PROMISES
from tests.suite import (
    PYTEST,
    ROOT,
    SERVERS,
    Phase,
    Result,
    missing_pythons,
    python_of,
    runs_of,
    second_chances,
    summary,
)

HERE = Path(__file__).parent
# Fails until the file is there that its first run makes.
ONCE = """
from pathlib import Path
def test_once():
    seen = Path(__file__).with_name("seen")
    was_seen = seen.exists()
    seen.touch()
    assert was_seen
"""
ALWAYS = "def test_always():\n    assert False\n"
THREE = "import pytest\n@pytest.mark.parametrize('n', range(3))\n" + ALWAYS.replace("()", "(n)")


@pytest.fixture
def ran(tmp_path):
    """Return a function that runs tests as a phase of the suite."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = promise: of a promise\n")

    def run(text, **more):
        (tmp_path / "test_it.py").write_text(text)
        command = (
            sys.executable,
            *PYTEST,
            "-q",
            "-p",
            "no:django",
            "-p",
            "tests.recording",
            "--durations=0",
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        phase = Phase("embedded", command, environment, folder=tmp_path, **more)
        phase.run()
        return phase

    return run


def ends(*phases):
    unsteady = second_chances(list(phases))
    lines = list(summary(list(phases), unsteady))
    return [line for line in lines if line.startswith(("red", "unsteady"))]


def test_what_passes_says_how_long_it_took(ran):
    phase = ran("def test_it():\n    pass\n")
    assert (phase.code, phase.is_broken, phase.red) == (0, False, [])
    assert ends(phase) == []
    lines = list(summary([phase], []))
    assert lines[1].endswith("  embedded, 1 tests")
    assert lines[3].endswith("  test_it.py::test_it")


def test_what_fails_once_passes_and_is_called_unsteady(ran):
    assert ends(ran(ONCE)) == ["unsteady: test_it.py::test_once"]


def test_what_fails_twice_stays_red(ran):
    assert ends(ran(ALWAYS)) == ["red: test_it.py::test_always"]


def test_three_failures_are_not_tried_again(ran):
    assert ends(ran(THREE)) == [f"red: test_it.py::test_always[{n}]" for n in range(3)]


def test_failures_of_all_phases_are_counted_together(ran):
    assert len(ends(ran(THREE.replace("range(3)", "range(2)")), ran(ONCE))) == 3


def test_a_promise_gets_no_second_chance(ran):
    text = "import pytest" + ONCE.replace("def test_once", "@pytest.mark.promise\ndef test_once")
    assert ends(ran(text)) == ["red: test_it.py::test_once"]
    assert ran(text).code == 0, "it would have passed"


def test_a_file_that_cannot_be_read_is_red_and_not_tried_again(ran):
    phase = ran("import nothing_of_the_kind\n")
    assert ends(phase) == ["red: test_it.py", "red: embedded ended with 2"]


def test_a_run_that_breaks_down_is_red(ran):
    phase = ran("import os\ndef test_it():\n    os.abort()\n")
    assert ends(phase) == [f"red: embedded ended with {phase.code}"]


def test_a_run_that_finds_nothing_is_red_unless_tests_were_named(ran):
    assert ends(ran("")) == ["red: embedded ended with 5"]
    assert ends(ran("", may_be_empty=True)) == []


def test_a_command_that_fails_is_red():
    phase = Phase("lint", (sys.executable, "-c", "raise SystemExit(2)"))
    phase.run()
    assert ends(phase) == ["red: lint ended with 2"]
    assert list(summary([phase], []))[1].endswith("  lint")


def test_what_is_left_out_names_the_package_that_brings_it(ran):
    skip = (
        "import pytest\n@pytest.mark.parametrize('n', range(2))\ndef test_it(n):\n    pytest.skip"
    )
    phase = ran(f"{skip}('Chromium is not installed')\n")
    lines = list(summary([phase], []))
    assert lines[lines.index("Left out (tests)") + 1] == (
        "      2  Chromium is not installed: apt install chromium fonts-noto-core fonts-noto-cjk"
    )


def test_a_python_that_is_missing_is_named(monkeypatch):
    monkeypatch.delenv("NEWEST", raising=False)
    here = "{}.{}".format(*sys.version_info)
    assert list(missing_pythons(["services"])) == [
        f"The servers' shape ran on Python {here}, on no newer one: NEWEST= names one"
    ]
    assert python_of("services") == sys.executable
    monkeypatch.setenv("NEWEST", "/python")
    assert list(missing_pythons(["services", "lint"])) == []
    assert (python_of("services"), python_of("embedded")) == ("/python", sys.executable)
    monkeypatch.setattr(sys, "version_info", (3, 99))
    assert list(missing_pythons(["embedded"])) == [
        "The embedded shape ran on Python 3.99, not on 3.11"
    ]


def test_a_test_that_is_red_in_two_phases_is_named_once():
    red = Result("tests/test_it.py::test_it", "failed", 0.1, True, "")
    phases = [Phase(name, (), code=1, results=[red]) for name in ("embedded", "services")]
    assert ends(*phases) == ["red: tests/test_it.py::test_it"]


def test_promises_are_those_of_the_issue():
    assert all((HERE / place).exists() for place in PROMISES)
    assert sorted(PROMISES) == [
        *("admin/test_rights.py", "canaries/", "faults/", "feedback/test_adversary.py"),
        *("feedback/test_anonymity.py", "test_access.py", "test_hostile.py", "test_inputs.py"),
    ]


@pytest.mark.parametrize(
    ("given", "runs"),
    [
        ([], [["--ignore=tests/browser", "tests"], ["tests/browser"]]),
        (
            ["-k", "x"],
            [["--ignore=tests/browser", "-k", "x", "tests"], ["-k", "x", "tests/browser"]],
        ),
        (["tests/api"], [["tests/api"]]),
        (
            ["-x", "tests/browser/test_me.py::test_it"],
            [["-x", "tests/browser/test_me.py::test_it"]],
        ),
        (["tests/browser", "tests/api"], [["tests/api"], ["tests/browser"]]),
    ],
)
def test_places_that_are_named_take_the_place_of_the_suite(given, runs):
    assert [words[1:] for _name, words in runs_of(given)] == runs


def test_a_place_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match=r"There is no tests/test_gone\.py"):
        list(runs_of(["-x", "tests/test_gone.py::test_it"]))


@pytest.mark.slow
@pytest.mark.services
@pytest.mark.thorough
def test_two_runs_on_one_machine_do_not_meet(tmp_path):
    """Each has its own servers, folders and ports: workers of one take no task of the other."""
    places = "tests/watching tests/programmes/database tests/operations/test_outages.py"
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS}
    environment |= {"TESTS": f"-p no:cacheprovider {places}", "WORKERS": "1"}
    command = [sys.executable, "-m", "tests.suite", "services", "--once"]
    runs, outputs = [], [tmp_path / name for name in ("one", "other")]
    for path in outputs:
        with path.open("wb") as output:
            run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
            runs.append(run)
    ended = [run.wait(timeout=900) for run in runs]
    assert ended == [0, 0], "\n".join(path.read_text() for path in outputs)


def test_no_example_fails_because_the_machine_is_busy():
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
