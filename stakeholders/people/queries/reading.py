"""Who reads a text in which language: what informs people, not what they get for want of better."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import Q

from stakeholders.people.models import EnglishReaders, HeadCount

ENGLISH = "en"


def languages_read(language: str) -> Iterator[str]:
    """Yield the languages of texts that a reader of one reads: its own, without region, near ones.

    English as the last resort is none of them.
    """
    code = language.strip().lower().replace("_", "-")
    base = code.partition("-")[0]
    fallbacks = settings.LANGUAGE_FALLBACKS
    yield from (code, base, *fallbacks.get(code, ()), *fallbacks.get(base, ()))


def readers_of(texts: Iterable[str], prefix: str, text: str) -> Q:
    """Return the condition that a person reads the text of a row, in two queries.

    Args:
        texts: the languages of the texts.
        prefix: what leads from a row to its person, such as ``person__``.
        text: the column of the row that holds the language of its text.

    """
    spoken = {row["language"]: set(languages_read(row["language"])) for row in _languages()}
    found = Q(pk__in=())
    for one in texts:
        readers = [language for language, read in spoken.items() if one in read]
        found |= Q(**{text: one, f"{prefix}language__in": readers})
    countries = list(EnglishReaders.objects.values_list("country", flat=True))
    said = Q(**{f"{prefix}reads_english": True}) | Q(**{f"{prefix}site__country__in": countries})
    return found | (Q(**{text: ENGLISH}) & said)


def _languages() -> list[dict[str, str]]:
    return HeadCount.objects.by("language")
