from datetime import date

import pytest

from communications.messages.services.message import MessageData
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.models import Service, Stream
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.models import Persona
from tests.communications.making import approve, make_message
from tests.factories import (
    ImpactFactory,
    MemberFactory,
    PersonFactory,
    ProgrammeFactory,
    SiteFactory,
    StakeholderFactory,
    WaveFactory,
)

FIND = "/p/one-it/find/"


def answer_to(client, text, **query):
    answer = client.get(FIND, {"q": text, **query})
    assert answer.status_code == 200
    return answer


def found(client, text):
    """Return the titles that a page shows, by kind."""
    groups = answer_to(client, text).context["groups"]
    return {group.kind: [one.title for one in group.best] for group in groups}


@pytest.fixture
def filled(cast, now):
    """The cast's programme with one Falcon of each kind."""
    programme = cast.programme
    message = make_message(
        cast, now, texts={"en": ("Falcon is coming", "Hello"), "es": ("Llega el halcón", "Hola")}
    )
    approve(cast, message, now)
    questions = {"csat": "How?", "nps": "Recommend?", "choice": "What?", "comment": "Say"}
    texts = SurveyTexts("How?", "[Say]({{ survey_link }})", questions, ["A", "B"])
    data = SurveyData("Falcon pulse", MessageData("P", "IT", fixed_on=now.date()), {"en": texts})
    create_survey(programme, data, cast.ines, now)
    Service.objects.create(programme=programme, name_en="Falcon desk", name_fr="Bureau Épervier")
    Stream.objects.create(programme=programme, name="Falcon stream")
    Persona.objects.create(programme=programme, slug="falconer", name_en="Falconer", jobs=["F"])
    save_audience(programme, "All of Falcon", Lines(), now)
    PersonFactory(site=cast.barcelona, last_name="Falcón", first_name="Eva")
    return cast


def test_one_field_finds_every_kind(filled, as_user):
    assert found(as_user(filled.ines), "falcon") == {
        "messages": ["Falcon is coming"],
        "surveys": ["Falcon pulse"],
        "personas": ["Falconer"],
        "services": ["Falcon desk"],
        "streams": ["Falcon stream"],
        "audiences": ["All of Falcon"],
        "people": ["Eva Falcón"],
    }


def test_the_register_the_streams_and_the_settings_are_found_too(cast, as_user):
    stream = Stream.objects.create(programme=cast.programme, name="Workplace")
    ImpactFactory(programme=cast.programme, name="Falcon replaces the phone", stream=stream)
    StakeholderFactory(programme=cast.programme, name="Falcon council", part="Works council")
    MemberFactory(stream=stream, name="Fay Falconer", work="Networks")
    client = as_user(cast.ines)
    assert found(client, "falcon") == {
        "impacts": ["Falcon replaces the phone"],
        "stakeholders": ["Falcon council"],
        "members": ["Fay Falconer"],
    }
    assert found(client, "works council") == {"stakeholders": ["Falcon council"]}
    assert found(client, "logo") == {"settings": ["Brand"]}
    assert found(client, "threshold") == {"settings": ["Thresholds"]}
    assert found(as_user(cast.rosa), "logo") == {}
    assert found(as_user(cast.nuria), "threshold") == {}
    for text in ("falcon", "brand", "streams"):
        main = answer_to(client, text).content.decode().partition("<main")[2]
        for part in main.split('class="t" href="')[1:]:
            assert client.get(part.partition('"')[0]).status_code == 200


def test_what_another_stream_or_region_keeps_is_not_found(cast, as_user):
    ImpactFactory(programme=cast.programme, name="Falcon", sites=[cast.shanghai])
    StakeholderFactory(programme=cast.programme, name="Falcon", region=cast.china)
    assert set(found(as_user(cast.ines), "falcon")) == {"impacts", "stakeholders"}
    assert set(found(as_user(cast.mei), "falcon")) == {"impacts", "stakeholders"}
    assert found(as_user(cast.rosa), "falcon") == {}


def test_titles_with_placeholders_are_found_by_their_words(cast, now, as_user):
    texts = {"en": ("What changes for you on {{ go_live_date }}", "Hello")}
    make_message(cast, now, texts=texts)
    client = as_user(cast.ines)
    assert found(client, "changes for you")["messages"] == [
        "What changes for you on ‹go-live date›"
    ]
    page = answer_to(client, "changes for you").content.decode()
    assert '<span class="ol-ph">go-live date</span>' in page


