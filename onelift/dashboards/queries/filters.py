"""The filters of the people list: each parameter narrows the people in one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communications.models import Approval, Message
from communications.queries.reach import reached, unreached
from onelift.dashboards.queries.moments import places_of, plan_on, planned_at
from programmes.models import BusinessLine, Programme, Region, Site, Wave, WaveSite
from programmes.rendering import formats
from programmes.scope import Scope
from stakeholders.importing.names import words_of
from stakeholders.models import Audience, Person, Persona
from stakeholders.models.person import PersonQuerySet
from stakeholders.models.rule import any_of, meant, people_of, persona_condition
from stakeholders.queries.audience import Draft, not_by_mail
from stakeholders.queries.news import last_run, told_of
from stakeholders.queries.offers import NOT, offers_of
from stakeholders.queries.saved import in_no_audience

Narrow = Callable[[PersonQuerySet], PersonQuerySet]
LONGEST_NUMBER = 18
NO_PERSONA = "-"
NO_LINE = "none"
LONGEST_WINDOW_DAYS = 3660


@dataclass(frozen=True)
class Asker:
    """Who asks, of which programme, when, and with which other parameters."""

    programme: Programme
    scope: Scope
    now: datetime
    query: Mapping[str, str]


@dataclass(frozen=True)
class Filter:
    """One parameter in force, with its words and what it does."""

    name: str
    value: str
    label: str
    narrow: Narrow


def filters_of(asker: Asker) -> list[Filter]:
    """Return the filters of a query, in a fixed order; empty parameters are none.

    Raises:
        Http404: a value names nothing that the reader may see.

    """
    chosen = [(name, asker.query.get(name, "").strip()) for name in FILTERS]
    found = []
    for name, value in chosen:
        if value:
            label, narrow = FILTERS[name](asker, value)
            found.append(Filter(name, value, label, narrow))
    return found


def _number(value: str) -> int:
    """Return a number as the filters' links write it."""
    if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER):
        raise Http404
    return int(value)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Http404 from error


def _where(**lookup: Any) -> Narrow:
    return lambda people: people.filter(**lookup)


def _wave(asker: Asker, value: str) -> tuple[str, Narrow]:
    waves = Wave.objects.within(asker.scope).filter(programme=asker.programme)
    wave = get_object_or_404(waves, pk=_number(value))
    places = WaveSite.objects.dated().filter(wave=wave)
    due = _own_day(asker)
    if due is None:
        return wave.name, _where(site__in=places.values("site"))
    there = places.filter(live_on=due)  # type: ignore[misc]
    label = _("%(wave)s, go-live %(day)s") % {"wave": wave.name, "day": formats.short_day(due)}
    return label, _where(site__in=there.values("site"))


def _own_day(asker: Asker) -> date | None:
    """Return the day that goes with a wave; one that goes with a message is read there."""
    due = asker.query.get("due", "")
    is_of_message = asker.query.get("version") or asker.query.get("audience")
    return _day(due) if due and not is_of_message else None


def _region(asker: Asker, value: str) -> tuple[str, Narrow]:
    regions = Region.objects.within(asker.scope)
    region = get_object_or_404(regions, slug=value.replace("\x00", ""))
    return region.name, _where(site__region=region)


def _site(asker: Asker, value: str) -> tuple[str, Narrow]:
    site = get_object_or_404(Site.objects.within(asker.scope), pk=_number(value))
    return site.name, _where(site=site)


def _language(asker: Asker, value: str) -> tuple[str, Narrow]:
    code = value.replace("\x00", "")
    return formats.language_name(code), _where(language=code)


def _business_line(asker: Asker, value: str) -> tuple[str, Narrow]:
    if value == NO_LINE:
        return _("No business line"), _where(business_line=None)
    line = get_object_or_404(BusinessLine, pk=_number(value))
    here = Person.objects.within(asker.scope).filter(business_line=line)
    if not asker.scope.is_everywhere and not here.exists():
        raise Http404
    return line.name, _where(business_line=line)


def _persona(asker: Asker, value: str) -> tuple[str, Narrow]:
    personas = Persona.objects.within(asker.scope).filter(programme=asker.programme).with_rule()
    if value == NO_PERSONA:
        nobody = ~any_of([persona.rule() for persona in personas])
        return _("In no persona"), lambda people: people.filter(nobody)
    persona = get_object_or_404(personas, slug=value.replace("\x00", ""))
    condition = persona_condition(persona.rule())
    return persona.name, lambda people: people.filter(condition)


def _live(asker: Asker, value: str) -> tuple[str, Narrow]:
    places = WaveSite.objects.dated().filter(wave__programme=asker.programme)
    live = places.filter(live_on__lte=asker.now.date())  # type: ignore[misc]
    return _("Live"), _where(site__in=live.values("site"))


def _audience(asker: Asker, value: str) -> tuple[str, Narrow]:
    messages = Message.objects.within(asker.scope)
    mine = Audience.objects.filter(programme=asker.programme, message__in=messages)
    audience = get_object_or_404(mine.select_related("message"), pk=_number(value))
    label = _("Audience of “%(subject)s”") % {"subject": audience.message.title}
    return label, _meant(asker, audience.rule(), audience.message)


