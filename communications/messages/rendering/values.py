"""The values of the placeholders that every text knows."""

import re
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from programmes.design.formats import with_ordinal
from programmes.models import Programme, Site
from stakeholders.models import Person

# English for the world: the day stands before the month.
LOCALES = {"en": "en_GB"}
EAST_ASIAN_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")


def values_for(
    person: Person, site: Site, go_live_on: date | None, programme: Programme, language: str
) -> dict[str, str]:
    """Return the value of each known placeholder for one person.

    Args:
        person: who gets the mail.
        site: where they work.
        go_live_on: the go-live date of that site, or None if it has none.
        programme: whose mail it is.
        language: the language of the text, in which the date is written.
    """
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": full_name(person),
        "site": site.name,
        "go_live_date": written_date(go_live_on, language) if go_live_on else "",
        "programme": programme.name,
    }


def full_name(person: Person) -> str:
    """Return the name as its bearer writes it: an East Asian one begins with the family name."""
    names = (person.last_name, person.first_name)
    if all(EAST_ASIAN_NAME.fullmatch(name) for name in names):
        return "".join(names)
    return str(person)


@lru_cache(maxsize=1024)
def written_date(day: date, language: str) -> str:
    """Return the date in words of the language, with Western digits: “18 January 2027”."""
    return with_ordinal(format_date(day, "long", locale=locale_of(language)), language)


def locale_of(language: str) -> Locale:
    """Return Babel's locale of a language, or the English one if Babel has none."""
    try:
        return Locale.parse(LOCALES.get(language, language), sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(LOCALES["en"])
