"""One person as every page opens them: within the scope of its reader, and noted when shown."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.shortcuts import get_object_or_404

from programmes.access import ScopedRequest
from programmes.database.clock import database_now
from stakeholders.people.models import Person
from stakeholders.people.services.person import note_person_seen

RELATED = ("site__region", "business_line", "do_not_contact_by")


def person_in_view(request: ScopedRequest, pk: int) -> Person:
    """Return a person within the reader's scope.

    Raises:
        Http404: there is none.
    """
    people = Person.objects.within(request.scope)
    return get_object_or_404(people.select_related(*RELATED), pk=pk)


def opened_person(request: ScopedRequest, pk: int, *, is_taken: bool = False) -> Person:
    """Return the same, and note in their trails that the reader saw the record or took it along."""
    person = person_in_view(request, pk)
    note_person_seen(
        person, cast(AbstractBaseUser, request.user), database_now(), is_taken=is_taken
    )
    return person
