"""What becomes of messages and surveys when a go-live moves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from communications.messages.queries.content import due_for, due_of
from onelift.dashboards.moves.queries.clashes import clashes_of_dues
from onelift.dashboards.moves.queries.ways import way_out
from onelift.dashboards.plan.queries.moments import NamedPlan
from programmes.design.formats import comma, day
from programmes.models import WaveSite
from programmes.queries.shift import Clash, Row, Shift, Wishes
from programmes.timing import Due, Schedule, day_at
from stakeholders.models import Audience

# What never goes out is not on the plan.
ENDED = ("refused", "withdrawn", "cancelled")
# The day of these is told with their event, which moves only where that is chosen.
OF_EVENTS = ("event", "event_reminder")


@dataclass(frozen=True)
class SlotPair:
    """One message at one site: when it is due now, and then."""

    place: WaveSite
    was: Due
    then: Due

    @property
    def instants(self) -> tuple[datetime, datetime]:
        return self.was.at, self.then.at


def rows_of_mails(
    plans: Iterable[NamedPlan],
    shift: Shift,
    wishes: Wishes,
    sent: Collection[tuple[int, int]],
    now: datetime,
) -> list[Row]:
    """Return a row for each message and survey that is for a site that moves.

    It takes a query only where an audience is frozen.
    """
    plans = list(plans)
    elsewhere = _frozen_elsewhere(plans, shift)
    found = [
        row
        for plan in plans
        if plan.state not in ENDED and plan.message.source not in OF_EVENTS
        for row in _rows(plan, shift, wishes, sent, elsewhere, now)
    ]
    return sorted(found, key=lambda row: (row.before_on or date.max, row.title))


def _rows(
    plan: NamedPlan,
    shift: Shift,
    wishes: Wishes,
    sent: Collection[tuple[int, int]],
    elsewhere: Collection[int],
    now: datetime,
) -> list[Row]:
    places = [place for place in shift.places if plan.rule.names(place)]
    schedule = plan.approval.frozen.schedule
    pairs = [pair for place in places if (pair := _pair(plan, place, shift, schedule))]
    if not pairs:
        return []
    if plan.approval.frozen.schedule.fixed_on is not None:
        return [_row(plan, pairs, stays=_fixed(plan, shift, elsewhere), tag=_("Fixed"))]
    gone = [p for p in pairs if (plan.message.pk, p.place.site_id) in sent]
    past = [p for p in pairs if p not in gone and max(p.was.latest, p.then.latest) < now]
    move = [p for p in pairs if p not in gone and p not in past]
    return [
        *([_row(plan, gone, stays=_("Sent"), tag=_("Sent"))] if gone else []),
        *([_row(plan, past, stays=_("Its time has passed"), tag=_("Past"))] if past else []),
        *([_moving(plan, move, shift, wishes, now)] if move else []),
    ]


def _pair(plan: NamedPlan, place: WaveSite, shift: Shift, other: Schedule) -> SlotPair | None:
    """Return the two dues at a site; ``other`` is the schedule then."""
    was = due_for(plan.message, plan.approval.frozen.schedule, place)
    then = due_of(other, shift.then(place))
    return SlotPair(place, was, then) if was and then else None


def _frozen_elsewhere(plans: Iterable[NamedPlan], shift: Shift) -> set[int]:
    """Return the frozen audiences, by their ids, that mean people of other sites as well."""
    frozen = {plan.rule.frozen for plan in plans if plan.rule.frozen}
    if not frozen:
        return set()
    members = Audience.members.through.objects.filter(audience__in=frozen)
    others = members.exclude(person__site__in=shift.sites)
    return set(others.values_list("audience", flat=True).distinct())


def _fixed(plan: NamedPlan, shift: Shift, elsewhere: Collection[int]) -> str:
    others = (one for one in shift.everywhere if one.site_id not in shift.sites)
    is_wider = (
        plan.rule.frozen in elsewhere
        if plan.rule.frozen
        else any(plan.rule.names(one) for one in others)
    )
    if is_wider:
        return _("Fixed date, also for other sites")
    return _("Fixed date")


def _moving(
    plan: NamedPlan, pairs: Collection[SlotPair], shift: Shift, wishes: Wishes, now: datetime
) -> Row:
    way = way_out(plan, dues_of(pairs), shift, wishes, now)
    if way and way.taken and not way.is_approved:
        found = [_pair(plan, pair.place, shift, way.taken) for pair in pairs]
        pairs = [pair for pair in found if pair]
    clashes = tuple(clashes_of_dues(plan.title, dues_of(pairs), now))
    return replace(_row(plan, pairs, clashes=clashes), choice=way.choice if way else None)


def dues_of(pairs: Iterable[SlotPair]) -> list[tuple[WaveSite, Due, Due]]:
    return [(pair.place, pair.was, pair.then) for pair in pairs]


def ways_of(
    plans: Iterable[NamedPlan],
    shift: Shift,
    wishes: Wishes,
    sent: Collection[tuple[int, int]],
    now: datetime,
) -> dict[int, Schedule]:
    """Return the schedules that drafts get by what was chosen, by the ids of their messages."""
    found = {}
    for plan in plans:
        if f"message-{plan.message.pk}" not in wishes.choices:
            continue
        schedule = plan.approval.frozen.schedule
        own = [p for p in shift.places if plan.rule.names(p)]
        pairs = [pair for place in own if (pair := _pair(plan, place, shift, schedule))]
        is_begun = any((plan.message.pk, pair.place.site_id) in sent for pair in pairs)
        way = None if is_begun else way_out(plan, dues_of(pairs), shift, wishes, now)
        if way and way.taken:
            found[plan.message.pk] = way.taken
    return found


def _row(
    plan: NamedPlan,
    pairs: Collection[SlotPair],
    stays: str = "",
    tag: str = "",
    clashes: tuple[Clash, ...] = (),
) -> Row:
    before_on = min(day_at(pair.was.at, pair.place.site) for pair in pairs)
    then_on = min(day_at(pair.then.at, pair.place.site) for pair in pairs)
    if stays:
        stays, then_on = f"{stays}{comma()}{day(before_on)}", before_on
    return Row(
        kind=plan.kind,
        key=f"message-{plan.message.pk}-{(tag and 'stays') or 'moves'}",
        title=plan.title,
        before_on=before_on,
        then_on=then_on,
        stays=stays,
        tag=tag,
        clashes=clashes,
        instants={
            pair.place.site_id: (pair.was.at, pair.was.at if stays else pair.then.at)
            for pair in pairs
        },
        pk=plan.pk,
    )
