"""How gunicorn serves the portal: it reads this file where it is started.

Threads wait for the database and for slow visitors without keeping others from being served.
"""

import os
from logging.config import dictConfig
from pathlib import Path

from django.conf import settings
from gunicorn import glogging
from gunicorn.config import Config

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")

# Only a proxy on the same machine reaches it, unless it is told to listen further.
bind = f"{os.environ.get('ONELIFT_BIND', '127.0.0.1')}:{settings.PORT}"
# WEB_CONCURRENCY, which gunicorn reads itself, is the number of processes.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
# What a worker tells its parent must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Would be a file in the home folder, and there is none that can be written to.
control_socket_disable = True


class Logger(glogging.Logger):  # type: ignore[misc]
    """Logs as all processes of the portal do; each request is logged by ``onelift.tracing``."""

    def setup(self, cfg: Config) -> None:
        """Replace gunicorn's own handlers."""
        super().setup(cfg)
        dictConfig(settings.LOGGING)


logger_class = Logger
