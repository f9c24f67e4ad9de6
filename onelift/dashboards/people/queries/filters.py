"""The filters of the people list: each parameter narrows the people in one way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from communications.desk.queries.message import frozen_for
from communications.dispatches.queries.plans import places_of, plan_on
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import title_of
from communications.models import Approval, Channel, Message
from onelift.dashboards.people.queries import audience_filters as whom
from onelift.dashboards.people.queries.reader import Asker, Filter, Narrow, number_in
from onelift.dashboards.plan.queries.crowd import reached_people, unreached_people
from onelift.dashboards.plan.queries.recipients import narrowed
from programmes.design import formats
from programmes.models import Region, Site, Wave, WaveSite
from stakeholders.audiences.models.rule import Rule, any_of
from stakeholders.audiences.queries.people import lines_of_people
from stakeholders.models import Audience, Person, Persona
from stakeholders.people.models.names import words_of

NO_PERSONA = "-"
NO_LINE = "none"
LONGEST_WINDOW_DAYS = 3660


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


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Http404 from error


def _where(**lookup: Any) -> Narrow:
    return lambda people: people.filter(**lookup)


def _wave(asker: Asker, value: str) -> tuple[str, Narrow]:
    waves = Wave.objects.within(asker.scope)
    wave = get_object_or_404(waves, pk=number_in(value))
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
    site = get_object_or_404(Site.objects.within(asker.scope), pk=number_in(value))
    return site.name, _where(site=site)


def _channel(asker: Asker, value: str) -> tuple[str, Narrow]:
    if not asker.scope.may("channel.read"):
        raise Http404
    channels = Channel.objects.within(asker.scope)
    channel = get_object_or_404(channels.defer("address", "secret"), pk=number_in(value))
    there = Q(site__in=channel.sites.all()) | Q(site__region__in=channel.regions.all())
    label = _("May read “%(name)s”") % {"name": channel.name}
    return label, lambda people: people.filter(there)


def _language(asker: Asker, value: str) -> tuple[str, Narrow]:
    code = value.replace("\x00", "")
    return formats.language_name(code), _where(language=code)


def _business_line(asker: Asker, value: str) -> tuple[str, Narrow]:
    if value == NO_LINE:
        return _("No business line"), _where(business_line=None)
    lines = lines_of_people(Person.objects.within(asker.scope))
    line = get_object_or_404(lines, pk=number_in(value))
    return line.name, _where(business_line=line)


def _persona(asker: Asker, value: str) -> tuple[str, Narrow]:
    personas = Persona.objects.within(asker.scope).with_rule()
    if value == NO_PERSONA:
        nobody = ~any_of([persona.rule() for persona in personas])
        return _("In no persona"), lambda people: people.filter(nobody)
    persona = get_object_or_404(personas, slug=value.replace("\x00", ""))
    condition = persona.rule().condition()
    return persona.name, lambda people: people.filter(condition)


def _live(asker: Asker, value: str) -> tuple[str, Narrow]:
    places = WaveSite.objects.dated().filter(wave__programme=asker.programme)
    live = places.filter(live_on__lte=asker.now.date())  # type: ignore[misc]
    return _("Live"), _where(site__in=live.values("site"))


def _audience(asker: Asker, value: str) -> tuple[str, Narrow]:
    messages = Message.objects.within(asker.scope)
    mine = Audience.objects.filter(programme=asker.programme, message__in=messages)
    audience = get_object_or_404(mine.select_related("message"), pk=number_in(value))
    frozen = frozen_for(audience.message, asker.scope)
    subject = frozen.title if frozen else audience.message.title
    title = title_of(audience.message, asker.scope, subject)
    label = _("Audience of “%(subject)s”") % {"subject": title}
    return label, _meant(asker, frozen.rule if frozen else audience.rule(), audience.message)


def _version(asker: Asker, value: str) -> tuple[str, Narrow]:
    versions = Approval.objects.within(asker.scope)
    if not asker.scope.reads_drafts:
        versions = versions.standing()
    version = get_object_or_404(versions.select_related("message"), pk=number_in(value))
    label = _("Audience of “%(subject)s”, version %(number)d") % {
        "subject": title_of(version.message, asker.scope, version.frozen.title),
        "number": version.version,
    }
    return label, _meant(asker, version.frozen.rule, version.message, version)


def _meant(asker: Asker, rule: Rule, message: Message, version: Approval | None = None) -> Narrow:
    """Narrow to the people of a rule, and with ``due`` to the sites where it is due that day."""
    only = narrowed([version]) if version else {}
    meant = (only[version.pk] if version and only else rule.people()).values("pk")
    due = asker.query.get("due", "")
    if not due:
        return _where(pk__in=meant)
    day = _day(due)
    plan = plan_on(message, rule, version)
    planned = planned_at([plan], places_of(asker.scope))
    return _where(
        pk__in=meant, site__in=[each.wave_site.site_id for each in planned if each.on == day]
    )


def _reached(asker: Asker, value: str) -> tuple[str, Narrow]:
    days, since = _window(asker, value)
    label = _("Reached in the last %(days)d days") % {"days": days}
    return label, lambda people: reached_people(people, asker.programme, since)


def _unreached(asker: Asker, value: str) -> tuple[str, Narrow]:
    days, since = _window(asker, value)
    label = _("Not reached in the last %(days)d days") % {"days": days}
    return label, lambda people: unreached_people(people, asker.programme, since)


def _window(asker: Asker, value: str) -> tuple[int, datetime]:
    days = min(number_in(value), LONGEST_WINDOW_DAYS)
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


def _opted_out(asker: Asker, value: str) -> tuple[str, Narrow]:
    if not asker.scope.may("people.read"):
        return "", lambda people: people
    programme = asker.programme.pk
    return _("Opted out of what may be left out"), lambda people: people.opted_out(programme)


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
    "channel": _channel,
    "language": _language,
    "business_line": _business_line,
    "persona": _persona,
    "employer": _employer,
    "fallback": _fallback,
    "do_not_contact": _do_not_contact,
    "opted_out": _opted_out,
    "audience": _audience,
    "version": _version,
    "saved": whom.saved,
    "also": whom.saved,
    "not_saved": whom.not_saved,
    "who": whom.who,
    "in_none": whom.in_none,
    "news": whom.news,
    "mail": whom.mail,
    "reached": _reached,
    "unreached": _unreached,
}
