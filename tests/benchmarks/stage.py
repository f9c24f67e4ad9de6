"""Where a benchmark plays: a database of its own, filled as far as it asks, gone at the end."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.test.utils import setup_databases, teardown_databases

TEMPLATE = "BENCHMARK_TEMPLATE"


@dataclass(frozen=True)
class Stage:
    """How large a benchmark is, and how often it is repeated.

    Attributes:
        people: of the organisation.
        rows: of the largest tables (deliveries, answers).
        runs: counted rounds.
        chance: the same sequence in each run.

    """

    people: int = 70_000
    rows: int = 1_000_000
    runs: int = 5
    chance: random.Random = field(default_factory=lambda: random.Random(20261125))


@contextmanager
def own_database() -> Iterator[None]:
    """Make an empty database beside the configured one, and take it away at the end."""
    with TemporaryDirectory() as folder:
        name = f"bench_{os.getpid()}"
        if connection.vendor == "sqlite":
            name = str(Path(folder) / f"{name}.sqlite3")
        # The tests of the benchmarks have the tables made already.
        ready = {"TEMPLATE": os.environ[TEMPLATE]} if TEMPLATE in os.environ else {}
        connection.settings_dict["TEST"] |= {"NAME": name, **ready}
        old = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            teardown_databases(old, verbosity=0)


def analyse() -> None:
    """Let the database look at what it holds, as it does by itself after a while in production."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def database_url() -> str:
    """Return the address of this database, for processes that the benchmark starts."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{here['NAME']}"
    who = f"{here['USER']}:{here['PASSWORD']}@" if here["USER"] else ""
    return f"postgres://{who}{here['HOST']}:{here['PORT'] or 5432}/{here['NAME']}"
