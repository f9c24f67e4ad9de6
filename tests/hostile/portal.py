"""An installation of its own: folder, database, demonstration, server process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
HOOK_SECRET = "known to the provider of mails too"


@contextmanager
def installation() -> Iterator[tuple[Path, int]]:
    """Prepare the environment of this process and those it starts; yield folder and port."""
    with TemporaryDirectory(prefix="onelift-hostile-") as folder, _database() as address:
        port = int(os.environ.get("PORT", "0")) or _free_port()
        (Path(folder) / "tmp").mkdir()
        os.environ |= {
            **address,
            "ONELIFT_VAR": str(Path(folder) / "var"),
            "TMPDIR": str(Path(folder) / "tmp"),
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "BOUNCE_ADDRESS": "bounces@onelift.example",
            "BOUNCE_WEBHOOK_SECRET": HOOK_SECRET,
            "DJANGO_SETTINGS_MODULE": "onelift.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        for command in (
            "migrate -v0",
            "createcachetable",
            "load_demo",
            "collectstatic --noinput -v0",
        ):
            _manage(*command.split())
        yield Path(folder), port


def _manage(*words: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """Make a database on the server of ``DATABASE_URL``, gone at the end; without one, a file."""
    server = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not server.scheme.startswith("postgres"):
        os.environ.pop("DATABASE_URL", None)
        yield {}
        return
    name = f"onelift_hostile_{os.getpid()}"
    _as_server(server.geturl(), f'CREATE DATABASE "{name}"')
    try:
        yield {"DATABASE_URL": server._replace(path=f"/{name}").geturl()}
    finally:
        _as_server(server.geturl(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _as_server(address: str, statement: str) -> None:
    connection = psycopg2.connect(urlsplit(address)._replace(path="/postgres").geturl())
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def server(folder: Path, port: int) -> Iterator[Path]:
    """Serve the portal; yield the file in which it notes what it writes outside its folder."""
    outside = folder / "outside.txt"
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "tests.hostile.wsgi"],
            cwd=ROOT,
            env={**os.environ, "HOSTILE_FOLDER": str(folder), "HOSTILE_OUTSIDE": str(outside)},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, process)
        yield outside
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the server takes connections.

    Raises:
        RuntimeError: it ended, or did not start in time.
    """
    patience = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < patience:
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the portal did not start")
