"""The people of a board, and whom of them something has reached."""

from collections import Counter
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from communications.dispatches.queries.reach import (
    Reach,
    counts,
    reached,
    told_sites,
    unreached,
    with_possible,
)
from events.queries.reach import people_who_came
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import Contact, Person
from stakeholders.people.models.person import PersonQuerySet


def reach_by_site(
    crowd: Crowd, programme: Programme, scope: Scope, since: datetime
) -> dict[int, Reach]:
    """Return how many of a crowd were reached since an instant, by site id, in three queries.

    Who came to an event was reached, and counts once however often something reached them. Those
    who may have been reached by a group stand beside those who were.
    """
    contacts = Contact.objects.since(programme, since)
    if scope.regions is not None:
        contacts = contacts.filter(site__in=list(crowd.by_site))
    got = contacts.by_site() + met_only(programme, scope, since)
    measured = {site: Reach(people, got[site]) for site, people in crowd.by_site.items()}
    return with_possible(measured, told_sites(programme, since))


def met_only(programme: Programme, scope: Scope, since: datetime) -> Counter[int]:
    """Count the active people who came to an event since an instant and got no mail, by site."""
    told = Contact.objects.since(programme, since).filter(person=OuterRef("pk"))
    people = Person.objects.within(scope).active().filter(~Exists(told), who_came(programme, since))
    return counts(people, "site")


def who_came(programme: Programme, since: datetime) -> Q:
    """Return the condition of people who came to an event of a programme since an instant."""
    return Q(pk__in=people_who_came(programme, since))


def reached_people(people: PersonQuerySet, programme: Programme, since: datetime) -> PersonQuerySet:
    """Narrow to the people who got a mail, or came to an event, since an instant (UTC)."""
    return reached(people, programme, since) | people.filter(who_came(programme, since))


def unreached_people(
    people: PersonQuerySet, programme: Programme, since: datetime
) -> PersonQuerySet:
    return unreached(people, programme, since).exclude(who_came(programme, since))
