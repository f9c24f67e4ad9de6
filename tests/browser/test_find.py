"""The field that finds anything: by keyboard, on a phone, without scripts."""

import pytest
from playwright.sync_api import expect

from tests.factories import WaveFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/p/one-it/regions/iberia/"
SWAP = """() => htmx.ajax("GET", location.href, {
    source: "#decisions", target: "#decisions", select: "#decisions", swap: "outerHTML",
})"""


def test_a_slash_goes_to_the_field_and_arrows_to_what_it_offers(
    page, live_server, cast, signed_in, assert_accessible
):
    WaveFactory(programme=cast.programme, name="Falcon", sites=[cast.barcelona])
    signed_in(page, cast.ines).goto(live_server.url + HOME)
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Find anything")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type("fal")
    offered = page.locator(".ol-suggest a", has_text="Falcon")
    offered.wait_for()
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    assert offered.evaluate("link => link === document.activeElement")
    page.keyboard.press("Escape")
    assert page.locator(".ol-suggest a").count() == 0
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type("c")
    offered.wait_for()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/setup/?open=" in page.url


def test_a_person_is_found_in_two_actions_and_enter_opens_the_first(
    page, live_server, cast, signed_in
):
    person = cast.people[0]
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/plan/")
    page.get_by_role("searchbox", name="Find anything").fill(str(person))
    with page.expect_navigation(url=f"**/people/{person.pk}/"):
        page.keyboard.press("Enter")
    assert str(person) in page.get_by_role("heading", level=1).inner_text()


def test_enter_opens_what_is_offered_first_or_the_whole_page_where_nothing_is(
    page, live_server, cast, signed_in
):
    signed_in(page, cast.ines).goto(live_server.url + HOME)
    field = page.get_by_role("searchbox", name="Find anything")
    field.fill("brand")
    page.locator(".ol-suggest a", has_text="Brand").wait_for()
    with page.expect_navigation(url="**/setup/brand/"):
        field.press("Enter")
    page.get_by_role("searchbox", name="Find anything").fill("nothing like it")
    with page.expect_navigation(url="**/find/?q=nothing*"):
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="No results for nothing like it").wait_for()


def test_the_slash_can_be_switched_off_on_a_device(page, live_server, cast, signed_in):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}/p/one-it/plan/")
    field = page.get_by_role("searchbox", name="Find anything").first
    page.get_by_label("Account menu:").click()
    page.get_by_label("Press / to find").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    expect(field).not_to_be_focused()
    page.get_by_label("Account menu:").click()
    page.get_by_label("Press / to find").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(field).to_be_focused()


def test_a_slash_in_a_field_is_a_slash(page, live_server, cast, signed_in):
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/")
    own = page.get_by_role("searchbox", name="Name, number or email address")
    own.focus()
    page.keyboard.type("a/b")
    assert own.input_value() == "a/b"


def test_on_a_phone_an_icon_leads_to_the_page(
    page, live_server, cast, signed_in, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 700})
    signed_in(page, cast.ines).goto(live_server.url + HOME)
    with page.expect_navigation():
        page.get_by_role("link", name="Find anything").click()
    page.get_by_role("searchbox").locator("visible=true").fill("barcelona")
    page.locator(".ol-suggest a", has_text="Barcelona").locator("visible=true").first.wait_for()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Barcelona", exact=True).wait_for()
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_without_scripts_the_field_is_a_form(browser, live_server, cast, signed_in):
    context = browser.new_context(java_script_enabled=False)
    page = signed_in(context.new_page(), cast.ines)
    page.goto(live_server.url + HOME)
    page.get_by_role("searchbox", name="Find anything").fill("barcelona")
    with page.expect_navigation():
        page.get_by_role("searchbox", name="Find anything").press("Enter")
    page.get_by_role("heading", name="Sites").wait_for()
    context.close()


def test_what_takes_longer_shows_that_it_is_under_way(page, live_server, cast, signed_in):
    held = []
    signed_in(page, cast.ines).goto(live_server.url + HOME)
    page.route("**/find/?q=*", lambda route: held.append(route))
    page.get_by_role("searchbox", name="Find anything").fill("Barcelona")
    page.locator("body[data-busy]").wait_for()
    held[0].continue_()
    page.locator(".ol-suggest a", has_text="Barcelona").first.wait_for()
    page.locator("body:not([data-busy])").wait_for()


def test_whoever_was_in_what_changes_is_led_to_what_stands_there(
    page, live_server, cast, signed_in
):
    signed_in(page, cast.claire).goto(f"{live_server.url}/p/one-it/overview/")
    page.get_by_role("link", name="All decisions").focus()
    page.evaluate(SWAP)
    page.locator("#decisions h2:focus").wait_for()


def test_whoever_is_elsewhere_stays_there(page, live_server, cast, signed_in):
    signed_in(page, cast.claire).goto(f"{live_server.url}/p/one-it/overview/")
    field = page.get_by_role("searchbox", name="Find anything")
    field.focus()
    page.evaluate("document.querySelector('#decisions').dataset.old = ''")
    page.evaluate(SWAP)
    page.locator("#decisions:not([data-old])").wait_for()
    assert page.locator("#decisions [tabindex='-1']").count() == 0
    assert field.evaluate("field => field === document.activeElement")