def test_every_hit_leads_to_a_page(filled, as_user):
    client = as_user(filled.ines)
    for text in ("falcon", "wave", "iberia", "barcelona"):
        page = answer_to(client, text).content.decode()
        main = page.partition("<main")[2]
        hits = main.split('class="t" href="')[1:]
        assert hits, text
        for part in hits:
            address = part.partition('"')[0].replace("&amp;", "&")
            assert client.get(address, follow=True).status_code == 200, address


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("WAVE 2", "waves", "Wave 2"),
        ("barça", "waves", None),
        ("BARCELÓNA", "sites", "Barcelona"),
        ("spain", "sites", "Barcelona"),
        ("bureau epervier", "services", "Falcon desk"),
        ("halcon", "messages", "Falcon is coming"),
        ("eva falcon", "people", "Eva Falcón"),
        ("iber", "regions", "Iberia"),
    ],
)
def test_accents_case_and_language_do_not_matter(filled, as_user, text, kind, title):
    assert found(as_user(filled.ines), text).get(kind, [None])[0] == title


def test_names_in_han_kana_and_hangul_are_found(filled, as_user):
    site = SiteFactory(name="上海研发中心", region=filled.china, country="CN")
    WaveFactory(programme=filled.programme, sites=[site])
    PersonFactory(site=site, last_name="王", first_name="小明")
    assert found(as_user(filled.ines), "研发")["sites"] == ["上海研发中心"]
    assert found(as_user(filled.ines), "王小明")["people"] == ["小明 王"]


def test_the_best_stands_first(cast, as_user):
    for name in ("New Lyon", "Lyon", "Lyon North", "Old Salyonne"):
        WaveFactory(programme=cast.programme, name=name)
    PersonFactory(site=cast.barcelona, last_name="Zaz", first_name="Lyon")
    groups = found(as_user(cast.ines), "lyon")
    assert groups["waves"] == ["Lyon", "Lyon North", "New Lyon", "Old Salyonne"]
    assert list(groups) == ["waves", "people"]


def test_a_number_leads_to_the_list_with_the_same_total(cast, as_user):
    for n in range(7):
        WaveFactory(programme=cast.programme, name=f"Falcon {n}")
        PersonFactory(site=cast.barcelona, last_name=f"Falcon{n}")
    client = as_user(cast.ines)
    answer = answer_to(client, "falcon")
    assert {g.kind: (len(g.best), g.total) for g in answer.context["groups"]} == {
        "waves": (5, 7),
        "people": (5, 7),
    }
    page = answer.content.decode()
    assert f'href="{FIND}?q=falcon&amp;in=waves"' in page
    assert 'href="/p/one-it/people/?q=falcon"' in page
    every = answer_to(client, "falcon", **{"in": "waves"})
    assert every.context["page"].paginator.count == 7
    assert "7 people" in client.get("/p/one-it/people/?q=falcon").content.decode()


@pytest.mark.parametrize("text", ["14 December", "14 Dec 2026", "2026-12-14", "14.12.2026"])
def test_a_date_shows_what_happens_that_day(cast, now, as_user, text):
    wave = WaveFactory(
        programme=cast.programme,
        name="Wave 3",
        go_live_on=date(2026, 12, 14),
        sites=[SiteFactory()],
    )
    approve(cast, make_message(cast, now, fixed_on=date(2026, 12, 14)), now)
    answer = answer_to(as_user(cast.ines), text)
    kinds = {(one.kind, one.pk) for one in answer.context["happenings"]}
    assert ("go_live", wave.pk) in kinds
    assert "message" in {kind for kind, _pk in kinds}
    assert "On Mon 14 Dec 2026" in answer.content.decode()


def test_a_day_of_another_region_is_empty(cast, now, as_user):
    approve(cast, make_message(cast, now, fixed_on=date(2027, 1, 18), sites=[cast.shanghai]), now)
    assert answer_to(as_user(cast.rosa), "18 Jan 2027").context["happenings"] == []
    assert len(answer_to(as_user(cast.mei), "18 Jan 2027").context["happenings"]) == 2


def test_nothing_found_says_what_to_try(cast, as_user):
    page = answer_to(as_user(cast.ines), "zzz").content.decode()
    assert "No results for zzz" in page
    assert "Try a site, a person or a date." in page


def test_only_who_may_read_people_finds_some(filled, as_user):
    assert "people" in found(as_user(filled.rosa), "falcon")
    assert "people" not in found(as_user(filled.claire), "falcon")
    for person in filled.people:
        assert found(as_user(filled.claire), person.email) == {}


