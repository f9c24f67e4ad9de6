"""Recurring tasks come and go every few seconds: that is written for whoever looks closely."""

import logging
from collections.abc import Mapping
from functools import cache

from celery import current_app

SPEAKERS = frozenset({"celery.app.trace", "celery.beat", "celery.worker.strategy"})
# What the recurring ones wake, each time they run.
WOKEN = frozenset({"communications.deliver", "communications.post"})


class Routine(logging.Filter):
    """Makes DEBUG of what Celery says of recurring tasks at INFO; what fails stays as it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be written."""
        if record.levelno != logging.INFO or record.name not in SPEAKERS:
            return True
        if task_of(record) not in recurring():
            return True
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)


def task_of(record: logging.LogRecord) -> object:
    """Return the name of the task that a record is about; None if it names none."""
    told = record.args
    if isinstance(told, Mapping):
        return told.get("name")
    # Of the clock: the sentence of the timetable, and the task.
    return told[1] if told and len(told) == 2 else None


@cache
def recurring() -> frozenset[str]:
    """Return the tasks of the timetable, and what they wake."""
    return WOKEN | {entry["task"] for entry in current_app.conf.beat_schedule.values()}
