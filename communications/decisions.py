"""What waits on this floor: blackouts that hold messages back, adaptations, dropped points.

Messages themselves are registered by the roof, whose cards read the plan.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from communications.adaptations.queries.matters import AdaptationDecisions, ConsentDecisions
from communications.approvals.queries.blackout import (
    BlackoutDecision,
    choice_in_words,
    days_in_words,
    decisions_on,
)
from communications.dispatches.queries.plans import open_versions, places_of
from communications.dispatches.queries.slots import Plan, Slot, planned_at, readable
from communications.messages.models import Approval
from communications.messages.models.approval import days_of
from communications.messages.queries.content import due_of
from programmes.models import Blackout
from programmes.queries.decisions import Asking, Decided, DecisionKind, Matter, register
from programmes.timing import Delay, Span, day_at

# So long before its first day a blackout asks what is to become of approved messages.
AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class Held:
    """An approved message that a blackout holds back: at how many sites, and until when there."""

    blackout: Blackout
    approval: Approval
    days: str
    sites: int
    first_on: date
    last_on: date


class BlackoutDecisions(DecisionKind):
    """A blackout that holds approved messages back: let them move, or let them pass."""

    key = "blackout"
    template = "dashboards/_decision_blackout.html"
    page = "communications:message-show"
    undo = "communications:blackout-undo"

    def matters(self, asked: Asking) -> list[Matter]:
        """Return a matter for each blackout with messages that nobody decided on: three queries.

        Without a blackout ahead it is one.
        """
        today = asked.now.date()
        blackouts = Blackout.objects.within(asked.scope).filter(
            last_on__gte=today, first_on__lte=today + AHEAD
        )
        found = list(blackouts.select_related("region"))
        if not found:
            return []
        standing = [
            version
            for version in asked.once(open_versions, asked.scope)
            if version.state == Approval.State.APPROVED
        ]
        plans = [Plan(version, version.state) for version in readable(standing)]
        slots = planned_at(plans, asked.once(places_of, asked.scope))
        coming = [slot for slot in slots if slot.due.at > asked.now]
        return [_matter(one, held) for one in found if (held := _held(one, coming))]

    def decided(self, asked: Asking) -> list[Decided]:
        """Return what was decided about messages; two queries, one where nothing was."""
        versions = Approval.objects.within(asked.scope).exclude(blackouts={})
        return [_decided(one) for one in decisions_on(list(versions.select_related("message")))]


def _decided(one: BlackoutDecision) -> Decided:
    return Decided(
        kind=BlackoutDecisions.key,
        pk=one.approval.pk,
        page=one.approval.message_id,
        title=_("%(title)s: blackout %(days)s")
        % {"title": one.approval.frozen.title, "days": days_in_words(one.days)},
        word=choice_in_words(one.choice),
        at=one.at,
        by=one.by,
        principal=one.principal,
        principal_id=one.principal_id,
    )


def _held(blackout: Blackout, slots: Iterable[Slot]) -> list[Held]:
    """Return what a blackout moves and nobody has decided on, by message."""
    days = days_of(blackout.span)
    found: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        if days not in slot.approval.blackouts and _is_held(slot, blackout):
            found[slot.approval.pk].append(slot)
    return [_held_at(blackout, days, own) for own in found.values()]


def _is_held(slot: Slot, blackout: Blackout) -> bool:
    """Tell whether a slot comes right after a blackout that applies at its site."""
    site = slot.wave_site.site
    if slot.due.moved != Delay.BLACKOUT or blackout.region_id not in (None, site.region_id):
        return False
    free = [span for span in slot.blackouts if span != blackout.span]
    return without(slot, free) < slot.due.at


def without(slot: Slot, blackouts: Sequence[Span]) -> datetime:
    """Return when a slot would be due in other blackouts."""
    due = due_of(slot.approval.frozen.schedule, slot.wave_site, blackouts)
    return due.at if due else slot.due.at


def _held_at(blackout: Blackout, days: str, slots: Sequence[Slot]) -> Held:
    moved = [day_at(slot.due.at, slot.wave_site.site) for slot in slots]
    return Held(blackout, slots[0].approval, days, len(slots), min(moved), max(moved))


def _matter(blackout: Blackout, held: Sequence[Held]) -> Matter:
    asked_on = blackout.first_on - AHEAD
    decided = [each.approval.decided_at for each in held if each.approval.decided_at]
    return Matter(
        kind=BlackoutDecisions.key,
        key=str(blackout.pk),
        title=_("“%(blackout)s” is holding back approved messages") % {"blackout": blackout},
        since=max([datetime.combine(asked_on, time(0), UTC), *decided]),
        authors=frozenset.intersection(*(each.approval.authors for each in held)),
        due_on=blackout.first_on,
        rows=held,
    )


register(BlackoutDecisions())
register(AdaptationDecisions())
register(ConsentDecisions())
