"""Speaking to somebody who is not there: what a worker says is read later, by them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation

from stakeholders.models import User


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
