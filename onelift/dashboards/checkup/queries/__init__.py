"""A check-up of an installation: each part is looked at, whatever the others do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError

from onelift.dashboards.checkup.queries import (
    configuration,
    database,
    languages,
    relay,
    returns,
    storage,
    work,
)
from onelift.dashboards.checkup.queries.finding import Finding, Level, trouble, warning
from onelift.logs.records import headline

__all__ = ["Finding", "Level", "check_up", "send_test_mail"]

send_test_mail = relay.send_test_mail


@dataclass(frozen=True)
class Check:
    """One part, and the function that looks at it."""

    part: str
    look: Callable[[], Finding]
    asks_database: bool = False


VERSION = Check("version", configuration.name_version)
DATABASE = Check("database", database.check_database)
CHECKS = [
    Check("commits", database.check_commits, asks_database=True),
    Check("statement log", database.check_statements, asks_database=True),
    Check("migrations", database.check_migrations, asks_database=True),
    Check("cache table", database.check_cache_table, asks_database=True),
    Check("restore", work.check_restore, asks_database=True),
    Check("backup", work.check_watermark, asks_database=True),
    Check("clock", database.check_clock, asks_database=True),
    Check("broker", work.check_broker),
    Check("recurring jobs", work.check_pump, asks_database=True),
    Check("workers", work.check_workers),
    Check("mail server", relay.check_relay),
    Check("returning mails", returns.check_returns, asks_database=True),
    Check("media", storage.check_media),
    Check("var", storage.check_var),
    Check("static files", storage.check_static),
    Check("catalogues", languages.check_catalogues),
    Check("languages", languages.check_programmes, asks_database=True),
    Check("variables", configuration.check_variables),
    Check("address", configuration.check_address),
    Check("secret key", configuration.check_key),
    Check("recorded key", configuration.check_recorded_key, asks_database=True),
    Check("personal links", configuration.check_links, asks_database=True),
    Check("channels", configuration.check_channels, asks_database=True),
    Check("proxies", configuration.check_proxies),
    Check("sender", configuration.check_sender),
]


def check_up() -> Iterator[Finding]:
    """Yield what each check finds, as it comes."""
    yield examined(VERSION)
    first = examined(DATABASE)
    yield first
    for check in CHECKS:
        if check.asks_database and first.level is Level.TROUBLE:
            yield warning("Not looked at: the database cannot be asked.").of(check.part)
        else:
            yield examined(check)


def examined(check: Check) -> Finding:
    """Return what a check finds; one that breaks is trouble and does not stop the others."""
    try:
        return check.look().of(check.part)
    except DatabaseError as error:
        why = headline(error)
        return trouble(f"Mend database and migrations first: {why}.").of(check.part)
    except Exception as error:  # noqa: BLE001  whatever is broken, the others are looked at
        return trouble(f"It could not be looked at: {headline(error)}.").of(check.part)
