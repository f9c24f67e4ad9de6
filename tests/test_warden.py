"""Nothing that a run has started is left once the run is gone, however it went."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.waiting import HANGS, until
from tests.warden import SECONDS, living_in

ROOT = Path(__file__).parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.embedded]


@pytest.fixture
def faults(tmp_path):
    """Start a test of faults, in a run of its own."""
    command = [sys.executable, "-m", "pytest", "tests/faults/test_kills.py", "-k", "deployment"]
    with (tmp_path / "output").open("wb") as output:
        run = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    yield run
    run.kill()
    run.wait(timeout=HANGS)


def folders():
    """Return the folders of runs that this one has started."""
    return list(Path(tempfile.gettempdir()).glob("onelift-tests-*"))


def strays_of(folder):
    """Return the processes of a run that put temporary files anywhere."""
    return [pid for pid in living_in(folder) if f"TMPDIR={folder}" not in surroundings_of(pid)]


def surroundings_of(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_text().split("\0")
    except OSError:
        return []


def test_nothing_outlives_a_run_that_is_killed_amid_the_faults(faults):
    until(folders, "a folder")
    (folder,) = folders()
    # A mail server, a worker and what it started.
    until(lambda: len(list(living_in(folder))) >= 4, "processes at work")
    until(lambda: len(strays_of(folder)) == 1, "no stray but the warden, which puts no files there")
    faults.kill()
    until(lambda: not list(living_in(folder)), "nothing left", 3 * SECONDS)
    until(lambda: not folder.exists(), "no folder left", 3 * SECONDS)
