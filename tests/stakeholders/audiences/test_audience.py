"""Whom a rule means: its readings against plain Python, for rules and people of all kinds."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.models import Region, Site, Wave, WaveSite
from programmes.scope import EVERYTHING
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.audiences.queries.people import counted, is_in, number_of
from stakeholders.audiences.services.audience import (
    Lines,
    follow,
    freeze,
    save_audience,
    write_lines,
)
from stakeholders.models import Audience, AudienceException, Person, Persona
from tests import factories
from tests.examples import examples

EMPLOYERS = ["Group", "Provider", "Groupe Été"]
LANGUAGES = ["en", "fr", "zh-hans"]
JOBS = ["Analyst", "Operator", "Analyst "]


class Town:
    """Made-up people at five sites of two regions; the last site is in no wave."""

    def __init__(self) -> None:
        self.programme = factories.ProgrammeFactory()
        self.regions = [factories.RegionFactory() for _ in range(2)]
        self.sites = [factories.SiteFactory(region=self.regions[n % 2]) for n in range(5)]
        self.lines = [factories.BusinessLineFactory() for _ in range(2)]
        split = [self.sites[:2], self.sites[2:4]]
        self.waves = [factories.WaveFactory(programme=self.programme, sites=s) for s in split]
        factories.WaveFactory(sites=self.sites)
        self.people = [self._person(number) for number in range(60)]
        self.places = list(WaveSite.objects.select_related("wave", "site"))

    def _person(self, n: int) -> Person:
        return factories.PersonFactory(
            site=self.sites[n % 5],
            language=LANGUAGES[n // 2 % 3],
            business_line=[None, *self.lines][n // 3 % 3],
            employer=["", *EMPLOYERS][n // 4 % 4],
            job=["", *JOBS][n // 5 % 4],
            left_on=date(2026, 1, 1) if n % 7 == 0 else None,
        )

    def rules(self) -> st.SearchStrategy[dict]:
        """Return rules with any mixture of lines."""
        sites, regions = _some(_ids(self.sites)), _some(_ids(self.regions))
        lines, employers = _some(_ids(self.lines)), _some(EMPLOYERS)
        languages, jobs = _some(LANGUAGES), _some(JOBS)
        picked = st.fixed_dictionaries({"people": _some(_ids(self.people), 12)})
        by_rule = st.fixed_dictionaries(
            {},
            optional={
                "business_lines": lines,
                "sites": sites,
                "regions": regions,
                "jobs": jobs,
                "employers": employers,
            },
        )
        kinds = st.sampled_from(range(1, 6))
        personas = st.lists(
            st.builds(_with_id, kinds, by_rule | by_rule | picked), max_size=3, unique_by=_id_of
        )
        same = {"sites": sites, "business_lines": lines, "employers": employers}
        more = {"regions": regions, "languages": languages, "personas": personas}
        without = st.fixed_dictionaries({}, optional=same | more)
        waves = {"programme": st.just(self.programme.pk), "waves": _some(_ids(self.waves))}
        return st.fixed_dictionaries(waves | same, optional=more | {"without": without})


def _ids(objects: list) -> list[int]:
    return [one.pk for one in objects]


def _some(values: list, most: int = 2) -> st.SearchStrategy[list]:
    return st.just([]) | st.lists(st.sampled_from(values), unique=True, max_size=most)


def _with_id(number: int, persona: dict) -> dict:
    return {"id": number, **persona}


def _id_of(persona: dict) -> int:
    return persona["id"]


def is_meant(person: Person, rule: dict, town: Town) -> bool:
    """Say it again in plain words, with nothing of the query."""
    if person.left_on is not None:
        return False
    here = [p.wave_id for p in town.places if p.site_id == person.site_id]
    mine = [w for w in here if w in _ids(town.waves)]
    if not mine or (rule["waves"] and not set(mine) & set(rule["waves"])):
        return False
    for line, value in values_of(person).items():
        if line not in ("sites", "regions") and rule.get(line) and value not in rule[line]:
            return False
    if not is_there(person, rule):
        return False
    if rule.get("personas") and not any(is_persona(person, p) for p in rule["personas"]):
        return False
    without = rule.get("without", {})
    if any(value in without.get(line, []) for line, value in values_of(person).items()):
        return False
    return not any(is_persona(person, p) for p in without.get("personas", []))


def values_of(person: Person) -> dict:
    return {
        "business_lines": person.business_line_id,
        "employers": person.employer,
        "languages": person.language,
        "jobs": person.job,
        "sites": person.site_id,
        "regions": person.site.region_id,
    }


def is_there(person: Person, rule: dict) -> bool:
    sites, regions = rule.get("sites", []), rule.get("regions", [])
    is_anywhere = not sites and not regions
    return is_anywhere or person.site_id in sites or person.site.region_id in regions


def is_persona(person: Person, rule: dict) -> bool:
    if "people" in rule:
        return person.pk in rule["people"]
    lines = {name: line for name, line in rule.items() if name != "id" and line}
    if not lines:
        return False
    named = {k: v for k, v in values_of(person).items() if k not in ("sites", "regions")}
    fits = all(value in lines[k] for k, value in named.items() if k in lines)
    return fits and is_there(person, rule)


@pytest.fixture
def town(db):
    return Town()


def tries(number: int):
    return settings(max_examples=examples(number))


def test_all_readings_of_a_rule_agree(town):
    """SQL, cells and places mean the same people; one left out has no room."""

    @tries(200)
    @given(st.lists(town.rules(), min_size=1, max_size=3))
    def holds(written: list[dict]) -> None:
        rules = [Rule.from_json(one) for one in written]
        crowd = crowd_of([site.pk for site in town.sites], EVERYTHING, rules, "language")
        for rule, plain in zip(rules, written, strict=True):
            people = [p for p in town.people if is_meant(p, plain, town)]
            assert set(rule.people()) == set(people)
            assert Person.objects.active().filter(rule.meant_here(), site__in=here).count() == len(
                people
            )
            named = {place.site_id for place in town.places if rule.names(place)}
            assert named == set(rule.places().values_list("site", flat=True))
            assert {person.site_id for person in people} <= named
            assert crowd.meant(rule, named) == len(people)
            assert crowd.readers(rule, named) == Counter(p.language for p in people)
            rows = counted(rule, EVERYTHING, "site", "language")
            assert {(r["site"], r["language"]): r["people"] for r in rows} == Counter(
                (p.site_id, p.language) for p in people
            )
            assert number_of(rule, EVERYTHING) == len(people)
            assert Rule.from_json(rule.to_json()) == rule
            for persona, lines in zip(rule.personas, plain.get("personas", []), strict=True):
                meant = [person for person in town.people if is_persona(person, lines)]
                assert [person for person in town.people if is_in(persona, person)] == meant
            left_out = plain.get("without", {}).get("personas", [])
            for persona in left_out:
                assert not rule.leaves_room_for(persona["id"])
                assert not any(is_persona(person, persona) for person in people)
            for named_id in {*map(_id_of, plain.get("personas", []))} - {*map(_id_of, left_out)}:
                assert rule.leaves_room_for(named_id)

    here = [place.site_id for place in town.places if place.wave in town.waves]
    holds()


def test_saved_audiences_reach_the_regions_of_the_places_that_they_name(town, now):
    @tries(60)
    @given(town.rules())
    def holds(written: dict) -> None:
        with transaction.atomic():
            saved = Audience.objects.create(programme=town.programme)
            write_lines(saved, lines_of(written), now)
            named = {p.site.region_id for p in town.places if saved.rule().names(p)}
            found = {
                region.pk
                for region in town.regions
                if Audience.objects.reaching(frozenset({region.pk})).filter(pk=saved.pk)
            }
            assert found == named
            assert {person.site.region_id for person in saved.people()} <= named
            transaction.set_rollback(True)

    holds()


def lines_of(written: dict) -> Lines:
    """Return the lines about places and columns of a rule."""

    def objects(model, name, source):
        return list(model.objects.filter(pk__in=source.get(name, [])))

    gone = written.get("without", {})
    return Lines(
        waves=objects(Wave, "waves", written),
        sites=objects(Site, "sites", written),
        regions=objects(Region, "regions", written),
        languages=written.get("languages", []),
        without={
            "site": objects(Site, "sites", gone),
            "region": objects(Region, "regions", gone),
            "language": gone.get("languages", []),
        },
    )


def test_one_statement_finds_the_people(cast, now, django_assert_num_queries):
    persona = make_persona(cast, jobs=["Analyst"])
    lines = Lines(regions=[cast.iberia], personas=[persona], without={"language": ["en"]})
    rule = audience(cast, now, lines).rule()
    with django_assert_num_queries(1):
        assert rule.people().count() == 3


def audience(cast, now, lines: Lines) -> Audience:
    return write_lines(Audience.objects.create(programme=cast.programme), lines, now)


def make_persona(cast, slug: str = "analyst", **values) -> Persona:
    return Persona.objects.create(programme=cast.programme, slug=slug, name_en=slug, **values)


def test_a_rule_without_new_lines_has_its_five_old_keys(cast, now):
    rule = audience(cast, now, Lines(sites=[cast.shanghai, cast.barcelona])).rule()
    assert rule.to_json() == {
        "programme": cast.programme.pk,
        "waves": [],
        "business_lines": [],
        "sites": sorted([cast.barcelona.pk, cast.shanghai.pk]),
        "employers": [],
    }


def test_a_rule_holds_its_personas_and_exceptions(cast, now):
    persona = make_persona(cast, jobs=["b", "Analyst"])
    picked = make_persona(cast, "picked", is_hand_picked=True)
    picked.people.set(cast.people[:2])
    without = {"site": [cast.shanghai], "language": ["fr", "en"], "persona": [picked]}
    lines = Lines(regions=[cast.iberia], personas=[persona], languages=["es"], without=without)
    rule = audience(cast, now, lines).rule()
    assert rule.to_json()["personas"] == [{"id": persona.pk, "jobs": ["Analyst", "b"]}]
    assert rule.to_json()["without"] == {
        "languages": ["en", "fr"],
        "personas": [{"id": picked.pk, "people": _ids(cast.people[:2])}],
        "sites": [cast.shanghai.pk],
    }
    assert set(rule.people()) == {cast.people[2]}


@pytest.mark.parametrize("number", [1, 3])
def test_rules_are_loaded_with_a_fixed_number_of_queries(
    cast, now, number, django_assert_num_queries
):
    personas = [make_persona(cast, f"p{n}", jobs=["Analyst"]) for n in range(number)]
    for persona in personas:
        audience(cast, now, Lines(personas=personas, without={"persona": [persona]}))
    with django_assert_num_queries(8):
        assert all(one.rule().personas for one in Audience.objects.with_rule())


def test_an_empty_persona_means_nobody(cast):
    assert not make_persona(cast).matching().exists()
    assert not make_persona(cast, "picked", is_hand_picked=True).matching().exists()


def test_who_joins_a_frozen_audience_later_is_not_meant_and_who_leaves_is_not_told(cast, now):
    saved = save_audience(cast.programme, "Iberia", Lines(regions=[cast.iberia]), now)
    assert freeze(saved, now) == 3
    factories.PersonFactory(site=cast.barcelona)
    Person.objects.filter(pk=cast.people[0].pk).update(left_on=now.date())
    assert set(saved.people()) == set(cast.people[1:3])
    own = Audience.objects.create(programme=cast.programme)
    assert follow(own, saved, now)
    assert own.rule().frozen == saved.pk
    assert set(own.people()) == set(cast.people[1:3])
    with pytest.raises(ValidationError):
        write_lines(saved, Lines(), now)
    with pytest.raises(ProtectedError):
        saved.delete()


def test_a_saved_audience_needs_a_name_of_its_own(cast, now):
    saved = save_audience(cast.programme, " Iberia ", Lines(regions=[cast.iberia]), now)
    assert saved.name == "Iberia"
    for taken in ("Iberia", " "):
        with pytest.raises(ValidationError):
            save_audience(cast.programme, taken, Lines(), now)
    assert list(Audience.objects.saved()) == [saved]


def test_an_exception_names_one_thing(cast):
    one = Audience.objects.create(programme=cast.programme)
    both = {"site": cast.barcelona, "language": "en"}
    for wrong in (both, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AudienceException.objects.create(audience=one, **wrong)


def test_what_an_exception_names_is_not_deleted(cast, now):
    persona = make_persona(cast)
    audience(cast, now, Lines(without={"persona": [persona]}))
    with pytest.raises(ProtectedError):
        persona.delete()


def test_whoever_read_an_audience_before_it_was_frozen_neither_thaws_nor_freezes_it(cast, now):
    saved = save_audience(cast.programme, "All", Lines(), now)
    early = Audience.objects.get(pk=saved.pk)
    freeze(saved, now)
    with pytest.raises(ValidationError, match="frozen"):
        save_audience(cast.programme, "Iberia", Lines(sites=[cast.barcelona]), now, early)
    with pytest.raises(ValidationError, match="not frozen yet"):
        freeze(early, now)
    saved.refresh_from_db()
    assert (saved.name, saved.frozen_at, saved.members.count()) == ("All", now, 6)
