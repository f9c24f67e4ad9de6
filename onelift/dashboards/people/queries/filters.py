"""The filters of the people list: each parameter narrows the people in one way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from communications.desk.queries.message import frozen_for
from communications.desk.queries.recipients import narrowed
from communications.dispatches.queries.plans import places_of, plan_on
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import title_of
from communications.models import Approval, Channel, Message
from onelift.dashboards.people.queries import audience_filters as whom
from onelift.dashboards.people.queries import coverage_filters as coverage
from onelift.dashboards.people.queries import text_filters as texts
from onelift.dashboards.people.queries.reader import Filter, Narrow, Reader, number_in
from onelift.dashboards.plan.queries.crowd import contacted_people, uncontacted_people
from programmes.design import formats
from programmes.models import Region, Site, Wave, WaveSite
from stakeholders.audiences.models.rule import Rule, any_of
from stakeholders.audiences.queries.people import lines_of_people
from stakeholders.models import Audience, Person, Persona
from stakeholders.people.models.names import words_of

NO_PERSONA = "-"
NO_LINE = "none"
LONGEST_WINDOW_DAYS = 3660


def filters_of(reader: Reader) -> list[Filter]:
    """Return the filters of a query, in a fixed order; empty parameters are none.

    Raises:
        Http404: a value names nothing that the reader may see.

    """
    chosen = [(name, reader.query.get(name, "").strip()) for name in FILTERS]
    found = []
    for name, value in chosen:
        if value:
            label, narrow = FILTERS[name](reader, value)
            found.append(Filter(name, value, label, narrow))
    return found


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Http404 from error


def _where(**lookup: Any) -> Narrow:
    return lambda people: people.filter(**lookup)


def _wave(reader: Reader, value: str) -> tuple[str, Narrow]:
    waves = Wave.objects.within(reader.scope)
    wave = get_object_or_404(waves, pk=number_in(value))
    places = WaveSite.objects.dated().filter(wave=wave)
    due = _own_day(reader)
    if due is None:
        return wave.name, _where(site__in=places.values("site"))
    there = places.filter(live_on=due)  # type: ignore[misc]
    label = _("%(wave)s, go-live %(day)s") % {"wave": wave.name, "day": formats.short_day(due)}
    return label, _where(site__in=there.values("site"))


def _own_day(reader: Reader) -> date | None:
    """Return the day that goes with a wave; one that goes with a message is read there."""
    due = reader.query.get("due", "")
    is_of_message = reader.query.get("version") or reader.query.get("audience")
    return _day(due) if due and not is_of_message else None


def _region(reader: Reader, value: str) -> tuple[str, Narrow]:
    regions = Region.objects.within(reader.scope)
    region = get_object_or_404(regions, slug=value.replace("\x00", ""))
    return region.name, _where(site__region=region)


def _site(reader: Reader, value: str) -> tuple[str, Narrow]:
    site = get_object_or_404(Site.objects.within(reader.scope), pk=number_in(value))
    return site.name, _where(site=site)


def _channel(reader: Reader, value: str) -> tuple[str, Narrow]:
    if not reader.scope.may("channel.read"):
        raise Http404
    channels = Channel.objects.within(reader.scope)
    channel = get_object_or_404(channels.defer("address", "secret"), pk=number_in(value))
    there = Q(site__in=channel.sites.all()) | Q(site__region__in=channel.regions.all())
    label = _("Can read “%(name)s”") % {"name": channel.name}
    return label, lambda people: people.filter(there)


def _language(reader: Reader, value: str) -> tuple[str, Narrow]:
    code = value.replace("\x00", "")
    return formats.language_title(code), _where(language=code)


def _business_line(reader: Reader, value: str) -> tuple[str, Narrow]:
    if value == NO_LINE:
        return _("No business line"), _where(business_line=None)
    lines = lines_of_people(Person.objects.within(reader.scope))
    line = get_object_or_404(lines, pk=number_in(value))
    return line.name, _where(business_line=line)


def _persona(reader: Reader, value: str) -> tuple[str, Narrow]:
    personas = Persona.objects.within(reader.scope).with_rule()
    if value == NO_PERSONA:
        nobody = ~any_of([persona.rule() for persona in personas])
        return _("In no persona"), lambda people: people.filter(nobody)
    persona = get_object_or_404(personas, slug=value.replace("\x00", ""))
    condition = persona.rule().condition()
    return persona.name, lambda people: people.filter(condition)


def _live(reader: Reader, value: str) -> tuple[str, Narrow]:
    places = WaveSite.objects.dated().filter(wave__programme=reader.programme)
    live = places.filter(live_on__lte=reader.now.date())  # type: ignore[misc]
    return _("Live"), _where(site__in=live.values("site"))


def _audience(reader: Reader, value: str) -> tuple[str, Narrow]:
    messages = Message.objects.within(reader.scope)
    mine = Audience.objects.filter(programme=reader.programme, message__in=messages)
    audience = get_object_or_404(mine.select_related("message"), pk=number_in(value))
    frozen = frozen_for(audience.message, reader.scope)
    subject = frozen.title if frozen else audience.message.title
    title = title_of(audience.message, reader.scope, subject)
    label = _("Audience of “%(subject)s”") % {"subject": title}
    return label, _meant(reader, frozen.rule if frozen else audience.rule(), audience.message)


def _version(reader: Reader, value: str) -> tuple[str, Narrow]:
    versions = Approval.objects.within(reader.scope)
    if not reader.scope.reads_drafts:
        versions = versions.standing()
    version = get_object_or_404(versions.select_related("message"), pk=number_in(value))
    label = _("Audience of “%(subject)s”, version %(number)d") % {
        "subject": title_of(version.message, reader.scope, version.frozen.title),
        "number": version.version,
    }
    return label, _meant(reader, version.frozen.rule, version.message, version)


def _meant(reader: Reader, rule: Rule, message: Message, version: Approval | None = None) -> Narrow:
    """Narrow to the people of a rule, and with ``due`` to the sites where it is due that day."""
    meant = narrowed({message: rule}).get(message.pk, rule.people()).values("pk")
    due = reader.query.get("due", "")
    if not due:
        return _where(pk__in=meant)
    day = _day(due)
    plan = plan_on(message, rule, version)
    planned = planned_at([plan], places_of(reader.scope))
    return _where(
        pk__in=meant, site__in=[each.wave_site.site_id for each in planned if each.on == day]
    )


def _contacted(reader: Reader, value: str) -> tuple[str, Narrow]:
    days, since = _window(reader, value)
    label = _("Contacted in the last %(days)d days") % {"days": days}
    return label, lambda people: contacted_people(people, reader.programme, since)


def _uncontacted(reader: Reader, value: str) -> tuple[str, Narrow]:
    days, since = _window(reader, value)
    label = _("Not contacted in the last %(days)d days") % {"days": days}
    return label, lambda people: uncontacted_people(people, reader.programme, since)


def _window(reader: Reader, value: str) -> tuple[int, datetime]:
    days = min(number_in(value), LONGEST_WINDOW_DAYS)
    return days, reader.now - timedelta(days=days)


def _employer(reader: Reader, value: str) -> tuple[str, Narrow]:
    return value, _where(employer=value.replace("\x00", ""))


def _fallback(reader: Reader, value: str) -> tuple[str, Narrow]:
    written = reader.programme.languages
    return _("Gets another language"), lambda people: people.exclude(language__in=written)


def _left(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Name the filter that ``people_list`` reads before all others: who is looked through."""
    return _("Left"), lambda people: people


