import re
from datetime import date

import pytest

from onelift.dashboards.setup.queries.languages import languages_read
from onelift.dashboards.setup.queries.setup import setup_board
from onelift.version import VERSION
from programmes.models import Service, WaveSite
from programmes.queries.texts import text_of
from programmes.scope import EVERYTHING
from stakeholders.accounts.access import scope_of
from tests.factories import PersonFactory, ServiceFactory, SiteFactory, WaveFactory

SETUP = "/p/one-it/setup/"


def place_of(wave):
    return wave.wave_sites.get()


def test_the_table_says_who_goes_live_when(cast, now):
    board = setup_board(EVERYTHING, now)
    assert [(w.name, w.state, w.people) for w in board.waves] == [
        ("Wave 1", "live", 3),
        ("Wave 2", "planned", 3),
    ]
    (shanghai,) = board.waves[1].sites
    assert (shanghai.country, shanghai.offset, shanghai.weekend) == ("China", "UTC+8", "Sat Sun")
    assert (shanghai.own_go_live_on, shanghai.live_on) == (None, date(2027, 1, 18))
    assert (board.sites, board.people, board.clashes, board.without_wave) == (2, 6, 0, 0)


def test_people_who_left_or_work_elsewhere_are_not_counted(cast, now):
    PersonFactory(site=cast.shanghai, left_on=date(2026, 10, 1))
    PersonFactory(site=SiteFactory())
    board = setup_board(EVERYTHING, now)
    assert board.people == 6
    assert sum(row.people for row in languages_read(cast.programme, EVERYTHING)) == 6
    assert board.without_wave == 1


def test_languages_say_what_is_read_if_a_text_is_missing(cast, now):
    cast.programme.languages = ["en", "ru", "es"]
    for language in ("uk", "uk", "en", "es-mx", "tlh-odd"):
        PersonFactory(site=cast.shanghai, language=language)
    rows = {row.name: row for row in languages_read(cast.programme, EVERYTHING)}
    assert (rows["Ukrainian"].people, rows["Ukrainian"].if_missing) == (2, "Russian")
    assert rows["Spanish"].if_missing == "English"
    assert rows["Spanish (Mexico)"].if_missing == "Spanish"
    assert rows["English"].is_source
    assert rows["tlh-odd"].people == 1


@pytest.mark.parametrize(
    ("day", "is_holiday", "name", "take_on"),
    [
        (date(2027, 1, 17), False, "Sunday", date(2027, 1, 18)),
        (date(2027, 1, 1), True, "New Year's Day", date(2027, 1, 4)),
    ],
)
def test_a_date_on_a_day_of_rest_is_marked_with_its_cure(cast, now, day, is_holiday, name, take_on):
    WaveSite.objects.filter(site=cast.shanghai).update(own_go_live_on=day)
    board = setup_board(EVERYTHING, now)
    remark = board.waves[1].sites[0].remark
    assert (remark.is_holiday, remark.name) == (is_holiday, name)
    assert (remark.take_on, board.clashes) == (take_on, 1)


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, now, many, django_assert_num_queries):
    for n in range(many):
        site = SiteFactory(region=cast.china)
        wave = WaveFactory(programme=cast.programme, name=f"More {n}", sites=[site])
        assert wave.wave_sites.count() == 1
    with django_assert_num_queries(4):
        setup_board(EVERYTHING, now)


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_needs_the_same_queries_for_one_and_three_waves(
    cast, as_user, many, django_assert_num_queries
):
    for n in range(many):
        WaveFactory(programme=cast.programme, name=f"More {n}", sites=[SiteFactory()])
    client = as_user(cast.ines)
    client.get(SETUP)
    with django_assert_num_queries(18):
        assert client.get(SETUP).status_code == 200


def test_a_regional_it_manager_meets_nothing_of_another_region(cast, as_user, now):
    shown = as_user(cast.rosa).get(SETUP + "?open=" + str(cast.wave1.pk)).content.decode()
    assert "Barcelona" in shown
    for foreign in ("Shanghai", "China", "Wave 2", "Chinese"):
        assert foreign not in shown
    board = setup_board(scope_of(cast.rosa, cast.programme), now)
    assert (board.sites, board.people, board.without_wave) == (1, 3, 0)
    assert "Move" not in shown


