"""Waking the workers, and asking them to stop.

The database is the queue: a lost message costs one pump period.
"""

import logging
import mmap
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

# Seconds: a broker may also take a connection and say nothing.
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 1}
# One byte that a worker shares with the processes it has forked.
_STOP = mmap.mmap(-1, 1)


def wake(task_name: str, *args: int | str, queue: str = "default") -> None:
    """Send a task by name after commit; a broker that is down is logged and never an error."""
    transaction.on_commit(partial(_send, task_name, args, queue))


def _send(task_name: str, args: tuple[int | str, ...], queue: str) -> None:
    try:
        options = {**current_app.conf.broker_transport_options, **PATIENCE}
        with current_app.connection_for_write(
            connect_timeout=1, transport_options=options
        ) as connection:
            current_app.send_task(
                task_name,
                args=args,
                queue=queue,
                connection=connection,
                retry=False,
                ignore_result=True,
            )
    except Exception as error:  # noqa: BLE001 - whatever the broker does, the pump comes anyway
        log.warning("could not wake %s: %s", task_name, type(error).__name__)


def ask_to_stop() -> None:
    """Let the long tasks of this worker, in all its processes, end after the step in hand."""
    _STOP[0] = 1


def is_stopping() -> bool:
    """Tell whether this worker has been asked to stop."""
    return _STOP[0] == 1