def _version(asker: Asker, value: str) -> tuple[str, Narrow]:
    versions = Approval.objects.within(asker.scope).filter(message__programme=asker.programme)
    version = get_object_or_404(versions.select_related("message"), pk=_number(value))
    label = _("Audience of “%(subject)s”, version %(number)d") % {
        "subject": version.message.title,
        "number": version.version,
    }
    return label, _meant(asker, version.content["rule"], version.message, version)


def _meant(
    asker: Asker, rule: dict[str, Any], message: Message, version: Approval | None = None
) -> Narrow:
    """Narrow to the people of a rule, and with ``due`` to the sites where it is due that day."""
    meant = people_of(rule).values("pk")
    due = asker.query.get("due", "")
    if not due:
        return _where(pk__in=meant)
    day = _day(due)
    plan = plan_on(message, rule, version)
    planned = planned_at([plan], places_of(asker.programme, asker.scope))
    return _where(pk__in=meant, site__in=[each.place.site_id for each in planned if each.on == day])


def _saved_audience(asker: Asker, value: str) -> Audience:
    saved = Audience.objects.within(asker.scope).filter(programme=asker.programme)
    return get_object_or_404(saved.exclude(name=""), pk=_number(value))


def _saved(asker: Asker, value: str) -> tuple[str, Narrow]:
    audience = _saved_audience(asker, value)
    label = _("In “%(name)s”") % {"name": audience.name}
    return label, lambda people: people.filter(meant(audience.rule()))


def _not_saved(asker: Asker, value: str) -> tuple[str, Narrow]:
    audience = _saved_audience(asker, value)
    label = _("Not in “%(name)s”") % {"name": audience.name}
    return label, lambda people: people.filter(~meant(audience.rule()))


def _who(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Narrow to whom the lines of an address mean, as the page of audiences writes them."""
    chosen = offers_of(asker.programme, asker.scope).chosen(QueryDict(value))
    labels = [
        _("not %(name)s") % {"name": offer.label} if name.startswith(NOT) else offer.label
        for name, offers in chosen.items()
        for offer in offers
    ]
    rule = Draft(asker.programme, chosen).rule
    label = _("Audience: %(lines)s") % {"lines": ", ".join(labels) or _("everybody")}
    return label, lambda people: people.filter(meant(rule))


def _in_none(asker: Asker, value: str) -> tuple[str, Narrow]:
    condition = in_no_audience(asker.programme)
    return _("In no audience"), lambda people: people.filter(condition)


def _mail(asker: Asker, value: str) -> tuple[str, Narrow]:
    personas = Persona.objects.within(asker.scope).filter(programme=asker.programme).with_rule()
    condition = not_by_mail(list(personas))
    return _("Not reached by mail"), lambda people: people.filter(condition)


NEWS = {
    "came": gettext_lazy("Came with the last file"),
    "changed": gettext_lazy("Changed by the last file"),
    "left": gettext_lazy("Left with the last file"),
}


def _news(asker: Asker, value: str) -> tuple[str, Narrow]:
    run = last_run()
    if value not in NEWS or run is None:
        raise Http404
    return str(NEWS[value]), lambda people: people.filter(told_of(run, value))


def _reached(asker: Asker, value: str) -> tuple[str, Narrow]:
    days, since = _window(asker, value)
    label = _("Reached in the last %(days)d days") % {"days": days}
    return label, lambda people: reached(people, asker.programme, since)


def _unreached(asker: Asker, value: str) -> tuple[str, Narrow]:
    days, since = _window(asker, value)
    label = _("Not reached in the last %(days)d days") % {"days": days}
    return label, lambda people: unreached(people, asker.programme, since)


def _window(asker: Asker, value: str) -> tuple[int, datetime]:
    days = min(_number(value), LONGEST_WINDOW_DAYS)
    return days, asker.now - timedelta(days=days)


def _employer(asker: Asker, value: str) -> tuple[str, Narrow]:
    return value, _where(employer=value.replace("\x00", ""))


def _fallback(asker: Asker, value: str) -> tuple[str, Narrow]:
    written = asker.programme.languages
    return _("Gets another language"), lambda people: people.exclude(language__in=written)


def _left(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Name the filter that ``people_list`` reads before all others: who is looked through."""
    return _("Left"), lambda people: people


def _do_not_contact(asker: Asker, value: str) -> tuple[str, Narrow]:
    if not asker.scope.may("people.read"):
        return "", lambda people: people
    return _("Not to be contacted"), _where(is_do_not_contact=True)


def _search(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Look for a name, number or address; whoever may see no names finds nothing out by it."""
    if not asker.scope.may("people.read"):
        return "", lambda people: people
    text = value.replace("\x00", "")
    words = words_of(text)
    return _("Search: %(words)s") % {"words": value}, lambda people: people.sought(text, words)


FILTERS: dict[str, Callable[[Asker, str], tuple[str, Narrow]]] = {
    "q": _search,
    "left": _left,
    "live": _live,
    "wave": _wave,
    "region": _region,
    "site": _site,
    "language": _language,
    "business_line": _business_line,
    "persona": _persona,
    "employer": _employer,
    "fallback": _fallback,
    "do_not_contact": _do_not_contact,
    "audience": _audience,
    "version": _version,
    "saved": _saved,
    "also": _saved,
    "not_saved": _not_saved,
    "who": _who,
    "in_none": _in_none,
    "news": _news,
    "mail": _mail,
    "reached": _reached,
    "unreached": _unreached,
}
