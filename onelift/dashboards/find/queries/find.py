"""One search over everything that its reader may see, and over the days of the plan."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When, Window
from django.utils.translation import gettext as _

from communications.dispatches.queries.plans import places_of
from communications.dispatches.queries.reach import people_in
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import titles_of
from onelift.dashboards.find.queries.matches import KINDS, Found, Sought, fitting
from onelift.dashboards.people.queries.reader import Reader
from onelift.dashboards.plan.queries.moments import NamedPlan, NamedSlot, named_plans
from programmes.design.days import read_day
from programmes.design.formats import comma
from programmes.models import WaveSite
from stakeholders.models import Person
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
    """A search of one reader, whose answers are looked up when they are asked for."""

    reader: Reader
    sought: Sought

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is sought yet."""
        return not self.sought.words

    @cached_property
    def day(self) -> date | None:
        """Return the day that the text names, if it names one."""
        return day_in(self.reader, self.sought.text)

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
        if self.is_blank or not self.reader.scope.may(action):
            return []
        return fitting(self.sought, candidates(self.reader))

    def people(self, most: int = IN_A_GROUP) -> HitGroup:
        """Return the people who fit, for who may read people (two queries)."""
        if not self.reader.scope.may("people.read"):
            return HitGroup(PEOPLE, [], 0)
        found = people_in(self.reader.programme, self.reader.scope)
        found = found.sought(self.sought.text, self.sought.words)
        rows = list(_best_people(found, self.sought)[:most])
        ranks = {row["pk"]: row["rank"] for row in rows}
        people = Person.objects.select_related("site").in_bulk(ranks)
        best = [
            Found(pk, str(people[pk]), f"{people[pk].site.name}{comma()}{people[pk].email}", rank)
            for pk, rank in ranks.items()
        ]
        return HitGroup(PEOPLE, best, rows[0]["total"] if rows else 0)

    def happenings(self) -> list[Happening]:
        """Return what happens on the day that is sought (in a number of queries that is fixed)."""
        if self.day is None:
            return []
        places = places_of(self.reader.scope)
        return [*_go_lives(places, self.day), *_due(self.reader, places, self.day)]


def search_for(reader: Reader) -> Search:
    """Return the search that a query holds as ``q``; whatever is typed is no error."""
    text = " ".join(reader.query.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT]
    return Search(reader, Sought(text, tuple(words_of(text))))


def _best_people(people: PersonQuerySet, sought: Sought) -> Any:
    """Sort people by how well their names fit, either name first, then by name.

    ``total`` is how many there are. All of it comes from an index of names, if only keys are read.
    """
    asked = " ".join(sought.words)
    begins = Q(folded_name__startswith=asked) | Q(folded_name__contains=f"{BETWEEN}{asked}")
    rank = Case(When(begins, then=Value(1)), default=Value(3), output_field=IntegerField())
    total = Window(Count("*"))
    ranked = people.annotate(rank=rank, total=total).order_by("rank", "folded_name", "pk")
    return ranked.values("pk", "rank", "total")


def day_in(reader: Reader, text: str) -> date | None:
    """Return the day that a text names; without a year, the next one."""
    if len(text) > LONGEST_DAY:
        return None
    try:
        return read_day(text, reader.now.date())
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


def _due(reader: Reader, places: list[WaveSite], day: date) -> list[Happening]:
    if not reader.scope.may("message.read"):
        return []
    grouped: dict[int, list[NamedSlot]] = defaultdict(list)
    for each in planned_at(named_plans(reader.programme, reader.scope), places):
        if each.on == day and each.plan.is_open:
            grouped[each.plan.message.pk].append(each)
    titles = titles_of((group[0].plan.message for group in grouped.values()), reader.scope)
    return [
        _mail(reader, group[0].plan, group, titles.get(message, ""))
        for message, group in grouped.items()
    ]


def _mail(reader: Reader, plan: NamedPlan, group: list[NamedSlot], own: str) -> Happening:
    sites = _at([each.wave_site for each in group])
    if plan.is_survey and hasattr(plan.message, "survey"):
        return Happening("survey", plan.title, plan.message.survey.pk, sites)
    title = plan.title if reader.scope.reads_drafts else plan.approval.frozen.title
    return Happening("message", own or title, plan.message.pk, sites)


def _at(places: Iterable[WaveSite]) -> list[str]:
    return sorted({place.site.name for place in places})
