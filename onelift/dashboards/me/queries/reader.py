"""Readers without an account: which language they read, and which programmes they may know of."""

from collections.abc import Collection

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

from communications.messages.rendering.language import base_of, reading_language
from programmes.models import Programme, Service
from programmes.queries.service import published_services
from programmes.queries.texts import SOURCE_LANGUAGE


def published_programmes() -> list[Programme]:
    """Return the programmes that the public may know of, by name (two queries)."""
    services = published_services(Service.objects.select_related("programme"))
    return sorted({one.programme for one in services}, key=lambda one: (one.name, one.pk))


def page_language(wanted: str, accepted: str, languages: Collection[str]) -> str:
    """Return the language of a page: the one that is asked for, else what the browser accepts.

    Args:
        wanted: the code in the address, or empty.
        accepted: the header ``Accept-Language``.
        languages: the codes that the page may have.

    """
    if wanted in languages:
        return wanted
    for code, _weight in parse_accept_lang_header(accepted):
        found = reading_language(code, languages)
        if found and (found != SOURCE_LANGUAGE or base_of(code) == SOURCE_LANGUAGE):
            return found
    return SOURCE_LANGUAGE


def all_languages() -> list[str]:
    """Return the languages of pages that belong to no programme."""
    return [code for code, _name in settings.LANGUAGES]
