"""A folder for each run of tests, and a warden that ends what lives there once the run is gone.

The run holds one end of a pipe. Killed or ended, it lets go of it; the warden then kills all that
the tests have started and removes the folder. A process belongs to the run if the folder stands in
its environment or its command, or is where it works: not even PostgreSQL and nginx, which write
over what they were started with, hide all three.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SECONDS = 5
# What each process that a test starts keeps of the environment: its files lie in the folder too.
KEPT = ("PATH", "HOME", "TMPDIR")
READS = (
    lambda place: (place / "environ").read_bytes(),
    lambda place: (place / "cmdline").read_bytes(),
    lambda place: os.fsencode((place / "cwd").readlink()),
)
WARDENS: list["subprocess.Popen[bytes]"] = []


def take_folder() -> Path:
    """Make a folder in which all of this run's files lie, and start its warden."""
    folder = Path(tempfile.mkdtemp(prefix="onelift-tests-"))
    # PostgreSQL runs as somebody else, and makes folders in it.
    folder.chmod(0o1777)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    # Nobody else inherits this end of the pipe, which is open as long as this process lives.
    WARDENS.append(
        subprocess.Popen(
            [sys.executable, "-I", __file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={},
            cwd="/",
        )
    )
    return folder


def watch(folder: Path) -> None:
    """Wait until the run lets go, then kill until nothing is left, for some seconds at most."""
    sys.stdin.buffer.read()
    until = time.monotonic() + SECONDS
    while (left := list(living_in(folder))) and time.monotonic() < until:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


def living_in(folder: Path) -> Iterator[int]:
    """Yield the processes that belong to a run, but for its warden."""
    name = str(folder).encode()
    for place in Path("/proc").glob("[0-9]*"):
        if place.name != str(os.getpid()) and name in told(place):
            yield int(place.name)


def told(place: Path) -> bytes:
    """Return where a process works and what it was started with, as far as one may know."""
    found = b""
    for read in READS:
        with contextlib.suppress(OSError):
            found += read(place)
    return found


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
