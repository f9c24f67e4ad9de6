"""What a content means: who gets it in which language, and when at which site."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.messages.models import Approval
from communications.messages.models.content import Content
from communications.messages.rendering import reading_language
from programmes.models import Programme, Site, WaveSite
from programmes.scope import Scope
from programmes.timing import Due, Schedule, due_at
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.optout import opted_out_by_rule
from stakeholders.audiences.queries.people import counted

PARTS: dict[str, Promise] = {
    "purpose": _("Purpose"),
    "key_points": _("Key points"),
    "sender": _("Sender"),
    "level": _("Level"),
    "rule": _("Audience"),
    "schedule": _("Date, hour or latest send time"),
    "channels": _("Channels"),
    "is_optional": _("Whether people may opt out"),
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

    ``wanted`` counts the people by the language that the personnel files give. ``opted_out`` of
    them get nothing, where the content ``is_optional``.
    """

    people: int
    wanted: Mapping[str, int]
    own: list[LanguageCount]
    fallbacks: list[LanguageCount]
    sites: list[SiteDue]
    schedule: Schedule
    is_optional: bool = False
    opted_out: int = 0

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


def facts_of(content: Content, scope: Scope) -> ContentFacts:
    """Return who is told what and when, in three queries at most."""
    rule = content.rule
    wanted: Counter[str] = Counter()
    by_site: Counter[int] = Counter()
    for row in counted(rule, scope, "language", "site"):
        wanted[row["language"]] += row["people"]
        by_site[row["site"]] += row["people"]
    own, fallbacks = readers(wanted, content.languages)
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
    )


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


def due_of(schedule: Schedule, place: WaveSite) -> Due | None:
    """Return when a schedule is due at a dated site of a wave."""
    return due_at(schedule, place.live_on, place.site, place.blackouts)


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
        [LanguageCount(code, count) for code, count in own.most_common()],
        [LanguageCount(code, count, reads) for (code, reads), count in fallbacks.most_common()],
    )


def reading_counts(wanted: Mapping[str, int], languages: Collection[str]) -> Counter[str]:
    """Count people by which of the languages they would read if each had its text."""
    found: Counter[str] = Counter()
    for code, count in wanted.items():
        found[reading_language(code, languages) or code] += count
    return found


@dataclass(frozen=True)
class Changes:
    """How a content differs from another: its parts by name, its languages by code."""

    parts: list[str | Promise]
    added: list[str]
    changed: list[str]
    removed: list[str]

    def __bool__(self) -> bool:
        return any((self.parts, self.added, self.changed, self.removed))


def changes_between(old: Content, new: Content) -> Changes:
    """Return what differs in the new content."""
    before, after = old.languages, new.languages
    return Changes(
        parts=[word for key, word in PARTS.items() if getattr(old, key) != getattr(new, key)],
        added=_sorted(after.keys() - before.keys()),
        changed=_sorted(c for c in after.keys() & before.keys() if after[c] != before[c]),
        removed=_sorted(before.keys() - after.keys()),
    )


def _sorted(codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=lambda code: (code != "en", code))
