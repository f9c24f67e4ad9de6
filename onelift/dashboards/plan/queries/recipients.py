"""Who gets a version where its source lets fewer people have it than it means."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

from communications.dispatches.sources import source_of
from communications.models import Approval
from stakeholders.audiences.models.rule import Cell
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.people.models.person import PersonQuerySet


def narrowed(versions: Sequence[Approval]) -> dict[int, PersonQuerySet]:
    """Return these people by the id of the version; one query at most for each source."""
    found: dict[int, PersonQuerySet] = {}
    for source in {source_of(version.message) for version in versions}:
        own = [version for version in versions if source_of(version.message) is source]
        people = source.only({one.message_id: one.frozen.rule for one in own})
        found |= {one.pk: people[one.message_id] for one in own if one.message_id in people}
    return found


def crowds_of(versions: Sequence[Approval]) -> dict[int, Crowd]:
    """Return the same, counted by site and language, wherever they are; one query more."""
    people = narrowed(versions)
    counts = [_counts(pk, own) for pk, own in people.items()]
    cells: dict[int, list[Cell]] = defaultdict(list)
    for row in counts[0].union(*counts[1:], all=True) if counts else ():
        cells[row["version"]].append(row)
    rules = {version.pk: version.frozen.rule for version in versions if version.pk in people}
    return {pk: Crowd(cells[pk], apart={rule: cells[pk]}) for pk, rule in rules.items()}


def _counts(version: int, people: PersonQuerySet) -> QuerySet[Any, dict[str, Any]]:
    marked = people.order_by().annotate(version=Value(version, output_field=IntegerField()))
    return marked.values("version", "site", "language").annotate(people=Count("pk"))
