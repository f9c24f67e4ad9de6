"""What stands behind the links of a mail, in Chromium: opting out, and going on to a page."""

import re

import pytest

from communications.dispatches.services.linkcount import redirects_of
from communications.dispatches.services.optout import link_of
from communications.models import Delivery, LinkCount
from stakeholders.models import OptOut
from tests.communications.dispatches.test_linkcount import TEXTS
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)
READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@pytest.fixture
def approval(cast, now):
    return approve(cast, make_message(cast, now, TEXTS), now)


@pytest.fixture
def opt_out_page(cast, now, approval, live_server):
    person = cast.people[0]
    row = Delivery.objects.create(
        dispatch=approval.message.dispatches.create(started_at=now),
        person=person,
        site=person.site,
        due_at=now,
        latest_at=now,
        language="es",
    )
    return here(link_of(row), live_server)


def here(link, live_server):
    return live_server.url + re.sub("^https?://[^/]+", "", link)


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans", "ar"])
def test_the_opt_out_page_is_accessible_and_fits(
    page, opt_out_page, language, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{opt_out_page}?lang={language}")
    for is_out in (True, False):
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        with page.expect_navigation():
            page.locator("main button").click()
        assert page.locator("html").get_attribute("lang").lower() == language
        assert OptOut.objects.exists() == is_out


def test_the_button_is_reached_by_keys_and_large_enough(page, opt_out_page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{opt_out_page}?lang=en")
    button = page.get_by_role("button", name="Opt out of these messages")
    assert button.bounding_box()["height"] >= 44
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You will no longer get these messages").wait_for()


def counted(approval, live_server):
    (_target, link), *_rest = redirects_of(approval, "en")
    return here(link, live_server)


def test_a_browser_counts_once_and_goes_on(browser, approval, live_server):
    context = browser.new_context(user_agent=READER)
    context.route("https://intranet.example/**", lambda route: route.fulfill(body="The desk"))
    page = context.new_page()
    page.goto(counted(approval, live_server))
    page.get_by_text("The desk").wait_for()
    assert page.url.startswith("https://intranet.example/desk?a=1")
    assert LinkCount.objects.get().opened == 1
    context.close()


def test_without_a_script_the_page_is_a_link_that_nobody_counts(
    browser, approval, live_server, assert_accessible
):
    context = browser.new_context(user_agent=READER, java_script_enabled=False)
    page = context.new_page()
    page.goto(counted(approval, live_server))
    onward = page.get_by_role("link", name="Continue to intranet.example")
    assert onward.get_attribute("href").startswith("https://intranet.example/desk")
    assert not LinkCount.objects.exists()
    context.close()
