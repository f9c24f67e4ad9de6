"""What a rule of an audience or a persona means.

In a line of criteria: or. Between lines: and. Sites and regions are one line. An empty line of an
audience means any; ``without`` leaves out anyone who meets one of its lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from django.db.models import Q

from programmes.models import Site, WaveSite
from programmes.models.programme import WaveSiteQuerySet
from stakeholders.people.models.person import Person, PersonQuerySet

# Some people who share a site and what else a rule names: columns of a person → value.
Cell = Mapping[str, Any]
# The lines of a rule that name values of one column of a person.
COLUMNS = {
    "business_lines": "business_line",
    "employers": "employer",
    "languages": "language",
    "jobs": "job",
}
NOBODY = Q(pk__in=())
# An empty condition would vanish when it is denied or joined with others.
ANYBODY = Q(pk__isnull=False)


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """Ids and words, a tuple for each line; an empty one asks nothing."""

    business_lines: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    jobs: tuple[str, ...] = ()
    employers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    personas: tuple["PersonaRule", ...] = ()

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Self:
        """Return what ``to_json`` stored."""
        return cls(**_from_json(frozen))

    def to_json(self) -> dict[str, Any]:
        """Return the lines that hold something, as JSON types."""
        names = ("sites", "regions", "business_lines", "personas", "employers", "languages")
        return self._filled(*names)

    def _filled(self, *names: str) -> dict[str, Any]:
        return {name: self._line(name) for name in names if getattr(self, name)}

    def _line(self, name: str) -> list[Any]:
        values = getattr(self, name)
        return [one.to_json() if isinstance(one, PersonaRule) else one for one in values]

    @property
    def has_places(self) -> bool:
        """Tell whether it names sites or regions."""
        return bool(self.sites or self.regions)

    @cached_property
    def columns(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Return the lines that hold something, each after the column that it is about."""
        return [(column, line) for name, column in COLUMNS.items() if (line := getattr(self, name))]

    def has_all(self, cell: Cell) -> bool:
        """Tell whether the people of a cell meet each line about a column."""
        return all(cell[column] in line for column, line in self.columns)

    def has_any(self, cell: Cell) -> bool:
        """Tell whether they meet one of these."""
        return any(cell[column] in line for column, line in self.columns)

    def has_place(self, site: int, region: int | None) -> bool:
        """Tell whether it names a site, or its region."""
        return site in self.sites or region in self.regions

    def there(self, site: str, region: str) -> Q:
        """Return the same as a condition, given what leads to the ids of both."""
        return Q(**{f"{site}__in": self.sites}) | Q(**{f"{region}__in": self.regions})

    def asked(self) -> Q:
        """Return ``has_all`` as a condition on people."""
        condition = Q()
        for column, line in self.columns:
            condition &= Q(**{f"{column}__in": line})
        return condition


