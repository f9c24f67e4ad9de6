"""One search over everything that its asker may see, and over the days of the plan."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from communications.dispatches.queries.plans import places_of
from communications.dispatches.queries.reach import people_in
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import titles_of
from onelift.dashboards.find.queries.matches import KINDS, Found, Sought, fitting
from onelift.dashboards.people.queries.reader import Asker
from onelift.dashboards.plan.queries.moments import NamedPlan, NamedSlot, named_plans
from programmes.design.fields import read_day
from programmes.models import WaveSite
from stakeholders.people.models.names import BETWEEN, words_of
from stakeholders.people.models.person import PersonQuerySet

LONGEST_TEXT = 200
LONGEST_DAY = 40
IN_A_GROUP = 5
SUGGESTED = 3
PEOPLE = "people"


@dataclass(frozen=True)
class HitGroup:
    """What is found of one kind: the best, and how many there are."""

    kind: str
    best: list[Found]
    total: int

    @property
    def has_more(self) -> bool:
        """Tell whether some are not among the best."""
        return self.total > len(self.best)


@dataclass(frozen=True)
class Happening:
    """A go-live, mail or survey on one day: its name and key as ``Moment`` has them."""

    kind: str
    title: str
    pk: int
    sites: list[str]


@dataclass(frozen=True)
class Search:
    """A search of one asker, whose answers are looked up when they are asked for."""

    asker: Asker
    sought: Sought

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is sought yet."""
        return not self.sought.words

    @cached_property
    def day(self) -> date | None:
        """Return the day that the text names, if it names one."""
        return day_in(self.asker, self.sought.text)

    def groups(self, most: int = IN_A_GROUP) -> list[HitGroup]:
        """Return all kinds of which something fits, that with the best first."""
        if self.is_blank:
            return []
        kinds = (HitGroup(kind, found[:most], len(found)) for kind, found in self._by_kind())
        groups = [*kinds, self.people(most)]
        found = [group for group in groups if group.total]
        return sorted(found, key=lambda group: group.best[0].rank)

    def _by_kind(self) -> Iterable[tuple[str, list[Found]]]:
        return ((kind, self.of_kind(kind)) for kind in KINDS)

    def of_kind(self, kind: str) -> list[Found]:
        """Return everything of one kind that fits, best first (one query, or none)."""
        action, candidates = KINDS[kind]
        if self.is_blank or not self.asker.scope.may(action):
            return []
        return fitting(self.sought, candidates(self.asker))

    def people(self, most: int = IN_A_GROUP) -> HitGroup:
        """Return the people who fit, for who may read people (two queries)."""
        if not self.asker.scope.may("people.read"):
            return HitGroup(PEOPLE, [], 0)
        found = people_in(self.asker.programme, self.asker.scope)
        found = found.sought(self.sought.text, self.sought.words)
        best = [
            Found(one.pk, str(one), f"{one.site.name}, {one.email}", one.rank)  # type: ignore[attr-defined]
            for one in _best_people(found, self.sought)[:most]
        ]
        return HitGroup(PEOPLE, best, found.count() if best else 0)

    def happenings(self) -> list[Happening]:
        """Return what happens on the day that is sought (in a number of queries that is fixed)."""
        if self.day is None:
            return []
        places = places_of(self.asker.scope)
        return [*_go_lives(places, self.day), *_due(self.asker, places, self.day)]


def search_for(asker: Asker) -> Search:
    """Return the search that a query holds as ``q``; whatever is typed is no error."""
    text = " ".join(asker.query.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT]
    return Search(asker, Sought(text, tuple(words_of(text))))


def _best_people(people: PersonQuerySet, sought: Sought) -> PersonQuerySet:
    """Sort people by how well their names fit, either name first, then by name."""
    asked = " ".join(sought.words)
    begins = Q(folded_name__startswith=asked) | Q(folded_name__contains=f"{BETWEEN}{asked}")
    rank = Case(When(begins, then=Value(1)), default=Value(3), output_field=IntegerField())
    ranked = people.annotate(rank=rank).order_by("rank", "folded_name", "pk")
    return ranked.select_related("site")


def day_in(asker: Asker, text: str) -> date | None:
    """Return the day that a text names; without a year, the next one or else the last."""
    if len(text) > LONGEST_DAY:
        return None
    today = asker.now.date()
    years = ("", *(f" {year}" for year in (today.year, today.year + 1, today.year - 1)))
    days = [day for day in (_read(text + year) for year in years) if day]
    return next((day for day in days if day >= today), days[0] if days else None)


def _read(text: str) -> date | None:
    try:
        return read_day(text)
    except (ValueError, OverflowError):
        return None


def _go_lives(places: Iterable[WaveSite], day: date) -> list[Happening]:
    grouped: dict[int, list[WaveSite]] = defaultdict(list)
    for place in places:
        if place.live_on == day:
            grouped[place.wave_id].append(place)
    return [
        Happening("go_live", _("%(wave)s goes live") % {"wave": group[0].wave.name}, pk, _at(group))
        for pk, group in grouped.items()
    ]


def _due(asker: Asker, places: list[WaveSite], day: date) -> list[Happening]:
    if not asker.scope.may("message.read"):
        return []
    grouped: dict[int, list[NamedSlot]] = defaultdict(list)
    for each in planned_at(named_plans(asker.programme, asker.scope), places):
        if each.on == day:
            grouped[each.plan.message.pk].append(each)
    titles = titles_of((group[0].plan.message for group in grouped.values()), asker.scope)
    return [
        _mail(asker, group[0].plan, group, titles.get(message, ""))
        for message, group in grouped.items()
    ]


def _mail(asker: Asker, plan: NamedPlan, group: list[NamedSlot], own: str) -> Happening:
    sites = _at([each.wave_site for each in group])
    if plan.is_survey and hasattr(plan.message, "survey"):
        return Happening("survey", plan.title, plan.message.survey.pk, sites)
    title = plan.title if asker.scope.reads_drafts else plan.approval.frozen.title
    return Happening("message", own or title, plan.message.pk, sites)


def _at(places: Iterable[WaveSite]) -> list[str]:
    return sorted({place.site.name for place in places})
