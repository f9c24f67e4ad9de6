"""The field that finds anything: by keyboard, on a phone, without scripts."""

import pytest

from tests.factories import WaveFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/p/one-it/regions/iberia/"


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


def test_a_slash_in_a_field_is_a_slash(page, live_server, cast, signed_in):
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/")
    own = page.get_by_role("searchbox", name="Name, number or mail address")
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
