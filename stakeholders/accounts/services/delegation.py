"""Naming somebody who decides for a CIO, and ending that.

A refusal is a ValidationError whose sentence says what to do.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import Programme
from programmes.services.trail import recorded
from programmes.timing import instant
from stakeholders.accounts.access import candidates_in
from stakeholders.accounts.models import Delegation, User

NOTED = ("user_id", "given_by_id", "from_on", "until_on", "time_zone", "ended_at")
ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=183)


@dataclass(frozen=True)
class Absence:
    """From which day to which, both included, in which zone."""

    from_on: date
    until_on: date
    time_zone: str

    @property
    def starts_at(self) -> datetime:
        """Return the instant (UTC) at which the first day begins."""
        return instant(self.from_on, time(0), self.time_zone)

    @property
    def ends_at(self) -> datetime:
        """Return the instant (UTC) at which the last day is over."""
        return instant(self.until_on + ONE_DAY, time(0), self.time_zone)


@transaction.atomic
def name_delegate(
    programme: Programme, principal: User, delegate: User, absence: Absence, now: datetime
) -> Delegation:
    """Let somebody decide for a CIO; what is over already is closed first.

    Raises:
        ValidationError: by field: the days, or the delegate; or there is one already.

    """
    _check(programme, principal, delegate, absence, now)
    mine = Delegation.objects.filter(programme=programme, given_by=principal)
    over = mine.filter(ended_at=None, ends_at__lte=now)
    for past in over:
        past.ended_at = past.ends_at
        past.save(update_fields=["ended_at"])
    delegation = Delegation(
        programme=programme,
        given_by=principal,
        user=delegate,
        from_on=absence.from_on,
        until_on=absence.until_on,
        time_zone=absence.time_zone,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
        made_at=now,
    )
    delegation.full_clean()
    with recorded(delegation, principal, now, NOTED):
        delegation.save()
    return delegation


def _check(
    programme: Programme, principal: User, delegate: User, absence: Absence, now: datetime
) -> None:
    today = now.astimezone(ZoneInfo(absence.time_zone)).date()
    if absence.until_on < max(absence.from_on, today):
        raise ValidationError(
            {"until_on": _("Enter a day that is neither past nor before “From”.")}
        )
    if absence.until_on - absence.from_on > LONGEST:
        raise ValidationError({"until_on": _("A delegation can last six months at most.")})
    if not candidates_in(programme, principal).filter(pk=delegate.pk).exists():
        text = _("Choose a programme manager or a member of the communication team.")
        raise ValidationError({"user": text})


@transaction.atomic
def end_delegation(delegation: Delegation, user: User, now: datetime) -> bool:
    """End a delegation now; return whether it still lasted."""
    found = Delegation.objects.select_for_update(of=("self",)).open_at(now)
    fresh = found.filter(pk=delegation.pk).first()
    if fresh is None:
        return False
    with recorded(fresh, user, now, NOTED):
        fresh.ended_at, fresh.ended_by = now, user
        fresh.save(update_fields=["ended_at", "ended_by"])
    return True
