"""The settings as a place: where they begin, whom the list shows what, and its marks."""

import re

import pytest

from communications.groups.services.channel_state import key_of
from communications.models import ChannelState, Heartbeat
from onelift.dashboards.settings.queries.marks import Mark
from onelift.dashboards.templatetags.settings_list import Entry, worst_of
from programmes.database.clock import database_now
from programmes.models import Threshold, WaveSite
from stakeholders.models import Role, User
from tests.communications.groups.test_channel_pages import make_channel
from tests.communications.making import approve, make_message
from tests.factories import ProgrammeFactory, SiteFactory, WaveFactory

SETUP, DOOR = "/p/one-it/setup/", "/settings/"
THRESHOLDS = f"{SETUP}thresholds/"
GEAR = re.compile(r'<a class="ol-icon-btn not-phone" href="([^"]+)" aria-label="Settings"')
ENTRY = re.compile(
    r'<li><a href="([^"]+)"( aria-current="page")?>([^<]+?)\s*(?:</a>|<span[^>]*title="([^"]+)")'
)


@pytest.fixture
def ada(cast):
    return User.objects.create_superuser("ada@onelift.example", "x")


def listed(client, address):
    """Return the entries of the list by name: address, whether it is the page, and the mark."""
    answer = client.get(address)
    assert answer.status_code == 200
    side = re.search(r'<nav class="ol-side not-phone.*?</nav>', answer.content.decode(), re.DOTALL)
    found = ENTRY.findall(side.group(0)) if side else []
    return {name: (url, bool(current), mark) for url, current, name, mark in found}


def marks(client, address=SETUP):
    return {name: mark for name, (_url, _is, mark) in listed(client, address).items() if mark}


def alive():
    for name in ("pump", "feedback", "kits"):
        Heartbeat.objects.create(name=name, at=database_now())


def test_managers_see_all_of_their_programme_and_each_entry_opens(cast, as_user):
    client = as_user(cast.ines)
    entries = listed(client, SETUP)
    assert list(entries) == [
        "First steps",
        "Programme",
        "Waves and sites",
        "Services",
        "Streams",
        "Support contacts",
        "Blackouts",
        "Thresholds",
        "Objectives",
        "Channels",
        "Senders",
        "Languages",
        "Brand",
        "People and roles",
        "API tokens",
        "Audit trail",
    ]
    for name, (url, _is_current, _mark) in entries.items():
        assert client.get(url).status_code == 200, name
        assert [each for each, one in listed(client, url).items() if one[1]] == [name]


@pytest.mark.parametrize("who", ["claire", "rosa", "tom", "nuria", "dora", "mei"])
def test_no_entry_is_shown_to_who_may_not_open_it(cast, as_user, who):
    client = as_user(getattr(cast, who))
    entries = listed(client, SETUP)
    assert "Waves and sites" in entries
    assert not {"Programme", "Brand", "API tokens", "First steps"} & set(entries)
    assert ("People and roles" in entries) == (who == "dora")
    for name, (url, _is_current, _mark) in entries.items():
        assert client.get(url).status_code == 200, name


def test_the_gear_is_for_who_may_change_something(cast, ada, as_user):
    def gear(user, page="/p/one-it/plan/"):
        found = GEAR.search(as_user(user).get(page, follow=True).content.decode())
        return found and found.group(1)

    assert gear(cast.ines) == gear(cast.claire) == "/p/one-it/settings/"
    assert gear(ada, "/imports/") == DOOR
    for user in (cast.rosa, cast.tom, cast.nuria, cast.dora):
        assert gear(user) is None
    assert gear(cast.hana, "/imports/") is None


def test_the_gear_is_current_on_settings_alone(cast, as_user):
    client = as_user(cast.ines)
    for page, is_there in ((SETUP, True), (f"{SETUP}brand/", True), ("/p/one-it/plan/", False)):
        shown = client.get(page).content.decode()
        gear = re.search(r'href="/p/one-it/settings/" aria-label="Settings"([^>]*)>', shown)
        assert ("aria-current" in gear.group(1)) == is_there
    nav = re.search(r'<nav class="ol-nav".*?</nav>', client.get(SETUP).content.decode(), re.DOTALL)
    assert "aria-current" not in nav.group(0)


def test_the_door_leads_administrators_to_first_steps_and_then_to_status(cast, ada, now, as_user):
    client = as_user(ada)
    assert client.get("/").url == DOOR
    assert client.get(DOOR).url == "/start/"
    assert listed(client, "/start/")["First steps"][1]
    approve(cast, make_message(cast, now), now)
    assert client.get(DOOR).url == "/status/"
    assert "First steps" not in listed(client, "/status/")


def test_the_door_leads_managers_to_what_is_left_and_then_to_their_waves(cast, now, as_user):
    client = as_user(cast.ines)
    assert client.get(DOOR).url == "/p/one-it/settings/"
    assert client.get("/p/one-it/settings/").url == "/p/one-it/start/"
    approve(cast, make_message(cast, now), now)
    assert client.get("/p/one-it/settings/").url == SETUP
    assert as_user(cast.otto).get(DOOR).status_code == 403
    assert as_user(cast.hana).get(DOOR).status_code == 403


def test_who_administers_tables_alone_is_led_to_them(cast, as_user):
    User.objects.filter(pk=cast.otto.pk).update(is_staff=True)
    assert as_user(cast.otto).get(DOOR).url == "/admin/"


