"""Who is informed of their own change: the one definition that figures, lists and rules share.

The messages of the programme inform, see ``communications.dispatches.queries.informed``, and so
does a checked-in attendance of an event about the person's own change, in whatever language.
Trainings join here.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q

from communications.dispatches.queries.informed import NOBODY, Told
from events.models import CheckIn, Event
from programmes.models import Programme
from stakeholders.register.queries.touched import Changes, subjects_of

PERSON = "registration__person__"


@dataclass(frozen=True)
class Knowing:
    """Who knows of their own change: when by name, by person id, and who possibly."""

    informed: dict[int, datetime]
    possibly: set[int]


def knowing_in(programme: Programme) -> Knowing:
    """Return who is informed in a programme, in a fixed number of queries."""
    told = Told(Changes(programme))
    informed = told.informed()
    for person, at in attended(told.changes).items():
        informed[person] = min(at, informed.get(person, at))
    return Knowing(informed, told.possibly() - informed.keys())


def attended(changes: Changes) -> dict[int, datetime]:
    """Return when people first came to an event about their own change, by person id."""
    events = Event.objects.filter(programme=changes.programme).only("pk", "stage")
    found: Q = NOBODY
    for pk, subject in subjects_of(events, Event).items():
        own = changes.own(subject, "registration__event__site", PERSON)
        found |= Q(registration__event=pk) & own
    came = CheckIn.objects.filter(found, registration__person__left_on__isnull=True)
    came = came.filter(registration__person__site__in=changes.sites).order_by()
    return dict(came.values_list("registration__person").annotate(first=Min("at")))
