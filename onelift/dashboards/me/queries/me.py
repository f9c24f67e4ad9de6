"""What changes for a reader: the public facts of a programme for one site and one persona.

No people are looked at, and nothing is said of a programme that has no published service.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.http import Http404

from communications.messages.rendering.language import reading_language
from programmes.design.collation import name_key
from programmes.design.folding import folded
from programmes.models import Programme, Service, Site, WaveSite
from programmes.queries.support import Support, support_at
from programmes.queries.texts import (
    APPROVED,
    DRAFT,
    REVIEW,
    SOURCE_LANGUAGE,
    TextStatus,
    states_of_many,
)
from stakeholders.models import Persona

# The states of texts that everybody reads, and those that a preview shows as well.
PUBLIC = frozenset({APPROVED})
WRITTEN = frozenset({APPROVED, REVIEW, DRAFT})


@dataclass(frozen=True)
class Asked:
    """What an address asks for; empty words ask for nothing in particular.

    Attributes:
        language: the code that the page speaks.
        site: the name of a site, or the word that addresses have for it.
        persona: the address of a persona.

    """

    language: str
    site: str = ""
    persona: str = ""


@dataclass(frozen=True)
class Said:
    """A text in the language that its reader gets."""

    language: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class Offer:
    """A service as a reader meets it; ``on`` is its day at their site, None if none is known."""

    said: Said
    on: date | None


@dataclass(frozen=True)
class Choice:
    """One line of a select; ``language`` is that of its label, empty for a name."""

    value: str
    label: str
    is_chosen: bool
    language: str = ""


@dataclass(frozen=True)
class PublishedFacts:
    """What may be said of a programme: its texts in the states that are shown.

    Personas and services are those whose English is among them.
    """

    programme: Programme
    services: list[Service]
    personas: list[Persona]
    said: Mapping[tuple[type[Model], int], Mapping[str, TextStatus]]
    shown: Collection[str]

    def in_language(self, thing: Service | Persona, language: str) -> Said:
        """Return a text in the language that a reader gets; none is ready without its name."""
        statuses = self.said[type(thing), thing.pk]
        shown = {code: one for code, one in statuses.items() if one.state in self.shown}
        ready = [code for code, status in shown.items() if status.text["name"]]
        code = reading_language(language, ready) or SOURCE_LANGUAGE
        return Said(code, statuses[code].text)


def facts_of(programme: Programme, shown: Collection[str] = PUBLIC) -> PublishedFacts:
    """Return what may be said of a programme, in five queries."""
    services = list(programme.services.prefetch_related("personas"))
    personas = list(Persona.objects.filter(programme=programme))
    said: dict[tuple[type[Model], int], Mapping[str, TextStatus]] = {}
    for model, things in ((Service, services), (Persona, personas)):
        states = states_of_many(things, languages=programme.languages)
        said |= {(model, pk): of for pk, of in states.items()}
    return PublishedFacts(
        programme=programme,
        services=[one for one in services if _is_shown(said[Service, one.pk], shown)],
        personas=[one for one in personas if _is_shown(said[Persona, one.pk], shown)],
        said=said,
        shown=shown,
    )


def _is_shown(statuses: Mapping[str, TextStatus], shown: Collection[str]) -> bool:
    return SOURCE_LANGUAGE in statuses and statuses[SOURCE_LANGUAGE].state in shown


@dataclass(frozen=True)
class Me:
    """The page of one site and one persona, either of which may be left open.

    Attributes:
        live_on: the go-live of the site, its own or its wave's; None where there is none.
        today: the date at the site.
        offers: the services for the reader, in the programme's order.
        is_more: whether there are others, for single personas, while none is chosen.
        sites, personas: what may be chosen.

    """

    facts: PublishedFacts
    language: str
    site: Site | None
    live_on: date | None
    today: date
    persona: Persona | None
    offers: list[Offer]
    is_more: bool
    sites: list[Choice]
    personas: list[Choice]
    support: Support = field(default_factory=Support)

    @property
    def programme(self) -> Programme:
        return self.facts.programme

    @property
    def is_live(self) -> bool:
        """Tell whether the site has gone live."""
        return self.live_on is not None and self.live_on <= self.today

    @cached_property
    def who(self) -> Said | None:
        """Return what is said of the chosen persona."""
        return self.facts.in_language(self.persona, self.language) if self.persona else None

    @cached_property
    def upcoming(self) -> list[Offer]:
        """Return what is still to come, the next first; without a day last."""
        found = [offer for offer in self.offers if offer.on is None or offer.on > self.today]
        return sorted(found, key=lambda offer: offer.on or date.max)

    @cached_property
    def there(self) -> list[Offer]:
        """Return what is there already, the newest first."""
        found = [offer for offer in self.offers if offer.on and offer.on <= self.today]
        return sorted(found, key=lambda offer: offer.on or date.min, reverse=True)

    @cached_property
    def other_languages(self) -> list[str]:
        """Return the languages of texts that the reader's language has not got."""
        said = [offer.said for offer in self.offers] + ([self.who] if self.who else [])
        found = {one.language for one in said} | {one.language for one in self.personas}
        return sorted(found - {self.language, ""})


