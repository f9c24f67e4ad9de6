"""What changes for a reader, in Chromium: on a phone, on a wall, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.what_changes import make_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(cast, live_server):
    return live_server.url + make_page(cast)


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans", "ar"])
def test_page_is_accessible_and_fits(
    page, address, language, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{address}&lang={language}")
    assert page.locator("html").get_attribute("lang") == language
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    page.evaluate("document.documentElement.style.fontSize = '140%'")
    assert_no_sideways_scroll(page)


def test_an_unknown_page_is_accessible_and_fits(
    page, address, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address.replace("laboratory", "nobody") + "&lang=ar")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def test_fields_and_links_are_large_enough_for_a_thumb(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    small = page.evaluate(
        """[...document.querySelectorAll("main select, main .btn")]
        .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 48)
        .map((e) => `${e.getBoundingClientRect().height} ${e.innerText}`)"""
    )
    assert small == []


def test_choosing_shows_the_page_of_the_choice(page, address):
    page.goto(f"{address}&lang=fr")
    with page.expect_navigation():
        page.get_by_label("Votre site").select_option(label="Shanghai")
    page.get_by_role("heading", name="Shanghai").wait_for()
    assert page.url.endswith("/me/one-it/laboratory/?site=shanghai&lang=fr")
    page.get_by_label("Votre activité").select_option("")
    page.wait_for_url("**/me/one-it/?site=shanghai&lang=fr")
    page.go_back()
    expect(page.get_by_label("Votre activité")).to_have_value("laboratory")


def test_another_language_keeps_the_choice(page, address):
    page.goto(address)
    page.locator("header summary").click()
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("heading", name="Was sich für Sie am Standort Barcelona ändert").wait_for()
    assert page.url.endswith("/me/one-it/laboratory/?site=barcelona&lang=de")


def test_without_scripts_a_button_shows_the_choice(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}&lang=en")
    page.get_by_label("Your site").select_option("shanghai")
    page.get_by_label("Your work").select_option("office")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="at Shanghai")).to_be_visible()
    assert page.url.endswith("/me/one-it/office/?site=shanghai&lang=en")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_printed_it_is_one_sheet_without_fields(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}&lang=de")
    sheets = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    assert re.search(rb"/MediaBox\s*\[0 0 59\d(\.\d+)? 84\d", sheets)
    page.emulate_media(media="print", color_scheme=scheme)
    expect(page.locator("select:visible, header:visible")).to_have_count(0)
    expect(page.get_by_text("/me/one-it/laboratory/?site=barcelona")).to_be_visible()
    expect(page.locator("h1")).to_have_css("color", "rgb(19, 25, 41)")
