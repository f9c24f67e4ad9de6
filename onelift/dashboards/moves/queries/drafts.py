"""The correction that an earlier move of a wave drafted, and whom it gets once a move joins it."""

from dataclasses import dataclass

from django.db.models import Q

from communications.models import Message
from onelift.dashboards.moves.queries.told import Telling
from programmes.models import Move
from programmes.queries.shift import Shift
from programmes.scope import Scope
from stakeholders.models import Audience, Person
from stakeholders.people.models.person import PersonQuerySet


@dataclass(frozen=True)
class Draft:
    """A correction that nobody was asked to decide on; ``audience`` is the one a move froze.

    It has none where somebody has given the message other people: then no move adds to it.
    """

    message: Message
    audience: Audience | None


def drafted_before(shift: Shift, scope: Scope) -> Draft | None:
    """Return the newest correction in view that a move of the wave drafted, if still a draft."""
    moves = Move.objects.standing().filter(wave=shift.wave, what=shift.what)
    made = [
        kept["correction"] for kept in moves.values_list("kept", flat=True) if "correction" in kept
    ]
    drafts = Message.objects.within(scope).filter(
        pk__in=[one["message"] for one in made], approvals=None
    )
    message = drafts.select_related("audience__frozen").order_by("-pk").first()
    if message is None:
        return None
    frozen = message.audience.frozen
    is_own = frozen and frozen.pk in {one["audience"] for one in made}
    return Draft(message, frozen if is_own else None)


def people_joined(draft: Audience, telling: Telling) -> PersonQuerySet:
    """Return whom a draft gets once a move joins it: those told, and its own at other sites.

    Whoever works at a site that moves and was told the new date already needs no correction.
    """
    elsewhere = Q(pk__in=draft.members.order_by().values("pk"))
    elsewhere &= ~Q(site__in=telling.shift.sites)
    told = Q(pk__in=telling.people().order_by().values("pk"))
    return Person.objects.within(telling.scope).active().filter(elsewhere | told)


def corrects_nobody(draft: Draft, shift: Shift, scope: Scope) -> bool:
    """Tell whether all whom a draft corrects were told the date that comes (two queries)."""
    if draft.audience is None:
        return False
    return not people_joined(draft.audience, Telling(shift, scope)).exists()
