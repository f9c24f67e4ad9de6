"""Who is not informed, person by person, and why."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Case, Q, Value, When

from communications.dispatches.queries.informed import Told
from onelift.dashboards.coverage.queries.coverage import Asked, high_impacts, lacking_people
from stakeholders.models import Person
from stakeholders.register.queries.touched import Changes, touched_by

COLUMNS = ("number", "site", "persona", "language", "impacts", "reason")
SEVERAL = "; "
# Why somebody is not informed, the first that is so.
NOT_CONTACTED = "do_not_contact"
NO_EMAIL = "no_email"
LANGUAGE = "language"
CAME_BACK = "came_back"
NOTHING_SENT = "nothing_sent"


def lacking_rows(asked: Asked) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each of them by name of site and number, in a fixed number of queries."""
    impacts = high_impacts(asked.programme)
    personas = {one.pk: one for impact in impacts for one in impact.personas.all()}
    told = Told(Changes(asked.programme))
    conditions = {
        **{f"p{pk}": one.rule().condition() for pk, one in personas.items()},
        **{f"i{one.pk}": touched_by([one]) for one in impacts},
        "missed": told.missed,
    }
    names = {
        **{f"p{pk}": one.name for pk, one in personas.items()},
        **{f"i{one.pk}": f"{one.reference} {one.name}" for one in impacts},
    }
    people = lacking_people(asked).select_related("site").annotate(**_flags(conditions))
    reasons = _Reasons(told)
    for person in people.order_by("site__name", "personnel_number"):
        yield (
            person.personnel_number,
            person.site.name,
            _named(person, names, "p"),
            person.language,
            _named(person, names, "i"),
            reasons.of(person),
        )


def _flags(conditions: Mapping[str, Q]) -> dict[str, Case]:
    return {
        name: Case(When(condition, then=Value(True)), default=Value(False))
        for name, condition in conditions.items()
    }


def _named(person: Person, names: Mapping[str, str], kind: str) -> str:
    return SEVERAL.join(
        name for key, name in names.items() if key.startswith(kind) and getattr(person, key)
    )


class _Reasons:
    """Why people are not informed; what was sent is looked up once for all."""

    def __init__(self, told: Told) -> None:
        self.unread = _people(told.kept().values_list("person", flat=True))
        self.returned = _people(told.mails().values_list("person", flat=True))

    def of(self, person: Any) -> str:
        """Return the first reason that is so."""
        found = {
            NOT_CONTACTED: person.is_do_not_contact,
            NO_EMAIL: person.missed,
            LANGUAGE: person.pk in self.unread,
            CAME_BACK: person.pk in self.returned,
        }
        return next((reason for reason, is_so in found.items() if is_so), NOTHING_SENT)


def _people(ids: Iterable[int]) -> frozenset[int]:
    return frozenset(ids)
