"""From the invitation to the door on two phones, in Chromium."""

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from events.models import CheckIn, EventMail, Registration
from events.queries.ticket import token_of as ticket_of
from tests.browser.test_keyboard import keyboard  # noqa: F401 - a fixture
from tests.events.making import approve, invite, make_event, seat

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
DOUBTS = ".ol-card:has(h2:text-is('In doubt'))"
LIST = ".ol-card:has(.is-listed)"
SMALL = {"width": 320, "height": 700}


@pytest.fixture
def soon(cast):
    now = timezone.now()
    more = {"held_on": now.date() + timedelta(days=1), "invite_on": now.date()}
    event = make_event(cast, now, hosts=[cast.hugo], **more)
    approve(cast, event.invitation, now)
    return event


@pytest.fixture
def link(cast, soon, live_server):
    return f"{live_server.url}/e/{invite(soon, cast.people[0], timezone.now())}/"


def read_code(page):
    """Return what a camera reads on the ticket."""
    shot = page.locator(".ol-ticket .code svg").screenshot()
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(shot)))
    return found.text


@pytest.mark.journey
def test_register_show_the_ticket_let_in_and_take_back(
    page, browser, live_server, link, soon, cast, signed_in
):
    page.set_viewport_size(PHONE)
    page.goto(f"{link}?lang=en")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("You are registered.").wait_for()
    one = Registration.objects.get()
    scanned = read_code(page)
    assert scanned.endswith(f"/c/{one.code}/")

    door = signed_in(page.context.new_page(), cast.hugo)
    door.set_viewport_size(PHONE)
    door.goto(f"{live_server.url}/p/one-it/events/{soon.slug}/check-in/")
    door.get_by_label("Code on the ticket").fill(scanned)
    door.keyboard.press("Enter")
    door.get_by_text(f"{one.name} is checked in", exact=True).wait_for()
    expect(door.locator("#door b")).to_have_text("1")
    expect(door.get_by_label("Code on the ticket")).to_have_value("")
    door.get_by_label("Code on the ticket").fill(one.code.lower())
    door.keyboard.press("Enter")
    door.get_by_text(f"{one.name} is already checked in").wait_for()
    assert CheckIn.objects.count() == 1

    door.get_by_text("Find by name").click()
    door.get_by_label("Part of a name").fill(one.person.last_name)
    with door.expect_navigation():
        door.keyboard.press("Enter")
    door.get_by_role("button", name="Undo").click()
    door.get_by_text(f"{one.name} is no longer checked in.").wait_for()
    assert not CheckIn.objects.exists()


def test_codes_read_without_a_network_are_kept_and_sent_once(
    page, live_server, soon, cast, signed_in
):
    first, second = seat(soon, timezone.now(), 2)
    signed_in(page, cast.hugo).goto(f"{live_server.url}/p/one-it/events/{soon.slug}/check-in/")
    field, note = page.get_by_label("Code on the ticket"), page.locator("[data-kept]")
    expect(note).to_be_hidden()
    page.context.set_offline(True)
    for number, one in ((1, first), (2, second), (2, first)):
        field.fill(one.code)
        page.keyboard.press("Enter")
        expect(field).to_have_value("")
        page.locator(f"[data-kept] b >> text={number}").wait_for()
    assert not CheckIn.objects.exists()
    page.context.set_offline(False)
    note.wait_for(state="hidden")
    assert set(CheckIn.objects.values_list("registration", flat=True)) == {first.pk, second.pk}
    expect(page.locator("#door b")).to_have_text("2")
    assert page.evaluate("localStorage.length") == 0


def test_a_code_that_is_typed_before_the_last_is_answered_stays(
    page, live_server, soon, cast, signed_in
):
    first, second = seat(soon, timezone.now(), 2)
    held = []
    signed_in(page, cast.hugo).goto(f"{live_server.url}/p/one-it/events/{soon.slug}/check-in/")
    page.route("**/scan/", lambda route: held.append(route))
    field = page.get_by_label("Code on the ticket")
    field.fill(first.code)
    with page.expect_request("**/scan/"):
        page.keyboard.press("Enter")
    page.keyboard.type(second.code)
    expect(field).to_have_value(second.code)
    held[0].continue_()
    page.get_by_text(f"{first.name} is checked in", exact=True).wait_for()
    expect(field).to_have_value(second.code)
    page.unroute("**/scan/")
    page.keyboard.press("Enter")
    page.get_by_text(f"{second.name} is checked in", exact=True).wait_for()
    expect(field).to_have_value("")


