"""Needs on a phone in Chromium: a few taps, in several languages, with and without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from communications.operation.services.pump import deliver
from feedback.models import Need, NeedMail
from tests.communications.conftest import *  # noqa: F403 - its fixtures
from tests.factories import SiteFactory, WaveFactory
from tests.feedback.needs.making import told

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 100_000
LANGUAGES = {"fr": "Il manque une clé", "zh-hans": "缺少钥匙", "ar": "لا يوجد مفتاح"}


@pytest.fixture
def phone(browser):
    """Return a function that opens a page of a phone, with what it loads noted."""
    opened = []

    def open_page(**options):
        context = browser.new_context(viewport=PHONE, **options)
        opened.append(context)
        page = context.new_page()
        page.bodies = []
        page.on("response", lambda response: page.bodies.append(response))
        return page

    yield open_page
    for context in opened:
        context.close()


def fill(page, cast, words, address=""):
    """Type and tap what is asked for; return how many taps it took."""
    page.locator("textarea").fill(words)
    if address:
        page.locator("input[type=email]").fill(address)
    taps = [page.locator(f"label:has(input[name=site][value='{cast.barcelona.pk}'])")]
    taps += [page.locator("label:has(input[value=slows])"), page.locator("main form button").last]
    for one in taps:
        one.click()
    return len(taps)


@pytest.mark.journey
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_stranger_tells_and_is_answered_by_email(
    phone, page, cast, live_server, signed_in, relay, scripts, language
):
    words, there = LANGUAGES[language], phone(java_script_enabled=scripts)
    there.goto(f"{live_server.url}/need/one-it/?lang={language}")
    assert there.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert fill(there, cast, words, "ana@one.example") <= 4
    expect(there.locator("[data-need-sent] h1")).to_be_visible()
    assert there.context.cookies() == []
    need = Need.objects.get()
    assert (need.what, need.language, need.effect) == (words, language, "slows")
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/listening/needs/{need.pk}/")
    page.locator("#answer_outcome_1").check()
    page.locator(f"#answer_text_{language}").fill(f"{words} ✓")
    page.get_by_role("button", name="Answer need").click()
    expect(page.get_by_text("Need answered.")).to_be_visible()
    assert relay.accepts == []
    deliver(lambda: timezone.now() + timedelta(minutes=6))
    (accept,) = relay.accepts
    assert (accept.recipient, accept.language.lower()) == ("ana@one.example", language)
    assert f"{words} ✓" in accept.message.get_body(("plain",)).get_content()
    need.refresh_from_db()
    assert (need.address, NeedMail.objects.get().address) == ("", "")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_home_of_a_region_is_four_taps_from_a_report(
    phone, cast, live_server, signed_in, scripts
):
    # Two sites: neither is chosen already.
    WaveFactory(programme=cast.programme, sites=[SiteFactory(region=cast.iberia)])
    there = signed_in(phone(java_script_enabled=scripts), cast.rosa)
    there.goto(f"{live_server.url}/p/one-it/regions/iberia/")
    there.get_by_role("link", name="Report a need").click()
    assert 1 + fill(there, cast, "No adapter") == 4
    expect(there.get_by_role("heading", name="No adapter", exact=True)).to_be_visible()
    assert Need.objects.get().reported_by == cast.rosa


def test_local_communication_reports_from_its_home(phone, cast, live_server, signed_in):
    there = signed_in(phone(), cast.nuria)
    there.goto(f"{live_server.url}/")
    there.get_by_role("link", name="Report a need").click()
    assert 1 + fill(there, cast, "No adapter") <= 4
    expect(there.get_by_role("heading", name="No adapter", exact=True)).to_be_visible()


def test_the_public_page_is_small_and_its_targets_are_large(phone, cast, live_server):
    there = phone()
    there.goto(f"{live_server.url}/need/one-it/?lang=en", wait_until="networkidle")
    assert sum(len(one.body()) for one in there.bodies) < MOST_BYTES
    targets = there.locator("main :is(textarea, input:not([type=hidden]), button, label.ol-face)")
    boxes = [one.bounding_box() for one in targets.all() if one.get_attribute("type") != "radio"]
    assert len(boxes) > 5
    assert all(box["height"] >= 48 for box in boxes if box)


def test_what_was_typed_waits_on_the_device(phone, cast, live_server):
    there, url = phone(), f"{live_server.url}/need/one-it/?lang="
    there.goto(f"{url}en")
    there.locator("textarea").fill("Half a sente")
    there.locator("label:has(input[value=stops])").click()
    there.locator("input[type=email]").fill("ana@one.example")
    there.goto(f"{url}es")
    expect(there.locator("textarea")).to_have_value("Half a sente")
    expect(there.locator("input[value=stops]")).to_be_checked()
    expect(there.locator("input[type=email]")).to_have_value("")
    fill(there, cast, "A whole sentence")
    expect(there.locator("[data-need-sent] h1")).to_be_visible()
    there.goto(f"{url}en")
    expect(there.locator("textarea")).to_have_value("")


@pytest.mark.parametrize("path", ["/need/one-it/?lang=ar", "/need/one-it/?sent=1&lang=zh-hans"])
def test_public_pages_are_accessible(
    phone, live_server, cast, path, assert_accessible, assert_no_sideways_scroll
):
    there = phone()
    there.goto(live_server.url + path)
    assert_no_sideways_scroll(there)
    assert_accessible(there)


def test_pages_of_needs_are_accessible(page, live_server, cast, signed_in, assert_accessible):
    need = told(cast, cast.barcelona, cast.nuria, timezone.now(), what="No key in the lab")
    told(cast, cast.barcelona, cast.nuria, timezone.now(), what="The key of the lab is lost")
    signed_in(page, cast.rosa)
    for path in ("", "new/", f"{need.pk}/"):
        page.goto(f"{live_server.url}/p/one-it/listening/needs/{path}")
        assert_accessible(page)
