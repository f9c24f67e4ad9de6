"""Which events answer which impacts."""

from django.urls import reverse

from communications.messages.queries.answer import answering
from communications.models import Approval, Message
from events.models import Event
from events.queries.text import names_of
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.queries.answer import ImpactAnswer

SOURCES = ("event", "event_reminder")


def events_that_answer(programme: Programme, scope: Scope) -> list[ImpactAnswer]:
    """Return the events whose invitation is about an impact, in a fixed number of queries.

    They are for whom the approved invitation asks; who may not see the event itself learns that
    there is one. A cancelled event informs nobody.
    """
    found = {m.pk: (m, version, on) for m, version, on in answering(programme, scope, SOURCES)}
    events = list(Event.objects.filter(invitation__in=found, cancelled_at__isnull=True))
    names = names_of(events, scope)
    seen = set(Event.objects.within(scope).filter(pk__in=names).values_list("pk", flat=True))
    return [
        _answer(event, names[event.pk], *found[event.invitation_id], is_seen=event.pk in seen)
        for event in events
    ]


def _answer(
    event: Event,
    name: str,
    message: Message,
    version: Approval | None,
    impacts: frozenset[int],
    *,
    is_seen: bool,
) -> ImpactAnswer:
    page = reverse("events:event-show", args=[message.programme.slug, event.slug])
    return ImpactAnswer(
        kind="event",
        pk=message.pk,
        title=name,
        state="approved" if version else "draft",
        impacts=impacts,
        rule=version.frozen.rule if version else message.audience.rule(),
        is_approved=version is not None,
        url=page if is_seen else "",
        unlink="communications:answer-take-back",
    )
