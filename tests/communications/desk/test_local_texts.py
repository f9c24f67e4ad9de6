"""Local communication writes the texts of its region in its languages, and nothing else."""

import pytest

from communications.approvals.services import approval as approvals
from communications.models import Message
from programmes.models import fingerprint
from programmes.queries.texts import states_of, text_of
from stakeholders.audiences.services.audience import Lines, freeze, save_audience, write_lines
from stakeholders.models import Persona
from tests.communications.making import TEXTS, approve, make_message

ROOT = "/p/one-it/messages/"
ENGLISH = {"en": TEXTS["en"]}
TYPED = {"subject": "Tu centro", "body": "Hola:\n\nel centro abre."}


@pytest.fixture
def nuria(cast, as_user):
    return as_user(cast.nuria)


def titles(client, **query):
    return [row.title for row in client.get(ROOT, query).context["rows"]]


def test_she_lands_on_the_texts_that_are_hers_to_write(cast, now, nuria):
    told = make_message(cast, now, texts=ENGLISH, purpose="Bare")
    make_message(cast, now, purpose="Ready")
    assert nuria.get("/").url == f"{ROOT}?lang=es&state=todo"
    page = nuria.get(f"{ROOT}?lang=es&state=todo")
    assert [row.message for row in page.context["rows"]] == [told]
    text = page.content.decode()
    assert "1 text for you to write" in text
    assert f'href="{ROOT}{told.pk}/es/"' in text
    assert f'href="{ROOT}{told.pk}/fr/"' not in text


def test_a_stale_text_comes_before_a_missing_one(cast, now, nuria):
    make_message(cast, now, texts=ENGLISH)
    stale = make_message(cast, now)
    stale.subject_en = "Your new desk opens"
    stale.save()
    found = nuria.get(f"{ROOT}?state=todo").context["to_write"]
    assert [(one.message.pk == stale.pk, one.state) for one in found] == [
        (True, "stale"),
        (False, "missing"),
    ]


def test_what_nobody_in_the_region_reads_is_not_to_write(cast, now, nuria):
    cast.nuria.roles.update(languages=["es", "it"])
    make_message(cast, now, texts=ENGLISH)
    page = nuria.get(f"{ROOT}?state=todo")
    assert [one.language for one in page.context["to_write"]] == ["es"]
    assert [g["name"] for g in page.context["groups"]] == ["state", "lang", "wave", "level"]
    assert titles(nuria, lang="it") == []


def test_she_saves_her_language_and_calls_it_ready(cast, now, nuria):
    told = make_message(cast, now, texts=ENGLISH)
    assert nuria.get(f"{ROOT}{told.pk}/es/").status_code == 200
    nuria.post(f"{ROOT}{told.pk}/es/", TYPED)
    assert text_of(Message.objects.get(), "es") | TYPED == text_of(Message.objects.get(), "es")
    ready = {"subject": "Tu centro", "body": "Hola:\n\nel centro abre en {{ site }}."}
    assert nuria.post(f"{ROOT}{told.pk}/es/ready/", ready).status_code == 302
    assert states_of(Message.objects.get(), ("subject", "body"), ["es"])["es"].state == "review"


def test_she_says_that_a_stale_text_is_still_right(cast, now, nuria):
    told = make_message(cast, now)
    told.subject_en = "Your new desk opens"
    told.save()
    assert "has changed" in nuria.get(f"{ROOT}{told.pk}/es/").content.decode()
    nuria.post(f"{ROOT}{told.pk}/es/confirm/")
    assert states_of(Message.objects.get(), ("subject", "body"), ["es"])["es"].state == "review"


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans", "pt-br"])
@pytest.mark.parametrize("act", ["", "ready/", "confirm/"])
def test_no_other_language_is_hers(cast, now, nuria, language, act):
    told = make_message(cast, now)
    before = fingerprint(text_of(told, language))
    stolen = {**TYPED, "language": "es", "subject_en": "Mine", "body_en": "Mine"}
    assert nuria.post(f"{ROOT}{told.pk}/{language}/{act}", stolen).status_code == 403
    assert fingerprint(text_of(Message.objects.get(), language)) == before
    if not act:
        assert nuria.get(f"{ROOT}{told.pk}/{language}/").status_code == 403


