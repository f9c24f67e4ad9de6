"""How gunicorn serves the portal: it reads this file where it is started.

Threads wait for the database alone: slow visitors are waited for outside of them, see
docs/decisions/slow-clients.md.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn import glogging
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config

COUNTS = "PROMETHEUS_MULTIPROC_DIR"
# What the processes tell each other must not wait for a disk, nor end when it is full.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def folder_of_counts() -> str:
    """Return the folder in which the processes of this web count side by side, empty at its start.

    The file is read again at a reload, which goes on counting; a gunicorn that takes over from
    another counts in a folder of its own.
    """
    known, prefix = os.environ.get(COUNTS, ""), f"onelift-counts-{os.getpid()}-"
    if Path(known).name.startswith(prefix):
        return known
    forget_counts_of_the_dead()
    return tempfile.mkdtemp(prefix=prefix, dir=MEMORY)


def forget_counts_of_the_dead() -> None:
    """Delete what a gunicorn that was killed has left behind."""
    for folder in Path(MEMORY).glob("onelift-counts-*") if MEMORY else []:
        if not Path("/proc", folder.name.split("-")[2]).exists():
            shutil.rmtree(folder, ignore_errors=True)


# Before any code of the portal is read: it asks once whether it is to count side by side.
os.environ[COUNTS] = folder_of_counts()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")

# Only a proxy on the same machine reaches it, unless it is told to listen further.
if reason := import_string("onelift.limits.address.unnamed_proxies")():
    raise SystemExit(reason)
# Without it a page would answer with an error once somebody uploads a file.
if reason := import_string("onelift.configuration.environment.unusable")(settings.MEDIA_ROOT):
    raise SystemExit(reason)
bind = f"{settings.BIND}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "onelift.serving.worker.BufferingWorker"
threads = settings.WEB_THREADS
worker_tmp_dir = MEMORY
# Would be a file in the home folder, and there is none that can be written to.
control_socket_disable = True


def on_starting(_server: object) -> None:
    """Start no worker with another key than the database's: each would end with a traceback.

    A child asks, so that this process stays as small as it is.
    """
    child = multiprocessing.get_context("fork").Process(
        target=import_string("onelift.processes.launch.launch")
    )
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


def on_exit(_server: Arbiter) -> None:
    """Leave no counts behind."""
    shutil.rmtree(os.environ[COUNTS], ignore_errors=True)


class Logger(glogging.Logger):  # type: ignore[misc]
    """Logs as all processes of the portal do; ``onelift.logs.tracing`` logs each request."""

    def setup(self, cfg: Config) -> None:
        """Replace gunicorn's own handlers."""
        super().setup(cfg)
        import_string(settings.LOGGING_CONFIG)(settings.LOGGING)


logger_class = Logger
