"""What one kind of thing holds that fits a search, each within the scope of its reader."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model

from communications.dispatches.sources import titles_of
from communications.models import Approval, Message
from events.models import Event
from feedback.models import Survey
from onelift.dashboards.people.queries.reader import Reader
from onelift.dashboards.settings.queries.pages import pages_for
from programmes.design.formats import comma, day, locale_of
from programmes.models import Member, Region, Service, Site, Stream, Wave
from programmes.queries.texts import column_of
from stakeholders.audiences.queries.saved import saved_audiences
from stakeholders.models import Persona
from stakeholders.people.models.names import words_of
from stakeholders.register.models import Impact, Stakeholder


@dataclass(frozen=True)
class Sought:
    """A search: the text as typed, and its words as names are compared."""

    text: str
    words: tuple[str, ...]

    def rank(self, title: str, *others: str) -> int | None:
        """Return how well a thing fits, 0 best; None if a word is in none of its texts."""
        own = words_of(title)
        if not self._is_in(" ".join([*own, *(w for text in others for w in words_of(text))])):
            return None
        whole, asked = " ".join(own), " ".join(self.words)
        if whole.startswith(asked):
            return 0 if whole == asked else 1
        if all(any(word.startswith(start) for word in own) for start in self.words):
            return 2
        return 3 if self._is_in(whole) else 4

    def _is_in(self, text: str) -> bool:
        return all(word in text for word in self.words)


@dataclass(frozen=True)
class Found:
    """One thing that fits.

    Attributes:
        key: of its page: a number or an address.
        title: its name.
        line: where it is, in words; empty where that says nothing.
        rank: how well it fits, see ``Sought.rank``.

    """

    key: int | str
    title: str
    line: str
    rank: int


Candidates = Iterable[tuple[int | str, str, str, Iterable[str]]]


def fitting(sought: Sought, candidates: Candidates) -> list[Found]:
    """Return those of (key, title, line, other texts) that fit, best first."""
    ranked = (
        (key, title, line, sought.rank(title, line, *others))
        for key, title, line, others in candidates
    )
    found = [Found(key, title, line, rank) for key, title, line, rank in ranked if rank is not None]
    return sorted(found, key=lambda one: (one.rank, words_of(one.title), str(one.key)))


def _in_all_languages(obj: Model, field: str) -> Iterator[str]:
    for code, _name in settings.LANGUAGES:
        yield getattr(obj, column_of(field, code)) or ""


def _waves(reader: Reader) -> Candidates:
    waves = Wave.objects.within(reader.scope)
    return ((wave.pk, wave.name, "", ()) for wave in waves)


def _sites(reader: Reader) -> Candidates:
    here = Site.objects.filter(wave_sites__wave__programme=reader.programme).distinct()
    countries = locale_of().territories
    for site in here.within(reader.scope).select_related("region"):
        country = countries.get(site.country, site.country)
        line = comma().join(filter(None, (site.latin_name, site.region.name, country)))
        yield site.pk, site.name, line, (site.country,)


def _regions(reader: Reader) -> Candidates:
    regions = Region.objects.within(reader.scope)
    here = regions.filter(sites__wave_sites__wave__programme=reader.programme).distinct()
    return ((region.slug, region.name, "", ()) for region in here)


def _messages(reader: Reader) -> Candidates:
    if not reader.scope.reads_drafts:
        return _approved(reader)
    messages = Message.objects.within(reader.scope)
    subjects = [column_of("subject", code) for code, _name in settings.LANGUAGES]
    # A survey is found by its own name.
    shown = list(messages.exclude(source="survey").only("purpose", "source", *subjects))
    composed = titles_of(shown, reader.scope)
    return (
        (one.pk, composed.get(one.pk) or one.title, "", _in_all_languages(one, "subject"))
        for one in shown
    )


def _approved(reader: Reader) -> Candidates:
    """Return the messages of a reader of a region: what is approved, and nothing written since."""
    standing = Approval.objects.within(reader.scope).filter(state=Approval.State.APPROVED)
    shown = list(standing.exclude(message__source="survey").select_related("message"))
    composed = titles_of((one.message for one in shown), reader.scope)
    for one in shown:
        texts = one.frozen.languages.values()
        subjects = [str(text["subject"]) for text in texts]
        yield one.message_id, composed.get(one.message_id) or one.frozen.title, "", subjects


def _services(reader: Reader) -> Candidates:
    services = Service.objects.filter(programme=reader.programme).select_related("stream")
    for one in services:
        line = one.stream.name if one.stream else ""
        yield one.pk, one.name, line, _in_all_languages(one, "name")


def _streams(reader: Reader) -> Candidates:
    streams = Stream.objects.filter(programme=reader.programme)
    return ((stream.pk, stream.name, "", ()) for stream in streams)


def _personas(reader: Reader) -> Candidates:
    personas = Persona.objects.within(reader.scope)
    return ((one.slug, one.name, "", _in_all_languages(one, "name")) for one in personas)


def _surveys(reader: Reader) -> Candidates:
    surveys = Survey.objects.within(reader.scope)
    return ((survey.pk, survey.name, "", ()) for survey in surveys)


def _events(reader: Reader) -> Candidates:
    events = Event.objects.within(reader.scope)
    for one in events.select_related("site"):
        line = f"{one.site.name}{comma()}{day(one.held_on)}"
        yield one.slug, str(one), line, (one.room, *_in_all_languages(one, "title"))


def _audiences(reader: Reader) -> Candidates:
    saved: Any = saved_audiences(reader.scope)
    return ((audience.pk, audience.name, "", ()) for audience in saved)


def _impacts(reader: Reader) -> Candidates:
    impacts = Impact.objects.within(reader.scope).present().select_related("stream")
    for one in impacts.only("number", "name", "programme", "stream__name"):
        line = comma().join(filter(None, (one.reference, one.stream.name if one.stream else "")))
        yield one.pk, one.name, line, ()


def _stakeholders(reader: Reader) -> Candidates:
    stakeholders = Stakeholder.objects.within(reader.scope).present()
    return ((one.pk, one.name, one.part, ()) for one in stakeholders.only("name", "part"))


def _members(reader: Reader) -> Candidates:
    members = Member.objects.within(reader.scope).present().select_related("stream")
    for one in members:
        line = comma().join(filter(None, (one.work, one.stream.name)))
        yield one.stream_id, one.name, line, (one.email,)


def _settings(reader: Reader) -> Candidates:
    for group, page in pages_for(reader.scope):
        url = page.url(reader.programme)
        yield url, str(page.label), str(group.label), (str(page.words),)


# kind → the action that opens it, and what there is, each in one query.
KINDS: dict[str, tuple[str, Callable[[Reader], Candidates]]] = {
    "waves": ("setup.read", _waves),
    "sites": ("people.count", _sites),
    "regions": ("region.read", _regions),
    "messages": ("message.read", _messages),
    "surveys": ("survey.read", _surveys),
    "events": ("event.read", _events),
    "personas": ("persona.read", _personas),
    "services": ("setup.read", _services),
    "streams": ("setup.read", _streams),
    "audiences": ("audience.read", _audiences),
    "impacts": ("register.read", _impacts),
    "stakeholders": ("register.read", _stakeholders),
    "members": ("stream.read", _members),
    "settings": ("setup.read", _settings),
}
