"""Who gets each message: whom its rule means, of whom some sources let only a part have it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

from communications.dispatches.sources import source_of
from communications.messages.models import Message
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Cell, Rule
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.people.models.person import PersonQuerySet


@dataclass(frozen=True)
class Recipients:
    """The people of a board by who gets which message; ``apart`` holds those of a part only.

    ``people`` are the same, one by one.
    """

    crowd: Crowd
    apart: Mapping[int, Crowd]
    people: Mapping[int, PersonQuerySet]

    def of(self, message: int) -> Crowd:
        """Return the crowd in which a message finds its people, by its id."""
        return self.apart.get(message, self.crowd)


def recipients_of(rules: Mapping[Message, Rule], crowd: Crowd) -> Recipients:
    """Return who of a crowd gets each message, given its rule.

    Every figure that says how many people get a message asks this, so that a reminder counts who
    has a seat. One query for each source that takes a part, and one for all their people.
    """
    people = narrowed(rules)
    return Recipients(crowd, _crowds(people, rules), people)


def narrowed(rules: Mapping[Message, Rule]) -> dict[int, PersonQuerySet]:
    """Return these people by message id, where its source takes a part; one query a source."""
    found: dict[int, PersonQuerySet] = {}
    for source in {source_of(message) for message in rules}:
        found |= source.only({m.pk: rule for m, rule in rules.items() if source_of(m) is source})
    return found


def part_of(message: Message, rule: Rule, scope: Scope) -> int | None:
    """Return how many people in view are of that part; None where the source takes all."""
    people = narrowed({message: rule}).get(message.pk)
    return None if people is None else people.within(scope).count()


def _crowds(
    people: Mapping[int, PersonQuerySet], rules: Mapping[Message, Rule]
) -> dict[int, Crowd]:
    """Return the same, counted by site and language, wherever they are; one query at most."""
    counts = [_counts(pk, own) for pk, own in people.items()]
    cells: dict[int, list[Cell]] = defaultdict(list)
    for row in counts[0].union(*counts[1:], all=True) if counts else ():
        cells[row["message"]].append(row)
    named = {message.pk: rule for message, rule in rules.items()}
    return {pk: Crowd(cells[pk], apart={named[pk]: cells[pk]}) for pk in people}


def _counts(message: int, people: PersonQuerySet) -> QuerySet[Any, dict[str, Any]]:
    marked = people.order_by().annotate(message=Value(message, output_field=IntegerField()))
    return marked.values("message", "site", "language").annotate(people=Count("pk"))
