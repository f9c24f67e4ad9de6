"""The contact budget: at most so many mails a person and week, the more urgent level first.

A row of a programme that has a budget is planned as ``UNWEIGHED``: no sender takes it before it
has been weighed here. Two statements weigh everybody at once. The first makes those wait for the
next week who come too late or too low, also what was admitted and has not begun. The second
admits what is left, and counts afresh: all that was admitted or has begun meanwhile stands
against it. Only the second admits, and only while the programme is locked, so that neither two
pumps nor a sender between the statements give anybody one mail too many.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.expressions import BaseExpression

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.models.dispatch import UNWEIGHED
from communications.dispatches.models.reason import NotSent
from communications.dispatches.services.sending import first_levels
from communications.dispatches.services.weeks import Weeks, weeks_of
from communications.mailroom.models import State
from communications.mailroom.services.replanning import cancel
from communications.messages.models import Approval, Message
from programmes.models import Programme
from programmes.timing import Delay

IS_UNWEIGHED = Q(state=State.PLANNED, next_try_at=UNWEIGHED)
# What has not begun: it may still wait.
MAY_WAIT = IS_UNWEIGHED | Q(state=State.PLANNED, attempts=0)


def is_weighed(approval: Approval) -> bool:
    """Tell whether what an approval sends counts against a budget."""
    is_urgent = approval.frozen.schedule.is_urgent
    return not is_urgent and approval.message.programme.mails_a_week is not None


def unweighed(now: datetime) -> QuerySet[Delivery]:
    """Return the rows whose time has come and which nobody has weighed."""
    running = Dispatch.objects.running()
    return Delivery.objects.filter(IS_UNWEIGHED, due_at__lte=now, dispatch__in=running)


def weigh_due(now: datetime) -> None:
    """Weigh what is due, programme by programme. Safe to run at any time."""
    programmes = unweighed(now).order_by().values_list("dispatch__message__programme", flat=True)
    for pk in sorted(programmes.distinct()):
        weigh(pk, now)


@transaction.atomic
def weigh(programme_id: int, now: datetime) -> None:
    """Admit or delay what is due in one programme. Another pump waits until it is done."""
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme_id)
    due = unweighed(now).filter(dispatch__message__programme=programme)
    limit = programme.mails_a_week
    if limit is None:
        Delivery.objects.filter(IS_UNWEIGHED, pk__in=due.values("pk")).update(next_try_at=None)
        return
    weeks = weeks_of(programme, now)
    counted = counted_rows(programme, due, weeks, now)
    delay(counted, limit, weeks, programme)
    cancel_delayed(programme, now)
    within = placed(counted, IS_UNWEIGHED).filter(place__range=(1, limit))  # type: ignore[misc]
    admitted = Delivery.objects.filter(IS_UNWEIGHED, pk__in=within.values("pk"))
    admitted.update(next_try_at=None)


def counted_rows(
    programme: Programme, due: QuerySet[Delivery], weeks: Weeks, now: datetime
) -> QuerySet[Delivery]:
    """Return what counts for the people of some rows: gone this week, begun, or to go now.

    What may have arrived counts as arrived. What is urgent does not count, nor what is paused
    before it was weighed.
    """
    gone = Q(state__in=[State.SENT, State.IN_DOUBT], ended_at__gte=weeks.first_start)
    gone &= Q(ended_at__gte=weeks.start)
    begun = Q(state__in=[State.CLAIMED, State.SENDING]) | Q(state=State.PLANNED, attempts__gt=0)
    ready = Q(state=State.PLANNED, due_at__lte=now)
    own = Delivery.objects.filter(dispatch__message__programme=programme)
    own = own.exclude(dispatch__message__in=urgent_messages(programme))
    halted = Dispatch.objects.filter(message__programme=programme).exclude(
        pk__in=Dispatch.objects.running()
    )
    own = own.exclude(next_try_at=UNWEIGHED, dispatch__in=list(halted))
    return own.filter(gone | begun | ready, person__in=due.values("person"))


def urgent_messages(programme: Programme) -> list[int]:
    """Return the ids of the messages that are urgent as approved, or as written without that."""
    versions = Approval.objects.standing().filter(message__programme=programme)
    approved = dict(versions.values_list("message", "content__schedule__is_urgent"))
    written = Message.objects.filter(programme=programme).values_list("pk", "is_urgent")
    return [pk for pk, is_urgent in written if approved.get(pk, is_urgent)]


def placed(rows: QuerySet[Delivery], candidates: Q) -> QuerySet[Delivery]:
    """Add ``place``: how many mails of its person a candidate makes up; 0 of other rows.

    All other rows of the person come first, then the candidates by level, and of one level those
    that were admitted already, then by their moments.
    """
    one, none = Value(1), Value(0)
    others = Sum(Case(When(candidates, then=none), default=one, output_field=IntegerField()))
    before = Sum(Case(When(candidates, then=one), default=none, output_field=IntegerField()))
    waits = Case(When(IS_UNWEIGHED, then=one), default=none, output_field=IntegerField())
    order: list[BaseExpression | F | str] = [
        first_levels("dispatch__message"),
        waits,
        F("due_at"),
        F("pk"),
    ]
    return rows.annotate(
        others=Window(others, partition_by=F("person")),
        before=Window(before, partition_by=F("person"), order_by=order),
        place=Case(When(candidates, then=F("others") + F("before")), default=none),
    )


def delay(rows: QuerySet[Delivery], limit: int, weeks: Weeks, programme: Programme) -> int:
    """Let those wait until next week that are more than the limit; return how many they are."""
    over = placed(rows, MAY_WAIT).filter(place__gt=limit).values("pk")  # type: ignore[misc]
    keeps_latest = When(dispatch__in=with_latest(programme), then=F("latest_at"))
    values: dict[str, Any] = {
        "due_at": weeks.next_start,
        "latest_at": Case(keeps_latest, default=weeks.next_latest),
        "delay": Delay.BUDGET,
        "next_try_at": UNWEIGHED,
    }
    return Delivery.objects.filter(MAY_WAIT, pk__in=over).update(**values)


def with_latest(programme: Programme) -> list[int]:
    """Return the ids of the dispatches whose approval names a latest send time."""
    versions = Approval.objects.standing().filter(message__programme=programme)
    named = versions.exclude(content__schedule__latest_hours=None)
    return list(Dispatch.objects.filter(message__approvals__in=named).values_list("pk", flat=True))


def cancel_delayed(programme: Programme, now: datetime) -> int:
    """Cancel what could only go after its latest send time; return how many rows that is."""
    dispatches = Dispatch.objects.filter(message__programme=programme)
    late = Delivery.objects.filter(
        IS_UNWEIGHED, delay=Delay.BUDGET, due_at__gt=F("latest_at"), dispatch__in=dispatches
    )
    return cancel(late, NotSent.BUDGET, now, next_try_at=None)
