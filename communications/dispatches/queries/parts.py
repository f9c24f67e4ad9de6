"""Messages that only a part of their audience gets, such as a reminder, among many people.

Who has a seat is no column of a head count: cells are split, so that each still holds people who
get exactly the same messages.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import IntegerField, Value

from stakeholders.audiences.models.rule import Cell
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.people.models.person import PersonQuerySet

# The values of a cell's columns, and the messages of a part that its people get.
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Parts:
    """A crowd in which each cell gets all of a message, or nothing of it.

    ``cells`` are those that get a message of a part as things stand, by its id and by site id.
    """

    crowd: Crowd
    cells: Mapping[int, Mapping[int, list[Cell]]]


def parts_of(crowd: Crowd, people: Mapping[int, PersonQuerySet]) -> Parts:
    """Split a crowd by who gets which message of a part; one query, none without one.

    Args:
        crowd: the people of a board, counted by some columns.
        people: who gets a message now, by its id, where that is not all of its audience.

    """
    if not people or not crowd.cells:
        return Parts(crowd, {pk: {} for pk in people})
    columns = [name for name in crowd.cells[0] if name != "people"]
    groups = _groups(people, columns, list(crowd.by_site))
    cells: list[Cell] = []
    own: dict[int, dict[int, list[Cell]]] = {pk: defaultdict(list) for pk in people}
    for cell in crowd.cells:
        here = groups.get(tuple(cell[name] for name in columns), Counter())
        cells += [{**cell, "people": cell["people"] - here.total()}] if here else [cell]
        for messages, n in here.items():
            cells.append({**cell, "people": n})
            for pk in messages:
                own[pk][cell["site"]].append(cells[-1])
    return Parts(replace(crowd, cells=[cell for cell in cells if cell["people"] > 0]), own)


def _groups(
    people: Mapping[int, PersonQuerySet], columns: Sequence[str], sites: Sequence[int]
) -> dict[Key, Counter[frozenset[int]]]:
    """Count people by the columns of their cell, and by which of these messages they get."""
    rows = [
        one.filter(site__in=sites)
        .order_by()
        .annotate(message=Value(pk, output_field=IntegerField()))
        .values_list("message", "pk", *columns)
        for pk, one in people.items()
    ]
    gets: dict[tuple[int, Key], set[int]] = defaultdict(set)
    for message, person, *values in rows[0].union(*rows[1:], all=True):
        gets[person, tuple(values)].add(message)
    found: dict[Key, Counter[frozenset[int]]] = defaultdict(Counter)
    for (_person, key), messages in gets.items():
        found[key][frozenset(messages)] += 1
    return found
