"""The editor of a survey in Chromium: order by keys, buttons and drag, and the phone."""

import pytest
from playwright.sync_api import expect

from feedback.models import Survey
from feedback.services.survey import create_survey
from programmes.database.clock import database_now
from tests.feedback.conftest import DATA

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/listening/"


@pytest.fixture
def survey(cast):
    return create_survey(cast.programme, DATA, cast.ines, database_now())


def order(survey):
    return list(survey.questions.values_list("kind", flat=True))


def expect_shown(page, *kinds):
    items = page.locator("[data-questions] > li")
    expect(items).to_have_count(len(kinds))
    for place, kind in enumerate(kinds):
        expect(items.nth(place)).to_have_attribute("data-kind", kind)


def open_editor(page, live_server, signed_in, cast, survey):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}{ROOT}{survey.pk}/edit/")


def phone(page):
    return page.frame_locator(".ol-handset iframe:last-child")


def test_questions_change_places_by_keys_by_buttons_and_by_drag(
    survey, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    open_editor(page, live_server, signed_in, cast, survey)
    expect_shown(page, "csat", "choice", "nps", "comment")
    assert_accessible(page)
    page.get_by_role("button", name="Move: Satisfaction, 1 to 5").focus()
    page.keyboard.press("ArrowDown")
    expect_shown(page, "choice", "csat", "nps", "comment")
    expect(page.locator("[data-moved]")).to_have_text("Satisfaction, 1 to 5: position 2 of 4")
    page.get_by_role("button", name="Move up: Comment").click()
    expect_shown(page, "choice", "csat", "comment", "nps")
    grips = page.locator("[data-grip]")
    grips.nth(3).drag_to(
        page.locator("[data-questions] > li").first, target_position={"x": 9, "y": 3}
    )
    expect_shown(page, "nps", "choice", "csat", "comment")
    page.get_by_role("button", name="Save survey").click()
    page.get_by_text("Survey saved.").wait_for()
    assert order(survey) == ["nps", "choice", "csat", "comment"]
    page.set_viewport_size({"width": 320, "height": 800})
    assert_no_sideways_scroll(page)


def test_the_phone_shows_what_is_typed_and_the_question_that_is_open(
    survey, cast, page, live_server, signed_in
):
    open_editor(page, live_server, signed_in, cast, survey)
    # Compared as a list: a fresh page shows all questions until its script folds them.
    heading = phone(page).get_by_role("heading", level=2)
    expect(heading).to_have_text(["How satisfied are you?"])
    page.get_by_text("Would you recommend it?", exact=True).first.click()
    expect(heading).to_have_text(["Would you recommend it?"])
    page.locator("#id_nps").fill("Would you tell a friend?")
    expect(heading).to_have_text(["Would you tell a friend?"])
    page.get_by_label("Language", exact=True).select_option("es")
    expect(heading).to_have_text(["¿Lo recomendaría?"])
    expect(phone(page).locator("html")).to_have_attribute("lang", "es")
    assert survey.questions.get(kind="nps").text_en == "Would you recommend it?"


def test_order_is_kept_as_a_draft(survey, cast, page, live_server, signed_in):
    open_editor(page, live_server, signed_in, cast, survey)
    page.clock.install()
    page.get_by_role("button", name="Move down: Satisfaction").click()
    page.clock.fast_forward(5000)
    page.get_by_text("Draft saved").first.wait_for()
    page.reload()
    page.get_by_text("Restored what you typed at").first.wait_for()
    expect_shown(page, "choice", "csat", "nps", "comment")
    assert order(survey) == ["csat", "choice", "nps", "comment"]


def test_without_scripts_buttons_change_the_order_and_keep_what_is_typed(
    survey, cast, browser, live_server, signed_in
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_editor(page, live_server, signed_in, cast, survey)
    page.locator("#id_name").fill("Typed and not saved")
    with page.expect_navigation():
        page.get_by_role("button", name="Move down: Satisfaction").click()
    expect_shown(page, "choice", "csat", "nps", "comment")
    expect(page.locator("#id_name")).to_have_value("Typed and not saved")
    assert order(survey) == ["csat", "choice", "nps", "comment"]
    with page.expect_navigation():
        page.get_by_role("button", name="Save survey").click()
    assert order(survey) == ["choice", "csat", "nps", "comment"]
    assert Survey.objects.get().name == "Typed and not saved"
    context.close()


def test_cancel_on_a_new_survey_leads_to_the_list(cast, page, live_server, signed_in):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}{ROOT}new/")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**{ROOT}")