def _do_not_contact(reader: Reader, value: str) -> tuple[str, Narrow]:
    if not reader.scope.may("people.read"):
        return "", lambda people: people
    return _("Not to be contacted"), _where(is_do_not_contact=True)


def _opted_out(reader: Reader, value: str) -> tuple[str, Narrow]:
    if not reader.scope.may("people.read"):
        return "", lambda people: people
    programme = reader.programme.pk
    return _("Opted out of optional messages"), lambda people: people.opted_out(programme)


def _search(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Look for a name, number or address; whoever may see no names finds nothing out by it."""
    if not reader.scope.may("people.read"):
        return "", lambda people: people
    text = value.replace("\x00", "")
    words = words_of(text)
    return _("Search: %(words)s") % {"words": value}, lambda people: people.sought(text, words)


FILTERS: dict[str, Callable[[Reader, str], tuple[str, Narrow]]] = {
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
    "reads": texts.reads,
    "served": texts.served,
    "lacks": texts.lacks,
    "saved": whom.saved,
    "also": whom.saved,
    "not_saved": whom.not_saved,
    "who": whom.who,
    "in_none": whom.in_none,
    "news": whom.news,
    "mail": whom.mail,
    "live_within": coverage.live_within,
    "affected": coverage.affected,
    "impact": coverage.impact,
    "informed": coverage.informed,
    "unanswered": coverage.unanswered,
    "contacted": _contacted,
    "uncontacted": _uncontacted,
    # As addresses that people have kept call the last two.
    "reached": _contacted,
    "unreached": _uncontacted,
}
