"""One of all employees, whatever programmes they belong to, for those who answer for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.people.models import OptOut, Person

MOST_SHOWN = 50


@dataclass(frozen=True)
class Search:
    """Who was found for a text, by name: no more than ``MOST_SHOWN``, however many there are."""

    text: str
    people: Sequence[Person]
    has_more: bool


def find_people(text: str, words: Sequence[str], scope: Scope) -> Search:
    """Find employees by number, address or name, those too who have left (three queries).

    Nobody is found for an empty text, so that the whole organisation is never listed. The words
    are those of the text (see ``importing.names.words_of``).
    """
    if not words:
        return Search("", [], has_more=False)
    people = Person.objects.within(scope).sought(text, words)
    found = people.select_related("site__region").prefetch_related("site__programmes")
    rows = list(found.order_by("folded_name", "pk")[: MOST_SHOWN + 1])
    return Search(text, rows[:MOST_SHOWN], has_more=len(rows) > MOST_SHOWN)


@dataclass(frozen=True)
class EmployeePage:
    """What the organisation's page of a person shows.

    ``programmes`` are those that they belong to, each with whether the reader may open it, and
    ``opt_outs`` those programmes from which they get only what nobody may leave out.
    """

    person: Person
    programmes: list[tuple[Programme, bool]]
    opt_outs: list[OptOut]
    manager: Person | None


def employee_page(person: Person, scope: Scope) -> EmployeePage:
    """Return the page of a person (three queries)."""
    return EmployeePage(
        person=person,
        programmes=[(one, one.pk in scope.opens) for one in Programme.objects.at(person.site_id)],
        opt_outs=list(
            person.opt_outs.select_related("programme").order_by("programme__name", "pk")
        ),
        manager=manager_of(person, scope),
    )


def manager_of(person: Person, scope: Scope) -> Person | None:
    """Return whom the personnel files name as somebody's manager, if that is in the scope."""
    if not person.manager_number:
        return None
    return Person.objects.within(scope).filter(personnel_number=person.manager_number).first()
