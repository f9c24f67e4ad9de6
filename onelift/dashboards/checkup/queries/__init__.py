"""A check-up of an installation: each part is looked at, whatever the others do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onelift.dashboards.checkup.queries import (
    configuration,
    database,
    languages,
    relay,
    returns,
    safety,
    storage,
    work,
)
from onelift.dashboards.checkup.queries.finding import Finding, Level, trouble, warning
from onelift.logs.records import headline

__all__ = ["Finding", "Level", "check_up", "send_test_mails"]

send_test_mails = relay.send_test_mails


@dataclass(frozen=True)
class Check:
    """One part, and the function that looks at it."""

    part: str | Promise
    look: Callable[[], Finding]
    asks_database: bool = False


VERSION = Check(_("version"), configuration.name_version)
DATABASE = Check(_("database"), database.check_database)
CHECKS = [
    Check(_("commits"), database.check_commits, asks_database=True),
    Check(_("statement log"), database.check_statements, asks_database=True),
    Check(_("migrations"), database.check_migrations, asks_database=True),
    Check(_("cache table"), database.check_cache_table, asks_database=True),
    Check(_("restore"), work.check_restore, asks_database=True),
    Check(_("backup"), safety.check_backup, asks_database=True),
    Check(_("clock"), database.check_clock, asks_database=True),
    Check(_("broker"), work.check_broker),
    Check(_("recurring jobs"), work.check_pump, asks_database=True),
    Check(_("workers"), work.check_workers),
    Check(_("audit trail"), work.check_trail, asks_database=True),
    Check(_("mail server"), relay.check_relay),
    Check(_("alarm server"), relay.check_alarm_relay),
    Check(_("alarm emails"), relay.check_alarm_recipients, asks_database=True),
    Check(_("returned emails"), returns.check_returns, asks_database=True),
    Check(_("media"), storage.check_media),
    Check(_("var"), storage.check_var),
    Check(_("static files"), storage.check_static),
    Check(_("catalogues"), languages.check_catalogues),
    Check(_("languages"), languages.check_programmes, asks_database=True),
    Check(_("variables"), configuration.check_variables),
    Check(_("address"), configuration.check_address),
    Check(_("secret key"), configuration.check_key),
    Check(_("recorded key"), configuration.check_recorded_key, asks_database=True),
    Check(_("personal links"), configuration.check_links, asks_database=True),
    Check(_("channels"), configuration.check_channels, asks_database=True),
    Check(_("proxies"), configuration.check_proxies),
    Check(_("sender"), configuration.check_sender),
]


def check_up() -> Iterator[Finding]:
    """Yield what each check finds, as it comes."""
    yield examined(VERSION)
    first = examined(DATABASE)
    yield first
    for check in CHECKS:
        if check.asks_database and first.level is Level.TROUBLE:
            yield warning(gettext("Not checked: the database is not responding.")).of(
                str(check.part)
            )
        else:
            yield examined(check)


def examined(check: Check) -> Finding:
    """Return what a check finds; one that breaks is trouble and does not stop the others."""
    part = str(check.part)
    try:
        return check.look().of(part)
    except DatabaseError as error:
        words = gettext("Fix the database and its migrations first: %(why)s.")
        return trouble(words % {"why": headline(error)}).of(part)
    except Exception as error:  # noqa: BLE001  whatever is broken, the others are looked at
        words = gettext("The check failed: %(why)s.")
        return trouble(words % {"why": headline(error)}).of(part)
