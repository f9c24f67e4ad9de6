"""The list of first steps: what it ticks, what it offers to whom, and when it is gone."""

import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from onelift.limits.bodies import BODIES, REST_OF_FORM
from onelift.start.progress import STEPS, furthest, progress_of
from onelift.start.steps import TITLES
from programmes.models import Programme, Site
from stakeholders.accounts.access import home_of, scope_of, settled_home_of
from stakeholders.importing.reading.manner import SITES_FILE
from stakeholders.models import Person, Role, User
from tests import factories
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db
LIST, OWN = "/start/", "/p/one-it/start/"
BARCELONA = b"Barcelona,ES,Iberia,Europe/Madrid,es,no\n"
SITES = b"site,country,region,time_zone,language,pilot\nOslo,NO,Nordics,Europe/Oslo,en,yes\n"


@pytest.fixture
def ada(db):
    """Return the first administrator, as ``createsuperuser`` makes one."""
    return User.objects.create_superuser("ada@onelift.example", "x", first_name="Ada")


def steps(client, address=LIST):
    return {step.key: step for step in client.get(address).context["steps"]}


def done(client, address=LIST):
    return [key for key, step in steps(client, address).items() if step.is_done]


def test_an_empty_installation_greets_its_first_administrator_with_the_list(ada, as_user):
    client = as_user(ada)
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0] == LIST
    assert "6 steps to the first approved message" in page.content.decode()
    assert done(client) == []
    found = steps(client)
    assert list(found) == list(STEPS)
    assert [key for key, step in found.items() if step.is_next] == ["programme"]
    assert found["programme"].link.url.startswith("/programmes/new/")
    assert found["sites"].link.url.startswith("/start/sites/")
    assert found["wave"].before.url == "#sites"
    assert found["wave"].link is None


