"""Personas on their pages: how many, where, in which language, and who is in none."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.services.texts import write_text
from stakeholders.models import Persona
from tests import factories

ROOT = "/p/one-it/people/personas/"
PEOPLE = "/p/one-it/people/"


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def flat(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def make_persona(cast, name="Operators", **values):
    texts = {f"{field}_en": f"{field} of {name}" for field in ("needs", "what_changes")}
    slug = name.lower()
    return Persona.objects.create(
        programme=cast.programme, name_en=name, slug=slug, **texts, **values
    )


@pytest.fixture
def operators(cast):
    cast.people[0].job = cast.people[4].job = "Operator"
    for person in cast.people:
        person.save()
    return make_persona(cast, jobs=["Operator"], channels=["poster", "briefing"])


def total_of(client, address):
    return int(re.search(r"<h1[^>]*>([\d,]+) ", page(client, address))[1])


def test_list_counts_people_of_each_persona_and_those_in_none(cast, as_user, operators):
    make_persona(cast, "Chinese")
    words = flat(page(as_user(cast.ines), ROOT))
    assert "4 of 6 people are in no persona" in words
    assert re.search(r"Operators 2 By rule Poster, Team briefing", words)
    assert re.search(r"Chinese 0 By rule –", words)
    assert "Spanish" in words


def test_who_is_in_several_personas_counts_once(cast, as_user, operators):
    picked = make_persona(cast, "Picked", is_hand_picked=True)
    picked.people.set([cast.people[0], cast.people[1]])
    make_persona(cast, "Iberians").regions.set([cast.iberia])
    words = flat(page(as_user(cast.ines), ROOT))
    assert "2 of 6 people are in no persona" in words
    assert "Picked 2 Picked by hand" in words
    assert "Iberians 3 By rule" in words
    assert total_of(as_user(cast.ines), f"{PEOPLE}?persona=-") == 2


def test_numbers_open_lists_that_add_up_to_them(cast, as_user, operators):
    client = as_user(cast.ines)
    assert total_of(client, f"{PEOPLE}?persona=operators") == 2
    assert total_of(client, f"{PEOPLE}?persona=-") == 4
    assert "In no persona" in page(client, f"{PEOPLE}?persona=-")
    site = f"{PEOPLE}?persona=operators&site={cast.shanghai.pk}"
    assert site.replace("&", "&amp;") in page(client, f"{ROOT}operators/").replace(
        "&site", "&amp;site"
    )
    assert total_of(client, site) == 1
    assert client.get(f"{PEOPLE}?persona=gone").status_code == 404


def test_list_names_the_languages_that_the_page_of_a_persona_finds_missing(cast, now, as_user):
    operators = make_persona(cast, jobs=["Operator"])
    languages = ["es", "cs", "tr", "ro", "pt", "fr"]
    for language in languages:
        factories.PersonFactory(site=cast.barcelona, job="Operator", language=language)
    programme = cast.programme
    programme.languages = ["en", "fr", "pt-br"]
    programme.save()
    text = {"name": "x", "needs": "x", "what_changes": "y"}
    for language in ("fr", "pt-br"):
        write_text(operators, language, text, cast.ines, now)
    client = as_user(cast.ines)
    (row,) = client.get(ROOT).context["rows"]
    board = client.get(f"{ROOT}operators/").context["board"]
    missing = [line.code for line in board.languages if line.state == "missing"]
    assert [one.code for one in row.lacking] == missing == ["cs", "es", "ro", "tr"]
    assert re.search(
        r"Operators 6 By rule – Czech Spanish Romanian Turkish", flat(page(client, ROOT))
    )


def test_region_counts_its_own_people(cast, as_user, operators):
    operators.sites.set([cast.barcelona, cast.shanghai])
    client = as_user(cast.rosa)
    assert re.search(r"Operators 1 By rule", flat(page(client, ROOT)))
    words = flat(page(client, f"{ROOT}operators/"))
    assert "Operators: 0 of 1 person has a text in their own language" in words
    assert "Barcelona" in words
    assert "Shanghai" not in words
    assert total_of(client, f"{PEOPLE}?persona=operators") == 1


def test_page_says_who_reads_what_until_a_text_is_there(cast, now, as_user, operators):
    client = as_user(cast.ines)
    words = flat(page(client, f"{ROOT}operators/"))
    assert "Operators: 0 of 2 people have a text in their own language" in words
    assert "what_changes of Operators" in words
    assert re.search(r"Spanish 1 Missing readers get English", words)
    texts = {"name": "Operarios", "needs": "x", "what_changes": "y"}
    for language in ("es", "zh-hans"):
        write_text(operators, language, texts, cast.ines, now)
    words = flat(page(client, f"{ROOT}operators/"))
    assert "Operators: all 2 people have a text in their own language" in words
    assert "Spanish 1 Draft" in words


def test_an_empty_persona_says_that_nobody_belongs(cast, as_user):
    make_persona(cast, "Nobody")
    assert "Nobody: no members" in flat(page(as_user(cast.claire), f"{ROOT}nobody/"))


def test_without_a_persona_the_list_says_what_they_are_for(cast, as_user):
    words = flat(page(as_user(cast.ines), ROOT))
    assert "No personas yet" in words
    assert "Add persona" in words
    assert "Add persona" not in flat(page(as_user(cast.claire), ROOT))


def test_pages_ask_the_same_number_of_queries_for_one_and_three(
    cast, as_user, operators, django_assert_num_queries
):
    client = as_user(cast.ines)
    operators.business_lines.set([factories.BusinessLineFactory()])
    picked = make_persona(cast, "Picked", is_hand_picked=True)
    picked.people.set(cast.people[:1])
    with CaptureQueriesContext(connection) as one:
        page(client, ROOT)
    for name in ("Second", "Third"):
        make_persona(cast, name, jobs=["Analyst"])
    with django_assert_num_queries(len(one)):
        page(client, ROOT)
    assert len(one) <= 16
    with CaptureQueriesContext(connection) as few:
        page(client, f"{ROOT}picked/")
    picked.people.set(cast.people)
    with django_assert_num_queries(len(few)):
        page(client, f"{ROOT}picked/")
