"""Which files the kits of a programme should hold now, and what each should say."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.http import urlencode

from communications.kits.documents import style
from communications.kits.models import KitFile
from communications.messages.models import Approval
from communications.messages.queries.content import places_in
from communications.messages.rendering import reading_language, written_date
from communications.messages.rendering.group import me_url
from programmes.models import Programme, WaveSite
from programmes.queries.support import Support, merged
from programmes.scope import EVERYTHING, Scope
from stakeholders.audiences.queries.crowd import Crowd, crowd_of

# Of what this module and the services make of a text; raised when files must be made anew.
MAKE = 1
NEAR_DAYS = 7

Key = tuple[int, int, str, str]


@dataclass(frozen=True)
class Said:
    """All that the files of one message at one site in one language depend on, but their kind.

    Attributes:
        live_on: the go-live of the site.
        is_dated: whether that day stands large on sheets: before it and on it, not after.
        is_near: whether it goes out in the week before that day, or on it.
        url: what changes at the site, in that language.

    """

    approval: Approval
    place: WaveSite
    language: str
    live_on: date
    is_dated: bool
    is_near: bool
    url: str
    support: Support

    @property
    def text(self) -> Mapping[str, str]:
        """Return subject and body as they were approved."""
        text: Mapping[str, str] = self.approval.frozen.languages[self.language]
        return text

    @property
    def values(self) -> dict[str, str]:
        """Return what stands for the placeholders that all people of the site share."""
        return values_at(self.place, self.language)

    def fingerprint(self) -> str:
        """Return the SHA-256 of what the files say and how they look."""
        programme = self.place.wave.programme
        facts = [
            [MAKE, style(), self.language, dict(self.text), self.values, str(self.live_on)],
            [self.is_dated, self.is_near, self.url],
            [self.support.phone, self.support.link, self.support.mail],
            [programme.accent, programme.accent_strong, programme.accent_soft],
            [programme.logo.name, self.approval.frozen.sender],
        ]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def texts_of_kits(programme: Programme, scope: Scope = EVERYTHING) -> list[Said]:
    """Return what kits say within a scope: what stands approved, in what people there read.

    Waves that were handed over have none, nor have messages of another source, whose links are
    personal. Five queries at most.
    """
    places = [one for one in places_in(programme, scope) if one.wave.handed_over_on is None]
    approvals = list(versions_of_kits(programme))
    crowd = crowd_at(places, approvals, scope)
    contacts = list(programme.support_contacts.all())
    for place in places:
        place.wave.programme = programme
    return [
        Said(
            approval=approval,
            place=place,
            language=language,
            live_on=place.live_on,
            is_dated=_days_before(approval) >= 0,
            is_near=0 <= _days_before(approval) <= NEAR_DAYS,
            url=url_at(place, language),
            support=merged(c for c in contacts if c.site_id in (None, place.site_id)),
        )
        for place in places
        for approval in approvals
        for language in languages_at(place, approval, crowd)
    ]


def versions_of_kits(programme: Programme) -> Iterable[Approval]:
    """Return the standing versions of messages that a kit may hold."""
    standing = Approval.objects.standing().filter(
        message__programme=programme, message__source="message"
    )
    return standing.select_related("message").order_by("message")


def crowd_at(places: Collection[WaveSite], approvals: Iterable[Approval], scope: Scope) -> Crowd:
    """Return the people at sites, counted by language."""
    rules = [approval.frozen.rule for approval in approvals]
    return crowd_of([place.site_id for place in places], scope, rules, "language")


def languages_at(place: WaveSite, approval: Approval, crowd: Crowd) -> list[str]:
    """Return the languages that people at a site read a version in, sorted."""
    ready = approval.frozen.languages
    read = {reading_language(code, ready) for code in wanted_at(place, approval, crowd)}
    return sorted(code for code in read if code)


def wanted_at(place: WaveSite, approval: Approval, crowd: Crowd) -> Iterator[str]:
    """Yield the languages that people at a site want whom a version means."""
    rule = approval.frozen.rule
    if rule.names(place):
        yield from crowd.readers(rule, {place.site_id})


def wanted_files(texts: Iterable[Said]) -> dict[Key, str]:
    """Return the fingerprint of each file that kits should hold, by what makes it one."""
    return {key_of(said, kind): said.fingerprint() for said in texts for kind in KitFile.Kind}


def key_of(said: Said, kind: str) -> Key:
    """Return by what a file is known: message, place, language, kind."""
    return said.approval.message_id, said.place.pk, said.language, str(kind)


def values_at(place: WaveSite, language: str) -> dict[str, str]:
    """Return what stands for the placeholders that all people of a dated site share."""
    return {
        "site": place.site.name,
        "go_live_date": written_date(place.live_on, language),
        "programme": place.wave.programme.name,
    }


def url_at(place: WaveSite, language: str) -> str:
    """Return where people of a site read what changes for them."""
    query = urlencode({"site": place.site.name, "lang": language})
    return f"{me_url(place.wave.programme)}?{query}"


def _days_before(approval: Approval) -> int:
    """Return how many days before the go-live it goes out; -1 if after it, or on a fixed day."""
    offset = approval.frozen.schedule.offset_days
    return -1 if offset is None else -offset
