"""What people in the waves of a programme read, and what they get where a text is missing."""

from collections import defaultdict
from dataclasses import dataclass

from communications.messages.rendering import reading_language
from programmes.design.formats import language_title
from programmes.models import Programme, WaveSite
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.scope import Scope
from stakeholders.models import HeadCount


@dataclass(frozen=True)
class LanguageRow:
    """How many people read a language, and which they read where it has no text, by name."""

    name: str
    people: int
    if_missing: str
    is_source: bool


def languages_read(programme: Programme, scope: Scope) -> list[LanguageRow]:
    """Return the languages that people in view read, most people first, in two queries."""
    placed = WaveSite.objects.within(scope).values_list("site", flat=True)
    people: dict[str, int] = defaultdict(int)
    readers = readers_by_site(scope)
    for site in placed:
        for language, count in readers.get(site, {}).items():
            people[language] += count
    most_first = sorted(people, key=lambda code: (-people[code], code))
    return [_row(code, people[code], programme.languages) for code in most_first]


def _row(code: str, people: int, written: list[str]) -> LanguageRow:
    return LanguageRow(
        name=language_title(code),
        people=people,
        if_missing=language_title(_read_instead_of(code, written)),
        is_source=code == SOURCE_LANGUAGE,
    )


def readers_by_site(scope: Scope) -> dict[int, dict[str, int]]:
    """Return the number of active people by site and language."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for cell in HeadCount.objects.within(scope).by("site", "language"):
        found[cell["site"]][cell["language"]] = cell["people"]
    return found


def _read_instead_of(language: str, written: list[str]) -> str:
    """Return what is read by readers of a language that has no text."""
    others = [code for code in written if code != language]
    return reading_language(language, others) or SOURCE_LANGUAGE