def test_administrators_find_the_tables_and_their_programmes_in_the_list(cast, ada, as_user):
    second = ProgrammeFactory(slug="second", name="Second")
    ProgrammeFactory(slug="third", name="Third")
    Role.objects.create(user=ada, programme=second, kind=Role.Kind.PROGRAMME_MANAGER)
    client = as_user(ada)
    entries = listed(client, "/status/")
    assert {"Status", "Alarms", "Programmes and sites", "Full audit trail"} <= set(entries)
    assert entries["Second"][0] == "/p/second/settings/"
    assert "Third" not in entries
    assert "/admin/programmes/site/" in [url for url, _is, _mark in entries.values()]
    of_programme = listed(client, "/p/second/setup/")
    assert {"Status", "Waves and sites"} <= set(of_programme)
    assert "/admin/" not in str(listed(as_user(cast.ines), SETUP).values())


def test_nothing_is_marked_where_nothing_is_wrong(cast, as_user):
    cast.programme.support_contacts.create(phone="5050")
    assert marks(as_user(cast.ines)) == {}


def test_each_mark_says_what_is_wrong(cast, as_user):
    client = as_user(cast.ines)
    assert marks(client) == {"Support contacts": "2 sites have no contact"}
    WaveSite.objects.filter(site=cast.shanghai).update(own_go_live_on="2099-01-04")
    cast.wave2.go_live_on = "2099-01-04"
    cast.wave2.save()
    WaveSite.objects.filter(site=cast.shanghai).update(own_go_live_on="2099-01-03")
    channel = make_channel(cast)
    assert "Channels" not in marks(client)
    ChannelState.objects.create(channel=key_of(channel), failing_since=database_now())
    cast.programme.accent = "#EEEEEE"
    cast.programme.save()
    User.objects.filter(pk=cast.claire.pk).update(is_active=False)
    assert marks(client) == {
        "Waves and sites": "1 go-live falls on a non-working day",
        "Support contacts": "2 sites have no contact",
        "Channels": "1 channel does not work",
        "Brand": "2 colours lack contrast",
        "People and roles": "No CIO assigned",
    }
    assert marks(as_user(cast.rosa)) == {"Support contacts": "1 site has no contact"}


def test_the_status_is_marked_with_what_is_stuck_on_each_page(cast, ada, as_user):
    client = as_user(ada)
    page = client.get("/status/")
    n = len(page.context["status"].troubles)
    assert n > 1
    assert marks(client, "/status/") == {"Status": f"{n} things are stuck"}
    assert marks(client, "/programmes/") == {"Status": f"{n} things are stuck"}
    alive()
    assert len(client.get("/status/").context["status"].troubles) == n - 3
    assert (
        marks(client, "/programmes/") == {"Status": f"{n - 3} things are stuck"} if n > 4 else True
    )


def test_marks_are_asked_on_settings_alone(cast, as_user, django_assert_num_queries):
    client = as_user(cast.ines)
    client.get("/profile/")
    with django_assert_num_queries(4) as asked:
        client.get("/profile/")
    assert "supportcontact" not in str(asked.captured_queries)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_needs_the_same_queries(cast, as_user, many, django_assert_num_queries):
    for n in range(many):
        WaveFactory(programme=cast.programme, name=f"More {n}", sites=[SiteFactory()])
        make_channel(cast, name=f"More {n}")
    client = as_user(cast.ines)
    client.get(f"{SETUP}brand/")
    with django_assert_num_queries(14):
        client.get(f"{SETUP}brand/")


def test_a_phone_folds_the_list_above_the_page(cast, as_user):
    page = as_user(cast.ines).get(f"{SETUP}services/").content.decode()
    fold = page.index('<details class="ol-side-fold only-phone')
    assert page.index("<h1") < fold < page.index('class="ol-settings-page"')
    assert '<span class="ol-grow">Services</span>' in page
    assert "Something is wrong in the settings" in page


def test_a_threshold_is_set_among_all_of_them(cast, as_user):
    client = as_user(cast.claire)
    page = client.get(THRESHOLDS).content.decode()
    assert "60% from 25 days before go-live" not in page
    assert "25% from 60 days before go-live" in page
    form = client.get(f"{THRESHOLDS}informed/").content.decode()
    assert 'name="days_1"' in form
    sent = {"days_1": "40", "percent_1": "50", "owner": cast.ines.pk, "reason": "Later"}
    said = client.post(f"{THRESHOLDS}informed/", sent, follow=True)
    assert said.redirect_chain[-1][0] == THRESHOLDS
    row = Threshold.objects.get()
    assert (row.rule, row.steps, row.owner, row.reason) == (
        "informed",
        [[40, 50]],
        cast.ines,
        "Later",
    )
    assert "50% from 40 days before go-live" in said.content.decode()
    wrong = client.post(f"{THRESHOLDS}informed/", {**sent, "percent_1": "101"})
    assert wrong.status_code == 200
    assert Threshold.objects.count() == 1
    assert client.get(f"{THRESHOLDS}nothing/").status_code == 404


def test_who_only_reads_thresholds_gets_no_form(cast, as_user):
    client = as_user(cast.rosa)
    assert "Change" not in client.get(THRESHOLDS).content.decode().partition("<table")[2]
    assert client.get(f"{THRESHOLDS}informed/").status_code == 403
    assert as_user(cast.nuria).get(THRESHOLDS).status_code == 403


def test_the_folded_list_shows_the_worst_of_its_marks():
    late, wrong = Entry("a", "/", mark=Mark("warn", "late")), Entry("b", "/", mark=Mark("bad", "x"))
    assert worst_of([late, wrong]) == "bad"
    assert worst_of([Entry("c", "/"), late]) == "warn"
    assert worst_of([Entry("c", "/")]) == ""
