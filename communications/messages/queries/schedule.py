"""When each site is due: computed from its go-live, its calendar and the approved schedule."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from communications.messages.models import Approval
from programmes.models import WaveSite
from programmes.timing import Due, due_at, working_moment

log = logging.getLogger(__name__)

Pair = tuple[Approval, WaveSite]


@dataclass(frozen=True)
class Slot:
    """One approved message at one site of its audience.

    ``ready_at`` (UTC) is the due moment, or later: nothing leaves within five minutes of the
    approval or of a change of its date, site or hour, so that a mistake can be taken back.
    ``delay`` is why that is not the planned moment, a key of ``Delay``, or empty.
    """

    approval: Approval
    wave_site: WaveSite
    due: Due
    ready_at: datetime
    delay: str

    @property
    def latest(self) -> datetime:
        """Return the instant (UTC) after which nothing is sent any more."""
        return self.due.latest

    def next_from(self, now: datetime) -> tuple[datetime, str]:
        """Return when (UTC) something may leave from now on, and why that is so late, if it is.

        What its hour has left behind waits while the site rests: at night, on a day of rest, in a
        blackout.
        """
        if now > self.ready_at and not self.approval.frozen.schedule.is_urgent:
            at, delay = working_moment(now, self.wave_site.site, self.wave_site.blackouts)
            if delay:
                return at, delay
        return self.ready_at, self.delay

    def is_open(self, now: datetime) -> bool:
        """Tell whether people of the site may be planned now."""
        return self.next_from(now)[0] <= now <= self.due.latest

    def is_missed(self, now: datetime) -> bool:
        """Tell whether the last moment has passed."""
        return self.due.latest < now


def slots(approvals: Iterable[Approval]) -> list[Slot]:
    """Return the slots of all approvals, in one query."""
    return slots_at(pairs_of(approvals))


def pairs_of(approvals: Iterable[Approval]) -> list[Pair]:
    """Return each approval with each site that its audience names, in one query."""
    approvals = list(approvals)
    programmes = {approval.frozen.rule.programme for approval in approvals}
    places = (
        WaveSite.objects.dated()
        .filter(wave__programme__in=programmes)
        .select_related("wave", "site__region")
    )
    return [(a, place) for place in places for a in approvals if concerns(a, place)]


def slots_at(pairs: Iterable[Pair]) -> list[Slot]:
    """Return the slots of approvals at sites; those that cannot be told are left out."""
    found = (_slot_or_none(*pair) for pair in pairs)
    return [slot for slot in found if slot is not None]


def _slot_or_none(approval: Approval, place: WaveSite) -> Slot | None:
    """Return a slot; None where a row is broken, which must not stop the sending of all others."""
    try:
        return slot_of(approval, place)
    except Exception:
        log.exception(
            "Message %s is not planned at site %s. Correct its dates, or the time zone of the site",
            approval.message_id,
            place.site_id,
        )
        return None


def concerns(approval: Approval, place: WaveSite) -> bool:
    """Tell whether the approved audience rule names this site of this wave, or names none."""
    return approval.frozen.rule.names(place)


def slot_of(approval: Approval, place: WaveSite) -> Slot | None:
    """Return the slot of one site; None if the schedule gives it no day."""
    schedule = approval.frozen.schedule
    due = due_at(schedule, place.live_on, place.site, place.blackouts)
    if due is None or approval.decided_at is None:
        return None
    changes = [approval.decided_at, place.wave.changed_at, place.changed_at, place.site.changed_at]
    quiet_until = max(changes) + timedelta(minutes=settings.SEND_QUIET_MINUTES)
    if quiet_until <= due.at:
        return Slot(approval, place, due, due.at, due.moved)
    if schedule.is_urgent:
        return Slot(approval, place, due, quiet_until, due.moved)
    ready_at, delay = working_moment(quiet_until, place.site, place.blackouts)
    return Slot(approval, place, due, ready_at, delay or due.moved)
