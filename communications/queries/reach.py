"""Who has been reached: persons with at least one mail that the server took."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from communications.models import Delivery, State
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.models.person import PersonQuerySet


@dataclass(frozen=True)
class Reach:
    """``reached`` of ``people``; each person counts once."""

    people: int = 0
    reached: int = 0

    @property
    def share(self) -> float:
        """Return the fraction reached, 0 to 1."""
        return self.reached / self.people if self.people else 0.0


def people_in(programme: Programme, scope: Scope) -> PersonQuerySet:
    """Return the active people at the sites of the programme, within the scope."""
    places = WaveSite.objects.filter(wave__programme=programme).values("site")
    return Person.objects.within(scope).active().filter(site__in=places)


def reached(people: PersonQuerySet, programme: Programme, since: datetime) -> PersonQuerySet:
    """Narrow to the people who got a mail of the programme since an instant (UTC)."""
    mails = Delivery.objects.filter(
        person=OuterRef("pk"),
        state=State.SENT,
        ended_at__gte=since,
        dispatch__message__programme=programme,
    )
    return people.filter(Exists(mails))


def reach_by(key: str, programme: Programme, scope: Scope, since: datetime) -> dict[int, Reach]:
    """Return the reach since an instant, keyed by the values of a person's column, in 2 queries.

    ``key`` is such as ``site__region`` or ``site``.
    """
    people = people_in(programme, scope)
    total = counts(people, key)
    got = counts(reached(people, programme, since), key)
    return {group: Reach(n, got[group]) for group, n in total.items()}


def counts(people: PersonQuerySet, key: str) -> Counter[int]:
    """Count people by a column."""
    return Counter(dict(people.values_list(key).annotate(n=Count("pk")).order_by()))
