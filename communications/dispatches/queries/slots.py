"""Message × site → instant: when each is due, by its go-live, its calendar and its schedule."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Generic, TypeVar

from django.conf import settings

from communications.messages.models import Approval, Message
from communications.messages.queries.content import due_for
from programmes.models import WaveSite
from programmes.timing import Due, Span, day_at, working_moment
from stakeholders.audiences.models.rule import Rule

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What of a message is to be sent: a version, or the draft as an unsaved one.

    ``state`` is a key of ``marks.STATUSES``, and ``reason`` why it is in it, if somebody said so.
    """

    approval: Approval
    state: str
    reason: str = ""

    @property
    def message(self) -> Message:
        """Return the message of the version that is planned."""
        return self.approval.message

    @property
    def rule(self) -> Rule:
        """Return the audience rule of what is to be sent."""
        return self.approval.frozen.rule


PlanT = TypeVar("PlanT", bound=Plan)
PlanT_co = TypeVar("PlanT_co", bound=Plan, covariant=True)
PairOf = tuple[PlanT, WaveSite]


@dataclass(frozen=True)
class SlotOf(Generic[PlanT_co]):
    """One plan at one site of its audience."""

    plan: PlanT_co
    wave_site: WaveSite
    due: Due

    @property
    def approval(self) -> Approval:
        """Return the version that is to be sent."""
        return self.plan.approval

    @property
    def blackouts(self) -> Sequence[Span]:
        """Return the blackouts there that hold it back."""
        return self.approval.stopped_by(self.wave_site.blackouts)

    @cached_property
    def on(self) -> date:
        """Return the day at the site."""
        return day_at(self.due.at, self.wave_site.site)

    @property
    def latest(self) -> datetime:
        """Return the instant (UTC) after which nothing is sent any more."""
        return self.due.latest

    @property
    def ready_at(self) -> datetime:
        """Return the due moment (UTC), or later, if something has just changed.

        Nothing leaves within five minutes of the approval or of a change of its date, site or hour,
        so that a mistake can be taken back.
        """
        return self._ready[0]

    @property
    def delay(self) -> str:
        """Return why that is not the planned moment, a key of ``Delay``, or nothing."""
        return self._ready[1]

    @cached_property
    def _ready(self) -> tuple[datetime, str]:
        place = self.wave_site
        changes = [place.wave.changed_at, place.changed_at, place.site.changed_at]
        decided = [self.approval.decided_at] if self.approval.decided_at else []
        quiet_until = max(decided + changes) + timedelta(minutes=settings.SEND_QUIET_MINUTES)
        if quiet_until <= self.due.at:
            return self.due.at, self.due.moved
        if self.approval.frozen.schedule.is_urgent:
            return quiet_until, self.due.moved
        ready_at, delay = working_moment(quiet_until, place.site, self.blackouts)
        return ready_at, delay or self.due.moved

    def next_from(self, now: datetime) -> tuple[datetime, str]:
        """Return when (UTC) something may leave from now on, and why that is so late, if it is.

        What its hour has left behind waits while the site rests: at night, on a day of rest, in a
        blackout.
        """
        if now > self.ready_at and not self.approval.frozen.schedule.is_urgent:
            at, delay = working_moment(now, self.wave_site.site, self.blackouts)
            if delay:
                return at, delay
        return self._ready

    def is_open(self, now: datetime) -> bool:
        """Tell whether people of the site may be planned now."""
        return self.next_from(now)[0] <= now <= self.due.latest

    def is_missed(self, now: datetime) -> bool:
        """Tell whether the last moment has passed."""
        return self.due.latest < now


Slot = SlotOf[Plan]
Pair = PairOf[Plan]


def readable(approvals: Iterable[Approval]) -> list[Approval]:
    """Leave out approvals whose content is broken: it must not stop the sending of all others."""
    return [approval for approval in approvals if is_readable(approval)]


def is_readable(approval: Approval) -> bool:
    """Tell whether the content of an approval can be read; if not, that is logged."""
    try:
        return bool(approval.frozen)
    except Exception:
        log.exception("Message %s is not planned: its content is damaged", approval.message_id)
        return False


def slots(approvals: Iterable[Approval]) -> list[Slot]:
    """Return the slots of all approvals, in one query."""
    return slots_at(pairs_of(approvals))


def pairs_of(approvals: Iterable[Approval]) -> list[Pair]:
    """Return each approval that can be read with each site that its audience names: one query."""
    plans = [Plan(approval, approval.state) for approval in readable(approvals)]
    places = (
        WaveSite.objects.dated()
        .filter(wave__programme__in={plan.rule.programme for plan in plans})
        .select_related("wave", "site__region")
    )
    return pairs_at(plans, list(places))


def planned_at(plans: Iterable[PlanT], places: Sequence[WaveSite]) -> list[SlotOf[PlanT]]:
    """Return when each plan is due at each of its sites, without a query."""
    return slots_at(pairs_at(plans, places))


def pairs_at(plans: Iterable[PlanT], places: Sequence[WaveSite]) -> list[PairOf[PlanT]]:
    """Return each plan with each of the sites that its audience names."""
    return [(plan, place) for plan in plans for place in places if plan.rule.names(place)]


def slots_at(pairs: Iterable[PairOf[PlanT]]) -> list[SlotOf[PlanT]]:
    """Return the slots of plans at sites, without those whose time is unknown."""
    found = (_slot_or_none(*pair) for pair in pairs)
    return [slot for slot in found if slot is not None]


def _slot_or_none(plan: PlanT, place: WaveSite) -> SlotOf[PlanT] | None:
    """Return a slot; None where the schedule gives the site no day.

    The same where a row is broken, which must not stop the sending of all others.
    """
    try:
        spans = plan.approval.stopped_by(place.blackouts)
        due = due_for(plan.message, plan.approval.frozen.schedule, place, spans)
    except Exception:
        log.exception(
            "Message %s is not planned at site %s. Correct its dates, or the time zone of the site",
            plan.approval.message_id,
            place.site_id,
        )
        return None
    return SlotOf(plan, place, due) if due else None
