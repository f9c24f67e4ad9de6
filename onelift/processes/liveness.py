"""Signs of life of a worker and the clock while they turn, for checks from outside.

``ONELIFT_ALIVE`` is the path of a file to touch; without one none is touched. A process
that hangs, or that has not reached the broker for long, lets the file grow old.
"""

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery.beat import PersistentScheduler, SchedulingError
from celery.signals import worker_ready
from django.conf import settings
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from onelift.logs.records import headline
from onelift.watching.broker import show_worker

if TYPE_CHECKING:
    from onelift.watching.pump import PumpWatch

log = logging.getLogger(__name__)

SECONDS = 10.0


def show_life() -> None:
    """Touch the file, if there is to be one."""
    if settings.ALIVE_FILE:
        Path(settings.ALIVE_FILE).touch()


@worker_ready.connect
def show_life_of_worker(sender: Any, **_: Any) -> None:
    """Touch it from the loop that fetches tasks, and tell the broker that this worker is alive.

    The loop forgets its timers when it reconnects.
    """
    for show in (show_life, partial(show_worker, sender.hostname)):
        show()
        sender.timer.call_repeatedly(SECONDS, show)


class Scheduler(PersistentScheduler):
    """The clock, which touches the file at each tick, and says when no worker follows it.

    While the broker is away each due task fails. Celery would write a traceback for each of them:
    fifteen megabytes an hour.
    """

    # What the types of Celery leave out.
    app: Any
    apply_async: Any
    connection: Any

    max_interval = SECONDS
    is_broker_away = False
    watch: "PumpWatch | None" = None

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due, and return the seconds until the next look."""
        show_life()
        # Models can be read only once Django is set up, and this module is read before.
        self.watch = self.watch or import_string("onelift.watching.pump.PumpWatch")()
        self.watch.turn()
        return float(super().tick(*args, **options))  # type: ignore[misc]

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Send a task; what fails without the broker's fault is written each time."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            cause = error.__context__
            if isinstance(cause, OperationalError | OSError):
                self.note_away(cause)
            else:
                log.exception("The task %s cannot be sent", entry.task)
        else:
            self.note_back()

    def _ensure_connected(self) -> Any:
        retries = self.app.conf.broker_connection_max_retries
        return self.connection.ensure_connection(self.note_away, retries)

    def note_away(self, error: BaseException, _seconds: float = 0) -> None:
        """Write that no task can be sent, once."""
        if not self.is_broker_away:
            log.error("Beat cannot reach the broker, and keeps trying: %s", headline(error))
        self.is_broker_away = True

    def note_back(self) -> None:
        """Write that tasks are sent again, if they were not."""
        if self.is_broker_away:
            log.warning("Beat reaches the broker again")
        self.is_broker_away = False
