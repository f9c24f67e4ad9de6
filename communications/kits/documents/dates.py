"""A day as a sheet writes it, in the language's own long form, with Western digits."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, format_skeleton

from programmes.design.formats import locale_of, with_ordinal, without_year_sign

# Where calendars begin with Sunday; elsewhere it is Monday.
SUNDAY_FIRST = {"ar", "ja", "ko", "pt-br"}


@dataclass(frozen=True)
class WrittenDay:
    """“Monday”, “18 January 2027”, “Monday 18 January 2027”, “18”, “January 2027”, or nothing.

    ``weeks`` are those of the month, from the day with which the language's weeks begin; 0 is a
    day of another month.
    """

    weekday: str = ""
    date: str = ""
    long: str = ""
    day: str = ""
    month: str = ""
    weeks: Sequence[Sequence[int]] = ()


def written_day(day: date | None, language: str) -> WrittenDay:
    """Return a day in the words of a language."""
    if day is None:
        return WrittenDay()
    locale = locale_of(language)
    in_long, in_full = (
        without_year_sign(with_ordinal(format_date(day, width, locale=locale), language))
        for width in ("long", "full")
    )
    return WrittenDay(
        weekday=format_date(day, "cccc", locale=locale),
        date=in_long,
        long=in_full,
        day=str(day.day),
        month=without_year_sign(format_skeleton("yMMMM", day, locale=locale)),
        weeks=Calendar(6 if language in SUNDAY_FIRST else 0).monthdayscalendar(day.year, day.month),
    )
