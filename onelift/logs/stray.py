"""What would be written past the log: errors that nobody caught, warnings, Celery's last words."""

import json
import logging
import logging.config
import os
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from celery.signals import setup_logging
from django.conf import settings

log = logging.getLogger(__name__)


def apply(config: dict[str, Any]) -> None:
    """Let this process write as the settings say; where that is JSON, every line of it."""
    logging.config.dictConfig(config)
    if config["handlers"]["console"]["formatter"] == "json":
        logging.captureWarnings(True)
        sys.excepthook = note_error
        threading.excepthook = note_error_of_thread


@setup_logging.connect
def apply_to_celery(**_: Any) -> None:
    """Let Celery's processes log as the web does."""
    apply(settings.LOGGING)
    worker = sys.modules.get("celery.apps.worker")
    if worker and sys.excepthook is note_error:
        worker.safe_say = say  # type: ignore[attr-defined]


def note_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Write the error that ends this process."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        log.critical("This process is ending: %s", error, exc_info=(kind, error, trace))


def note_error_of_thread(told: threading.ExceptHookArgs) -> None:
    """Write the error that ends a thread."""
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        error = (told.exc_type, told.exc_value, told.exc_traceback)
        log.error("A thread has ended: %s", told.exc_value, exc_info=error)


def say(text: str, _stream: TextIO | None = None) -> None:
    """Write a line from a signal handler, in which nothing may be logged: a lock may be held."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "INFO",
        "logger": "celery.apps.worker",
        "message": text,
    }
    os.write(sys.__stderr__.fileno(), f"{json.dumps(line)}\n".encode())  # type: ignore[union-attr]
