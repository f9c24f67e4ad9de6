"""Letting people in: one row however many hosts scan a code at once."""

from dataclasses import dataclass
from datetime import datetime

from auditlog.models import LogEntry
from django.db import transaction

from events.models import CheckIn, Registration
from programmes.services.trail import write_entry
from stakeholders.models import User

IN, ALREADY, REVOKED, WAITING, OFF = "in", "already", "revoked", "waiting", "off"
REFUSALS = {Registration.State.CANCELLED: REVOKED, Registration.State.WAITING: WAITING}


@dataclass(frozen=True)
class CheckInResult:
    """What a host is told.

    Attributes:
        kind: ``in``, ``already``, ``revoked`` (the ticket was cancelled), ``waiting`` (no seat),
            or ``off`` (the event was cancelled).
        registration: whose code it is.
        check_in: the row that stands; None where nobody came in.

    """

    kind: str
    registration: Registration
    check_in: CheckIn | None = None


@transaction.atomic
def check_in(registration: Registration, host: User, now: datetime) -> CheckInResult:
    """Write down that somebody comes in, unless the ticket is no good; a second scan says so."""
    found = Registration.objects.select_for_update(of=("self",)).select_related("person", "event")
    registration = found.get(pk=registration.pk)
    if refusal := _refusal(registration):
        return CheckInResult(refusal, registration)
    row, is_new = CheckIn.objects.select_related("by").get_or_create(
        registration=registration, defaults={"at": now, "by": host}
    )
    return CheckInResult(IN if is_new else ALREADY, registration, row)


def _refusal(registration: Registration) -> str | None:
    if registration.event.cancelled_at is not None:
        return OFF
    return REFUSALS.get(Registration.State(registration.state))


@transaction.atomic
def undo(check_in: CheckIn, host: User, now: datetime) -> None:
    """Take a check-in away; who did stays on record."""
    taken, _by_model = CheckIn.objects.filter(pk=check_in.pk).delete()
    if taken:
        changes = {"check_in": [check_in.at.isoformat(), ""]}
        write_entry(check_in.registration, LogEntry.Action.UPDATE, host, now, changes)
