"""The frame in a real browser."""

import pytest

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_sign_in_page_is_accessible_and_fits(
    page, live_server, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{live_server.url}/accounts/login/")
    assert_no_sideways_scroll(page)
    assert page.locator("form h1").bounding_box()["width"] > 200
    assert_accessible(page)


def test_design_wins_over_bootstrap(page, live_server):
    page.goto(f"{live_server.url}/accounts/login/")
    button = page.get_by_role("button", name="Sign in")
    background = "node => getComputedStyle(node).backgroundColor"
    assert button.evaluate(background) == "rgb(42, 65, 194)"
    assert button.evaluate("node => getComputedStyle(node).display") == "inline-flex"


def test_password_can_be_looked_at(page, live_server):
    page.goto(f"{live_server.url}/accounts/login/")
    field = page.get_by_label("Password", exact=True)
    field.fill("secret words")
    page.get_by_role("button", name="Show").click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide").click()
    assert field.get_attribute("type") == "password"


def test_pages_tell_the_time_of_the_device_from_signing_in_on(browser, live_server, cast):
    context = browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    assert "time_zone" not in {cookie["name"] for cookie in context.cookies()}
    page.get_by_label("Work email").fill(cast.claire.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("UTC+5:30").first.wait_for()
    context.close()


def test_signing_in_leads_to_the_home_of_the_role(page, live_server, cast):
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Work email").fill(cast.otto.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/profile/")


def test_system_theme_follows_the_system_and_a_choice_stays(page, live_server, cast, signed_in):
    page.emulate_media(color_scheme="dark")
    signed_in(page, cast.claire).goto(f"{live_server.url}/profile/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.get_by_role("combobox", name="Theme").select_option("light")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Profile saved.").wait_for()
    assert page.locator("html").get_attribute("data-bs-theme") == "light"


def test_profile_is_accessible_and_fits(
    page, live_server, cast, signed_in, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 800})
    signed_in(page, cast.claire).goto(f"{live_server.url}/profile/")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def test_not_found_speaks_the_browsers_language_and_stays_light(
    browser, live_server, assert_accessible
):
    context = browser.new_context(locale="ar")
    page = context.new_page()
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto(f"{live_server.url}/s/nothing-here/", wait_until="networkidle")
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert 0 < sum(len(response.body()) for response in responses) < 70_000
    assert_accessible(page)
    context.close()


def test_density_changes_the_rows_of_tables_and_nothing_else(page, live_server, cast, signed_in):
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/")
    heights = "all => all.map(one => Math.round(one.getBoundingClientRect().height))"

    def measured():
        rows = page.locator(".ol-table tbody td").evaluate_all(heights)
        return set(rows), page.locator(".ol-top, h1, .form-control, .btn").evaluate_all(heights)

    rows, rest = measured()
    page.get_by_label("Account menu:").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Use comfortable tables").click()
    higher, same = measured()
    assert min(higher) == min(rows) + 8
    assert same == rest


# How far below the top of an error its first letter stands: a line further if a triangle is alone.
FIRST_LINE_PX = """(one) => {
  const text = one.querySelector('p') ?? one;
  const letters = document.createRange();
  letters.selectNodeContents(text);
  return letters.getClientRects()[0].top - text.getBoundingClientRect().top;
}"""


def test_an_error_has_its_triangle_in_its_own_line(page, live_server, cast, signed_in):
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/events/new/")
    with page.expect_navigation():
        page.get_by_role("button", name="Save event").click()
    errors = page.locator(".invalid-feedback:visible")
    assert errors.count() >= 5
    for error in errors.all():
        sign = "(one) => getComputedStyle(one.querySelector('p') ?? one, '::before').content"
        assert error.evaluate(sign) == '"▲ "'
        assert error.evaluate(FIRST_LINE_PX) < 8
