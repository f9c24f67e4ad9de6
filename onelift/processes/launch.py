"""What each process that serves does first: web, worker and beat."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import django
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from onelift.configuration.environment import strangers
from onelift.logs.records import headline
from programmes.database.clock import database_now

log = logging.getLogger(__name__)


@dataclass
class Comparison:
    """What a start left to do: it is owed where the database was down, or had no tables yet."""

    is_owed: bool = False


comparison = Comparison()


def launch() -> None:
    """Name variables that were meant for settings, and end if the key is not the database's.

    A database that is down or has no tables yet keeps nobody from starting. Web compares before its
    first page then (``onelift.serving.key``), a worker before each task in any case.

    Raises:
        SystemExit: with the sentence that says why the key is refused.
    """
    django.setup()
    for sentence in strangers():
        log.warning("%s", sentence)
    refusal = ""
    try:
        refusal = refusal_of_key()
    except DatabaseError as error:
        comparison.is_owed = True
        log.warning("SECRET_KEY could not be compared with the database's: %s", headline(error))
    finally:
        # Processes that are forked from this one open their own.
        connection.close()
    if refusal:
        raise SystemExit(refusal)


def refusal_of_key() -> str:
    """Return why the key is refused, in a sentence; empty if it is not.

    Raises:
        DatabaseError: the database cannot be asked.
    """
    # Models can be read only once Django is set up, and this module is read before.
    keep_key: Callable[[datetime], str] = import_string("programmes.services.key.keep_key")
    return keep_key(database_now())
