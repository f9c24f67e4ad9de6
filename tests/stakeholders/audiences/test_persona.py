"""Writing personas: texts per language, the lines of a rule, and people picked by hand."""

import html
import re

import pytest

from programmes.queries.texts import states_of, text_of
from programmes.services.texts import write_text
from stakeholders.audiences.queries.picking import picked_in
from stakeholders.audiences.services.persona import PersonaData, save_persona
from stakeholders.models import Audience, Person, Persona
from tests import factories
from tests.clock import NOW

ROOT = "/p/one-it/people/personas/"
TEXTS = {"name": "Operators", "needs": "A screen", "what_changes": "One number"}


def typed(**changes):
    data = {**TEXTS, "channels": ["poster"], "kind": "rule", "jobs": ["Analyst"], **changes}
    return {name: value for name, value in data.items() if value is not None}


def words_of(answer):
    return html.unescape(answer.content.decode())


def test_form_makes_a_persona_by_rule(cast, as_user):
    data = typed(regions=[cast.iberia.pk], employers=["Group"])
    answer = as_user(cast.ines).post(f"{ROOT}new/", data, follow=True)
    persona = Persona.objects.get()
    assert answer.redirect_chain[-1][0] == f"{ROOT}operators/"
    assert "Saved. 3 people match." in words_of(answer)
    assert persona.rule().to_json() == {
        "id": persona.pk,
        "jobs": ["Analyst"],
        "regions": [cast.iberia.pk],
        "employers": ["Group"],
    }
    assert text_of(persona, "en") == TEXTS
    assert states_of(persona)["en"].state == "draft"


def test_form_shows_the_jobs_that_exist_with_how_many_have_them(cast, as_user):
    factories.PersonFactory(job="Nobody here")
    words = words_of(as_user(cast.ines).get(f"{ROOT}new/"))
    assert "Analyst (6)" in words
    assert "Iberia (3)" in words
    assert "Group (6)" in words
    assert "Nobody here" not in words


def test_form_takes_numbers_and_addresses_in_any_shape(cast, as_user):
    first, second, third = cast.people[:3]
    pasted = f"{first.personnel_number}; <{second.email.upper()}>\n\t{third.personnel_number},"
    data = typed(kind="picked", picked=pasted, jobs=["Analyst"])
    answer = as_user(cast.ines).post(f"{ROOT}new/", data, follow=True)
    assert "Saved. 3 people match." in words_of(answer)
    persona = Persona.objects.get()
    assert persona.rule().to_json() == {
        "id": persona.pk,
        "people": sorted(p.pk for p in cast.people[:3]),
    }
    form = as_user(cast.ines).get(f"{ROOT}operators/edit/").context["form"]
    assert first.personnel_number in form["picked"].value()


def test_the_form_names_nobody_who_left_or_whom_no_wave_reaches_and_keeps_them(cast, as_user):
    here, left, away, other = cast.people[:4]
    ines = as_user(cast.ines)
    numbers = " ".join(person.personnel_number for person in (here, left, away))
    ines.post(f"{ROOT}new/", typed(kind="picked", picked=numbers))
    Person.objects.filter(pk=left.pk).update(left_on=NOW.date())
    Person.objects.filter(pk=away.pk).update(site=factories.SiteFactory(name="Vigo"))
    page = ines.get(f"{ROOT}operators/edit/")
    assert page.context["form"]["picked"].value() == here.personnel_number
    for person in (left, away):
        assert person.personnel_number not in page.content.decode()
    answer = ines.post(
        f"{ROOT}operators/edit/", typed(kind="picked", picked=here.personnel_number), follow=True
    )
    assert "Saved. 1 person matches." in words_of(answer)
    persona = Persona.objects.get()
    assert set(persona.people.all()) == {here, left, away}
    ines.post(f"{ROOT}operators/edit/", typed(kind="picked", picked=other.personnel_number))
    assert set(persona.people.all()) == {other, left, away}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "picked", "picked": "P1 X9"}, "No employee matches: P1, X9."),
        ({"kind": "picked", "picked": "two@x.example"}, "Several people match: two@x.example."),
        ({"kind": "picked", "picked": " "}, "Paste at least one personnel number"),
        ({"jobs": None}, "Choose at least one criterion. A rule without criteria matches no one."),
        ({"name": " "}, "Fill in “Name”."),
    ],
)
def test_form_refuses_and_keeps_what_was_typed(cast, as_user, changes, sentence):
    for _ in range(2):
        factories.PersonFactory(site=cast.barcelona, email="two@x.example")
    answer = as_user(cast.ines).post(f"{ROOT}new/", typed(**changes))
    assert sentence in words_of(answer)
    assert "One number" in words_of(answer)
    assert not Persona.objects.exists()


