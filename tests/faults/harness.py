"""An installation of its own: database, broker, mail server, real worker and beat processes."""

import http.client
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from communications.mailroom.services.outbox import CONNECTIONS
from tests.communications.relay import Accept, hold_port, read_log, tell
from tests.faults.shapes import ROOT, Shape
from tests.operations.shape import free_port
from tests.waiting import HANGS, until
from tests.warden import KEPT

OPEN = ("planned", "claimed", "sending")
# Processes of each worker.
CHILDREN = 2
WORKER = (
    f"-A onelift worker --queues default,dispatch,documents --concurrency {CHILDREN} "
    "--loglevel WARNING --without-gossip --without-mingle --without-heartbeat"
)
# One connection for each process of a worker, where a test is not about several.
ONE_EACH = {"MAIL_CONNECTIONS": str(CHILDREN)}
# What the mail server may take for a mail (seconds): workers give up on it after EMAIL_DOT_TIMEOUT.
SLOWEST = 3
ESTABLISHED = "01"
METRICS_TOKEN = "only-for-the-tests"


class Installation:
    """Processes that work in folders of their own. Leases are short: a test sees them run out."""

    def __init__(self, folder: Path, shape: Shape, **settings: str):
        """Start the mail server; ``settings`` are further variables of the environment."""
        self.folder, self.shape, self.settings = folder, shape, settings
        self.log = folder / "accepts.jsonl"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # Where no mail server listens, no other test's may.
        self.held = hold_port()
        self.port = self.held.getsockname()[1]
        self.start_relay()
        self.web_port = free_port()

    def environment(self, process: str) -> dict[str, str]:
        """Return what a process of this name finds in its environment."""
        return {
            **{n: os.environ[n] for n in (*KEPT, "LANG") if n in os.environ},
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "onelift.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "EMAIL_TIMEOUT": "9",
            "EMAIL_DOT_TIMEOUT": "9",
            "CLAIM_LEASE_SECONDS": "12",
            "SENDING_LEASE_SECONDS": "18",
            # So few that all senders get some of what a test sends.
            "SEND_BATCH": "20",
            "PORT": str(self.web_port),
            "METRICS_TOKEN": METRICS_TOKEN,
            **self.shape.environment(process),
            **self.settings,
        }

    # Processes

    def act(self, *words: str) -> str:
        """Run a verb of tests.faults.seed to its end; return the last line that it printed."""
        return self.run("tests.faults.seed", *words)

    def run(self, module: str, *words: str) -> str:
        """Run a module to its end; return the last line that it printed."""
        command = [sys.executable, "-m", module, *words]
        environment, folder = self.environment("act"), self.workplace("act")
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=HANGS,
        )
        return (done.stdout.decode().splitlines() or [""])[-1]

    def seed(self, people: int) -> None:
        self.act("people", str(people))

    def workplace(self, name: str) -> Path:
        """Return the folder in which a process of this name works."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        output = (self.folder / f"{name}.log").open("ab")
        command = [sys.executable, *arguments]
        self.processes[name] = subprocess.Popen(
            command, cwd=self.workplace(name), env=self.environment(name), stdout=output,
            stderr=output, start_new_session=True,
        )  # fmt: skip
        return self.processes[name]

    def start_worker(self, name: str = "worker") -> subprocess.Popen[bytes]:
        return self.start(name, "-m", "celery", *WORKER.split(), "--hostname", f"{name}@test")

    def start_workers(self) -> None:
        """Start as many workers as the shape has."""
        for name in self.shape.workers:
            self.start_worker(name)

    def start_beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        schedule = str(self.workplace(name) / "schedule")
        return self.start(
            name, "-m", "celery", "-A", "onelift", "beat", "--pidfile=", "-s", schedule
        )

    def start_web(self) -> None:
        """Start the web server, and wait until it answers."""
        self.begin_web()
        until(self.web_answers, "the web server")

    def begin_web(self) -> None:
        config = f"--config={ROOT / 'gunicorn.conf.py'}"
        self.start("web", "-m", "gunicorn", config, "tests.faults.web")

    def web_answers(self) -> bool:
        try:
            return self.ask("GET", "/livez") == 200
        except ConnectionError:
            return False

    def read(self, path: str) -> str:
        """Return what a page says, whatever its status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=HANGS)
        connection.request("GET", path, headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def ask(self, method: str, path: str, session: str = "") -> int:
        """Ask for a page or press a button; return the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=HANGS)
        token = 32 * "t"
        cookies = {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}
        connection.request(method, path, headers=cookies)
        status = connection.getresponse().status
        connection.close()
        return status

    def start_relay(self) -> None:
        """Start the mail server, and wait until it listens."""
        command = [sys.executable, "-m", "tests.communications.relay", "--without-bodies"]
        command += ["--port", str(self.port), "--log", str(self.log)]
        relay = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
        self.processes["relay"] = relay
        assert relay.stdout is not None
        assert int(relay.stdout.readline()) == self.port

    def tell_relay(self, **order: object) -> None:
        tell(self.port, **order)

    def most_connections(self, workers: int | None = None) -> int:
        """Return how many mails leave side by side, from all workers unless so many are named."""
        limit = int(self.settings.get("MAIL_CONNECTIONS", "0"))
        count = len(self.shape.workers) if workers is None else workers
        return count * (limit or CHILDREN * CONNECTIONS)

    def let_last(self, mails: int, seconds: float, workers: int | None = None) -> float:
        """Slow the mail server down, so that all connections need so many seconds for some mails.

        Return how long it takes for one (seconds).
        """
        pace = seconds * self.most_connections(workers) / mails
        assert pace <= SLOWEST, f"{mails} mails are too few to last {seconds} s"
        self.tell_relay(seconds_per_mail=pace)
        return pace

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a process and its children, and wait for the process to go."""
        process = self.processes[name]
        os.killpg(process.pid, number)
        process.wait(timeout=HANGS)

    def children(self) -> list[int]:
        """Return the children of all workers."""
        names = [name for name in self.shape.workers if name in self.processes]
        return [child for name in names for child in self.children_of(name)]

    def children_of(self, name: str) -> list[int]:
        """Return the children of a worker, whichever of its threads has forked them."""
        threads = Path(f"/proc/{self.processes[name].pid}/task").glob("*/children")
        return [int(child) for thread in threads for child in thread.read_text().split()]

    def senders(self) -> list[int]:
        """Return the children that hold a connection to the mail server."""
        inodes = connections_to(self.port)
        return [child for child in self.children() if sockets_of(child) & inodes]

    def connections(self, *children: int) -> int:
        """Return how many connections to the mail server children hold; all unless named."""
        inodes = connections_to(self.port)
        return sum(len(sockets_of(child) & inodes) for child in children or self.children())

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=HANGS)
        self.held.close()
        self.shape.stop()

    # What is seen from outside

    @property
    def accepts(self) -> list[Accept]:
        return read_log(self.log)

    def accepted(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def query(self, statement: str) -> list[tuple]:
        return self.shape.query(statement)

    def states(self) -> Counter[str]:
        return Counter(dict(self.query(
            "SELECT state, COUNT(*) FROM communications_delivery GROUP BY state"
        )))  # fmt: skip

    def is_at_rest(self) -> bool:
        states = self.states()
        return bool(states) and not any(states[state] for state in OPEN)

    def has_told(self, people: int) -> bool:
        return self.states()["sent"] == people and self.is_at_rest()

    def tally(self, people: int) -> "Tally":
        """Compare the ledger with what the mail server took."""
        rows = dict(self.query("SELECT address, state FROM communications_delivery"))
        taken = Counter(accept.recipient for accept in self.accepts)
        doubts = {address for address, state in rows.items() if state == "in_doubt"}
        told = [address for address, state in rows.items() if state == "sent" and taken[address]]
        return Tally(
            lost=people - len(told) - len(doubts),
            doubled=sum(count - 1 for count in taken.values()),
            in_doubt=len(doubts),
            again=sum(max(0, taken[address] - 1) for address in doubts),
            strangers=len(set(taken) - set(rows)),
        )

    def check_ledger(self, people: int, cut: int) -> Counter[str]:
        """Assert that nothing is lost and nothing doubled, whatever happened; return the states.

        ``cut`` is how many connections were cut, or mails forgotten: no more rows may be in doubt.
        """
        states = self.states()
        tally = self.tally(people)
        assert states.total() == people
        assert (tally.lost, tally.doubled, tally.strangers) == (0, 0, 0), f"{tally}, {states}"
        assert tally.in_doubt <= cut, f"{tally}, {cut} connections cut"
        return states


@dataclass(frozen=True)
class Tally:
    """What became of a dispatch.

    Attributes:
        lost: rows that are neither sent and taken by the server nor in doubt.
        doubled: mails that the server took beyond one a person.
        in_doubt: rows of which nobody knows.
        again: mails of rows in doubt that were sent again by themselves.
        strangers: addresses of no row that the server was given.

    """

    lost: int
    doubled: int
    in_doubt: int
    again: int
    strangers: int


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
