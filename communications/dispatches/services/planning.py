"""From what is due to rows of the ledger. Safe to run at any time, any number of times.

All sites of a message are planned by one statement, and sites that share their moments are moved
by one: the number of statements depends neither on sites nor on people.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Case, Exists, F, Field, OuterRef, Q, Value, When

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.models.dispatch import UNWEIGHED, DeliveryQuerySet
from communications.dispatches.models.reason import NotSent
from communications.dispatches.queries.slots import Slot, pairs_of, readable, slots_at
from communications.dispatches.services.budget import is_weighed, weigh_due
from communications.dispatches.services.text_wait import look_again
from communications.dispatches.sources import source_of
from communications.mailroom.models import Reason, State
from communications.mailroom.services.replanning import cancel, new_row, revive
from communications.messages.models import Approval
from communications.messages.queries.sender import unsigned_among
from programmes.models import Site
from programmes.timing import Delay
from stakeholders.people.models.person import PersonQuerySet

MISSED_FOR = timedelta(days=14)
# What a change of dates may have cancelled before its time came again.
REVIVABLE = (NotSent.NOT_MEANT, NotSent.UNDATED, Reason.TOO_LATE, NotSent.BUDGET)


# What a sending keeps of its programme, whatever is set while it runs.
SETTLED_AT_START = ("is_once_per_address", "has_link_counts")


class Moment(NamedTuple):
    """When rows are due and when they are too late, instants (UTC), and why they are delayed."""

    due_at: datetime
    latest_at: datetime
    delay: str

    def holds(self, held: "Moment", now: datetime) -> bool:
        """Tell whether rows with another moment may keep it.

        They may where their time has come already, and where they wait for the budget.
        """
        if self.due_at > held.due_at or self.latest_at > held.latest_at:
            return False
        if held.delay == Delay.BUDGET:
            return True
        return held.due_at <= now and held.latest_at == self.latest_at


class MessageAtSite(NamedTuple):
    """One message at one site, by their ids."""

    message: int
    site: int


def plan_due(now: datetime) -> int:
    """Add the deliveries that are due; return how many rows are new.

    Nothing is added in the name of somebody who does not agree to it.
    """
    standing = readable(Approval.objects.standing().select_related("message__programme"))
    unsigned = unsigned_among(standing)
    standing = [approval for approval in standing if approval.pk not in unsigned]
    pairs = pairs_of(standing)
    found = slots_at(pairs)
    in_plan = {MessageAtSite(plan.approval.message_id, place.site_id) for plan, place in pairs}
    hold_what_moved(found, in_plan, {approval.message_id for approval in standing}, now)
    added = sum(plan_message(own, now) for own in by_message(found))
    weigh_due(now)
    return added


def plan_message(found: Sequence[Slot], now: datetime) -> int:
    """Plan one message wherever it is its time; return how many rows are new."""
    added = 0
    if open_now := [slot for slot in found if slot.is_open(now)]:
        take_up_again(open_now, now)
        added += plan_people(open_now, now)
    if late := missed(found, now):
        added += plan_people(late, now, Reason.TOO_LATE)
    return added


def by_message(found: Iterable[Slot]) -> list[list[Slot]]:
    groups: dict[int, list[Slot]] = defaultdict(list)
    for slot in found:
        groups[slot.approval.message_id].append(slot)
    return list(groups.values())


def by_moment(found: Iterable[Slot], now: datetime) -> dict[Moment, list[Slot]]:
    groups: dict[Moment, list[Slot]] = defaultdict(list)
    for slot in found:
        groups[moment_of(slot, now)].append(slot)
    return groups


def moment_of(slot: Slot, now: datetime) -> Moment:
    """Return when the slot is due, as things stand now."""
    due_at, delay = slot.next_from(now)
    return Moment(due_at, slot.latest, delay)


def place_of(slot: Slot) -> MessageAtSite:
    """Return which message is due where."""
    return MessageAtSite(slot.approval.message_id, slot.wave_site.site_id)


def take_up_again(found: Sequence[Slot], now: datetime) -> None:
    """Plan again what was cancelled before its time came again.

    That is what was too late before a date moved, and what was planned for a site that had been
    taken out of its wave. All slots are of one message.
    """
    cancelled = deliveries_at(found).filter(state=State.CANCELLED, reason__in=REVIVABLE)
    places = set(cancelled.values_list("site", flat=True).distinct())
    again = weighed_later(found[0])
    for moment, own in by_moment((s for s in found if s.wave_site.site_id in places), now).items():
        late = Q(reason__in=[Reason.TOO_LATE, NotSent.BUDGET], latest_at__lt=moment.latest_at)
        own_rows = deliveries_at(own).filter(
            Q(reason=NotSent.NOT_MEANT) | late, person__in=people_at(own)
        )
        revive(own_rows, **again, **moment._asdict())


def weighed_later(slot: Slot) -> dict[str, Any]:
    """Return the column that keeps a row until the budget of its programme admits it, if any."""
    return {"next_try_at": UNWEIGHED} if is_weighed(slot.approval) else {}


def hold_what_moved(
    found: list[Slot], in_plan: set[MessageAtSite], standing: set[int], now: datetime
) -> None:
    """Give rows that wait the due moment of today: a wave may have been moved since.

    What was tried already is never given less time: somebody may have asked to send it again.
    What waits at a site that has been taken out of the plan is cancelled, also if it was the last
    one of its message: ``in_plan`` are the places in the plan, also those whose moment cannot be
    told, and ``standing`` the ids of the messages that are approved.
    """
    waiting = Delivery.objects.filter(state=State.PLANNED)
    held: dict[MessageAtSite, set[Moment]] = defaultdict(set)
    columns = ("dispatch__message", "site", "due_at", "latest_at", "delay")
    for message, site, *moment in waiting.values_list(*columns).distinct():
        held[MessageAtSite(message, site)].add(Moment(*moment))
    for own in by_message(s for s in found if is_off(s, held.get(place_of(s), set()), now)):
        move(own, now)
    for place in held.keys() - in_plan:
        if place.message in standing:
            dispatches = Dispatch.objects.filter(message=place.message)
            cancel(waiting.filter(dispatch__in=dispatches, site=place.site), NotSent.NOT_MEANT, now)


def is_off(slot: Slot, held: Iterable[Moment], now: datetime) -> bool:
    """Tell whether some rows at a slot have a moment that they may not keep."""
    moment = moment_of(slot, now)
    return any(each != moment and not moment.holds(each, now) for each in held)


def move(found: Sequence[Slot], now: datetime) -> None:
    """Write the moments of today into the rows of one message that wait.

    In a blackout what was tried already waits too.
    """
    for moment, own in by_moment(found, now).items():
        waiting = deliveries_at(own).filter(state=State.PLANNED)
        waiting.filter(Q(attempts=0) | Q(latest_at__lt=moment.latest_at)).exclude(
            kept_by(moment, now)
        ).update(**moment._asdict(), **weighed_later(own[0]))
        if not is_weighed(own[0].approval):
            look_again(waiting)
        if moment.delay == Delay.BLACKOUT:
            caught = waiting.filter(attempts__gt=0, due_at__lt=moment.due_at)
            caught.update(due_at=moment.due_at, delay=moment.delay)


def kept_by(moment: Moment, now: datetime) -> Q:
    """Return the condition of rows that have a moment or may keep another: see ``holds``."""
    later = Q(due_at__gte=moment.due_at, latest_at__gte=moment.latest_at)
    come = Q(due_at__lte=now, latest_at=moment.latest_at)
    return Q(**moment._asdict()) | (later & (Q(delay=Delay.BUDGET) | come))


def missed(found: Iterable[Slot], now: datetime) -> list[Slot]:
    """Return the slots of one message whose last moment passed before anything was planned."""
    late = [s for s in found if s.is_missed(now) and s.latest >= now - MISSED_FOR]
    if not late:
        return []
    rows = deliveries_at(late).filter(site=OuterRef("pk"))
    told = Site.objects.filter(Exists(rows), pk__in=sites_of(late))
    known = set(told.values_list("pk", flat=True))
    return [slot for slot in late if slot.wave_site.site_id not in known]


@transaction.atomic
def plan_people(found: Sequence[Slot], now: datetime, reason: str = "") -> int:
    """Insert a row for each person at the slots of one message who has none yet.

    With a reason the rows are cancelled at once.
    """
    found = lacking_rows(found)
    if not found:
        return 0
    dispatch = start(found[0], now)
    if dispatch.cancelled_at is not None:
        reason = Reason.STOPPED
    values = {"dispatch_id": dispatch.pk, "site_id": F("site"), **new_row(reason, now)}
    if not reason:
        values |= weighed_later(found[0])
    moments = moments_by_site(found, now)
    added = Delivery.objects.insert_from(without_row(found), values | moments)
    if added and not reason:
        for slot in found:
            source_of(slot.approval.message).planned(dispatch, slot.wave_site, now)
    return added


def moments_by_site(found: Sequence[Slot], now: datetime) -> dict[str, Case]:
    """Return expressions over a person for the columns of a moment, by the slot of their site."""
    groups = by_moment(found, now)
    return {
        name: Case(
            *(When(site__in=sites_of(own), then=_value(m, name)) for m, own in groups.items()),
            output_field=_column(name),
        )
        for name in Moment._fields
    }


def _value(moment: Moment, name: str) -> Value:
    return Value(getattr(moment, name), output_field=_column(name))


def _column(name: str) -> "Field[Any, Any]":
    return Delivery._meta.get_field(name)  # type: ignore[return-value]


def lacking_rows(found: Sequence[Slot]) -> list[Slot]:
    """Return the slots of one message where somebody has no row, in one query."""
    sites = set(without_row(found).order_by().values_list("site", flat=True).distinct())
    return [slot for slot in found if slot.wave_site.site_id in sites]


def start(slot: Slot, now: datetime) -> Dispatch:
    """Return the one dispatch of the message, made by whoever comes first, and locked.

    Another pump, and whoever cancels it, waits until the new rows are there.
    """
    message = slot.approval.message
    one = {"message": message, "occurrence": 1}
    settled = {name: getattr(message.programme, name) for name in SETTLED_AT_START}
    Dispatch.objects.get_or_create(**one, defaults={"started_at": now, **settled})
    return Dispatch.objects.select_for_update(no_key=True).get(**one)


def without_row(found: Sequence[Slot]) -> PersonQuerySet:
    """Return the people at the slots of one message who have no row of it."""
    rows = Delivery.objects.filter(
        dispatch__message=found[0].approval.message_id, person=OuterRef("pk")
    )
    return people_at(found).filter(~Exists(rows))


def people_at(found: Sequence[Slot]) -> PersonQuerySet:
    """Return the people at the slots of one message that its approved rule means now."""
    approval = found[0].approval
    people = source_of(approval.message).people(approval.message, approval.frozen.rule)
    return people.filter(site__in=sites_of(found))


def deliveries_at(found: Sequence[Slot]) -> DeliveryQuerySet:
    """Return the rows at the slots of one message.

    Without a join: in an update the database would judge states before it waits for a row.
    """
    dispatches = Dispatch.objects.filter(message=found[0].approval.message_id)
    return Delivery.objects.filter(dispatch__in=dispatches, site__in=sites_of(found))


def sites_of(found: Iterable[Slot]) -> list[int]:
    return [slot.wave_site.site_id for slot in found]