def test_the_foot_of_the_settings_says_which_version_runs(cast, as_user):
    foot = f'<footer class="ol-meta mt-4">OneLift {VERSION}</footer>'
    ines, root = as_user(cast.ines), f"/p/{cast.programme.slug}/"
    for page in ("setup/", "setup/services/", "setup/channels/", "setup/roles/"):
        assert foot in ines.get(root + page).content.decode()
    assert foot not in ines.get(f"{root}overview/").content.decode()


def test_an_outsider_finds_nothing_and_a_stranger_signs_in(cast, as_user, client):
    assert as_user(cast.otto).get(SETUP).status_code == 404
    answer = client.get(SETUP)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={SETUP}")


def changes(cast):
    wave = cast.wave2.pk
    service = ServiceFactory(programme=cast.programme)
    return [
        ("waves/add/", {"name": "X", "go_live_on": "2027-03-01"}),
        (f"waves/{wave}/", {"name": "X", "go_live_on": "2027-03-01"}),
        (f"waves/{wave}/hand-over/", {"handed_over_on": "2027-03-01"}),
        ("services/add/", {"name": "X"}),
        (f"services/{service.pk}/", {"name": "X"}),
        ("streams/add/", {"name": "X"}),
        ("programme/", {"name": "X"}),
        ("brand/", {"accent": "#000000"}),
        ("roles/", {"email": "x@onelift.example"}),
    ]


@pytest.mark.parametrize(("who", "status"), [("claire", 403), ("rosa", 403), ("otto", 404)])
def test_only_the_programme_manager_changes_the_set_up(cast, as_user, who, status):
    client = as_user(getattr(cast, who))
    for address, sent in changes(cast):
        assert client.post(SETUP + address, sent).status_code == status, address
    cast.wave2.refresh_from_db()
    assert (cast.wave2.name, cast.wave2.go_live_on) == ("Wave 2", date(2027, 1, 18))
    assert cast.programme.waves.count() == 2


def test_a_sites_date_on_a_day_of_rest_offers_its_cure_as_a_preview(cast, as_user):
    place = place_of(cast.wave2)
    WaveSite.objects.filter(pk=place.pk).update(own_go_live_on=date(2027, 1, 17))
    page = as_user(cast.ines).get(SETUP).content.decode()
    assert "Sunday." in page
    assert "Use Mon 18 Jan" in page
    assert "1 go-live falls on a non-working day" in page
    address = f"/p/one-it/waves/{cast.wave2.pk}/move/?site={place.pk}&amp;to=2027-01-18"
    assert f'href="{address}"' in page


def test_a_wave_is_added_with_its_sites(cast, as_user):
    lisbon = SiteFactory(name="Lisbon", region=cast.iberia)
    cast.programme.sites.add(lisbon)
    client = as_user(cast.ines)
    page = client.get(f"{SETUP}waves/add/").content.decode()
    assert "Shanghai · China · Wave 2" in page
    sent = {"name": "Wave 3", "go_live_on": "1 Mar 2027", "sites": [lisbon.pk]}
    assert client.post(f"{SETUP}waves/add/", sent).url == SETUP
    assert cast.programme.waves.get(name="Wave 3").sites.get() == lisbon


def test_a_site_of_another_wave_is_refused_and_what_was_typed_stays(cast, as_user):
    sent = {"name": "Wave 3", "go_live_on": "1 Mar 2027", "sites": [cast.shanghai.pk]}
    page = as_user(cast.ines).post(f"{SETUP}waves/add/", sent).content.decode()
    assert "Shanghai is already in Wave 2. Remove it from there first." in page
    assert 'value="Wave 3"' in page
    assert 'value="1 Mar 2027"' in page


def test_a_wave_is_handed_over_and_back(cast, as_user):
    client = as_user(cast.ines)
    url = f"{SETUP}waves/{cast.wave1.pk}/hand-over/"
    page = client.post(url, {"handed_over_on": "20 Nov 2026"}, follow=True).content.decode()
    assert "Wave 1 is handed over to Run on Fri 20 Nov 2026." in page
    cast.wave1.refresh_from_db()
    assert cast.wave1.handed_over_on == date(2026, 11, 20)
    client.post(f"{url}?handed_over_on=")
    cast.wave1.refresh_from_db()
    assert cast.wave1.handed_over_on is None


