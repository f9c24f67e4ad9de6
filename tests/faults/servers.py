"""Servers of a test's own, on ports of their own, that may be killed and started again."""

import os
import resource
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis

from tests.operations.shape import free_port
from tests.waiting import HANGS, until


def ask_postgres(url: str, statement: str) -> list[tuple]:
    """Run one statement outside any transaction; return its rows, if it has any."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def with_database(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


class Redis:
    """A Redis that keeps nothing on a disk: started again, it is empty."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis(port=self.port, socket_timeout=HANGS)
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        until(self.answers, "an answer of Redis")

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=HANGS)

    def wipe(self) -> None:
        """Let it forget everything, as a server does that breaks down and comes back."""
        self.kill()
        self.start()

    def waiting(self, queue: str) -> int:
        """Return how many messages no worker has taken yet."""
        return int(self.client.llen(queue))


class Cluster:
    """A PostgreSQL of its own; as root its processes belong to the user postgres.

    ``room`` is how many bytes each of its files may have once it is started again, None for any.
    Its log is written in files of a megabyte, so that this may be little.
    """

    room: int | None = None

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.template = with_database(self.url, "template1")
        self.owner = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        self.folder = Path(tempfile.mkdtemp(prefix="onelift-cluster-"))
        if self.owner:
            shutil.chown(self.folder, **self.owner)
        words = ("--username", "postgres", "--auth", "trust", "--encoding", "UTF8")
        self.run("initdb", *words, "--wal-segsize", "1")
        self.start()

    def start(self) -> None:
        self.control("start")

    @property
    def options(self) -> str:
        return f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"

    def control(self, verb: str, *words: str) -> None:
        log = str(self.folder / "log")
        self.run("pg_ctl", "--wait", "--log", log, "--options", self.options, *words, verb)

    def run(self, program: str, *words: str) -> None:
        command = [str(programs() / program), "--pgdata", str(self.folder), *words]
        subprocess.run(
            command,
            **self.owner,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
            preexec_fn=self.limit,
        )

    def limit(self) -> None:
        """Let the process that starts, and those that it starts, write no larger files."""
        if self.room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.room, self.room))

    def break_down(self) -> None:
        """Stop without a last word to anybody or to the disk."""
        self.control("stop", "--mode", "immediate")

    def stop(self) -> None:
        self.break_down()
        shutil.rmtree(self.folder)


def programs() -> Path:
    """Return where the programs of the server are: in Debian, outside PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    if newest:
        return newest.parent
    found = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())
