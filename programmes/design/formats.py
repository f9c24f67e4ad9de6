"""Numbers, shares, dates and instants as a language writes them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from unicodedata import bidirectional
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
Key = TypeVar("Key")
MINUS = "\N{MINUS SIGN}"
LEFT_TO_RIGHT, END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# What stands between words that are only strung together, and between the items of a list, in
# languages that have marks of their own.
COMMAS = {"zh": "，", "ja": "、", "ar": "، "}
LIST_COMMAS = COMMAS | {"zh": "、"}
# Chinese has a space between Latin letters and characters.
LATIN_BESIDE = re.compile(r"(?<=[0-9A-Za-zÀ-ɏ])(?=[一-鿿])|(?<=[一-鿿])(?=[0-9A-Za-zÀ-ɏ])")


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


def most_first(counts: Mapping[Key, int]) -> list[tuple[Key, int]]:
    """Return what was counted, most first.

    Databases group in any order, so what is as frequent goes by its key: no two loads differ.
    """
    return sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))


def language_title(code: str) -> str:
    """Return a language's name as it heads a row or stands alone; many languages write it small."""
    name = language_name(code)
    return name if name == code else name[:1].upper() + name[1:]


def enumeration(words: Sequence[str]) -> str:
    """Return words as the active language lists them."""
    written = format_list(words, "standard", locale=locale_of())
    return LATIN_BESIDE.sub(" ", written) if locale_of().language == "zh" else written


def comma() -> str:
    """Return what the active language puts between words that are only strung together."""
    return COMMAS.get(locale_of().language, ", ")


def listed(words: Iterable[object]) -> str:
    """Return words one after another, with the active language's comma between them."""
    return LIST_COMMAS.get(locale_of().language, ", ").join(map(str, words))


def letter_of(word: str, words: Iterable[str]) -> str:
    """Return the first letter of a word with which none of the other words begins."""
    initials = {other[:1] for other in words if other != word}
    return next((letter for letter in word if letter not in initials), "")


def number(value: float) -> str:
    """Return a number with the separators of the active language."""
    return _decimal(value)


def _decimal(value: float | Decimal) -> str:
    """Return a number as its locale writes it, with a minus and no hyphen below zero."""
    written = format_decimal(value, locale=locale_of()).replace("-", MINUS)
    return _isolated(written) if MINUS in written else written


def _isolated(written: str) -> str:
    """Return a number whose sign keeps its side in a text that is written from right to left."""
    return f"{LEFT_TO_RIGHT}{written}{END}" if is_mirrored() else written


def is_mirrored() -> bool:
    """Tell whether the active language is written from right to left."""
    return locale_of().text_direction == "rtl"


def is_apart(text: str) -> bool:
    """Tell whether a text has an order of its own amid one that is written from right to left."""
    return is_mirrored() and not any(bidirectional(letter) in ("R", "AL") for letter in text)


def apart(title: str) -> str:
    """Return a title that keeps its own order where the page is written from right to left."""
    words = re.sub("‹[^›]*›?", "", title)  # its placeholders are named in the page's language
    return f"{LEFT_TO_RIGHT}{title}{END}" if words and is_apart(words) else title


def arrow() -> str:
    """Return the arrow from what was to what is, which points the way that one reads."""
    return "←" if is_mirrored() else "→"


def percent(share: float, *, decimals: int = 0) -> str:
    """Return a fraction between 0 and 1 as percent, whole unless it has at most some decimals."""
    locale = locale_of()
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0" + ".#" * decimals)
    return _isolated(format_percent(share, pattern if decimals else None, locale=locale))


def amount(value: float | Decimal, unit: str = "") -> str:
    """Return a number with its unit, such as ``74 %`` or ``7 languages``."""
    if unit == "%":
        return percent(float(value) / 100, decimals=2)
    written = _decimal(value)
    return _("%(number)s %(unit)s") % {"number": written, "unit": unit} if unit else written


def size(count: int) -> str:
    """Return a number of bytes in kilobytes and larger units, with a decimal where it needs one."""
    units = {"gigabyte": 1024**3, "megabyte": 1024**2, "kilobyte": 1024}
    unit, of = next((unit, of) for unit, of in units.items() if count >= of or of == 1024)
    pattern = "#,##0.#"
    return format_unit(count / of, f"digital-{unit}", "short", pattern, locale=locale_of())


def day(value: date) -> str:
    """Return a date with weekday, month as a word, and year."""
    locale = locale_of()
    if locale.language == "en":
        return format_date(value, ENGLISH_DAY, locale=locale)
    return _ordinal(format_skeleton("yMMMEd", value, locale=locale))


def _ordinal(written: str) -> str:
    return without_year_sign(with_ordinal(written, locale_of().language))


def with_ordinal(written: str, language: str) -> str:
    """Return a date with the first of a month as French writes it; Babel knows no “1er”."""
    return re.sub(r"\b1\b", "1er", written, count=1) if language == "fr" else written


def without_year_sign(written: str) -> str:
    """Return a Russian date without “г.”, whose full stop would meet that of a sentence."""
    return re.sub(r"\s+г\.$", "", written)


def long_day(value: date) -> str:
    """Return a date with month as a word and year, without weekday."""
    return _ordinal(format_skeleton("yMMMd", value, locale=locale_of()))


def full_day(value: date) -> str:
    """Return a date with its month in full and its year, as it stands within a sentence."""
    return _ordinal(format_date(value, "long", locale=locale_of()))


def short_day(value: date) -> str:
    locale = locale_of()
    if locale.language == "en":
        return format_date(value, ENGLISH_SHORT_DAY, locale=locale)
    return _ordinal(format_skeleton("MMMd", value, locale=locale))


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


def long_month(value: date) -> str:
    """Return a month in full with its year."""
    return format_skeleton("yMMMM", value, locale=locale_of())


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
    return f"{day_at(there.date(), clock(instant, zone))} {offset_name(instant, zone)}"


def day_at(value: date, hour: str) -> str:
    """Return a day and an hour of it, joined as the active language joins them."""
    return str(locale_of().datetime_formats["medium"]).format(hour, day(value))


def _there(instant: datetime, zone: str | None) -> datetime:
    return timezone.localtime(instant, ZoneInfo(zone) if zone else None)
