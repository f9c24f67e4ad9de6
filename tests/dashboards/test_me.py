"""The public page of what changes: for whom, from when, in which words, and what it keeps quiet."""

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from onelift import catalogue
from onelift.dashboards.me.queries.me import Asked, facts_of, me_of, site_word
from onelift.dashboards.me.queries.reader import page_language
from programmes.design.formats import full_day
from programmes.models import SupportContact
from programmes.services.publishing import publish
from programmes.services.texts import mark, write_text
from tests import factories
from tests.clock import NOW
from tests.dashboards.what_changes import LANGUAGES, Texts, make_persona, make_service, said

PAGE = "/me/one-it/"
TODAY = NOW.date()
SOON, LONG_AGO = TODAY + timedelta(days=30), TODAY - timedelta(days=60)

NOTHING = {
    "en": "There is nothing at this address",
    "fr": "Il n’y a rien à cette adresse",
    "ar": "لا يوجد شيء في هذا العنوان",
}


def ask(path=PAGE, language="en", **query):
    return Client().get(path, query, headers={"accept-language": language})


@pytest.fixture
def desk(cast, now):
    """The one service, for everybody, in all languages; Barcelona is live, Shanghai is not."""
    cast.programme.waves.filter(pk=cast.wave1.pk).update(go_live_on=LONG_AGO)
    cast.programme.waves.filter(pk=cast.wave2.pk).update(go_live_on=SOON)
    return make_service(cast, now, languages=LANGUAGES)


@pytest.mark.parametrize(
    ("language", "title", "comes"),
    [
        ("en", "What changes for you at Shanghai", "What comes next"),
        ("fr", "Ce qui change pour vous : Shanghai", "Une question ?"),
        ("de", "Was sich für Sie am Standort Shanghai ändert", "Was als Nächstes kommt"),
        ("es", "Qué cambia para usted en Shanghai", "Lo que viene"),
        ("it", "Che cosa cambia per te nella sede Shanghai", "Che cosa arriva adesso"),
        ("pl", "Co zmieni się dla Ciebie w lokalizacji Shanghai", "Co będzie następne"),
        ("pt-br", "O que muda para você na unidade Shanghai", "O que vem a seguir"),
        ("ru", "Что изменится для вас на площадке «Shanghai»", "Что будет дальше"),
        ("zh-hans", "您在Shanghai会遇到哪些变化", "接下来有什么"),
        ("ja", "Shanghaiの皆さまに関わる変更点", "これから始まること"),
        ("ko", "Shanghai 사업장에서 이렇게 달라집니다", "앞으로 시작되는 서비스"),
        ("ar", "ما الذي يتغير بالنسبة إليكم في موقع Shanghai", "ما القادم"),
    ],
)
def test_page_is_all_in_the_readers_language(cast, now, desk, language, title, comes):
    lab = make_persona(cast, now, languages=LANGUAGES)
    SupportContact.objects.create(
        programme=cast.programme, phone="5050", mail="a@x.example", link="https://x.example"
    )
    answer = ask(f"{PAGE}{lab.slug}/", site="shanghai", lang=language)
    page = answer.content.decode()
    words = said(answer)
    assert title in words
    assert comes in words
    assert full_day_in(language, SOON) in said(answer)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in page
    if language != "en":
        assert english_in(page) == set()
        assert f"Desk benefit {language}" in words
        assert f"Laboratory what_changes {language}" in words
        assert {lang for text, lang in Texts(page).found if text.startswith("Desk")} == {language}


def full_day_in(language, day):
    with translation.override(language):
        return " ".join(full_day(day).split())


def english_in(page):
    """Return the texts of a page that the interface has in English."""
    ours = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue.extracted() if m.id}
    return {text for text, _language in Texts(page).found if text in ours} - {"English"}


def test_a_missing_or_stale_text_is_read_in_another_language_and_said_so(cast, now, desk):
    write_text(desk, "de", {"name": "Hilfe", "benefit": "Nummer", "how_to_get": "Ruf"}, None, now)
    write_text(desk, "en", {"name": "Help", "benefit": "Number", "how_to_get": "Call"}, None, now)
    publish(desk, "en", None, now)
    publish(desk, "fr", None, now)
    for language, note in (("de", "Sprache: Englisch"), ("es", "otro idioma: inglés")):
        page = ask(lang=language).content.decode()
        assert note in page
        assert ("Help", "en") in Texts(page).found
        assert '<h3 lang="en" dir="ltr">' in page
    assert "autre langue" not in said(ask(lang="fr"))