@dataclass(frozen=True, kw_only=True)
class PersonaRule(Criteria):
    """Whom a persona means: without a line, nobody. ``people`` are those picked by hand."""

    id: int
    people: tuple[int, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the id, and the lines that hold something or the people, as JSON types."""
        if self.people is not None:
            picked = {"id": self.id, "people": list(self.people)}
            return picked | self._filled("business_lines")
        names = ("business_lines", "sites", "regions", "jobs", "employers")
        return {"id": self.id, **self._filled(*names)}

    def in_lines(self, lines: tuple[int, ...]) -> "PersonaRule":
        """Return the rule of those of its people who are in some business lines; none are all."""
        if not lines or self.is_of_nobody:
            return self
        own = tuple(line for line in lines if line in (self.business_lines or lines))
        return replace(self, business_lines=own) if own else PersonaRule(id=self.id)

    def condition(self) -> Q:
        """Return what it asks of a person."""
        if self.people is not None:
            return Q(pk__in=self.people) & self.asked()
        condition = self.asked()
        if self.has_places:
            condition &= Q(site__in=Site.objects.filter(self.there("pk", "region")).values("pk"))
        return condition or NOBODY

    @property
    def is_of_nobody(self) -> bool:
        """Tell whether it has no line and picks nobody by hand."""
        return not (self.people or self.has_places or self.columns)

    def means(self, cell: Cell, region: int | None) -> bool:
        """Tell the same of a cell in a region; of people picked by hand no cell tells."""
        return self.is_for(cell) and self.is_at(cell["site"], region)

    def is_for(self, cell: Cell) -> bool:
        """Tell whether it asks what the people of a cell have, apart from the place."""
        return (self.has_places or bool(self.columns)) and self.has_all(cell)

    def is_at(self, site: int, region: int | None) -> bool:
        """Tell whether it means somebody at a site, if it asks for the rest."""
        return not self.has_places or self.has_place(site, region)


@dataclass(frozen=True, kw_only=True)
class Rule(Criteria):
    """Whom an audience means, in four readings that agree.

    As SQL (``people``, ``meant``, ``places``), over counted cells (``means``), over places
    (``names``), and whether it leaves room for a persona (``leaves_room_for``). For regions,
    ``Audience.objects.reaching`` asks the last of audiences whose rules are not loaded.

    ``frozen`` is the id of the frozen audience that is meant in place of all lines. Personas bring
    their own rules, so that a later change of a persona does not change what was approved.
    """

    programme: int
    waves: tuple[int, ...] = ()
    without: Criteria = Criteria()
    frozen: int | None = None

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> "Rule":
        """Return what ``to_json`` stored.

        Raises:
            KeyError: it names no programme.
        """
        lines = _from_json(frozen)
        lines["programme"] = frozen["programme"]
        return cls(**lines | {"without": Criteria.from_json(frozen.get("without", {}))})

    def to_json(self) -> dict[str, Any]:
        """Return the rule as JSON types; equal rules give equal dicts.

        What was added later is there only if it holds something, so that the fingerprint of what
        was approved before stays the same.
        """
        always = ("waves", "business_lines", "sites", "employers")
        return {
            "programme": self.programme,
            **{name: self._line(name) for name in always},
            **self._filled("regions", "personas", "languages"),
            **({"without": without} if (without := self.without.to_json()) else {}),
            **({"frozen": self.frozen} if self.frozen else {}),
        }

    @property
    def is_everybody(self) -> bool:
        """Tell whether it means all people of the programme."""
        return self == Rule(programme=self.programme)

    @property
    def is_single(self) -> bool:
        """Tell whether it means single persons: frozen, or with a persona picked by hand."""
        personas = (*self.personas, *self.without.personas)
        return bool(self.frozen) or any(one.people is not None for one in personas)

    @property
    def picked(self) -> set[int]:
        """Return the ids of the people picked by hand for its personas."""
        personas = (*self.personas, *self.without.personas)
        return {pk for one in personas for pk in one.people or ()}

    def without_picked(self) -> "Rule":
        """Return the rule as if nobody had been picked by hand."""
        without = replace(self.without, personas=without_picked(self.without.personas))
        return replace(self, personas=without_picked(self.personas), without=without)

    def people(self) -> PersonQuerySet:
        """Return the active people whom it means now."""
        return Person.objects.active().filter(self.meant())

    def meant(self) -> Q:
        """Return the condition of the people it means, to be counted beside that of others."""
        return Q(site__in=self.places().values("site")) & self.condition()

    def meant_here(self) -> Q:
        """Return ``meant`` for people who are at sites of the programme: less to look at."""
        is_anywhere = not (self.waves or self.has_places or self.without.has_places)
        return (self.condition() or ANYBODY) if is_anywhere else self.meant()

    def places(self) -> WaveSiteQuerySet:
        """Return the sites of its waves where it may mean somebody."""
        places = WaveSite.objects.filter(wave__programme=self.programme)
        if self.waves:
            places = places.filter(wave__in=self.waves)
        if self.has_places:
            places = places.filter(self.there("site", "site__region"))
        if self.without.has_places:
            places = places.exclude(self.without.there("site", "site__region"))
        return places

    def condition(self) -> Q:
        """Return what it asks of a person, apart from the place (see ``places``)."""
        condition = self.asked()
        if self.personas:
            condition &= any_of(self.personas)
        if self.frozen:
            members = Person.objects.filter(frozen_in=self.frozen).order_by().values("pk")
            condition &= Q(pk__in=members)
        for column, line in self.without.columns:
            condition &= ~Q(**{f"{column}__in": line})
        if self.without.personas:
            condition &= ~any_of(self.without.personas)
        return condition

    def means(self, cell: Cell, region: int | None) -> bool:
        """Tell whether it asks what the people of a cell have, apart from the place.

        ``region`` is that of the cell's site, or None where no persona names a region.
        """
        without = self.without
        return (
            self.has_all(cell)
            and (not self.personas or any(one.means(cell, region) for one in self.personas))
            and not without.has_any(cell)
            and not any(one.means(cell, region) for one in without.personas)
        )

    def names(self, place: WaveSite) -> bool:
        """Tell whether it leaves this site of this wave in, as ``places`` does."""
        site, region = place.site_id, place.site.region_id
        return (
            place.wave.programme_id == self.programme
            and (not self.waves or place.wave_id in self.waves)
            and (not self.has_places or self.has_place(site, region))
            and not self.without.has_place(site, region)
        )

    def leaves_room_for(self, persona: int) -> bool:
        """Tell whether people of a persona, by its id, may be meant.

        It says nothing of a frozen audience, which is taken to hold some.
        """
        named, left_out = ({one.id for one in c.personas} for c in (self, self.without))
        return persona not in left_out and (not named or persona in named)


def any_of(personas: Iterable[PersonaRule]) -> Q:
    """Return the condition of the people whom one of some personas' rules means."""
    found = NOBODY
    for persona in personas:
        found |= persona.condition()
    return found


def without_picked(personas: Iterable[PersonaRule]) -> tuple[PersonaRule, ...]:
    """Return rules of personas as if nobody had been picked by hand."""
    return tuple(one if one.people is None else PersonaRule(id=one.id) for one in personas)


def _from_json(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields whose JSON is no object, as the dataclasses hold them."""
    found = {k: tuple(v) if isinstance(v, list) else v for k, v in frozen.items()}
    if personas := found.pop("personas", ()):
        found["personas"] = tuple(PersonaRule.from_json(one) for one in personas)
    return found
