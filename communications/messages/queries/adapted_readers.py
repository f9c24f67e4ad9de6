"""People whom an adaptation in force serves: in a language of theirs, or without any email."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.db.models import Count, IntegerField, Q, QuerySet, Value

from communications.messages.models import AdaptationVersion
from communications.messages.queries.adaptation import voice_of_each, voices_of
from communications.messages.rendering.language import own_language
from stakeholders.audiences.models.rule import NOBODY
from stakeholders.people.models.person import PersonQuerySet

# Some people, and the versions of adaptations that are in force for their message.
Told = tuple[PersonQuerySet, Sequence[AdaptationVersion]]


def adapted_readers(people: PersonQuerySet, versions: Sequence[AdaptationVersion]) -> Counter[str]:
    """Count the people whom one of some versions serves, by the language that they want.

    One query, none without versions.
    """
    return adapted_readers_of({0: (people, versions)})[0]


def adapted_readers_of(told: Mapping[int, Told]) -> dict[int, Counter[str]]:
    """Return the same for several messages, by key; one query, none without versions."""
    cells = [_cells(key, people, own) for key, (people, own) in told.items() if own]
    by_key = {key: {one.adaptation_id: one for one in own} for key, (_p, own) in told.items()}
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in cells[0].union(*cells[1:], all=True) if cells else ():
        version = by_key[row["key"]].get(row["voice"])
        if version and _serves(version, row["language"]):
            found[row["key"]][row["language"]] += row["people"]
    return {key: found[key] for key in told}


def served_people(
    people: PersonQuerySet, versions: Sequence[AdaptationVersion], wanted: Iterable[str]
) -> PersonQuerySet:
    """Return these people one by one; ``wanted`` are the languages that people may want."""
    if not versions:
        return people.none()
    codes = list(wanted)
    served = NOBODY
    for one in versions:
        own = [code for code in codes if _serves(one, code)]
        served |= Q(voice=one.adaptation_id, language__in=own)
    return _with_voice(people, versions).filter(served)


def _serves(version: AdaptationVersion, wanted: str) -> bool:
    """Tell whether a reader for whom a version is made needs no text of the core."""
    content = version.frozen
    return not content.has_email or own_language(wanted, content.languages) is not None


def _with_voice(people: PersonQuerySet, versions: Sequence[AdaptationVersion]) -> PersonQuerySet:
    return people.annotate(voice=voice_of_each(voices_of(versions)))


def _cells(
    key: int, people: PersonQuerySet, versions: Sequence[AdaptationVersion]
) -> QuerySet[Any, dict[str, Any]]:
    own = _with_voice(people.order_by(), versions)
    marked: Any = own.annotate(key=Value(key, output_field=IntegerField()))
    counted = marked.values("key", "voice", "language").annotate(people=Count("pk"))
    return cast("QuerySet[Any, dict[str, Any]]", counted)