def test_a_service_is_written_in_two_languages(cast, as_user):
    client = as_user(cast.ines)
    english = {"name": "Service desk", "benefit": "One number.", "how_to_get": "Call 1234."}
    client.post(f"{SETUP}services/add/", english)
    service = Service.objects.get()
    french = {"name": "Assistance", "benefit": "Un numéro.", "how_to_get": "Appelez."}
    url = f"{SETUP}services/{service.pk}/"
    assert "One number." in client.get(url + "?language=fr").content.decode()
    assert client.post(url + "?language=fr", french).status_code == 302
    service.refresh_from_db()
    assert text_of(service, "en") == english
    assert text_of(service, "fr") == french
    assert client.get(url + "?language=xx").status_code == 404


def test_of_two_people_in_one_text_the_second_sees_both(cast, as_user):
    service = ServiceFactory(programme=cast.programme)
    client = as_user(cast.ines)
    url = f"{SETUP}services/{service.pk}/"
    seen = client.get(url).context["form"]["text_seen"].value()
    sent = {"benefit": "One number.", "how_to_get": "Call 1234.", "text_seen": seen}
    client.post(url, {**sent, "name": "Help desk"})
    answer = client.post(url, {**sent, "name": "Hotline"})
    page = answer.content.decode()
    assert "Their version: Help desk" in page
    assert 'value="Hotline"' in page
    again = answer.context["form"]["text_seen"].value()
    client.post(url, {**sent, "name": "Hotline", "text_seen": again})
    service.refresh_from_db()
    assert text_of(service, "en")["name"] == "Hotline"


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_services_needs_the_same_queries(
    cast, as_user, many, django_assert_num_queries
):
    for _ in range(many):
        ServiceFactory(programme=cast.programme)
    client = as_user(cast.ines)
    client.get(f"{SETUP}services/")
    with django_assert_num_queries(19):
        assert client.get(f"{SETUP}services/").status_code == 200


def test_hostile_names_are_shown_as_they_are(cast, as_user):
    cast.shanghai.name = "<script>alert(1)</script>"
    cast.shanghai.save()
    page = as_user(cast.ines).get(SETUP).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_languages_are_counted_as_they_are_listed(cast, as_user):
    answer = as_user(cast.rosa).get(f"{SETUP}languages/")
    page = answer.content.decode()
    assert [(row.name, row.people) for row in answer.context["rows"]] == [("Spanish", 3)]
    assert "People read 1 language<" in page
    assert "Chinese" not in page.partition("<table")[2]
    assert "Change languages" not in page
    assert "Change languages" in as_user(cast.ines).get(f"{SETUP}languages/").content.decode()


def test_sites_stand_in_the_order_of_the_readers_alphabet_with_their_latin_name(cast, as_user, now):
    names = [("Zürich", ""), ("İstanbul", ""), ("上海研发中心", "Shanghai Research"), ("Jena", "")]
    sites = [SiteFactory(name=name, latin_name=latin) for name, latin in names]
    WaveFactory(programme=cast.programme, name="Wave 3", sites=sites)
    (wave,) = (w for w in setup_board(EVERYTHING, now).waves if w.name == "Wave 3")
    expected = ["İstanbul", "Jena", "上海研发中心", "Zürich"]
    assert [site.name for site in wave.sites] == expected
    client = as_user(cast.ines)
    for page in (SETUP, "/p/one-it/people/sites/"):
        shown = client.get(page).content.decode()
        places = [shown.index(name) for name in expected]
        assert places == sorted(places)
        assert '<span class="ol-2nd">Shanghai Research</span>' in shown
    found = client.get("/p/one-it/find/?q=research").context["groups"]
    assert [one.title for group in found for one in group.best] == ["上海研发中心"]


def test_a_date_typed_into_the_table_opens_the_preview_and_moves_nothing(cast, as_user):
    client, place = as_user(cast.ines), place_of(cast.wave2)
    page = client.get(SETUP).content.decode()
    form = re.search(r'<form method="(\w+)" action="(/p/one-it/waves/\d+/move/)">', page)
    assert form.group(1) == "get"
    for query in ({"to": "25 Jan 2027"}, {"to": "25 Jan 2027", "site": place.pk}):
        answer = client.get(form.group(2), query)
        assert answer.status_code == 200
        assert "25 Jan 2027" in answer.content.decode()
    cast.wave2.refresh_from_db()
    place.refresh_from_db()
    assert (cast.wave2.go_live_on, place.own_go_live_on) == (date(2027, 1, 18), None)
