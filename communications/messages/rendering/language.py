"""Which language a person reads a text in, and how that language is written."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from django.conf import settings

SOURCE_LANGUAGE = "en"


def reading_language(wanted: str, available: Collection[str]) -> str | None:
    """Return the one of the available languages that a reader of ``wanted`` gets, or None.

    The order: the language itself; its base (``fr-ca`` reads ``fr``); its own chain in
    ``settings.LANGUAGE_FALLBACKS`` (``zh-hant`` reads ``zh-hans``); another of the same base
    (``pt-pt`` and ``pt`` read ``pt-br``); the chain of the base; English.

    Args:
        wanted: a code such as ``pt-br`` or ``zh_Hant``, as the personnel files write it.
        available: lower-case codes of the languages that have a text.
    """
    return next((code for code in candidates(wanted, available) if code in available), None)


def own_language(wanted: str, available: Collection[str]) -> str | None:
    """Return the one of the languages that a reader of ``wanted`` calls theirs, or None.

    A reader of ``pt`` calls ``pt-br`` theirs; English is nobody's for want of another.
    """
    found = reading_language(wanted, available)
    is_own = found is not None and base_of(found) == base_of(wanted.strip().lower())
    return found if is_own else None


def candidates(wanted: str, available: Collection[str]) -> Iterator[str]:
    """Yield the languages that a reader of ``wanted`` is offered, best first."""
    code = wanted.strip().lower().replace("_", "-")
    base = base_of(code)
    yield from (code, base)
    yield from settings.LANGUAGE_FALLBACKS.get(code, ())
    yield from sorted(one for one in available if base_of(one) == base)
    yield from settings.LANGUAGE_FALLBACKS.get(base, ())
    yield SOURCE_LANGUAGE


def group_language(wanted: str, available: Collection[str]) -> str | None:
    """Return the language in which a group reads a text, or None.

    Neighbours and varieties take each other's place as they do for a person. English does not: a
    group is not told in a language that its channel was not made for.
    """
    found = reading_language(wanted, available)
    is_stopgap = found == SOURCE_LANGUAGE and base_of(wanted.lower()) != SOURCE_LANGUAGE
    return None if is_stopgap else found


def adapted_language(
    wanted: str, adapted: Collection[str], core: Collection[str]
) -> tuple[bool, str | None]:
    """Return whether a reader of ``wanted`` gets an adaptation or the core, and its language.

    A language that they read goes before words made for them: they get the adaptation if it is in
    one, else the core if that is, and where neither is, the adaptation in English, if it has that.

    Args:
        wanted: a code as above.
        adapted: the languages of the adaptation that means them.
        core: those of the core.
    """
    for is_adapted, available in ((True, adapted), (False, core)):
        if found := group_language(wanted, available):
            return is_adapted, found
    stopgap = reading_language(wanted, adapted)
    return (True, stopgap) if stopgap else (False, reading_language(wanted, core))


def base_of(code: str) -> str:
    """Return the language of a code without its region or script."""
    return code.partition("-")[0]


@lru_cache(maxsize=128)
def direction(language: str) -> str:
    """Return ``rtl`` for a language written from right to left, else ``ltr``."""
    return "rtl" if base_of(language) in settings.LANGUAGES_BIDI else "ltr"


@lru_cache(maxsize=128)
def language_tag(language: str) -> str:
    """Return the code as HTML and mail headers write it: ``zh-Hans``, ``pt-BR``."""
    base, _, rest = language.partition("-")
    return f"{base}-{rest.title() if len(rest) == 4 else rest.upper()}" if rest else base
