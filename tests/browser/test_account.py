"""The account in a real browser: a forgotten password, and the second factor from on to off."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from PIL import Image
from playwright.sync_api import expect

from programmes.database.clock import database_now
from stakeholders.accounts.services.invitation import password_url
from stakeholders.accounts.services.password import send_links
from tests.accounts.conftest import SECRET, code_for
from tests.browser.crawl import LENGTHEN
from tests.browser.test_keyboard import keyboard  # noqa: F401 - a fixture
from tests.communications.conftest import relay  # noqa: F401 - a fixture
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "a long new secret"
BEFORE = ("login/", "password/reset/", "password/reset/done/", "password/reset/key/0-bad/")
AFTER = ("password/change/", "logout/", "2fa/", "reauthenticate/")


@pytest.fixture
def here(page, live_server, settings):
    """Return a function that opens an address; links in mails lead here too."""
    settings.PUBLIC_URL = live_server.url
    return lambda path: page.goto(live_server.url + path)


def send(page, button):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def follow(page, link):
    with page.expect_navigation():
        page.get_by_role("link", name=link).click()


def sign_in(page, here, user, password):
    here("/accounts/login/")
    page.get_by_label("Work email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    send(page, "Sign in")


def test_from_a_forgotten_password_to_signed_in(page, here, cast, relay, settings):  # noqa: F811
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    here("/accounts/login/")
    follow(page, "Forgot password?")
    page.get_by_label("Work email").fill(cast.claire.email)
    send(page, "Email me a link")
    page.get_by_role("heading", name="Check your email").wait_for()
    send_links(database_now())
    sent = relay.accepts[0].message.get_body(("plain",)).get_content()
    page.goto(re.search(r"http\S+/key/\S+/", sent)[0])
    page.get_by_label("New password").fill("short")
    send(page, "Set password")
    assert page.locator("[role=alert]").evaluate("one => one === document.activeElement")
    field = page.get_by_label("New password")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill(NEW)
    page.get_by_role("button", name="Show").click()
    assert field.get_attribute("type") == "text"
    send(page, "Set password")
    follow(page, "Sign in")
    sign_in(page, here, cast.claire, NEW)
    page.wait_for_url("**/overview/")


def switch_on(page, here):
    here("/profile/")
    follow(page, "Second factor")
    follow(page, "Turn on")
    secret = page.locator(".ol-key").inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", secret)
    assert page.locator(".ol-qr").evaluate("one => one.complete && one.naturalWidth > 0")
    page.get_by_label("Six-digit code").fill(code_for(secret.replace(" ", "")))
    send(page, "Turn on")
    return page.locator(".ol-codes li").all_inner_texts()


def sign_out(page):
    page.get_by_label("Account menu:").click()
    send(page, "Sign out")


def enter(page, code):
    page.get_by_label("Code", exact=True).fill(code)
    send(page, "Sign in")


def test_second_factor_from_on_to_off(page, here, cast):
    sign_in(page, here, cast.claire, PASSWORD)
    codes = switch_on(page, here)
    assert len(codes) == 10
    sign_out(page)
    sign_in(page, here, cast.claire, PASSWORD)
    enter(page, codes[0])
    page.wait_for_url("**/overview/")
    sign_out(page)
    sign_in(page, here, cast.claire, PASSWORD)
    enter(page, codes[0])
    page.locator("[role=alert]", has_text="This code is incorrect or already used.").wait_for()
    key = TOTP(cast.claire.authenticator_set.get(type="totp")).instance.data["secret"]
    enter(page, code_for(key))
    page.wait_for_url("**/overview/")
    here("/accounts/2fa/")
    page.get_by_text("9 codes are left.").wait_for()
    follow(page, "Turn off")
    send(page, "Turn off")
    page.get_by_role("heading", name="Your second factor is off").wait_for()
    sign_out(page)
    sign_in(page, here, cast.claire, PASSWORD)
    page.wait_for_url("**/overview/")


def test_recovery_codes_are_copied_saved_and_printed(page, here, cast):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, here, cast.claire, PASSWORD)
    codes = switch_on(page, here)
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == codes
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as file").click()
    assert saved.value.path().read_text().splitlines()[2:12] == codes
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-bs-theme=dark]").wait_for()
    page.emulate_media(color_scheme="dark", media="print")
    page.locator("html[data-bs-theme=light]").wait_for()
    expect(page.locator(".ol-codes")).to_be_visible()
    assert not page.get_by_role("button", name="Copy").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_of_the_key_is_dark_on_light_in_each_theme(page, here, cast, theme, tmp_path):
    page.emulate_media(color_scheme=theme)
    sign_in(page, here, cast.claire, PASSWORD)
    here("/accounts/2fa/totp/activate/")
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    page.locator(".ol-qr").screenshot(path=tmp_path / "key.png")
    picture = Image.open(tmp_path / "key.png").convert("L")
    assert picture.getpixel((8, picture.height // 2)) > 250
    assert picture.getextrema()[0] < 5


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_before_sign_in_are_accessible_and_fit(
    browser, live_server, cast, language, assert_accessible, assert_no_sideways_scroll
):
    context = browser.new_context(locale=language, viewport={"width": 320, "height": 844})
    page = context.new_page()
    key = password_url(cast.claire).partition("/accounts/")[2]
    for address in (*BEFORE, key):
        page.goto(f"{live_server.url}/accounts/{address}")
        assert page.locator("html").get_attribute("lang") == language
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        page.evaluate(LENGTHEN)
        assert_no_sideways_scroll(page)
    context.close()


def test_pages_of_the_account_are_accessible_and_fit(
    page, here, cast, assert_accessible, assert_no_sideways_scroll
):
    language = "fr"
    cast.claire.language = language
    cast.claire.save()
    sign_in_in_any_language(page, here, cast.claire)
    for address in AFTER:
        here(f"/accounts/{address}")
        check(page, assert_accessible, assert_no_sideways_scroll)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    here("/accounts/2fa/totp/activate/")
    check(page, assert_accessible, assert_no_sideways_scroll)
    page.reload()
    secret = page.locator(".ol-key").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(code_for(secret))
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    for address in ("recovery-codes/", "", "recovery-codes/generate/", "totp/deactivate/"):
        here(f"/accounts/2fa/{address}")
        check(page, assert_accessible, assert_no_sideways_scroll)


def sign_in_in_any_language(page, here, user):
    here("/accounts/login/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator(".gate .btn-primary").click()


def check(page, assert_accessible, assert_no_sideways_scroll):
    page.set_viewport_size({"width": 1440, "height": 900})
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert_accessible(page)
    page.evaluate(LENGTHEN)
    assert_no_sideways_scroll(page)


def test_the_second_factor_is_used_with_a_keyboard_alone(cast, keyboard, page):  # noqa: F811
    TOTP.activate(cast.claire, SECRET)
    keys = keyboard(None, "/accounts/login/")
    keys.write("Work email", cast.claire.email)
    keys.write("id_password", PASSWORD)
    keys.follow("Sign in")
    keys.write("Code", code_for(SECRET))
    keys.follow("Sign in")
    page.wait_for_url("**/overview/")
