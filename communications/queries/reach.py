"""Who has been reached: persons with at least one mail that the server took."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.models import Contact, Person
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
    return people.filter(_contact(programme, since))


def unreached(people: PersonQuerySet, programme: Programme, since: datetime) -> PersonQuerySet:
    """Narrow to the others."""
    return people.filter(~_contact(programme, since))


def _contact(programme: Programme, since: datetime) -> Exists:
    return Exists(Contact.objects.since(programme, since).filter(person=OuterRef("pk")))


def counts(people: PersonQuerySet, key: str) -> Counter[int]:
    """Count people by a column."""
    return Counter(dict(people.values_list(key).annotate(n=Count("*")).order_by()))
