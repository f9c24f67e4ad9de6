"""Which files the kits of a programme should hold now, and what each should say."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.http import urlencode

from communications.kits.documents import style
from communications.kits.queries.kit_kind import kinds_adapted_at, kinds_at
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.models.form_content import FormContent
from communications.messages.queries.adaptation import papers_of
from communications.messages.queries.content import due_of, places_in
from communications.messages.rendering import written_date
from communications.messages.rendering.group import me_url
from programmes.models import Programme, SupportContact, WaveSite
from programmes.queries.support import Support, merged
from programmes.scope import EVERYTHING, Scope
from stakeholders.audiences.queries.crowd import Crowd, crowd_of

# Of what this module and the services make of a text; raised when files must be made again.
MAKE = 1
NEAR_DAYS = 7

# Message, adaptation (None for the core), place, language, kind.
Key = tuple[int, int | None, int, str, str]


@dataclass(frozen=True)
class Said:
    """All that the files of one message at one site in one language depend on, but their kind.

    Attributes:
        live_on: the go-live of the site.
        is_dated: whether that day stands large on sheets: before it and on it, not after.
        is_near: whether it goes out in the week before that day, or on it.
        url: what changes at the site, in that language.
        due_on: the day on which the message is due at the site; None without one.
        kinds: the kinds of files that people there read in that language.
        adapted: the version of an adaptation whose words these are; None for the core's.

    """

    approval: Approval
    place: WaveSite
    language: str
    live_on: date
    is_dated: bool
    is_near: bool
    url: str
    support: Support
    due_on: date | None = None
    kinds: frozenset[str] = field(default_factory=frozenset)
    adapted: AdaptationVersion | None = None

    @property
    def contents(self) -> Mapping[str, FormContent]:
        """Return the approved forms that its people get."""
        return self.adapted.frozen.papers if self.adapted else self.approval.frozen.forms

    @property
    def forms(self) -> dict[str, Mapping[str, str]]:
        """Return the approved texts of channels in its language, each by field."""
        code = self.language
        return {k: form.texts[code] for k, form in self.contents.items() if code in form.texts}

    @property
    def at(self) -> datetime:
        """Return when its words were approved, or asked for."""
        version = self.adapted or self.approval
        return version.decided_at or version.asked_at

    def days_of(self, form: str) -> tuple[date | None, date | None]:
        """Return from when and until when a form hangs: by default from the day it is due."""
        content = self.contents.get(form)
        if content is None:
            return self.due_on, None
        return content.from_on or self.due_on, content.until_on

    @property
    def text(self) -> Mapping[str, str]:
        """Return subject and body as they were approved."""
        text: Mapping[str, str] = self.approval.frozen.languages[self.language]
        return text

    @property
    def has_email(self) -> bool:
        """Tell whether the email was approved in its language, and is what its people get."""
        return self.adapted is None and self.language in self.approval.frozen.languages

    @property
    def values(self) -> dict[str, str]:
        """Return what stands for the placeholders that all people of the site share."""
        return values_at(self.place, self.language)

    def fingerprint(self) -> str:
        """Return the SHA-256 of what the files say and how they look."""
        programme = self.place.wave.programme
        text = dict(self.text) if self.has_email else {}
        days = {form: [str(day) for day in self.days_of(form)] for form in self.forms}
        facts = [
            [MAKE, style(), self.language, text, self.values, str(self.live_on)],
            [{form: dict(words) for form, words in self.forms.items()}, days],
            [self.is_dated, self.is_near, self.url],
            [self.support.phone, self.support.link, self.support.mail],
            [programme.accent, programme.accent_strong, programme.accent_soft],
            [programme.logo.name, self.approval.frozen.sender],
        ]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def texts_of_kits(programme: Programme, scope: Scope = EVERYTHING) -> list[Said]:
    """Return what kits say within a scope: what stands approved, in what people there read.

    Waves that were handed over have none, nor have messages of another source, whose links are
    personal. Seven queries at most.
    """
    places = [one for one in places_in(programme, scope) if one.wave.handed_over_on is None]
    approvals = list(versions_of_kits(programme))
    adapted = papers_of(approvals)
    crowd = crowd_at(places, approvals, scope, adapted)
    contacts = list(programme.support_contacts.all())
    for place in places:
        place.wave.programme = programme
    cores = {one.message_id: one for one in approvals}
    voices: list[tuple[Approval, AdaptationVersion | None]] = [
        *((one, None) for one in approvals),
        *((cores[one.message.pk], one) for one in adapted),
    ]
    return [
        _said(approval, one, place, language, kinds, contacts)
        for place in places
        for approval, one in voices
        for language, kinds in _kinds(place, approval, one, crowd).items()
    ]


def _kinds(
    place: WaveSite, approval: Approval, adapted: AdaptationVersion | None, crowd: Crowd
) -> dict[str, frozenset[str]]:
    if adapted is None:
        return kinds_at(place, approval, crowd)
    return kinds_adapted_at(place, approval, adapted, crowd)


def _said(
    approval: Approval,
    adapted: AdaptationVersion | None,
    place: WaveSite,
    language: str,
    kinds: frozenset[str],
    contacts: Iterable[SupportContact],
) -> Said:
    days = _days_before(approval)
    return Said(
        approval=approval,
        place=place,
        language=language,
        live_on=place.live_on,
        is_dated=days >= 0,
        is_near=0 <= days <= NEAR_DAYS,
        url=url_at(place, language),
        support=merged(c for c in contacts if c.site_id in (None, place.site_id)),
        due_on=due_on_at(approval, place),
        kinds=kinds,
        adapted=adapted,
    )


def due_on_at(approval: Approval, place: WaveSite) -> date | None:
    """Return the day, at the site, on which a version is due there; None without one."""
    due = due_of(approval.frozen.schedule, place)
    return due.at.astimezone(ZoneInfo(place.site.time_zone)).date() if due else None


def versions_of_kits(programme: Programme) -> Iterable[Approval]:
    """Return the standing versions of messages that a kit may hold."""
    standing = Approval.objects.standing().filter(
        message__programme=programme, message__source="message"
    )
    return standing.select_related("message").order_by("message")


def crowd_at(
    places: Collection[WaveSite],
    approvals: Iterable[Approval],
    scope: Scope,
    adapted: Iterable[AdaptationVersion] = (),
) -> Crowd:
    """Return the people at sites, counted by language."""
    rules = [approval.frozen.rule for approval in approvals]
    rules += [one.frozen.criteria.rule(one.message.programme_id) for one in adapted]
    return crowd_of([place.site_id for place in places], scope, rules, "language")


def wanted_files(texts: Iterable[Said]) -> dict[Key, str]:
    """Return the fingerprint of each file that kits should hold, by what makes it one."""
    marked = ((said, said.fingerprint()) for said in texts)
    return {key_of(said, kind): mark for said, mark in marked for kind in said.kinds}


def key_of(said: Said, kind: str) -> Key:
    """Return by what a file is known."""
    adaptation = said.adapted.adaptation_id if said.adapted else None
    return said.approval.message_id, adaptation, said.place.pk, said.language, str(kind)


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