def test_a_text_is_saved_with_the_fields_of_its_language_alone(cast, now, nuria):
    told = make_message(cast, now)
    others = {c: text_of(told, c) for c in cast.programme.languages if c != "es"}
    frame = Message.objects.values("purpose", "sender", "written_by").get()
    nuria.post(f"{ROOT}{told.pk}/es/", {**TYPED, "subject_fr": "X", "purpose": "X", "sender": "X"})
    after = Message.objects.get()
    assert {c: text_of(after, c) for c in others} == others
    assert Message.objects.values("purpose", "sender", "written_by").get() == frame


def narrow(message, now, **lines):
    write_lines(message.audience, Lines(**lines), now)


def test_she_reads_drafts_that_concern_her_region_and_no_others(cast, now, nuria):
    there = Persona.objects.create(programme=cast.programme, slug="lab", name_en="Lab")
    there.sites.add(cast.shanghai)
    anywhere = Persona.objects.create(programme=cast.programme, slug="all", jobs=["Analyst"])
    wanted = {
        "Everybody": {},
        "Wave 1": {"waves": [cast.wave1]},
        "Barcelona": {"sites": [cast.barcelona]},
        "Iberia": {"regions": [cast.iberia]},
        "Analysts": {"personas": [anywhere]},
        "Both": {"sites": [cast.barcelona, cast.shanghai]},
    }
    hidden = {
        "Wave 2": {"waves": [cast.wave2]},
        "Shanghai": {"sites": [cast.shanghai]},
        "China": {"regions": [cast.china]},
        "Lab": {"personas": [there]},
        "But Iberia": {"without": {"region": [cast.iberia]}},
        "But Barcelona": {"without": {"site": [cast.barcelona]}},
    }
    made = {}
    for name, lines in (wanted | hidden).items():
        made[name] = make_message(cast, now, texts={"en": (name, "Hello")})
        narrow(made[name], now, **lines)
    assert set(titles(nuria)) == set(wanted)
    for name, message in made.items():
        expected = 200 if name in wanted else 404
        assert nuria.get(f"{ROOT}{message.pk}/").status_code == expected
        assert nuria.get(f"{ROOT}{message.pk}/es/").status_code == expected
        assert nuria.post(f"{ROOT}{message.pk}/es/", TYPED).status_code in (302, expected)
    assert all(not text_of(Message.objects.get(pk=made[n].pk), "es")["body"] for n in hidden)


def test_a_message_for_chosen_people_is_hers_if_one_of_them_is(cast, now, nuria):
    message = make_message(cast, now, texts=ENGLISH)
    for region, found in ((cast.china, []), (cast.iberia, [TEXTS["en"][0]])):
        saved = save_audience(cast.programme, f"Of {region}", Lines(regions=[region]), now)
        freeze(saved, now)
        narrow(message, now, follows=saved)
        assert titles(nuria) == found


def test_she_asks_for_nothing_and_decides_nothing(cast, now, nuria):
    told = make_message(cast, now)
    waiting = approvals.ask(told, cast.ines, now)
    for act in ("approve", "refuse", "undo", "withdraw", "question"):
        assert nuria.post(f"/p/one-it/approvals/{waiting.pk}/{act}/").status_code in (403, 404)
    page = nuria.get(f"{ROOT}{told.pk}/").content.decode()
    assert "Ines Test asked" not in page
    assert "Edit message" not in page


def test_what_she_writes_after_an_approval_waits_for_the_next(cast, now, nuria):
    told = make_message(cast, now)
    approved = approve(cast, told, now)
    nuria.post(f"{ROOT}{told.pk}/es/ready/", TYPED)
    approved.refresh_from_db()
    assert approved.state == "approved"
    assert approved.content["languages"]["es"]["subject"] == TEXTS["es"][0]


@pytest.mark.parametrize("count", [1, 3])
def test_her_list_needs_the_same_queries(cast, now, nuria, count, django_assert_num_queries):
    for _each in range(count):
        make_message(cast, now, texts=ENGLISH)
    nuria.get(ROOT)
    with django_assert_num_queries(23):
        nuria.get(f"{ROOT}?lang=es&state=todo")


def test_the_people_of_a_version_that_waits_are_counted_for_her_region_alone(cast, now, nuria):
    waiting = [
        approvals.ask(make_message(cast, now, sites=[site]), cast.ines, now)
        for site in (cast.barcelona, cast.shanghai)
    ]
    pages = [nuria.get(f"/p/one-it/people/?version={version.pk}") for version in waiting]
    assert [page.status_code for page in pages] == [200, 404]
    assert "3 people" in pages[0].content.decode()
