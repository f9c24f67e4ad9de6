"""From what is due to rows of the ledger. Safe to run at any time, any number of times."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from communications.models import Approval, Delivery, Dispatch, Reason, State
from communications.models.dispatch import DeliveryQuerySet
from communications.queries.schedule import Slot, slots
from communications.sources import source_of

MISSED_FOR = timedelta(days=14)


def plan_due(now: datetime) -> int:
    """Add the deliveries that are due; return how many rows are new."""
    standing = Approval.objects.standing().select_related("message")
    found = slots(standing)
    hold_what_moved(found, now)
    return sum(plan_slot(slot, now) for slot in found)


def plan_slot(slot: Slot, now: datetime) -> int:
    """Plan one message at one site, if it is its time; return how many rows are new."""
    if slot.is_open(now):
        take_up_again(slot)
        return plan_people(slot, now, state=State.PLANNED, reason="")
    return plan_missed(slot, now) if slot.is_missed(now) else 0


def take_up_again(slot: Slot) -> None:
    """Plan anew what was cancelled before its time came again.

    That is what was too late before a date moved, and what was planned for a site that had been
    taken out of its wave.
    """
    approval = slot.approval
    people = source_of(approval.message).people(approval.message, approval.content["rule"])
    deliveries_of(slot).filter(
        Q(reason=Reason.NOT_MEANT) | Q(reason=Reason.TOO_LATE, latest_at__lt=slot.latest),
        state=State.CANCELLED,
        person__in=people,
    ).update(
        state=State.PLANNED,
        reason="",
        fence="",
        ended_at=None,
        due_at=slot.ready_at,
        latest_at=slot.latest,
    )


def hold_what_moved(found: list[Slot], now: datetime) -> None:
    """Give rows that wait the due moment of today: a wave may have been moved since.

    What was tried already is never given less time: somebody may have asked to send it again.
    What waits at a site that has been taken out of the plan is cancelled.
    """
    waiting = Delivery.objects.filter(state=State.PLANNED)
    places = set(waiting.values_list("dispatch__message", "site").distinct())
    for slot in found:
        if (slot.approval.message_id, slot.wave_site.site_id) in places:
            moved = deliveries_of(slot).filter(
                Q(attempts=0) | Q(latest_at__lt=slot.latest), state=State.PLANNED
            )
            moved.exclude(due_at=slot.ready_at, latest_at=slot.latest).update(
                due_at=slot.ready_at, latest_at=slot.latest
            )
    standing = {slot.approval.message_id for slot in found}
    still = {(slot.approval.message_id, slot.wave_site.site_id) for slot in found}
    for message, site in places - still:
        if message in standing:
            waiting.filter(dispatch__message=message, site=site).update(
                state=State.CANCELLED, reason=Reason.NOT_MEANT, ended_at=now
            )


def plan_missed(slot: Slot, now: datetime) -> int:
    """Record once that a site was not told, where nothing was planned before its last moment."""
    if slot.latest < now - MISSED_FOR or deliveries_of(slot).exists():
        return 0
    return plan_people(slot, now, state=State.CANCELLED, reason=Reason.TOO_LATE)


@transaction.atomic
def plan_people(slot: Slot, now: datetime, state: State, reason: str) -> int:
    """Insert a row for each person whom the audience means now and who has none yet."""
    message = slot.approval.message
    dispatch = start(slot, now)
    if dispatch.cancelled_at is not None:
        state, reason = State.CANCELLED, Reason.STOPPED
    source = source_of(message)
    people = source.people(message, slot.approval.content["rule"])
    added = Delivery.objects.insert_from(
        people.filter(site=slot.wave_site.site_id),
        {
            "dispatch_id": dispatch.pk,
            "site_id": slot.wave_site.site_id,
            "state": state,
            "reason": reason,
            "due_at": slot.ready_at,
            "latest_at": slot.latest,
            "ended_at": now if state == State.CANCELLED else None,
        },
    )
    if added and state == State.PLANNED:
        source.planned(dispatch, slot.wave_site, now)
    return added


def start(slot: Slot, now: datetime) -> Dispatch:
    """Return the one dispatch of the message, made by whoever comes first."""
    return Dispatch.objects.get_or_create(
        message=slot.approval.message, occurrence=1, defaults={"started_at": now}
    )[0]


def deliveries_of(slot: Slot) -> DeliveryQuerySet:
    """Return the rows of the message at the site."""
    return Delivery.objects.filter(
        dispatch__message=slot.approval.message, site=slot.wave_site.site_id
    )
