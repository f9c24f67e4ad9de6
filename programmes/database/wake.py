"""Waking the workers, and asking them to stop.

The database is the queue: a lost message costs one pump period.
"""

import logging
import mmap
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

# The queue of short tasks, which workers take before all others.
FIRST_QUEUE = "default"
# Seconds that a click may wait for a broker that is down or hangs; there is no second try.
PATIENCE = 1
IMPATIENT = {
    "max_retries": 0,
    "socket_connect_timeout": PATIENCE,
    "socket_timeout": PATIENCE,
}

# One byte that a worker shares with the processes it has forked.
_STOP = mmap.mmap(-1, 1)


def wake(task_name: str, *args: int | str, queue: str = FIRST_QUEUE) -> None:
    """Send a task by name after commit; a broker that is down is logged and never an error."""
    transaction.on_commit(partial(_send, task_name, args, queue))


def _send(task_name: str, args: tuple[int | str, ...], queue: str) -> None:
    try:
        with current_app.connection_for_write(
            connect_timeout=PATIENCE, transport_options=IMPATIENT
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
        log.warning("Could not wake %s: %s", task_name, type(error).__name__)


def ask_to_stop() -> None:
    """Let the long tasks of this worker, in all its processes, end after the step in hand."""
    _STOP[0] = 1


def is_stopping() -> bool:
    """Tell whether this worker has been asked to stop."""
    return _STOP[0] == 1
