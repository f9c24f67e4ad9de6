"""Who was contacted: people whom anything reached, whatever it was about."""

from datetime import datetime

from django.db.models import FilteredRelation, Q

from communications.dispatches.queries.reach import uncontacted
from events.queries.reach import people_who_came
from programmes.models import Programme
from stakeholders.people.models.person import PersonQuerySet


def who_came(programme: Programme, since: datetime) -> Q:
    """Return the condition of people who came to an event of a programme since an instant."""
    return Q(pk__in=people_who_came(programme, since))


def contacted_people(
    people: PersonQuerySet, programme: Programme, since: datetime
) -> PersonQuerySet:
    """Narrow to the people who got a mail, or came to an event, since an instant (UTC).

    Contacts are joined: beside “or”, a subquery would be looked up for each person.
    """
    recent = Q(contacts__programme=programme, contacts__last_sent_at__gte=since)
    mailed = people.alias(mailed=FilteredRelation("contacts", condition=recent))
    return mailed.filter(Q(mailed__person__isnull=False) | who_came(programme, since))


def uncontacted_people(
    people: PersonQuerySet, programme: Programme, since: datetime
) -> PersonQuerySet:
    return uncontacted(people, programme, since).exclude(who_came(programme, since))
