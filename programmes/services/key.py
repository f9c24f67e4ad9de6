"""Recording the key that a database is used with, so that another one is noticed.

Processes start side by side, on several machines: each step is one statement that only the first
of them can do.
"""

import logging
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction

from programmes.models import UsedKey
from programmes.queries.key import Keys, keys
from programmes.services.trail import write_entry

log = logging.getLogger(__name__)


def keep_key(now: datetime) -> str:
    """Return why the key in use is refused, in a sentence; empty if it is not.

    The first start records it. A key whose predecessor is a fallback takes its place.
    """
    found = keys()
    if found.current is None:
        record_first(found, now)
        found = keys()
    if found.is_changed:
        replace_key(found, now, None)
        found = keys()
    return found.refusal


def record_first(found: Keys, now: datetime) -> None:
    """Record the keys in use, unless another process was faster."""
    names = dict.fromkeys([found.own, *found.fallbacks])
    rows = [UsedKey(fingerprint=each, is_current=each == found.own, since=now) for each in names]
    UsedKey.objects.bulk_create(rows, ignore_conflicts=True)
    log.info("SECRET_KEY is recorded as %s.", found.own)


@transaction.atomic
def replace_key(found: Keys, now: datetime, user: Any) -> None:
    """Record that the key in use has taken the place of the current one, once for all processes.

    Args:
        found: the keys, as they were read.
        now: the instant.
        user: who answers for it; None where the predecessor is a fallback.

    """
    former = UsedKey.objects.filter(fingerprint=found.current, is_current=True)
    if not former.update(is_current=False):
        return
    key, _created = UsedKey.objects.update_or_create(
        fingerprint=found.own, defaults={"is_current": True, "since": now}
    )
    changes = {"fingerprint": [str(found.current), found.own]}
    write_entry(key, LogEntry.Action.UPDATE, user, now, changes)
    log.warning("SECRET_KEY is now %s; it was %s.", found.own, found.current)