def test_codes_that_were_kept_outlive_a_closed_page(page, live_server, soon, cast, signed_in):
    (one,) = seat(soon, timezone.now())
    address = f"{live_server.url}/p/one-it/events/{soon.slug}/check-in/"
    signed_in(page, cast.hugo).goto(address)
    page.context.set_offline(True)
    page.get_by_label("Code on the ticket").fill(one.code)
    page.keyboard.press("Enter")
    page.locator("[data-kept] b >> text=1").wait_for()
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(address)
    again.get_by_text(f"{one.name} is checked in", exact=True).wait_for()
    assert CheckIn.objects.count() == 1


def test_seat_is_given_back_without_scripts(browser, link):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{link}?lang=en")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("I cannot come").click()
    page.get_by_role("button", name="Cancel my registration").click()
    expect(page.get_by_text("Your registration is cancelled.")).to_be_visible()
    context.close()
    assert Registration.objects.get().state == "cancelled"


def test_door_works_without_scripts(browser, live_server, soon, cast, signed_in):
    (one,) = seat(soon, timezone.now())
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = signed_in(context.new_page(), cast.hugo)
    page.goto(f"{live_server.url}/p/one-it/events/{soon.slug}/check-in/?code={one.code}")
    page.get_by_role("button", name="Check in", exact=True).click()
    expect(page.get_by_text(f"{one.name} is checked in", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(f"{one.name} is no longer checked in.")).to_be_visible()
    context.close()


def test_pages_are_accessible(
    page, live_server, soon, cast, signed_in, assert_accessible, assert_no_sideways_scroll
):
    type(soon).objects.update(capacity=10)
    *_, last = seat(soon, timezone.now(), 3)
    CheckIn.objects.create(registration=last, at=timezone.now(), by=cast.ines)
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}/t/{ticket_of(last)}/")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page = signed_in(page, cast.ines)
    own = f"/p/one-it/events/{soon.slug}/"
    for address in (
        "/p/one-it/events/",
        "/p/one-it/events/new/",
        own,
        f"{own}edit/?language=fr",
        f"{own}cancel/",
        f"{own}attendees/",
        f"{own}check-in/?q={last.person.last_name}",
    ):
        page.goto(f"{live_server.url}{address}")
        assert_accessible(page)
        assert_no_sideways_scroll(page)


def test_attendees_are_a_list_on_a_phone(
    page, live_server, soon, cast, signed_in, assert_accessible, assert_no_sideways_scroll
):
    one, other = seat(soon, timezone.now(), 2)
    CheckIn.objects.create(registration=one, at=timezone.now(), by=cast.ines)
    EventMail.objects.filter(registration=other).update(state="in_doubt", ended_at=timezone.now())
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/events/{soon.slug}/attendees/")
    rows = page.locator(".is-listed tbody tr")
    expect(rows.filter(has_text=one.name).locator("[data-label='Checked in at']")).to_be_visible()
    expect(rows.filter(has_text=other.name)).to_contain_text("Barcelona")
    expect(page.locator("thead")).to_be_hidden()
    field, button = page.get_by_role("searchbox"), page.get_by_role("button", name="Find")
    assert field.bounding_box()["y"] == button.bounding_box()["y"]
    doubts, people = (page.locator(part).bounding_box() for part in (DOUBTS, LIST))
    assert doubts["y"] + doubts["height"] < people["y"]
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("language", ["ar", "zh-hans", "fr"])
def test_ticket_fits_a_small_phone_in_any_language(
    page, live_server, soon, language, assert_accessible, assert_no_sideways_scroll
):
    (one,) = seat(soon, timezone.now())
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}/t/{ticket_of(one)}/?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_hugo_finds_by_name_and_lets_in_with_the_keyboard(cast, soon, keyboard, page):  # noqa: F811
    (one,) = seat(soon, timezone.now())
    keys = keyboard(cast.hugo, f"/p/one-it/events/{soon.slug}/check-in/")
    keys.press("Find by name")
    keys.write("Part of a name", one.person.last_name)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys.follow(f"Check in {one.name}")
    assert CheckIn.objects.get().registration == one
    assert keys.pages == 1


def test_hugo_lets_a_walk_in_in_with_the_keyboard(cast, soon, keyboard):  # noqa: F811
    keys = keyboard(cast.hugo, f"/p/one-it/events/{soon.slug}/check-in/")
    keys.press("Walk-in")
    keys.write("id_who", "Gina Guest")
    keys.follow("Let in")
    assert Registration.objects.get().name == "Gina Guest"
    assert CheckIn.objects.count() == 1
    assert keys.pages == 1


def test_somebody_registers_and_gives_the_seat_back_with_the_keyboard(link, keyboard, page):  # noqa: F811
    keys = keyboard(None, f"{link.partition('/e/')[1]}{link.partition('/e/')[2]}?lang=en")
    keys.follow("Register")
    one = Registration.objects.get()
    assert (one.state, keys.pages) == ("going", 1)
    keys.press("I cannot come")
    keys.follow("Cancel my registration")
    one.refresh_from_db()
    assert one.state == "cancelled"
