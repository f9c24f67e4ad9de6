"""What people read about an event in their language: when and where, and mails to begin with."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from django.utils import translation
from django.utils.translation import gettext

from programmes.design.formats import locale_of, with_ordinal


def day_words(at: datetime, zone: str, language: str) -> str:
    """Return the day of an instant in a zone, with weekday and year, in a language."""
    written = format_date(at.astimezone(ZoneInfo(zone)), "full", locale=locale_of(language))
    return with_ordinal(written, language)


def hour_words(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """Return from when to when, by the clocks of a zone, with the name of the zone."""
    locale, there = locale_of(language), ZoneInfo(zone)
    first, last = (
        format_time(at.astimezone(there), "HH:mm", locale=locale) for at in (starts_at, ends_at)
    )
    named = get_timezone_name(starts_at.astimezone(there), width="long", locale=locale)
    with translation.override(language):
        return gettext("%(hours)s, %(zone)s") % {"hours": f"{first} – {last}", "zone": named}


def invitation_texts(language: str) -> tuple[str, str]:
    """Return subject and text of the mail that invites, in a language."""
    with translation.override(language):
        return (
            gettext("You are invited: {{ event_title }}"),
            gettext(
                "Hello {{ first_name }},\n\n"
                "You are invited to {{ event_title }}.\n\n"
                "**When:** {{ event_day }}, {{ event_hours }}\n\n"
                "**Where:** {{ event_place }}\n\n"
                "[View and register]({{ event_link }})\n\n"
                "This link is for you alone. Registering takes two taps, on your phone too."
            ),
        )


def reminder_texts(language: str) -> tuple[str, str]:
    """Return subject and text of the mail that reminds who is registered, in a language."""
    with translation.override(language):
        return (
            gettext("Coming up: {{ event_title }}"),
            gettext(
                "Hello {{ first_name }},\n\n"
                "You are registered for {{ event_title }}.\n\n"
                "**When:** {{ event_day }}, {{ event_hours }}\n\n"
                "**Where:** {{ event_place }}\n\n"
                "[Show my ticket]({{ event_link }})\n\n"
                "If you cannot come, please cancel there, so that someone else gets the seat."
            ),
        )
