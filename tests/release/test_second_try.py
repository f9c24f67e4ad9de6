"""What failed is tried once more by CI, alone, and named; what fails again stays failed."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

AGAIN = settings.BASE_DIR / ".ci" / "again"
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
MANY = "import pytest\n@pytest.mark.parametrize('n', range(4))\n" + ALWAYS.replace("()", "(n)")


@pytest.fixture
def tried(tmp_path):
    """Return a function that runs tests, then tries what failed once more."""
    (tmp_path / "pytest").write_text(
        f'#!/bin/sh\nexec {sys.executable} -m pytest -q -p no:django "$@"\n'
    )
    (tmp_path / "pytest").chmod(0o755)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    env = {"PATH": os.environ["PATH"], "PYTEST": "./pytest"}

    def run(text):
        (tmp_path / "test_it.py").write_text(text)
        first = subprocess.run(
            ["./pytest"], cwd=tmp_path, env=env, check=False, capture_output=True
        )
        assert first.returncode == 1
        return subprocess.run(
            [AGAIN], cwd=tmp_path, env=env, check=False, capture_output=True, text=True
        )

    return run


def test_what_fails_once_passes_and_is_named(tried):
    again = tried(ONCE)
    assert again.returncode == 0
    assert "test_it.py::test_once" in again.stdout


def test_what_fails_twice_stays_failed(tried):
    assert tried(ALWAYS).returncode == 1


def test_many_failures_are_not_tried_again(tried):
    again = tried(MANY)
    assert again.returncode == 1
    assert "none is tried again" in again.stdout
