"""What is said in another language than the reader's: to whom, and by whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils import translation

from stakeholders.models import Role, User


@contextmanager
def in_language_of(user: User | None) -> Iterator[None]:
    """Let what is said here be in the language in which somebody reads staff pages."""
    known = user is not None and user.language in settings.STAFF_LANGUAGES
    with translation.override(user.language if user and known else settings.LANGUAGE_CODE):
        yield


@contextmanager
def in_own_language_of(user: User) -> Iterator[None]:
    """Let what is said here be in a user's language, of all that the portal speaks."""
    with translation.override(user.language):
        yield


def role_in_words(written: str) -> str:
    """Return a role as it was written down once, with its word in the active language, if known."""
    word, comma, rest = written.partition(", ")
    kind = _kinds().get(word)
    return f"{kind.label}{comma}{rest}" if kind else written


@cache
def _kinds() -> dict[str, Role.Kind]:
    """Return each kind of role by its words in all languages of staff."""
    found: dict[str, Role.Kind] = {}
    for language in settings.STAFF_LANGUAGES:
        with translation.override(language):
            found |= {str(kind.label): kind for kind in Role.Kind}
    return found
