"""The poster of an event: what was approved, when and where, and the code of its page."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from communications.kits.documents import Sheet, UnfitError, poster_layouts, set_sheet
from communications.kits.rendering.sheet import labels
from communications.kits.services.kit_making import brand_of
from events.models import Event
from events.queries.text import text_in, texts_of
from events.rendering.words import day_words, hour_words
from programmes.queries.support import support_at


def public_link(event: Event) -> str:
    """Return the address of the public page."""
    return f"{settings.PUBLIC_URL}{reverse('events:event-open', args=[event.slug])}"


def poster_of(event: Event, language: str, now: datetime) -> bytes:
    """Return the poster as a PDF, in the language of a reader or the one nearest to it.

    Raises:
        UnfitError: the title does not fit, or has a character that no font has.
    """
    sheet = sheet_of(event, language, now)
    with suppress(UnfitError):
        return set_sheet(poster_layouts(sheet)[-1], sheet).pdf
    # A long text stands on the page that the code leads to.
    return set_sheet(poster_layouts(sheet)[-1], replace(sheet, lead="")).pdf


def sheet_of(event: Event, language: str, now: datetime) -> Sheet:
    """Return what the poster says."""
    code, text = text_in(texts_of(event), language)
    zone = event.site.time_zone
    hours = hour_words(event.starts_at, event.ends_at, zone, code)
    with override(code):
        words = labels(code) | {"qr": gettext("Register")}
    support = support_at(event.programme, event.site)
    place = " · ".join(filter(None, (event.room, event.directions)))
    return Sheet(
        language=code,
        title=text["title"],
        lead=" ".join(text["what"].split()),
        points=(day_words(event.starts_at, zone, code), hours, place),
        labels=words,
        site=event.site.name,
        live_on=None,
        url=public_link(event),
        phone=support.phone,
        address=support.mail or support.link,
        brand=brand_of(event.programme),
        at=now,
    )