def test_arabic_readers_see_english_marked_left_to_right(cast, now):
    make_service(cast, now)
    page = ask(lang="ar").content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert '<h3 lang="en" dir="ltr">Desk</h3>' in page


@pytest.mark.parametrize("state", ["draft", "review"])
def test_a_text_that_is_not_published_is_read_by_nobody(cast, now, desk, state):
    hidden = make_service(cast, now, name="Hidden")
    mark(hidden, "en", state, None, now)
    mark(desk, "fr", state, None, now)
    assert "Hidden" not in said(ask())
    assert "Desk name fr" not in said(ask(lang="fr"))
    assert "One number for everything." in said(ask(lang="fr"))
    mark(desk, "en", state, None, now)
    assert ask().status_code == 404


def test_what_was_written_past_the_services_is_a_draft(cast, now, desk):
    desk.benefit_en = "Written in the admin"
    desk.save()
    assert ask().status_code == 404


def test_a_programme_without_published_services_is_not_there(cast, now):
    make_persona(cast, now)
    factories.ServiceFactory(programme=cast.programme)
    for path in ("/me/", PAGE, f"{PAGE}laboratory/"):
        answer = ask(path)
        assert answer.status_code == 404
        assert "One IT" not in answer.content.decode()


def test_a_service_for_some_is_shown_to_them_only(cast, now, desk):
    lab, office = make_persona(cast, now), make_persona(cast, now, name="Office")
    make_service(cast, now, name="Bench", personas=[lab])
    assert "Bench" in said(ask(f"{PAGE}laboratory/"))
    assert "Bench" not in said(ask(f"{PAGE}office/"))
    everybody = said(ask())
    assert "Bench" not in everybody
    assert "Choose your work to see what else concerns you." in everybody
    assert "what else concerns you" not in said(ask(f"{PAGE}office/"))
    assert office.what_changes_en in said(ask(f"{PAGE}office/"))
    assert "secret need" not in said(ask(f"{PAGE}office/"))


def test_dates_are_the_sites_own_or_its_waves_and_follow_a_move(cast, desk):
    place = cast.wave2.wave_sites.get()
    assert f"Planned for {full_day_in('en', SOON)}" in said(ask(site="shanghai"))
    cast.programme.waves.filter(pk=cast.wave2.pk).update(go_live_on=SOON + timedelta(days=7))
    assert full_day_in("en", SOON + timedelta(days=7)) in said(ask(site="shanghai"))
    place.own_go_live_on = TODAY - timedelta(days=3)
    place.save()
    words = said(ask(site="shanghai"))
    assert f"Since {full_day_in('en', place.own_go_live_on)}" in words
    assert "What comes next" not in words


def test_a_site_without_a_wave_has_no_date_yet(cast, now, desk):
    boston = factories.SiteFactory(name="Boston")
    assert ask(site="Boston").status_code == 404
    cast.programme.sites.add(boston)
    words = said(ask(site="Boston"))
    assert "There is no date for Boston yet." in words
    assert "The date is not known yet." in words
    assert "Boston" not in said(ask())


def test_services_come_with_their_own_days_the_next_first(cast, now):
    live_on = date(2026, 12, 1)
    cast.programme.waves.filter(pk=cast.wave1.pk).update(go_live_on=live_on)
    make_service(cast, now, name="Later", offset_days=20)
    make_service(cast, now, name="With it")
    make_service(cast, now, name="Before", offset_days=-20)
    make_service(cast, now, name="Fixed", fixed_on=date(2026, 12, 5))
    at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    me = me_of(facts_of(cast.programme), Asked("en", "barcelona"), at)
    assert [(one.said.text["name"], one.on.day) for one in me.upcoming] == [
        ("Fixed", 5),
        ("Later", 21),
    ]
    assert [one.said.text["name"] for one in me.there] == ["With it", "Before"]
    with_none = me_of(facts_of(cast.programme), Asked("en"), at)
    assert [offer.on for offer in with_none.offers if offer.on] == [date(2026, 12, 5)]


def test_a_day_begins_by_the_clocks_of_the_site(cast, now, desk):
    cast.programme.waves.filter(pk=cast.wave2.pk).update(go_live_on=date(2027, 1, 18))
    facts = facts_of(cast.programme)
    night = datetime(2027, 1, 17, 16, 1, tzinfo=UTC)
    assert me_of(facts, Asked("en", "shanghai"), night).is_live
    assert not me_of(facts, Asked("en", "shanghai"), night - timedelta(hours=1)).is_live