def me_of(facts: PublishedFacts, asked: Asked, now: datetime) -> Me:
    """Return a reader's page, in two queries, or three where the site is in no wave.

    Raises:
        Http404: there is no such site or persona.

    """
    places = _places(facts.programme)
    site = _site(asked.site, [place.site for place in places], facts.programme)
    persona = _persona(asked.persona, facts.personas)
    live_on = next((_live_on(one) for one in places if site and one.site_id == site.pk), None)
    services = [one for one in facts.services if _is_for(one, persona)]
    return Me(
        facts=facts,
        language=asked.language,
        site=site,
        live_on=live_on,
        today=now.astimezone(ZoneInfo(site.time_zone if site else "UTC")).date(),
        persona=persona,
        offers=[
            Offer(facts.in_language(one, asked.language), one.starts_on(live_on))
            for one in services
        ],
        is_more=persona is None and len(services) < len(facts.services),
        sites=_site_choices(places, site),
        personas=_persona_choices(facts, asked.language, persona),
        support=support_at(facts.programme, site),
    )


def _places(programme: Programme) -> list[WaveSite]:
    places = WaveSite.objects.dated().filter(wave__programme=programme).select_related("site")
    return sorted(places, key=lambda place: name_key(place.site.name, place.site.latin_name))


def _live_on(place: WaveSite) -> date:
    day: date = place.live_on
    return day


def _site(wanted: str, placed: Iterable[Site], programme: Programme) -> Site | None:
    """Return the site that is asked for: one in a wave, else one that waits for a wave."""
    if not wanted:
        return None
    site = _named(wanted, placed) or _named(wanted, programme.sites.order_by("name"))
    if site is None:
        raise Http404
    return site


def _named(wanted: str, sites: Iterable[Site]) -> Site | None:
    found = [site for site in sites if site_word(site.name) == site_word(wanted)]
    return next((site for site in found if site.name == wanted), found[0] if found else None)


def site_word(name: str) -> str:
    """Return a site's name as addresses have it, such as ``les-ulis``."""
    return folded(name).replace(" ", "-")


def _persona(wanted: str, personas: Iterable[Persona]) -> Persona | None:
    persona = next((one for one in personas if one.slug == wanted), None)
    if wanted and persona is None:
        raise Http404
    return persona


def _is_for(service: Service, persona: Persona | None) -> bool:
    meant = [one.pk for one in service.personas.all()]
    return not meant or (persona is not None and persona.pk in meant)


def _site_choices(places: Iterable[WaveSite], chosen: Site | None) -> list[Choice]:
    sites = [place.site for place in places]
    if chosen and chosen not in sites:
        sites.append(chosen)
    words: dict[str, Site] = {}
    for site in sites:
        word = site_word(site.name)
        words[site.name if word in words else word] = site
    return [Choice(word, site.both_names, site == chosen) for word, site in words.items()]


def _persona_choices(facts: PublishedFacts, language: str, chosen: Persona | None) -> list[Choice]:
    said = [(one, facts.in_language(one, language)) for one in facts.personas]
    return [Choice(one.slug, of.text["name"], one == chosen, of.language) for one, of in said]