def test_who_has_left_is_nobody(cast, now):
    gone = cast.people[0]
    gone.left_on = now.date()
    gone.save()
    found = picked_in(
        f"{gone.personnel_number} {gone.email} {cast.people[1].email}\x00", cast.programme.pk
    )
    assert found.people == [cast.people[1]]
    assert found.unknown == [gone.personnel_number, gone.email]


def test_thousands_of_numbers_are_found(cast):
    text = "\n".join([f"N{n}" for n in range(1200)] + [p.email for p in cast.people])
    found = picked_in(text, cast.programme.pk)
    assert set(found.people) == set(cast.people)
    assert len(found.unknown) == 1200


def make(cast, now, **values):
    persona = Persona(programme=cast.programme)
    return save_persona(persona, PersonaData(**values), TEXTS, cast.ines, now)


def test_a_text_is_written_one_language_at_a_time(cast, now, as_user):
    persona = make(cast, now, jobs=["Analyst"])
    address = f"{ROOT}operators/edit/?language=es"
    page = words_of(as_user(cast.ines).get(address))
    assert "One number" in page
    assert 'lang="es"' in page
    data = {"name": "Operarios", "needs": "", "what_changes": "Un número"}
    assert as_user(cast.ines).post(address, data).status_code == 302
    persona = Persona.objects.get()
    assert text_of(persona, "es") == data
    assert persona.jobs == ["Analyst"]
    save_persona(persona, PersonaData(), {**TEXTS, "needs": "New"}, cast.ines, now)
    assert states_of(persona)["es"].state == "stale"
    assert as_user(cast.ines).get(f"{ROOT}operators/edit/?language=xx").status_code == 404


def test_form_shows_both_texts_when_somebody_was_faster(cast, now, as_user):
    persona = make(cast, now, jobs=["Analyst"])
    client = as_user(cast.ines)
    seen = client.get(f"{ROOT}operators/edit/").context["form"]["text_seen"].value()
    write_text(persona, "en", {**TEXTS, "needs": "Theirs"}, cast.claire, now)
    answer = client.post(f"{ROOT}operators/edit/", typed(needs="Mine", text_seen=seen))
    assert "Their version: Theirs" in words_of(answer)
    assert f"{cast.claire} has changed this text" in words_of(answer)
    assert "Mine" in words_of(answer)
    assert text_of(Persona.objects.get(), "en")["needs"] == "Theirs"


def test_addresses_are_free_and_never_that_of_the_form(cast, now):
    slugs = [make(cast, now).slug for _ in range(3)]
    assert slugs == ["operators", "operators-2", "operators-3"]
    other = save_persona(
        Persona(programme=cast.programme), PersonaData(), {**TEXTS, "name": "New"}, cast.ines, now
    )
    assert re.fullmatch(r"new-\d", other.slug)


def test_an_audience_of_a_persona_follows_its_rule(cast, now):
    persona = make(cast, now, jobs=["Analyst"], regions=[cast.iberia])
    audience = Audience.objects.create(programme=cast.programme)
    audience.personas.set([persona])
    assert audience.people().count() == 3
    save_persona(persona, PersonaData(jobs=["Operator"]), TEXTS, cast.ines, now)
    assert audience.people().count() == 0


def test_who_reads_no_records_picks_nobody_by_hand(cast, as_user):
    picked = Persona.objects.create(
        programme=cast.programme, slug="picked", name_en="Picked", is_hand_picked=True
    )
    picked.people.add(cast.people[0])
    tom = as_user(cast.tom)
    assert tom.get("/p/one-it/people/personas/picked/edit/").status_code == 403
    typed = {"name": "Probe", "kind": "picked", "picked": cast.people[0].personnel_number}
    page = tom.post("/p/one-it/people/personas/new/", typed)
    assert "picked" not in page.context["form"].fields
    assert list(Persona.objects.all()) == [picked]
