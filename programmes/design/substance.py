"""What every translation has to keep of its English: placeholders, links and numbers.

The one rule behind pages, forms and files. It compares a field with a field, however a language
orders its sentences; hints by the sentence are more, and may be wrong.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
# What no sentence in any script runs into; a closing bracket ends a link of Markdown.
LINK = re.compile(r"https?://[!#-'*-;=?-~]+")
AFTER_LINK = ".,;:!?'"
# Each sign is looked at once, however hostile the text: no brace begins a second search.
ADDRESS = re.compile(r"https?://[^\s)]+|\{\{[^{}]*+\}\}")
# An hour with its half of the day, an hour with its minutes, or any number with its separators.
NUMBER = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[apAP])\.?[mM]\b"
    r"|\d+(?:[\u00a0\u202f ’']\d{3}(?!\d)|\s?[hH]\s?\d\d(?!\d)|[.,:]\d+)*"
)
MONTH_IN_FIGURES = re.compile(r"(?<!\d)\d++(?=\s?(?:月|월))")
FULL_HOUR = re.compile(r"(?<=\d)(?:[:.,]|\s?[hH]\s?)00$")
# An hour of the second half of the day, in figures alone.
LATE_HOUR = re.compile(r"(?P<hour>1[2-9]|2[0-3]|00?)(?::|\s?[hH]\s?)(?P<minute>\d\d)")
# Whole months and their usual abbreviations, in the English order.
MONTHS = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTH_OF = {word: number for number, words in enumerate(MONTHS, start=1) for word in words}
_MONTH = f"(?:{'|'.join(MONTH_OF)})"
DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?\s(?P<month>{_MONTH})"
    rf"|(?P<month_first>{_MONTH})\s(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)
# Languages say this in a word of their own.
ROUND_THE_CLOCK = re.compile(r"\b24(?: hours a day|\s?h a day|-hour|/7)(?!\w)", re.IGNORECASE)
HALF_A_DAY = 12
# A language may address people without their names, so a text may leave these out.
NAMES = ("first_name", "last_name", "name")


def refusals_in(source: Mapping[str, str], text: Mapping[str, str]) -> dict[str, str]:
    """Return why a translation cannot be called ready, by field; an empty field is not asked.

    Args:
        source: the English, by field.
        text: the translation.

    """
    found = {name: lost_in(source.get(name, ""), value) for name, value in text.items() if value}
    return {name: lost_words(lost) for name, lost in found.items() if lost}


def lost_words(lost: str) -> str:
    """Say what a translation lacks."""
    return _("The English has %(lost)s, the translation does not.") % {"lost": lost}


def lost_in(source: str, text: str) -> str:
    """Return the first of the English that a translation lacks, as the English writes it."""
    return next(_lost(source, text), "")


def _lost(source: str, text: str) -> Iterator[str]:
    names = set(PLACEHOLDER.findall(source)) - set(PLACEHOLDER.findall(text)) - set(NAMES)
    yield from (f"{{{{ {name} }}}}" for name in sorted(names))
    said, own = links_in(source), links_in(text)
    if len(own) < len(said):
        # A page may have another address in another language.
        yield next(link for link in said if link not in own)
    numbers = lost_numbers(source, text)
    yield from (written for written, plain in numbers_written(source) if plain in numbers)


def links_in(text: str) -> list[str]:
    """Return the addresses of pages in a text, each once, in order."""
    return list(dict.fromkeys(one.rstrip(AFTER_LINK) for one in LINK.findall(text)))


def lost_numbers(source: str, text: str) -> set[str]:
    """Return the numbers that a translation lacks, or has others in place of.

    What the English says twice may be said once, and that something is open day and night in words.
    """
    said, own = numbers_in(ROUND_THE_CLOCK.sub("", source)), numbers_beside(source, text)
    has_others = bool(own - numbers_in(source))
    return {number for number in said - own if has_others or number not in own}


def numbers_in(text: str, *, is_english: bool = True) -> Counter[str]:
    """Return the numbers of a text: in English 07:00, 7:00 and 7 am are all 7, and 7 pm is 19.

    In another language “am” is a word like others, and hours are told as ``numbers_beside`` does.
    """
    return Counter(plain for _written, plain in numbers_written(text, is_english=is_english))


def numbers_beside(source: str, text: str) -> Counter[str]:
    """Return the numbers of a translation, its hours by the clock of the English.

    A language may count hours to 12 or to 24 where the English does not: 午後2時 and 14 h are 2 pm.
    """
    said, own = numbers_in(source), numbers_in(text, is_english=False)
    for hour, other in _hours(source):
        lacking = min(said[hour] - own[hour], own[other] - said[other])
        if lacking > 0:
            own = own - Counter({other: lacking}) + Counter({hour: lacking})
    return own


def _hours(source: str) -> set[tuple[str, str]]:
    """Return the hours of an English text, each with what it is by the other clock."""
    found: set[tuple[str, str]] = set()
    for match in NUMBER.finditer(ADDRESS.sub(" ", source)):
        clock = match if match["half"] else LATE_HOUR.fullmatch(match[0])
        if clock:
            short = int(clock["hour"]) % HALF_A_DAY or HALF_A_DAY
            found.add((plain_number(match), _hour(short, clock["minute"])))
    return found


def _hour(hour: int, minute: str | None) -> str:
    return f"{hour}{minute if minute not in (None, '00') else ''}"


def numbers_written(text: str, *, is_english: bool = True) -> Iterator[tuple[str, str]]:
    """Yield each number as a text writes it, and as each language would say it."""
    text = MONTH_IN_FIGURES.sub("", ADDRESS.sub(" ", text))
    for match in NUMBER.finditer(text):
        yield match[0].strip(), plain_number(match, is_english=is_english)


def dates_written(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each day of a year as an English text writes it, with its day and month."""
    for match in DATE.finditer(text):
        day, month = match["day"] or match["day_after"], match["month"] or match["month_first"]
        yield match[0], (int(day), MONTH_OF[month.casefold()])


def plain_number(match: re.Match[str], *, is_english: bool = True) -> str:
    """Return a number as each language would say it."""
    written = match[0]
    if match["half"]:
        hour, minute = int(match["hour"]), match["minute"]
        if is_english and hour <= HALF_A_DAY:
            late = HALF_A_DAY if match["half"] in "pP" else 0
            return _hour(hour % HALF_A_DAY + late, minute)
        written = f"{hour}:{minute}" if minute else match["hour"]
    # Sign by sign: a text may hold more figures than a number of the language takes.
    figures = "".join(str(int(sign)) for sign in FULL_HOUR.sub("", written) if sign.isdecimal())
    return figures.lstrip("0") or "0"
