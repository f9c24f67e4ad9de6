"""What is in the way of a new date: rest, blackouts, quiet days, and moments that have passed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design.formats import comma, day, enumeration
from programmes.models import WaveSite
from programmes.queries.shift import Clash
from programmes.timing import Delay, Due, day_at, is_year_end, rests_on

NAMED = 3
# A holiday is named before a weekend, which comes every week.
RESTS = (Delay.HOLIDAY, Delay.WEEKEND, Delay.BLACKOUT)


def clashes_of_day(title: str, on: date, places: Iterable[WaveSite]) -> list[Clash]:
    """Return why people at some sites may not be there on a day, in the order of ``RESTS``."""
    found: dict[str, list[WaveSite]] = {}
    for place in places:
        for reason in rests_on(on, place.site, place.blackouts):
            found.setdefault(reason, []).append(place)
    clashes = [
        Clash(str(reason), _rest_words(reason) % {"title": title}, sites_in_words(found[reason]))
        for reason in RESTS
        if reason in found
    ]
    return clashes + _year_end(title, [on])


def clashes_of_dues(
    title: str, dues: Sequence[tuple[WaveSite, Due, Due]], now: datetime
) -> list[Clash]:
    """Return what is in the way of what is due at some sites; each with its due now and then."""
    late = [place for place, _was, then in dues if then.latest < now]
    at_once = [p for p, _was, then in dues if then.at <= now <= then.latest]
    moved = [_moved(title, reason, dues) for reason in RESTS]
    return [
        *(clash for clash in moved if clash),
        *_year_end(title, [day_at(then.at, place.site) for place, _was, then in dues]),
        *_late(title, late, _("“%(title)s” would miss its latest send time and never be sent")),
        *_late(title, at_once, _("“%(title)s” would be sent at once: its time has passed")),
    ]


def clashes_of_past(title: str, on: date, today: date) -> list[Clash]:
    """Return that a day has come already."""
    if on > today:
        return []
    return [
        Clash("past", _("“%(title)s” would be today or in the past") % {"title": title}, day(on))
    ]


def _rest_words(reason: str) -> str:
    words = {
        Delay.HOLIDAY: _("“%(title)s” falls on a public holiday"),
        Delay.WEEKEND: _("“%(title)s” falls on a weekend"),
        Delay.BLACKOUT: _("“%(title)s” falls in a blackout"),
    }
    return words[Delay(reason)]


def _moved(title: str, reason: str, dues: Sequence[tuple[WaveSite, Due, Due]]) -> Clash | None:
    """Return that what is planned on a day of rest waits, and until when."""
    own = [(place, then) for place, _was, then in dues if then.moved == reason]
    if not own:
        return None
    until = min(day_at(then.at, place.site) for place, then in own)
    waits = _("delayed until %(day)s") % {"day": day(until)}
    detail = comma().join([sites_in_words([place for place, _then in own]), waits])
    return Clash(str(reason), _rest_words(reason) % {"title": title}, detail)


def _year_end(title: str, days: Collection[date]) -> list[Clash]:
    quiet = [on for on in days if is_year_end(on)]
    if not quiet:
        return []
    words = _("“%(title)s” falls between Christmas and New Year")
    return [Clash("year_end", words % {"title": title}, day(min(quiet)))]


def _late(title: str, places: Sequence[WaveSite], words: str) -> list[Clash]:
    return [Clash("late", words % {"title": title}, sites_in_words(places))] if places else []


def sites_in_words(places: Sequence[WaveSite]) -> str:
    """Name some sites, or say how many they are."""
    names = sorted(place.site.name for place in places)
    if len(names) <= NAMED:
        return enumeration(names)
    return ngettext("%(n)d site", "%(n)d sites", len(names)) % {"n": len(names)}