@pytest.mark.parametrize("wanted", ["São Paulo", "sao-paulo", "SAO PAULO"])
def test_a_site_is_found_by_its_name_and_by_a_word(cast, desk, wanted):
    site = factories.SiteFactory(name="São Paulo")
    factories.place(cast.wave1, site)
    assert "What changes for you at São Paulo" in said(ask(site=wanted))


def test_two_sites_of_the_same_word_stay_apart(cast, desk):
    for name in ("Les Ulis", "Les-Ulis"):
        factories.place(cast.wave1, factories.SiteFactory(name=name))
    page = ask(site="Les-Ulis").content.decode()
    assert site_word("Les Ulis") == site_word("Les-Ulis")
    assert "at Les-Ulis" in page
    assert page.count(" selected") == 1


@pytest.mark.parametrize(
    "path", ["/me/none/", "/me/one-it/nobody/", "/me/one-it/?site=atlantis", "/me/none/x/?site=y"]
)
@pytest.mark.parametrize("language", NOTHING)
def test_what_is_unknown_is_told_in_the_readers_language(cast, desk, path, language):
    for answer in (
        Client().get(path, headers={"accept-language": language}),
        Client().get(path, {**query_of(path), "lang": language}),
    ):
        assert answer.status_code == 404
        assert NOTHING[language] in said(answer)


def query_of(path):
    return dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair)


def test_another_programmes_persona_is_unknown_here(cast, now, desk):
    other = factories.ProgrammeFactory(slug="other")
    make_persona(cast, now)
    persona = make_persona(cast, now, name="Theirs")
    persona.programme = other
    persona.save()
    assert "Theirs" not in ask().content.decode()
    assert ask(f"{PAGE}theirs/").status_code == 404


def test_a_draft_persona_is_unknown(cast, now, desk):
    persona = make_persona(cast, now)
    mark(persona, "en", "draft", None, now)
    assert ask(f"{PAGE}laboratory/").status_code == 404
    assert "Laboratory" not in ask().content.decode()


def test_hostile_texts_are_shown_as_they_are(cast, now, desk):
    evil = "<script>alert(1)</script>"
    make_service(cast, now, name=evil, benefit_en=f"{evil}\njavascript:alert(1) [x](javascript:1)")
    cast.barcelona.name = evil
    cast.barcelona.save()
    for answer in (ask(), ask(site=evil), ask(site=evil, lang=evil), ask(site=f'"{evil}')):
        page = answer.content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>javascript:alert(1)" in ask().content.decode()


def test_an_address_in_a_text_becomes_a_link(cast, now):
    make_service(cast, now, how_to_get_en="Open https://portal.example/start")
    assert '<a href="https://portal.example/start"' in ask().content.decode()


def test_the_form_leads_to_the_address_of_the_choice(cast, now, desk):
    make_persona(cast, now)
    answer = ask(persona="laboratory", site="barcelona", lang="fr")
    assert answer["Location"] == f"{PAGE}laboratory/?site=barcelona&lang=fr"
    assert ask(persona="", site="barcelona")["Location"] == f"{PAGE}?site=barcelona"
    for hostile in ("../../admin", "//evil.example", "a b"):
        assert ask(persona=hostile).status_code == 404


def test_one_programme_is_gone_to_and_several_are_offered(cast, now, desk):
    assert ask("/me/", site="dublin")["Location"] == f"{PAGE}?site=dublin"
    other = factories.ProgrammeFactory(slug="other", name="Other")
    factories.ProgrammeFactory(name="Silent")
    words_of_other = factories.ServiceFactory(programme=other)
    publish(words_of_other, "en", None, now)
    words = said(ask("/me/", lang="de"))
    assert "Was sich für Sie ändert" in words
    assert "One IT" in words
    assert "Other" in words
    assert "Silent" not in words


def test_anybody_keeps_it_for_a_minute_and_gets_no_cookie(cast, desk):
    answer = ask(site="barcelona")
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Accept-Language" in answer["Vary"]
    assert not answer.cookies
    again = Client().get(
        PAGE,
        {"site": "barcelona"},
        headers={"accept-language": "en", "if-none-match": answer["ETag"]},
    )
    assert again.status_code == 304
    assert Client().head(PAGE).status_code == 200


