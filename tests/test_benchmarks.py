"""Each benchmark runs, small: its figures then mean nothing, but it has not gone stale."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.benchmarks.__main__ import NAMES
from tests.redis_databases import redis_url

# As `make bench` runs them.
pytestmark = [pytest.mark.slow, pytest.mark.services]


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_prints_its_figures(name, worker_id):
    own = {"REDIS_URL": redis_url(worker_id, "benchmark")} if settings.REDIS_URL else {}
    command = [sys.executable, "-m", "tests.benchmarks", "--people=300", "--rows=1000", "--runs=1"]
    done = subprocess.run(
        [*command, name], capture_output=True, text=True, timeout=240, env=os.environ | own
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "counts:" in done.stdout, done.stdout + done.stderr
