"""Who works in a programme, and who of them was contacted."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.models import Contact, Person
from stakeholders.people.models.person import PersonQuerySet


def people_in(programme: Programme, scope: Scope) -> PersonQuerySet:
    """Return the active people at the sites of the programme, within the scope."""
    people = Person.objects.within(scope).active()
    # The sites of the programme are asked for once.
    return people if scope.programme == programme.pk else people.of(programme.pk)


def uncontacted(people: PersonQuerySet, programme: Programme, since: datetime) -> PersonQuerySet:
    return people.filter(~got_mail(programme, since))


def got_mail(programme: Programme, since: datetime) -> Exists:
    """Return the condition of people who got a mail of the programme since an instant (UTC)."""
    return Exists(Contact.objects.since(programme, since).filter(person=OuterRef("pk")))