def test_a_page_without_a_secret_goes_compressed(cast, desk):
    plain = ask()
    accepts = {"accept-language": "en", "accept-encoding": "gzip"}
    short = Client().get(PAGE, headers=accepts)
    assert gzip.decompress(short.content) == plain.content
    assert len(short.content) < len(plain.content) / 2
    assert "Accept-Encoding" in short["Vary"]
    kept = Client().get(PAGE, headers={**accepts, "if-none-match": short["ETag"]})
    assert kept.status_code == 304


def test_a_cookie_and_an_account_change_nothing(cast, desk, as_user):
    cast.ines.language = "fr"
    cast.ines.save()
    client = as_user(cast.ines)
    client.cookies["django_language"] = "fr"
    answer = client.get(PAGE, headers={"accept-language": "de"})
    assert "Was sich für Sie ändert" in said(answer)
    assert not answer.cookies


def test_no_person_is_on_the_page(cast, now, desk):
    make_persona(cast, now)
    page = ask(f"{PAGE}laboratory/", site="barcelona").content.decode()
    assert "Barcelona" in page
    for person in cast.people:
        assert person.last_name not in page
        assert person.email not in page
    assert cast.ines.email not in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, now, desk, many, django_assert_num_queries):
    for n in range(many):
        factories.place(cast.wave1, factories.SiteFactory())
        persona = make_persona(cast, now, name=f"Persona{n}")
        make_service(cast, now, name=f"Service{n}", personas=[persona])
    ask(site="barcelona")
    with django_assert_num_queries(9):
        assert ask(f"{PAGE}persona0/", site="barcelona").status_code == 200


def test_a_page_without_scripts_has_a_button(cast, desk):
    page = ask().content.decode()
    assert "<noscript><button" in page
    assert 'method="get" action="/me/one-it/"' in page


def test_the_preview_shows_drafts_and_says_which(cast, now, desk, as_user):
    hidden = make_service(cast, now, name="Hidden")
    mark(hidden, "en", "draft", None, now)
    client = as_user(cast.ines)
    answer = client.get("/p/one-it/setup/me/", {"site": "barcelona", "lang": "de"})
    words = said(answer)
    assert "Preview for you only" in words
    assert "Hidden in English Draft" in words
    assert "Hidden in German Missing" in words
    assert "Was schon da ist" in words
    assert f"/p/one-it/setup/services/{hidden.pk}/?language=en" in answer.content.decode()
    assert "Preview" not in said(ask(lang="de"))


def test_staff_pages_lead_to_it_once_it_is_there(cast, now, as_user):
    service = factories.ServiceFactory(programme=cast.programme)
    persona = make_persona(cast, now, languages=())
    pages = {
        "/p/one-it/setup/services/": f'href="{PAGE}"',
        f"/p/one-it/people/personas/{persona.slug}/": f'href="{PAGE}laboratory/"',
        f"/p/one-it/people/sites/{cast.barcelona.pk}/": f'href="{PAGE}?site=Barcelona"',
    }
    for path, link in pages.items():
        page = as_user(cast.ines).get(path).content.decode()
        assert link not in page
        assert "/p/one-it/setup/me/" in page
    publish(service, "en", None, now)
    publish(persona, "en", None, now)
    for path, link in pages.items():
        page = as_user(cast.claire).get(path).content.decode()
        assert link in page
        assert "/p/one-it/setup/me/" not in page


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("fr", "de", "fr"),
        ("xx", "de-AT,fr;q=0.8", "de"),
        ("", "nl,de;q=0.5", "de"),
        ("", "zh-TW", "zh-hans"),
        ("", "pt-PT", "pt-br"),
        ("", "nl", "en"),
        ("", "*", "en"),
        ("", "", "en"),
        ("", "en-GB,fr;q=0.9", "en"),
        ("", ";;;q=x", "en"),
    ],
)
def test_language_is_the_one_asked_for_then_the_browsers(wanted, accepted, language):
    assert page_language(wanted, accepted, LANGUAGES) == language


def test_a_programmes_languages_are_those_of_its_page(cast, now, desk):
    cast.programme.languages = ["en", "fr"]
    cast.programme.save()
    assert '<html lang="en"' in ask(lang="de", language="ja").content.decode()
    assert '<html lang="fr"' in ask(lang="de", language="fr").content.decode()


def test_a_site_in_another_script_is_also_named_in_latin_letters(cast, desk):
    cast.shanghai._meta.model.objects.filter(pk=cast.shanghai.pk).update(
        name="上海", latin_name="Shanghai"
    )
    page = ask(site="上海").content.decode()
    assert "What changes for you at 上海 (Shanghai)" in page
    assert "selected>上海 (Shanghai)</option>" in page
