"""When the invitation and the reminder of an event go out, as the plan has it."""

from datetime import date

from communications.dispatches.queries.plans import plan_on
from communications.dispatches.queries.slots import planned_at
from communications.messages.queries.content import places_in
from communications.models import Approval
from events.models import Event
from programmes.scope import EVERYTHING

GOING = (Approval.State.WAITING, Approval.State.APPROVED)


def mail_days(event: Event) -> dict[int, date | None]:
    """Return the day on which each of them goes out first, by message id, in a few queries.

    Days of rest and blackouts count, and what has left before a move. Without a site it is the day
    that was chosen.
    """
    messages = [one for one in (event.invitation, event.reminder) if one]
    versions = Approval.objects.filter(message__in=messages, state__in=GOING)
    # “approved” comes before “waiting”, and what stands is what people get.
    going = {one.message_id: one for one in versions.order_by("-state")}
    plans = [
        plan_on(one, version.frozen.rule, version)
        if (version := going.get(one.pk))
        else plan_on(one, one.audience.rule())
        for one in messages
    ]
    slots = planned_at(plans, places_in(event.programme, EVERYTHING))
    found = {one.pk: one.fixed_on for one in messages}
    first = sorted(slots, key=lambda slot: slot.due.at, reverse=True)
    return found | {each.plan.message.pk: each.on for each in first}
