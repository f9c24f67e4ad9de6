"""Whom a rule means: the database against plain Python, for rules and people of all kinds."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communications.messages.queries.schedule import names
from programmes.models import WaveSite
from programmes.scope import EVERYTHING
from stakeholders.models import Audience, AudienceException, Person, Persona
from stakeholders.models.audience import people_of
from stakeholders.queries.crowd import crowd_of
from stakeholders.queries.people import counted, number_of
from stakeholders.services.audience import Lines, follow, freeze, save_audience, write_lines
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
        personas = st.lists((by_rule | by_rule | picked).map(_with_id), max_size=3)
        same = {"sites": sites, "business_lines": lines, "employers": employers}
        more = {"regions": regions, "languages": languages, "personas": personas}
        without = st.fixed_dictionaries({}, optional=same | more)
        waves = {"programme": st.just(self.programme.pk), "waves": _some(_ids(self.waves))}
        return st.fixed_dictionaries(waves | same, optional=more | {"without": without})


def _ids(objects: list) -> list[int]:
    return [one.pk for one in objects]


def _some(values: list, most: int = 2) -> st.SearchStrategy[list]:
    return st.just([]) | st.lists(st.sampled_from(values), unique=True, max_size=most)


def _with_id(persona: dict) -> dict:
    return {"id": 1, **persona}


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
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples(number), deadline=None, suppress_health_check=checks)


def test_a_rule_means_the_same_people_in_the_database_and_in_plain_words(town):
    @tries(250)
    @given(town.rules())
    def holds(rule: dict) -> None:
        found = set(people_of(rule).values_list("pk", flat=True))
        assert found == {p.pk for p in town.people if is_meant(p, rule, town)}

    holds()


def test_a_crowd_counts_what_the_rules_mean(town):
    @tries(120)
    @given(st.lists(town.rules(), min_size=1, max_size=4))
    def holds(rules: list[dict]) -> None:
        crowd = crowd_of([site.pk for site in town.sites], EVERYTHING, rules, "language")
        for rule in rules:
            sites = {place.site_id for place in town.places if names(rule, place)}
            found = people_of(rule)
            assert crowd.meant(rule, sites) == found.count()
            readers = list(found.values_list("language", flat=True))
            assert crowd.readers(rule, sites) == {c: readers.count(c) for c in readers}

    holds()


def test_a_rule_is_counted_as_its_people_are(town):
    @tries(120)
    @given(town.rules())
    def holds(rule: dict) -> None:
        rows = people_of(rule).order_by().values_list("site", "language").annotate(n=Count("*"))
        found = counted(rule, EVERYTHING, "site", "language")
        assert {(r["site"], r["language"]): r["people"] for r in found} == {
            (site, language): n for site, language, n in rows
        }
        assert number_of(rule, EVERYTHING) == people_of(rule).count()

    holds()


def test_places_of_a_rule_hold_all_of_its_people(town):
    @tries(60)
    @given(town.rules())
    def holds(rule: dict) -> None:
        named = {place.site_id for place in town.places if names(rule, place)}
        assert set(people_of(rule).values_list("site", flat=True)) <= named

    holds()


def test_one_statement_finds_the_people(cast, now, django_assert_num_queries):
    persona = make_persona(cast, jobs=["Analyst"])
    lines = Lines(regions=[cast.iberia], personas=[persona], without={"language": ["en"]})
    rule = audience(cast, now, lines).rule()
    with django_assert_num_queries(1):
        assert people_of(rule).count() == 3


def audience(cast, now, lines: Lines) -> Audience:
    return write_lines(Audience.objects.create(programme=cast.programme), lines, now)


def make_persona(cast, slug: str = "analyst", **values) -> Persona:
    return Persona.objects.create(programme=cast.programme, slug=slug, name_en=slug, **values)


def test_a_rule_without_new_lines_has_its_five_old_keys(cast, now):
    rule = audience(cast, now, Lines(sites=[cast.shanghai, cast.barcelona])).rule()
    assert rule == {
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
    assert rule["personas"] == [{"id": persona.pk, "jobs": ["Analyst", "b"]}]
    assert rule["without"] == {
        "languages": ["en", "fr"],
        "personas": [{"id": picked.pk, "people": _ids(cast.people[:2])}],
        "sites": [cast.shanghai.pk],
    }
    assert set(people_of(rule)) == {cast.people[2]}


@pytest.mark.parametrize("number", [1, 3])
def test_rules_are_loaded_with_a_fixed_number_of_queries(
    cast, now, number, django_assert_num_queries
):
    personas = [make_persona(cast, f"p{n}", jobs=["Analyst"]) for n in range(number)]
    for persona in personas:
        audience(cast, now, Lines(personas=personas, without={"persona": [persona]}))
    with django_assert_num_queries(16):
        assert all(one.rule()["personas"] for one in Audience.objects.with_rule())


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
    assert own.rule()["frozen"] == saved.pk
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
