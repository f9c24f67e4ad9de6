"""What a narrow window must not do: cut, break words, or ask for fine fingers."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stakeholders.models import Persona, User
from tests.communications.making import make_message
from tests.events.making import make_event
from tests.factories import ImpactFactory, ObjectiveFactory, ProgrammeFactory, StreamFactory

pytestmark = pytest.mark.django_db(transaction=True)

FINGER = 44
LOW = f"""all => all.map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
    .filter(([html, height]) => height > 0 && height < {FINGER})"""
TOUCHED = ".ol-top :is(a, summary, button), .btn, .ol-chip, .form-select, input.form-control"
CUT = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.innerText.slice(0, 60))"""


@pytest.mark.parametrize("path", ["people/", "messages/", "setup/roles/"])
def test_what_is_touched_on_a_phone_is_as_high_as_a_finger(
    page, live_server, cast, now, signed_in, path
):
    make_message(cast, now)
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/{path}")
    assert page.locator(TOUCHED).evaluate_all(LOW) == []


@pytest.mark.parametrize("width", [1024, 390, 320])
def test_a_wide_table_scrolls_in_its_card_and_nothing_is_cut(
    page, live_server, cast, signed_in, width
):
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(page, cast.ines)
    for path in ("setup/roles/", "setup/"):
        page.goto(f"{live_server.url}/p/one-it/{path}")
        assert page.locator(".ol-card.flush").count()
        assert page.locator(".ol-card.flush").evaluate_all(CUT) == []
        assert page.locator(".ol-top nav").evaluate_all(CUT) == []


def test_the_first_column_stays_while_a_table_scrolls(page, live_server, cast, signed_in):
    page.set_viewport_size({"width": 320, "height": 800})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/audience/")
    table = page.locator(".ol-scroll:has(tbody th):visible").first
    name = table.locator("tbody th").first
    before = name.bounding_box()["x"]
    assert table.evaluate("one => { one.scrollLeft = 200; return one.scrollLeft }") > 100
    assert abs(name.bounding_box()["x"] - before) <= 1


def test_a_state_is_one_word_on_a_phone(page, live_server, cast, now, signed_in):
    message = make_message(cast, now)
    page.set_viewport_size({"width": 320, "height": 800})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/messages/{message.pk}/")
    states = page.locator("td .ol-st")
    assert states.count()
    assert max(states.evaluate_all("all => all.map(one => one.clientHeight)")) < 30


def test_events_stand_on_a_phone_as_a_list_that_ends_in_line(
    page, live_server, cast, now, signed_in
):
    make_event(cast, now, held_on=timezone.localdate() + timedelta(days=30))
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/events/")
    row = page.locator(".ol-table tbody tr")
    seats = row.locator("td[data-label='Seats taken']")
    assert seats.inner_text().strip() == "0 of 2"
    assert "Seats taken" in seats.evaluate("one => getComputedStyle(one, '::before').content")
    assert row.evaluate("one => getComputedStyle(one).display") == "flex"
    last = row.locator("th").bounding_box()
    pager = page.locator(".ol-pager:visible > span").bounding_box()
    assert abs(last["x"] - pager["x"]) <= 1
    assert pager["y"] - (last["y"] + last["height"]) > 12


@pytest.mark.parametrize("path", ["/programmes/", "/p/one-it/setup/roles/"])
def test_programmes_and_roles_are_lists_on_a_phone(page, live_server, cast, signed_in, path):
    User.objects.filter(pk=cast.ines.pk).update(is_superuser=True, is_staff=True)
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.ines).goto(live_server.url + path)
    rows = page.locator(".ol-table.is-listed tbody tr")
    assert rows.count()
    assert page.locator("thead:visible").count() == 0
    assert rows.evaluate_all(CUT) == []
    assert page.locator(TOUCHED).evaluate_all(LOW) == []


def test_what_an_objective_is_has_room_beside_its_measure(page, live_server, cast, now, signed_in):
    stream = StreamFactory(programme=cast.programme, name="Desk")
    values = {"name": "Open tickets moved, none lost", "value": 41, "measured_on": now.date()}
    ObjectiveFactory(programme=cast.programme, stream=stream, **values)
    page.set_viewport_size({"width": 1280, "height": 900})
    User.objects.filter(pk=cast.ines.pk).update(language="fr")
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/streams/{stream.pk}/")
    name = page.locator(".ol-table th[scope=row]:visible").first
    assert name.bounding_box()["width"] >= 150


def test_the_level_of_a_message_is_a_square_beside_a_long_title(
    page, live_server, cast, now, signed_in
):
    make_message(cast, now, {"en": ("What changes for you at every site " * 3, "Hello")})
    page.set_viewport_size({"width": 1000, "height": 900})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/messages/")
    box = page.locator("th .ol-level:visible").first.bounding_box()
    assert box["width"] == box["height"]


@pytest.mark.parametrize("width", [320, 390])
def test_the_top_bar_is_one_line_and_the_menu_leads_to_other_programmes(
    page, live_server, cast, signed_in, width
):
    ProgrammeFactory(slug="two", name="Second")
    page.set_viewport_size({"width": width, "height": 844})
    signed_in(page, cast.dora).goto(f"{live_server.url}/p/one-it/audit/")
    middles = page.locator(".ol-top > :visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => box.top + box.height / 2)"
    )
    assert len(middles) > 1
    assert max(middles) - min(middles) < 2
    page.locator(".ol-top").get_by_text("Menu", exact=True).click()
    menu = page.get_by_role("navigation", name="Main menu")
    expect(menu.get_by_role("link", name="Whole organisation")).to_be_visible()
    menu.get_by_role("link", name="Second").click()
    page.wait_for_url("**/p/two/**")


@pytest.mark.parametrize("path", ["impacts/list/", "impacts/{}/", "coverage/"])
def test_impacts_and_coverage_are_lists_on_a_phone(
    page, live_server, cast, signed_in, assert_accessible, path
):
    analysts = Persona.objects.create(
        programme=cast.programme, slug="analysts", name_en="Analysts", jobs=["Analyst"]
    )
    impact = ImpactFactory(programme=cast.programme, personas=[analysts], severity=4)
    soon = timezone.localdate() + timedelta(days=10)
    cast.programme.waves.update(go_live_on=soon, handed_over_on=None)
    page.set_viewport_size({"width": 320, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/{path.format(impact.pk)}")
    assert page.locator(".ol-table.is-listed tbody tr").count()
    assert page.locator("thead:visible").count() == 0
    assert page.locator(".ol-scroll").evaluate_all(CUT) == []
    assert_accessible(page)
