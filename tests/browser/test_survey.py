"""Answering on a phone in Chromium, with and without scripts."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from communications.dispatches.services.link import token_of
from feedback.models import HeldAnswer
from feedback.services.sealed_comments import unseal
from tests.feedback.conftest import *  # noqa: F403 - its fixtures
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(browser):
    """Return a function that opens a page of a phone, with its requests noted."""
    opened = []

    def open_page(**options):
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, device_scale_factor=2, **options
        )
        opened.append(context)
        page = context.new_page()
        page.bodies = []
        page.on("response", lambda response: page.bodies.append(response))
        page.problems = []
        page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def link(asked, cast, live_server):
    asked.now = timezone.now()
    for item in [*asked.survey.questions.all(), *asked.options]:
        item.text_ar = f"سؤال {item.pk}"
        item.text_zh_hans = f"问题 {item.pk}"
        item.save()
    invitation = asked.ask(cast.barcelona, 5)[0]
    return f"{live_server.url}/s/{token_of(invitation.link.delivery, 'survey')}/"


def held():
    rows = HeldAnswer.objects.values_list("csat", "nps", "comment")
    return [(csat, nps, comment and unseal(comment)) for csat, nps, comment in rows]


@pytest.mark.journey
def test_one_question_at_a_time_with_scripts(phone, link):
    page = phone()
    page.goto(link + "?lang=en")
    assert page.locator("[data-step]:visible").count() == 1
    expect(page.get_by_role("heading", name="How satisfied are you?")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    assert page.get_by_text("Answer this question.").locator("visible=true").count() == 1
    page.get_by_text("Satisfied", exact=True).click()
    expect(page.get_by_role("heading", name="What did you use?")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("input[name=csat][value='4']")).to_be_checked()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.locator("label:has(input[name=nps][value='10'])").click()
    page.locator("textarea").fill("Fine")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert held() == [(4, 10, "Fine")]
    assert page.problems == []


def test_five_taps_answer_a_survey(phone, link, live_server):
    page = phone(has_touch=True)
    taps = [
        lambda: page.goto(link + "?lang=en"),
        lambda: page.get_by_text("Satisfied", exact=True).tap(),
        lambda: page.get_by_text("Phone", exact=True).tap(),
        lambda: page.locator("label:has(input[name=nps][value='9'])").tap(),
        lambda: page.get_by_role("button", name="Send my answers").tap(),
    ]
    for tap in taps:
        tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert held() == [(4, 9, "")]


def test_arrow_keys_choose_and_do_not_lead_on(phone, link):
    page = phone()
    page.goto(link + "?lang=en")
    page.locator("input[name=csat]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=csat][value='3']")).to_be_checked()
    expect(page.get_by_role("heading", name="How satisfied are you?")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What did you use?")).to_be_visible()


def test_answers_wait_in_the_tab_until_they_have_arrived(phone, link):
    page = phone()
    page.goto(link + "?lang=en")
    page.get_by_text("Satisfied", exact=True).click()
    page.reload()
    expect(page.locator("input[name=csat][value='4']")).to_be_checked()
    assert held() == []
    for _question in range(3):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    # ``wait_for_function`` asks a second time by eval, which the page forbids.
    until(lambda: page.evaluate("sessionStorage.length + localStorage.length") == 0, "nothing kept")
    assert held() == [(4, None, "")]


def test_all_questions_at_once_without_scripts(phone, link):
    page = phone(java_script_enabled=False)
    page.goto(link + "?lang=en")
    assert page.locator("[data-step]:visible").count() == 4
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Your answers have not been sent yet.")).to_be_visible()
    page.get_by_text("Very dissatisfied").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert held() == [(1, None, "")]


@pytest.mark.parametrize("language", ["en", "zh-hans", "ar"])
def test_page_is_accessible_and_small(
    phone, link, language, assert_accessible, assert_no_sideways_scroll
):
    page = phone()
    page.goto(f"{link}?lang={language}", wait_until="networkidle")
    requested = list(page.bodies)
    assert sum(len(response.body()) for response in requested) < 100 * 1024
    origin = link.split("/s/")[0]
    assert all(response.url.startswith(origin) for response in requested)
    small = page.evaluate(
        """[...document.querySelectorAll("main label, main button, main summary")]
        .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 48)
        .map((e) => e.outerHTML)"""
    )
    assert small == []
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    if path := os.environ.get("ONELIFT_PICTURES"):
        page.screenshot(path=f"{path}/survey-{language}.png")
