"""An installation of its own: database, broker, mail server, real worker and beat processes."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.communications.relay import Accept, read_log, tell

ROOT = Path(__file__).resolve().parents[2]
OPEN = ("planned", "claimed", "sending")
WORKER = (
    "-A onelift worker --queues default,dispatch,documents --concurrency 2 --loglevel WARNING "
    "--without-gossip --without-mingle --without-heartbeat"
)
ESTABLISHED = "01"


class Installation:
    """Everything under one folder. Leases are short, so that a test sees them run out."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.log = folder / "accepts.jsonl"
        self.database = folder / "onelift.sqlite3"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.port = self.start_relay(0)
        self.environment = {
            **{n: os.environ[n] for n in ("PATH", "HOME", "LANG") if n in os.environ},
            "DJANGO_SETTINGS_MODULE": "onelift.settings",
            "ONELIFT_MODE": "embedded",
            "ONELIFT_VAR": str(folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "EMAIL_TIMEOUT": "5",
            "EMAIL_DOT_TIMEOUT": "5",
            "CLAIM_LEASE_SECONDS": "4",
            "SENDING_LEASE_SECONDS": "7",
            "ONELIFT_SQLITE_SYNCHRONOUS": "FULL",
            **environment,
        }

    # Processes

    def python(self, *arguments: str) -> None:
        """Run a Python command to its end."""
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=60)

    def seed(self, people: int) -> None:
        self.python("manage.py", "migrate", "--verbosity", "0")
        self.python("-m", "tests.faults.seed", "people", str(people))

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        output = (self.folder / f"{name}.log").open("ab")
        command = [sys.executable, *arguments]
        self.processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        return self.processes[name]

    def start_worker(self, name: str = "worker") -> subprocess.Popen[bytes]:
        return self.start(name, "-m", "celery", *WORKER.split(), "--hostname", f"{name}@test")

    def start_beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        schedule = str(self.folder / f"{name}-schedule")
        return self.start(
            name, "-m", "celery", "-A", "onelift", "beat", "--pidfile=", "-s", schedule
        )

    def start_relay(self, port: int) -> int:
        command = [sys.executable, "-m", "tests.communications.relay", "--without-bodies"]
        command += ["--port", str(port), "--log", str(self.log)]
        relay = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
        self.processes["relay"] = relay
        assert relay.stdout is not None
        return int(relay.stdout.readline())

    def tell_relay(self, **order: object) -> None:
        tell(self.port, **order)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a process and its children, and wait for the process to go."""
        process = self.processes[name]
        os.killpg(process.pid, number)
        process.wait(timeout=30)

    def children(self, name: str = "worker") -> list[int]:
        """Return the children of a process, whichever of its threads has forked them."""
        threads = Path(f"/proc/{self.processes[name].pid}/task").glob("*/children")
        return [int(child) for thread in threads for child in thread.read_text().split()]

    def senders(self, name: str = "worker") -> list[int]:
        """Return the children that hold a connection to the mail server."""
        inodes = connections_to(self.port)
        return [child for child in self.children(name) if sockets_of(child) & inodes]

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)

    # What is seen from outside

    @property
    def accepts(self) -> list[Accept]:
        return read_log(self.log)

    def accepted(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def query(self, statement: str) -> list[tuple]:
        connection = sqlite3.connect(self.database, timeout=20)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def states(self) -> Counter[str]:
        return Counter(dict(self.query(
            "SELECT state, COUNT(*) FROM communications_delivery GROUP BY state"
        )))  # fmt: skip

    def is_at_rest(self) -> bool:
        states = self.states()
        return bool(states) and not any(states[state] for state in OPEN)

    def check_ledger(self, people: int, cut: int) -> Counter[str]:
        """Assert that nothing is lost and nothing doubled, whatever happened; return the states.

        ``cut`` is how many connections were cut: no more rows may be in doubt.
        """
        rows = self.query("SELECT address, state FROM communications_delivery")
        taken = Counter(accept.recipient for accept in self.accepts)
        states = Counter(state for _address, state in rows)
        assert len(rows) == people == len({address for address, _state in rows})
        assert max(taken.values()) == 1, "doubled"
        assert set(states) <= {"sent", "in_doubt"}, f"lost: {states}"
        assert all(taken[address] == 1 for address, state in rows if state == "sent"), "lost"
        assert set(taken) <= {address for address, _state in rows}
        assert states["in_doubt"] <= cut
        return states


def until(condition: Callable[[], object], seconds: float, what: str = "") -> None:
    """Wait for something that other processes do."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what or condition}"
        threading.Event().wait(0.005)


def connections_to(port: int) -> set[str]:
    """Return the inodes of the sockets that are connected to a local port."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    wanted = f":{port:04X}"
    return {row[9] for row in rows if row[2].endswith(wanted) and row[3] == ESTABLISHED}


def sockets_of(pid: int) -> set[str]:
    """Return the inodes of the sockets that a process holds; none if it is gone."""
    found = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            target = str(entry.readlink())
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:
        pass
    return found