def test_sites_come_by_a_file_and_are_all_refused_with_one_wrong_row(ada, as_user):
    client = as_user(ada)
    wrong = SimpleUploadedFile("sites.csv", SITES.replace(b"NO,", b"XX,"))
    answer = client.post("/start/sites/?next=/start/", {"file": wrong})
    assert answer.status_code == 422
    assert "Row 2, “country”: “XX” is not a country code" in answer.content.decode()
    assert not Site.objects.exists()
    right = SimpleUploadedFile("sites.csv", SITES)
    answer = client.post("/start/sites/?next=/start/", {"file": right}, follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert "1 site imported: 1 new, 0 changed, 0 unchanged." in answer.content.decode()
    assert client.post("/start/sites/").status_code == 422
    elsewhere = SimpleUploadedFile("sites.csv", SITES)
    answer = client.post("/start/sites/?next=//evil.example/", {"file": elsewhere})
    assert answer.url == "/programmes/"


def test_a_link_leads_to_the_sites_and_back_with_what_came_of_the_file(cast, ada, as_user):
    client = as_user(ada)
    for page in ("/programmes/", "/programmes/one-it/sites/?next=/start/"):
        link = f"/start/sites/?next={quote(page)}"
        assert f'href="{link}"' in client.get(page).content.decode()
        file = SimpleUploadedFile("sites.csv", SITES + BARCELONA)
        answer = client.post(link, {"file": file}, follow=True)
        assert answer.redirect_chain == [(page, 302)]
    assert "2 sites imported: 0 new, 0 changed, 2 unchanged." in answer.content.decode()
    Role.objects.create(user=cast.otto, kind=Role.Kind.PROGRAMME_STARTER)
    assert "/start/sites/" not in as_user(cast.otto).get("/programmes/new/").content.decode()


def test_the_page_says_beforehand_how_large_a_file_may_be(ada, as_user):
    page = as_user(ada).get("/start/sites/").content.decode()
    assert "At most 1 MB and 5,000 rows." in page
    assert f'data-limit="{SITES_FILE.file_bytes}"' in page
    assert BODIES["start:sites-import"].most == SITES_FILE.file_bytes + REST_OF_FORM


def test_wrong_rows_stand_below_the_field_and_the_file_is_named_by_its_kind(ada, as_user):
    client = as_user(ada)
    rows = SITES + b"A,XX,R,Europe/Oslo,en,no\n" + b"B,NO,R,Oslo,en,no\n" * 2 + b"C,,R,,,\n"
    answer = client.post("/start/sites/", {"file": SimpleUploadedFile("sites.csv", rows)})
    told = [item.split("</li>")[0] for item in answer.content.decode().split("<li>Row ")[1:]]
    assert [text.split(",")[0] for text in told] == ["3", "5", "6"]
    assert answer.content.decode().count("3 rows have errors. Nothing was imported.") == 2
    sound = SimpleUploadedFile("sites.csv", b"\x98\x81\xff" * 900)
    page = client.post("/start/sites/", {"file": sound}).content.decode()
    assert "neither CSV nor XLSX" in page
    assert "cp1252" not in page


def test_who_manages_and_administers_chooses_among_all_sites(cast, ada, as_user):
    cast.programme.waves.all().delete()
    cast.programme.sites.clear()
    Role.objects.create(user=ada, programme=cast.programme, kind=Role.Kind.PROGRAMME_MANAGER)
    step = steps(as_user(ada), OWN)["sites"]
    assert step.link.url == "/programmes/one-it/sites/?next=%2Fp%2Fone-it%2Fstart%2F"
    Person.objects.all().delete()
    Site.objects.all().delete()
    assert steps(as_user(ada), OWN)["sites"].link.url.startswith("/start/sites/")


def test_each_step_is_ticked_by_what_is_there(cast, now, as_user):
    client, programme = as_user(cast.ines), cast.programme
    assert done(client, OWN) == ["programme", "sites", "wave", "people", "roles"]
    Role.objects.filter(kind=Role.Kind.CIO).update(kind=Role.Kind.COMMUNICATION_TEAM)
    assert "roles" not in done(client, OWN)
    Role.objects.filter(kind=Role.Kind.COMMUNICATION_TEAM, user=cast.claire).update(kind="cio")
    Person.objects.update(left_on=now.date())
    assert "people" not in done(client, OWN)
    Person.objects.update(left_on=None)
    message = make_message(cast, now)
    step = steps(client, OWN)["message"]
    assert not step.is_done
    assert step.link.url == f"/p/one-it/messages/{message.pk}/"
    approve(cast, message, now)
    answer = client.get(OWN)
    assert answer.url == "/p/one-it/overview/"
    programme.waves.all().delete()
    assert done(client, OWN) == ["programme", "sites", "roles", "message"]
    programme.sites.clear()
    assert "sites" not in done(client, OWN)


def test_a_cio_who_left_does_not_count(cast, as_user):
    User.objects.filter(pk=cast.claire.pk).update(is_active=False)
    assert "roles" not in done(as_user(cast.ines), OWN)


def test_home_leads_to_the_list_until_all_is_done_and_then_where_it_led(cast, ada, now, as_user):
    assert as_user(cast.ines).get("/", follow=True).redirect_chain[-1][0] == OWN
    assert as_user(ada).get("/", follow=True).redirect_chain[-1][0] == LIST
    approve(cast, make_message(cast, now), now)
    assert as_user(cast.ines).get("/", follow=True).redirect_chain[-1][0] == "/p/one-it/overview/"
    assert as_user(ada).get(LIST).url == settled_home_of(ada) == "/status/"
    Role.objects.create(user=ada, kind=Role.Kind.ADMINISTRATOR)
    assert home_of(ada) == "/settings/"
    assert as_user(ada).get(LIST).url == "/status/"


def test_the_list_stays_reachable_from_settings_and_overview(cast, now, as_user):
    client = as_user(cast.ines)
    pages = ("/p/one-it/setup/", "/p/one-it/overview/")
    for page in pages:
        assert f'href="{OWN}"' in client.get(page).content.decode()
        assert f'href="{OWN}"' not in as_user(cast.claire).get(page).content.decode()
    approve(cast, make_message(cast, now), now)
    for page in pages:
        assert f'href="{OWN}"' not in client.get(page).content.decode()


def test_a_manager_is_offered_own_steps_and_told_who_takes_the_others(cast, as_user):
    Person.objects.all().delete()
    cast.programme.waves.all().delete()
    cast.programme.sites.clear()
    client = as_user(cast.ines)
    sites = steps(client, OWN)["sites"]
    assert sites.link is None
    assert str(sites.role) == "Administrator"
    cast.programme.sites.set([cast.barcelona])
    found = steps(client, OWN)
    assert found["wave"].link.url == "/p/one-it/setup/waves/add/?next=%2Fp%2Fone-it%2Fstart%2F"
    assert found["people"].link is None
    assert (str(found["people"].role), found["people"].names) == ("HR importer", str(cast.hana))
    Role.objects.filter(kind=Role.Kind.CIO).delete()
    roles = steps(client, OWN)["roles"]
    assert (roles.link, str(roles.role)) == (None, "Administrator")


def test_an_administrator_reads_no_message_and_opens_no_page_of_a_programme(
    cast, ada, now, as_user
):
    make_message(cast, now)
    page = as_user(ada).get(LIST)
    found = {step.key: step for step in page.context["steps"]}
    assert found["message"].link is None
    assert str(found["message"].role) == "Programme manager"
    assert "Your new service desk" not in page.content.decode()
    assert 'href="/p/one-it/' not in page.content.decode()
    assert found["sites"].link.url == "/programmes/one-it/sites/?next=%2Fstart%2F"


def test_an_administrator_who_manages_the_programme_is_offered_both(cast, ada, now, as_user):
    role = Role.Kind.PROGRAMME_MANAGER
    Role.objects.create(user=ada, programme=cast.programme, kind=role)
    make_message(cast, now)
    found = steps(as_user(ada))
    assert {"wave", "roles", "message"} <= {key for key, step in found.items() if step.link}
    assert found["sites"].link.url == "/programmes/one-it/sites/?next=%2Fstart%2F"


def test_the_furthest_programme_is_shown_and_one_that_is_done_ends_the_list(cast, ada, now):
    empty = factories.ProgrammeFactory(slug="empty", name="Empty")
    scope = scope_of(ada)
    assert furthest(scope).programme == cast.programme
    approve(cast, make_message(cast, now), now)
    assert furthest(scope).is_complete
    assert progress_of(empty, scope).left == 5


def test_nothing_of_another_programme_ticks_a_step(cast, as_user):
    two = factories.ProgrammeFactory(slug="two", name="Two")
    Role.objects.create(user=cast.otto, programme=two, kind=Role.Kind.PROGRAMME_MANAGER)
    client = as_user(cast.otto)
    assert done(client, "/p/two/start/") == ["programme"]
    assert client.get(OWN).status_code == 404
    two.sites.set([cast.barcelona])
    assert done(client, "/p/two/start/") == ["programme", "sites"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_needs_the_same_queries(cast, ada, now, many, as_user, django_assert_num_queries):
    for _n in range(many):
        site = factories.SiteFactory()
        cast.programme.sites.add(site)
        factories.WaveFactory(programme=cast.programme, name=site.name, sites=[site])
        factories.PersonFactory(site=site)
        make_message(cast, now)
        factories.ProgrammeFactory()
    for user, address, count in ((cast.ines, OWN, 23), (ada, LIST, 28)):
        client = as_user(user)
        client.get(address)
        with django_assert_num_queries(count):
            client.get(address)


def test_a_form_leads_back_to_the_list_and_nowhere_else(cast, as_user):
    client = as_user(cast.ines)
    typed = {"name": "Next", "go_live_on": "18 Jan 2027"}
    answer = client.post(f"/p/one-it/setup/waves/add/?next={OWN}", typed)
    assert answer.url == OWN
    typed = {"name": "More", "go_live_on": "18 Jan 2027"}
    answer = client.post("/p/one-it/setup/waves/add/?next=https://evil.example/", typed)
    assert answer.url == "/p/one-it/setup/"
    given = {"email": cast.otto.email, "kind": "communication_team"}
    assert client.post(f"/p/one-it/setup/roles/?next={OWN}", given).url == OWN


def test_the_guide_calls_the_steps_as_the_list_does():
    guide = (settings.BASE_DIR / "docs/administering.md").read_text()
    assert [line[6:] for line in guide.splitlines() if re.match(r"## \d\. ", line)] == [
        str(TITLES[step]) for step in STEPS
    ]


def test_french(ada, as_user):
    ada.language = "fr"
    ada.save()
    page = as_user(ada).get(LIST).content.decode()
    assert "6 étapes jusqu’au premier message approuvé" in page
    assert Programme.objects.count() == 0
