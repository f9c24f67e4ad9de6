"""Whose own change something is: people that impacts touch, and people for whom services are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from programmes.models import Programme, Service, WaveSite
from programmes.models.organisation import sites_in_waves
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.rule import ANYBODY, NOBODY, any_of
from stakeholders.people.models import Person
from stakeholders.people.models.person import PersonQuerySet
from stakeholders.register.models import Impact
from stakeholders.register.models.about import About


def touched_by(impacts: Iterable[Impact]) -> Q:
    """Return the condition of people whom some impacts touch, loaded by ``with_felt``."""
    found = NOBODY
    for impact in impacts:
        found |= _felt(impact)
    return found


def _felt(impact: Impact) -> Q:
    lines = tuple(sorted(line.pk for line in impact.business_lines.all()))
    felt = any_of([persona.rule().in_lines(lines) for persona in impact.personas.all()])
    if sites := [site.pk for site in impact.sites.all()]:
        felt &= Q(site__in=sites)
    if impact.wave_id is not None:
        felt &= Q(site__in=WaveSite.objects.filter(wave=impact.wave_id).values("site"))
    return felt


@dataclass(frozen=True)
class Subject:
    """What some actions are about: ids of impacts and services, and whether a stage of a wave."""

    impacts: frozenset[int]
    services: frozenset[int]
    has_stage: bool

    def __bool__(self) -> bool:
        return bool(self.impacts or self.services or self.has_stage)


def subjects_of(actions: Collection[Any], model: type[About]) -> dict[int, Subject]:
    """Return what actions are about by their ids, without those about nothing; two queries."""
    impacts, services = (
        _linked(getattr(model, name).through.objects, model._meta.model_name or "", column, actions)
        for name, column in (("answers", "impact"), ("services", "service"))
    )
    found = {
        one.pk: Subject(
            frozenset(impacts.get(one.pk, ())),
            frozenset(services.get(one.pk, ())),
            bool(one.stage),
        )
        for one in actions
    }
    return {pk: subject for pk, subject in found.items() if subject}


def _linked(links: Any, action: str, thing: str, actions: Collection[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for pk, named in links.filter(**{f"{action}__in": actions}).values_list(action, thing):
        found.setdefault(pk, set()).add(named)
    return found


@dataclass(frozen=True)
class Changes:
    """What changes for whom in a programme, loaded once in a fixed number of queries."""

    programme: Programme

    @cached_property
    def impacts(self) -> dict[int, Impact]:
        return {one.pk: one for one in Impact.objects.of(self.programme).present().with_felt()}

    @cached_property
    def services(self) -> dict[int, Q]:
        """Return for whom each service is: a service that no persona has is for everybody."""
        rules: dict[int, list[Any]] = {}
        personas = Persona.objects.filter(programme=self.programme).with_rule()
        for persona in personas.prefetch_related("services"):
            for service in persona.services.all():
                rules.setdefault(service.pk, []).append(persona.rule())
        services = Service.objects.filter(programme=self.programme).values_list("pk", flat=True)
        return {pk: any_of(rules[pk]) if pk in rules else ANYBODY for pk in services}

    @cached_property
    def waves(self) -> list[list[int]]:
        """Return the ids of the sites of each wave."""
        places = WaveSite.objects.filter(wave__programme=self.programme)
        found: dict[int, list[int]] = {}
        for wave, site in places.order_by("pk").values_list("wave", "site"):
            found.setdefault(wave, []).append(site)
        return list(found.values())

    @property
    def sites(self) -> Any:
        """Return the query of the ids of the programme's sites."""
        return sites_in_waves(self.programme.pk).values("pk")

    def people(self) -> PersonQuerySet:
        """Return the active people of the programme."""
        return Person.objects.active().of(self.programme.pk)

    def own(self, subject: Subject, place: str = "", prefix: str = "") -> Q:
        """Return the condition of rows whose person's own change a subject is.

        Args:
            subject: what the action is about.
            place: the column of the row that holds the site at which the action was; without one,
                a stage counts wherever the person is.
            prefix: what leads from the row to its person.

        """
        found = touched_by(self.impacts[pk] for pk in subject.impacts if pk in self.impacts)
        for pk in subject.services & self.services.keys():
            found |= self.services[pk]
        found = behind(found, prefix)
        return found | self._same_wave(place, prefix) if subject.has_stage else found

    def _same_wave(self, place: str, prefix: str) -> Q:
        found = Q(pk__in=())
        for sites in self.waves:
            there = Q(**{f"{prefix}site__in": sites})
            found |= there & Q(**{f"{place}__in": sites}) if place else there
        return found


def behind(condition: Q, prefix: str) -> Q:
    """Return a condition on people as one on rows from which a prefix leads to a person."""
    if not prefix:
        return condition
    moved = [
        behind(child, prefix) if isinstance(child, Q) else (f"{prefix}{child[0]}", child[1])  # type: ignore[index]
        for child in condition.children
    ]
    return Q(*moved, _connector=condition.connector, _negated=condition.negated)
