"""Each benchmark runs, small: its figures then mean nothing, but it has not gone stale.

One of them is enough to see that their frame works; the others are run thoroughly.
"""

import os
import subprocess
import sys

import pytest

from tests.benchmarks.__main__ import NAMES
from tests.benchmarks.measure import TABLE, Figure, Goal, report, table_of
from tests.benchmarks.stage import TEMPLATE
from tests.migrated import migrated_template
from tests.redis_databases import redis_url

EACH = [
    name if name == "planning" else pytest.param(name, marks=pytest.mark.thorough) for name in NAMES
]


# As `make bench` runs them.
@pytest.mark.slow
@pytest.mark.services
@pytest.mark.parametrize("name", EACH)
def test_a_benchmark_runs_and_prints_its_figures(name, worker_id):
    own = {"REDIS_URL": redis_url(worker_id, "benchmark"), TEMPLATE: migrated_template()}
    command = [sys.executable, "-m", "tests.benchmarks", "--people=300", "--rows=1000", "--runs=1"]
    done = subprocess.run(
        [*command, name], capture_output=True, text=True, timeout=240, env=os.environ | own
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "counts:" in done.stdout, done.stdout + done.stderr


def test_all_goals_stand_in_one_table(monkeypatch, tmp_path):
    kept = tmp_path / "kept"
    monkeypatch.setenv(TABLE, str(kept))
    goals = (Goal("at most 10 ms", True), Goal("equal to the plain query", False))
    report("Counting an audience", Figure((0.004,)), goals=goals, doubts=("a doubt",))
    report("Planning", Figure((2.0,)), goals=(Goal("at most 1 s", False),))
    assert table_of(kept.read_text()).splitlines() == [
        "Counting an audience  at most 10 ms             0.0040 s  reached, but does not count",
        "Counting an audience  equal to the plain query  0.0040 s  MISSED",
        "Planning              at most 1 s               2.00 s    MISSED",
    ]
