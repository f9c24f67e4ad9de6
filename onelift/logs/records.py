"""What the processes write down: one line per event, and nobody can be recognised in it.

Production writes an object of JSON per line, for machines; the embedded mode writes for the eye.
See docs/decisions/log-lines.md.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
from django.db import DatabaseError, DataError

from onelift.logs.secrecy import SECRET
from onelift.logs.tracing import context, route_of

# What stands around the parts of a mail address.
_AROUND = r"\s@<>\"'(),;:/=\[\]"
# What gives somebody away, and what stands in its place. Visitors can make a text long, so none of
# these may look at the rest of it again from each letter.
HIDDEN = (
    (SECRET, r"\1…"),
    (re.compile(r"\?[^\s\"'=?]+=[^\s\"']*"), "?…"),
    (re.compile(rf"(?<![^{_AROUND}])[^{_AROUND}]+@[^{_AROUND}]+\.\w+"), "…@…"),
    (re.compile(r"\b(?!127\.|0\.0\.0\.0)\d{1,3}(\.\d{1,3}){3}\b"), "…"),
    (re.compile(r"\b([0-9a-f]{1,4}:){3,7}[0-9a-f:]*\b", re.IGNORECASE), "…"),
    (re.compile(r"\b([0-9a-f]{1,4}:){1,6}:[0-9a-f:]*", re.IGNORECASE), "…"),
)
# Exceptions that speak of code or of machines. The text of any other may hold somebody's data.
TELLING = (
    *(AttributeError, ImportError, NameError, NotImplementedError),
    *(DatabaseError, ImproperlyConfigured, ObjectDoesNotExist),
)
# What Celery would say of a task: its values, and the text of its exception.
UNTOLD = frozenset({"args", "exc", "kwargs", "return_value", "traceback"})
# What may be told beside the message; all else that a library attaches is left out.
EXTRA = ("method", "route", "status", "ms")


def hide(text: str) -> str:
    """Return a text without addresses of mail and network, personal links and query strings."""
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


def headline(error: BaseException) -> str:
    """Return the name of an exception, with the first line of its text where that may be told.

    The lines that follow are where PostgreSQL quotes the row that it refuses.
    """
    kind, text = type(error).__name__, str(error).partition("\n")[0]
    is_telling = isinstance(error, TELLING) and not isinstance(error, DataError)
    return f"{kind}: {text}" if is_telling and text else kind


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what led to it, the latest first."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def traceback_of(error: BaseException) -> str:
    """Return where each exception of a chain came from, the oldest first, without values."""
    told = ("".join(traceback.format_tb(e.__traceback__)) + headline(e) for e in chain(error))
    return hide("\n".join(reversed(list(told))))


def message_of(record: logging.LogRecord) -> str:
    """Return a record's message, with the pattern of a route in place of an address."""
    told: Any = record.args
    if isinstance(told, Mapping):
        told = {name: "…" if name in UNTOLD else value for name, value in told.items()}
    elif told:
        told = tuple(_argument(value, record) for value in told)
    try:
        return hide(str(record.msg) % told if told else str(record.msg))
    except (KeyError, TypeError, ValueError):  # else logging would print the values that do not fit
        return hide(str(record.msg))


def _argument(value: object, record: logging.LogRecord) -> object:
    if isinstance(value, BaseException):
        return headline(value)
    if isinstance(value, str) and value.startswith("/"):
        return route_of(getattr(record, "request", None)) or "…"
    return value


class JsonLines(logging.Formatter):
    """An object per line, with a fixed set of names."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            **context(),
            **{name: getattr(record, name) for name in EXTRA if hasattr(record, name)},
        }
        if record.exc_info and record.exc_info[1]:
            line["traceback"] = traceback_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class Lines(logging.Formatter):
    """A line for the eye; a traceback comes whole, since only the own machine is looked at."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))


def config(formatter: str, level: str) -> dict[str, Any]:
    """Return the logging of every process: all loggers write to the standard error stream.

    Args:
        formatter: ``json`` or ``lines``.
        level: the least level that is written.

    """
    propagating = {"level": "NOTSET", "handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "onelift.logs.records.JsonLines"},
            "lines": {
                "()": "onelift.logs.records.Lines",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            },
        },
        "filters": {
            "routine": {"()": "onelift.logs.routine.Routine"},
            "refused": {"()": "onelift.logs.refused.Refused"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": formatter,
                "filters": ["routine", "refused"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Neither streams and levels of their own nor, for Django, mails to administrators.
            "django": propagating,
            "gunicorn.error": propagating,
            # The access line tells of these, with the route in place of the address.
            "django.request": {"level": "ERROR"},
            # Remarks on each HEAD request that Django lets the server drop the body.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            # Counts, at each request, those that wait for a thread.
            "waitress.queue": {"level": "ERROR"},
            # Would log each address that a mail comes from and goes to.
            "mail.log": {"level": "WARNING"},
        },
    }
