"""The web server as in production, on this benchmark's database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from whitenoise.compress import Compressor

from tests.benchmarks.stage import database_url

WORKERS = 2
THREADS = 8
START_SECONDS = 30


@contextmanager
def server(*, compressed: bool = False) -> Iterator[int]:
    """Start gunicorn with its workers; yield its port, and stop it at the end.

    Only a browser asks for the static files, and wants them ``compressed``.
    """
    port = _free_port()
    with TemporaryDirectory() as folder:
        _collect_static_files(folder, () if compressed else ("css", "js", "svg"))
        process = subprocess.Popen(_command(port), env=_environment(folder, port))
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _environment(folder: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "ONELIFT_MODE": "production",
        "ONELIFT_VAR": folder,
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL or "redis://127.0.0.1:6379/0",
        "EMAIL_URL": "smtp://127.0.0.1:9",
    }


def _collect_static_files(folder: str, plain: tuple[str, ...]) -> None:
    """Write the static files and the list of their hashed names; some kinds stay as they are."""
    with override_settings(
        STATIC_ROOT=Path(folder, "static"),
        WHITENOISE_SKIP_COMPRESS_EXTENSIONS=(*Compressor.SKIP_COMPRESS_EXTENSIONS, *plain),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)


def _command(port: int) -> list[str]:
    options = {
        "bind": f"127.0.0.1:{port}",
        # As gunicorn.conf.py says.
        "worker-class": "onelift.serving.worker.BufferingWorker",
        "workers": WORKERS,
        "threads": THREADS,
        "log-level": "warning",
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", "tests.benchmarks.http.wsgi", *words]


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
    raise RuntimeError("the web server did not start")
