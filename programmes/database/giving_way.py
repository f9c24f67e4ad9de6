"""When a long task lets short ones have its process."""

import logging
from time import monotonic

from celery import current_app

from programmes.database.wake import FIRST_QUEUE, IMPATIENT, PATIENCE, is_stopping

log = logging.getLogger(__name__)

# Seconds between two looks at the queue. A round lasts so long at least: under any load, some of
# what is long goes on.
EVERY = 2.0


def tasks_waiting(queue: str) -> int:
    """Return how many tasks of a queue nobody has taken.

    Raises:
        OperationalError, OSError: the broker cannot be asked.

    """
    with current_app.connection_for_read(
        connect_timeout=PATIENCE, transport_options=IMPATIENT
    ) as connection:
        connection.ensure_connection(max_retries=1, timeout=2 * PATIENCE)
        channel = connection.default_channel  # type: ignore[attr-defined]
        try:
            return int(channel.queue_declare(queue=queue, passive=True).message_count)
        except connection.channel_errors:  # type: ignore[attr-defined]  # a queue that nobody has used yet
            return 0


class GivingWay:
    """Tells a long task to end after the step in hand, once short ones wait or the worker stops.

    All processes of a worker may be at long tasks; what waits then would start only with the end
    of a round. A broker that cannot be asked is not asked again.
    """

    def __init__(self) -> None:
        self.looks_at = monotonic() + EVERY
        self.is_to_end = False

    def __call__(self) -> bool:
        """Tell whether to end."""
        if not self.is_to_end and monotonic() >= self.looks_at:
            self._look()
        return self.is_to_end or is_stopping()

    def _look(self) -> None:
        try:
            self.is_to_end = tasks_waiting(FIRST_QUEUE) > 0
            self.looks_at = monotonic() + EVERY
        except Exception as error:  # noqa: BLE001 - whatever the broker does, the round ends anyway
            log.warning("Could not ask what waits: %s", type(error).__name__)
            self.looks_at = float("inf")
