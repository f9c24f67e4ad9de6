"""Writing entries, sealing them, and tampering with both: for the tests of the audit trail."""

from datetime import timedelta

from auditlog.models import LogEntry
from django.core.management.color import no_style
from django.db import connection
from django.db.models import F

from programmes.services.sealing import seal
from programmes.services.trail import write_entry
from programmes.services.verifying import verify
from tests.clock import NOW


def write(about, user=None, name="name", after="b", now=NOW, said=None):
    """Write an entry; return it."""
    write_entry(about, LogEntry.Action.UPDATE, user, now, {name: ["a", after]}, said)
    return LogEntry.objects.latest("pk")


def seal_now(now=NOW):
    """Seal what waits."""
    return seal(lambda: now)


def faults(*heads):
    """Return what is wrong, with ends of the chain known from elsewhere."""
    given = dict(head.split(":") for head in heads)
    return verify({int(number): link for number, link in given.items()}).faults


LATER = NOW + timedelta(hours=2)


def lift_keys(by):
    """Raise the keys of all entries, so that lower ones are free; new entries come after them."""
    LogEntry.objects.update(id=F("id") + by)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [LogEntry]):
            cursor.execute(statement)
