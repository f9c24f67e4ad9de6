"""Numbers, shares, dates and instants as a language writes them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# English is the organisation's English, day first; other languages follow their own custom.
ENGLISH_DAY = "EEE d MMM y"
ENGLISH_SHORT_DAY = "d MMM"


def locale_of(language: str | None = None) -> Locale:
    """Return the locale of a language code such as ``pt-br``; without one, of the active one."""
    code = language or translation.get_language() or "en"
    return Locale.parse("en-GB" if code == "en" else code, sep="-")


def language_name(code: str) -> str:
    """Return a language's name in the active language; a code that names none stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(locale_of()) or code
    except (UnknownLocaleError, ValueError):
        return code


def enumeration(words: Sequence[str]) -> str:
    """Return words as the active language lists them."""
    return format_list(words, "standard", locale=locale_of())


def number(value: float) -> str:
    """Return a number with the separators of the active language."""
    return format_decimal(value, locale=locale_of())


def percent(share: float, *, decimals: int = 0) -> str:
    """Return a fraction between 0 and 1 as percent, whole unless it has at most some decimals."""
    locale = locale_of()
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0" + ".#" * decimals)
    return format_percent(share, pattern if decimals else None, locale=locale)


def amount(value: float | Decimal, unit: str = "") -> str:
    """Return a number with its unit, such as ``74 %`` or ``7 languages``."""
    if unit == "%":
        return percent(float(value) / 100, decimals=2)
    written = format_decimal(value, locale=locale_of())
    return _("%(number)s %(unit)s") % {"number": written, "unit": unit} if unit else written


def size(count: int) -> str:
    """Return a number of bytes in kilobytes or megabytes, with a decimal where it needs one."""
    unit, of = ("megabyte", 1024**2) if count >= 1024**2 else ("kilobyte", 1024)
    pattern = "#,##0.#"
    return format_unit(count / of, f"digital-{unit}", "short", pattern, locale=locale_of())


def day(value: date) -> str:
    """Return a date with weekday, month as a word, and year."""
    locale = locale_of()
    if locale.language == "en":
        return format_date(value, ENGLISH_DAY, locale=locale)
    return format_skeleton("yMMMEd", value, locale=locale)


def long_day(value: date) -> str:
    """Return a date with month as a word and year, without weekday."""
    return format_date(value, "medium", locale=locale_of())


def full_day(value: date) -> str:
    """Return a date with its month in full and its year, as it stands within a sentence."""
    return format_date(value, "long", locale=locale_of())


def short_day(value: date) -> str:
    locale = locale_of()
    if locale.language == "en":
        return format_date(value, ENGLISH_SHORT_DAY, locale=locale)
    return format_skeleton("MMMd", value, locale=locale)


def weekday(value: date) -> str:
    """Return the short name of a day of the week."""
    return format_date(value, "EEE", locale=locale_of())


def weekday_range(iso_days: str) -> str:
    """Return days that follow each other, such as ``12345``, by their first and last short name."""
    names = get_day_names("abbreviated", "stand-alone", locale_of())
    return f"{names[int(iso_days[0]) - 1]}–{names[int(iso_days[-1]) - 1]}"


def month(value: date, *, with_year: bool = False) -> str:
    """Return the short name of a month, if wished with its year."""
    return format_skeleton("yMMM" if with_year else "MMM", value, locale=locale_of())


def clock(instant: datetime, zone: str | None = None) -> str:
    """Return the hour and minute of an instant in a zone (24 h); without one, in the active."""
    return format_datetime(_there(instant, zone), "HH:mm", locale=locale_of())


def offset_name(instant: datetime, zone: str | None = None) -> str:
    """Return how far a zone is from UTC at an instant, such as ``UTC+1`` or ``UTC+5:30``."""
    minutes = int((_there(instant, zone).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    if minutes == 0:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


def moment(instant: datetime, zone: str | None = None) -> str:
    """Return day, hour and zone of an instant in a zone; without one, in the active zone."""
    there = _there(instant, zone)
    return f"{day(there.date())}, {clock(instant, zone)} {offset_name(instant, zone)}"


def _there(instant: datetime, zone: str | None) -> datetime:
    return timezone.localtime(instant, ZoneInfo(zone) if zone else None)
