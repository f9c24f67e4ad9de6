"""Each benchmark runs, small: its figures then mean nothing, but it has not gone stale."""

import subprocess
import sys

import pytest

from tests.benchmarks.__main__ import NAMES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_prints_its_figures(name):
    command = [sys.executable, "-m", "tests.benchmarks", "--people=300", "--rows=1000", "--runs=1"]
    done = subprocess.run([*command, name], capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "counts:" in done.stdout, done.stdout + done.stderr
