"""What a content means: who gets it in which language, and when at which site."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.messages.models import Approval, ChannelText, Message
from communications.messages.models.content import Content, english_first
from communications.messages.models.form_content import FormContent
from communications.messages.queries.adaptation import in_force_with
from communications.messages.queries.adapted_readers import adapted_readers
from communications.messages.rendering import reading_language
from programmes.design.formats import most_first
from programmes.models import Programme, Site, WaveSite
from programmes.scope import Scope
from programmes.timing import Due, Schedule, Span, due_at
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.optout import opted_out_by_rule
from stakeholders.audiences.queries.people import counted

PARTS: dict[str, Promise] = {
    "purpose": _("Purpose"),
    "key_points": _("Key points"),
    "sender": _("Sender"),
    "level": _("Level"),
    "rule": _("Audience"),
    "schedule": _("Date, time or latest send time"),
    "channels": _("Channels"),
    "is_optional": _("Option to opt out"),
    "waits_for_text": _("What happens if a language is not ready"),
}


@dataclass(frozen=True)
class LanguageCount:
    """How many people want one language.

    Attributes:
        code: the language they want.
        people: how many they are.
        reads: what they get instead; empty if they get their own.

    """

    code: str
    people: int
    reads: str = ""


@dataclass(frozen=True)
class SiteDue:
    """When the people of one site get it; ``due`` is None without a day."""

    site: Site
    people: int
    due: Due | None


@dataclass(frozen=True)
class ContentFacts:
    """Who gets a content, in what, and when; counts are of the people in view.

    ``wanted`` counts the people by the language that the personnel files give. Of those whose
    language the content lacks, ``adapted`` counts who gets an adaptation in it, or no email: they
    get no other language, and wait for nothing. ``opted_out`` of all get nothing, where the content
    ``is_optional``.
    """

    people: int
    wanted: Mapping[str, int]
    own: list[LanguageCount]
    fallbacks: list[LanguageCount]
    sites: list[SiteDue]
    schedule: Schedule
    is_optional: bool = False
    opted_out: int = 0
    adapted: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_core(self) -> Counter[str]:
        """Count the people by the language that they want, but for those who are adapted to."""
        return Counter(self.wanted) - Counter(self.adapted)

    @property
    def adapted_to(self) -> int:
        """Return how many people get an adaptation in place of another language."""
        return sum(self.adapted.values())

    @property
    def days_before(self) -> int:
        """Return how many days before the go-live it goes out."""
        return -(self.schedule.offset_days or 0)

    @property
    def first(self) -> SiteDue | None:
        """Return the site where it goes out first."""
        return next((one for one in self.sites if one.due), None)

    @property
    def moved(self) -> list[SiteDue]:
        """Return the sites where a weekend, a holiday or the hour moves it."""
        return [one for one in self.sites if one.due and one.due.moved]


def places_in(programme: Programme | int, scope: Scope) -> list[WaveSite]:
    """Return the sites in view with their go-live dates, in one query."""
    places = WaveSite.objects.within(scope).dated().filter(wave__programme=programme)
    return list(places.select_related("wave", "site"))


def facts_of(content: Content, scope: Scope, message: int | None = None) -> ContentFacts:
    """Return who is told what and when, in six queries at most.

    Args:
        content: what is said.
        scope: what is in view.
        message: the id of its message, whose adaptations are looked at where a language lacks.

    """
    rule = content.rule
    wanted: Counter[str] = Counter()
    by_site: Counter[int] = Counter()
    for row in counted(rule, scope, "language", "site"):
        wanted[row["language"]] += row["people"]
        by_site[row["site"]] += row["people"]
    own, others = readers(wanted, content.languages)
    adapted = _adapted(content, scope, message, {one.code for one in others})
    _own, fallbacks = readers(Counter(wanted) - adapted, content.languages)
    schedule = content.schedule
    dues = dues_in(rule, schedule, places_in(rule.programme, scope))
    sites = [SiteDue(place.site, by_site[place.site_id], due) for place, due in dues]
    sites = [one for one in sites if one.people]
    return ContentFacts(
        people=wanted.total(),
        wanted=wanted,
        own=own,
        fallbacks=fallbacks,
        sites=sorted(sites, key=_order),
        schedule=schedule,
        is_optional=content.is_optional,
        opted_out=opted_out_in(content, scope),
        adapted=adapted,
    )


def _adapted(
    content: Content, scope: Scope, message: int | None, lacking: Collection[str]
) -> Counter[str]:
    """Count who gets an adaptation, of the people in view whose language a content lacks."""
    if message is None or not lacking:
        return Counter()
    versions = in_force_with({message: content})[message]
    people = content.rule.people().within(scope).filter(language__in=list(lacking))
    return adapted_readers(people, versions)


def opted_out_by_version(
    versions: Iterable[Approval], programme: int, scope: Scope
) -> dict[int, int]:
    """Count who has opted out of each version that allows it, by its id; one query at most."""
    rules = {v.pk: v.frozen.rule for v in versions if v.frozen.is_optional}
    return opted_out_by_rule(rules, programme, scope)


def opted_out_in(content: Content, scope: Scope) -> int:
    """Return how many people in view get nothing of a content, since they have opted out."""
    rules = {0: content.rule} if content.is_optional else {}
    return opted_out_by_rule(rules, content.rule.programme, scope).get(0, 0)


def dues_in(
    rule: Rule, schedule: Schedule, places: Iterable[WaveSite]
) -> list[tuple[WaveSite, Due | None]]:
    """Return the sites that a rule names, each with when a schedule is due there."""
    return [(place, due_of(schedule, place)) for place in places if rule.names(place)]


def due_of(
    schedule: Schedule, place: WaveSite, blackouts: Sequence[Span] | None = None
) -> Due | None:
    """Return when a schedule is due at a dated site of a wave; by default in all its blackouts."""
    spans = place.blackouts if blackouts is None else blackouts
    return due_at(schedule, place.live_on, place.site, spans)


def due_for(
    message: Message,
    schedule: Schedule,
    place: WaveSite,
    blackouts: Sequence[Span] | None = None,
) -> Due | None:
    """Return when a message is due at a dated site; what has left before a move stays there."""
    due, left_at = due_of(schedule, place, blackouts), message.left_at.get(str(place.site_id))
    return replace(due, at=datetime.fromisoformat(left_at), moved="") if due and left_at else due


def _order(one: SiteDue) -> tuple[bool, Any, str]:
    return (one.due is None, one.due.at if one.due else None, one.site.name)


def readers(
    wanted: Mapping[str, int], languages: Collection[str]
) -> tuple[list[LanguageCount], list[LanguageCount]]:
    """Split people by language into those who get theirs and those who get another.

    A reader of ``pt`` who gets ``pt-br`` counts as one of Brazilian Portuguese.
    """
    own: Counter[str] = Counter()
    fallbacks: Counter[tuple[str, str]] = Counter()
    for code, count in wanted.items():
        reads = reading_language(code, languages) or ""
        if reads and reads.partition("-")[0] == code.partition("-")[0]:
            own[reads] += count
        else:
            fallbacks[code, reads] += count
    return (
        [LanguageCount(code, count) for code, count in most_first(own)],
        [LanguageCount(code, count, reads) for (code, reads), count in most_first(fallbacks)],
    )


def reading_counts(wanted: Mapping[str, int], languages: Collection[str]) -> Counter[str]:
    """Count people by which of the languages they would read if each had its text."""
    found: Counter[str] = Counter()
    for code, count in wanted.items():
        found[reading_language(code, languages) or code] += count
    return found


def readers_by_language(rule: Rule, scope: Scope, languages: Collection[str]) -> Counter[str]:
    """Count people in view by which of the languages they would read, in one query."""
    wanted = {row["language"]: row["people"] for row in counted(rule, scope, "language")}
    return reading_counts(wanted, languages)


@dataclass(frozen=True)
class Changes:
    """How a content differs from another: its parts by name, its languages by code.

    ``forms`` are the channels whose own texts differ, each with the languages in which they do;
    without any where only its days or its copies do.
    """

    parts: list[str | Promise]
    added: list[str]
    changed: list[str]
    removed: list[str]
    forms: list[tuple[str, list[str]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.parts, self.added, self.changed, self.removed, self.forms))


def changes_between(old: Content, new: Content) -> Changes:
    """Return what differs in the new content."""
    before, after = old.languages, new.languages
    return Changes(
        parts=[word for key, word in PARTS.items() if getattr(old, key) != getattr(new, key)],
        added=_sorted(after.keys() - before.keys()),
        changed=_sorted(c for c in after.keys() & before.keys() if after[c] != before[c]),
        removed=_sorted(before.keys() - after.keys()),
        forms=_forms_changed(old.forms, new.forms),
    )


def _forms_changed(
    old: Mapping[str, FormContent], new: Mapping[str, FormContent]
) -> list[tuple[str, list[str]]]:
    """Return the channels that differ, in the order of pages, each with its languages."""
    found = []
    for form in ChannelText.Form:
        before, after = (one.get(form, FormContent()) for one in (old, new))
        if before != after:
            codes = before.texts.keys() | after.texts.keys()
            differ = (c for c in codes if before.texts.get(c) != after.texts.get(c))
            found.append((str(form.label), _sorted(differ)))
    return found


def _sorted(codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=english_first)