def test_a_region_finds_nothing_of_another(cast, now, as_user):
    hidden = make_message(cast, now, texts={"en": ("Canary", "Hi")}, sites=[cast.shanghai])
    approve(cast, hidden, now)
    PersonFactory(site=cast.shanghai, last_name="Canary")
    rosa, mei = as_user(cast.rosa), as_user(cast.mei)
    for text in ("Canary", "Shanghai", "China", "Wave 2", cast.people[3].last_name):
        assert found(rosa, text) == {}, text
        assert found(mei, text), text
        for kind in ("waves", "sites", "regions", "messages"):
            assert answer_to(rosa, text, **{"in": kind}).context["page"].paginator.count == 0


def test_what_was_written_since_the_approval_is_not_found_in_a_region(cast, now, as_user):
    message = make_message(cast, now, texts={"en": ("Agreed", "Hi")})
    approve(cast, message, now)
    type(message).objects.filter(pk=message.pk).update(subject_en="Secret draft")
    assert found(as_user(cast.rosa), "secret") == {}
    assert found(as_user(cast.rosa), "agreed") == {"messages": ["Agreed"]}
    assert found(as_user(cast.ines), "secret") == {"messages": ["Secret draft"]}


def test_another_programme_is_not_found(cast, as_user):
    other = ProgrammeFactory(slug="other")
    site = SiteFactory(name="Canary Wharf")
    WaveFactory(programme=other, name="Canary wave", sites=[site])
    Service.objects.create(programme=other, name_en="Canary desk")
    Stream.objects.create(programme=other, name="Canary stream")
    Persona.objects.create(programme=other, slug="canary", name_en="Canary")
    PersonFactory(site=site, last_name="Canary")
    assert found(as_user(cast.ines), "canary") == {}
    assert as_user(cast.ines).get("/p/other/find/?q=canary").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "z" * 10000,
        "%",
        "_",
        "'\"",
        "' OR 1=1 --",
        "<script>x</script>",
        "9" * 30,
        "99999999999 1 1",
        "1 1 99999999999999999999",
        "31 February",
        "\\",
        "🦅",
        "z " * 4000,
    ],
)
def test_hostile_text_is_answered_plainly(filled, as_user, text):
    client = as_user(filled.ines)
    answer = answer_to(client, text)
    assert "<script>x" not in answer.content.decode()
    assert not answer.context["groups"]
    assert client.get(FIND, {"q": text}, headers={"HX-Request": "true"}).status_code == 200
    assert client.get(FIND, {"q": text, "in": "sites", "page": "x"}).status_code == 200


def test_a_quote_in_a_name_is_a_break_between_words(cast, as_user):
    PersonFactory(site=cast.barcelona, last_name="O'Hara", first_name="Jo")
    assert found(as_user(cast.ines), "o'hara")["people"] == ["Jo O'Hara"]


def test_while_typing_a_few_are_offered_in_a_fragment(filled, as_user):
    page = as_user(filled.ines).get(FIND, {"q": "falcon"}, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "<html" not in text
    assert "Falcon desk" in text
    assert f'href="{FIND}?q=falcon"' in text
    assert "HX-Request" in page["Vary"]


def test_the_field_stands_in_the_bar_of_who_finds_something(cast, as_user):
    form = f'action="{FIND}" role="search" data-find'
    assert form in as_user(cast.rosa).get("/p/one-it/regions/iberia/").content.decode()
    assert "data-find" not in as_user(cast.hana).get("/imports/").content.decode()
    assert "data-find" not in as_user(cast.ines).get("/profile/").content.decode()


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("text", "queries"), [("falcon", 21), ("14 Dec 2026", 30)])
def test_a_search_needs_the_same_queries(
    filled, now, as_user, many, text, queries, django_assert_num_queries
):
    for n in range(many):
        site = SiteFactory(name=f"Falcon {n}")
        WaveFactory(
            programme=filled.programme,
            name=f"Falcon {n}",
            go_live_on=date(2026, 12, 14),
            sites=[site],
        )
        make_message(filled, now, texts={"en": (f"Falcon {n}", "Hi")}, fixed_on=date(2026, 12, 14))
        PersonFactory(site=site, last_name=f"Falcon{n}")
    client = as_user(filled.ines)
    client.get(FIND)
    with django_assert_num_queries(queries):
        answer_to(client, text)
