"""The core of a message in Chromium: wording or meaning while somebody types, points as rows."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from communications.messages.services.copying import frame_of
from communications.messages.services.message import change_with_text
from communications.models import Message
from programmes.database.clock import database_now
from tests.communications.making import TEXTS, make_message

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/messages/"
SUBJECT, BODY = TEXTS["en"]


def picture(page, name):
    """Keep a picture where one is asked for, to be looked at beside its model."""
    if folder := os.environ.get("ONELIFT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def message(cast):
    """A message in three languages, with two key points."""
    now = database_now()
    day = {"fixed_on": now.date(), "is_urgent": False}
    return make_message(cast, now, key_points="The desk opens\nCall 1234", **day)


@pytest.mark.journey
def test_a_change_of_meaning_is_said_overruled_and_saved(
    message, cast, page, live_server, signed_in, assert_accessible
):
    signed_in(page, cast.tom)
    page.goto(f"{live_server.url}{ROOT}{message.pk}/edit/")
    text = page.get_by_label("Text, in English")
    text.fill(f"{BODY} It opens on 3 May.")
    line = page.locator("#look-kind")
    expect(line).to_contain_text("You changed a date. We treat this as a change of meaning")
    mail = page.frame_locator(".ol-frame iframe").last
    mail.locator("p", has_text="It opens on 3 May.").wait_for()
    picture(page, "meaning")
    assert_accessible(page)
    line.get_by_text("Wording", exact=True).click()
    expect(line).to_contain_text("We treat this as a change of wording")
    expect(line.get_by_role("radio", name="Wording")).to_be_focused()
    text.fill(f"{BODY} It opens on 4 May.")
    expect(line).to_contain_text("We treat this as a change of meaning")
    line.get_by_text("Wording", exact=True).click()
    expect(line).to_contain_text("We treat this as a change of wording")
    page.locator("button[data-save]").click()
    page.get_by_text("are they still right?").wait_for()
    last = message.history.first()
    assert (last.kind, last.is_overruled) == ("wording", True)
    # The translations lack the new day: they are not confirmed as they are.
    page.get_by_text("Correct these first:").wait_for()


def test_key_points_are_added_moved_and_removed_as_rows(
    message, cast, page, live_server, signed_in, assert_no_sideways_scroll
):
    signed_in(page, cast.tom)
    page.goto(f"{live_server.url}{ROOT}{message.pk}/edit/")
    rows = page.locator("[data-rows] li")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("not mentioned")
    page.get_by_role("button", name="Add key point").click()
    page.keyboard.type("Your site stays open")
    rows.nth(2).get_by_role("button", name="Move up").click()
    expect(rows.nth(1).get_by_label("Key point", exact=True)).to_have_value("Your site stays open")
    rows.nth(0).locator("[data-grip]").press("ArrowDown")
    rows.nth(2).get_by_role("button", name="Remove key point").click()
    expect(rows).to_have_count(2)
    rows.nth(1).locator("[data-grip]").drag_to(rows.nth(0), target_position={"x": 40, "y": 2})
    page.get_by_label("Text, in English").fill(f"{BODY} Your site stays open.")
    expect(rows.filter(has_text="Email, mentioned")).to_have_count(2)
    page.set_viewport_size({"width": 390, "height": 900})
    assert_no_sideways_scroll(page)
    picture(page, "points-phone")
    page.locator("button[data-save]").click()
    page.get_by_text("people will get it").first.wait_for()
    assert Message.objects.get().key_points == "The desk opens\nYour site stays open"


def test_the_history_is_readable_and_fits(
    message, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    now = database_now()
    for body in (BODY.replace("Hello", "Dear"), f"{BODY} Call 1234."):
        text = {"subject": SUBJECT, "body": body}
        stored = Message.objects.get(pk=message.pk)
        change_with_text(stored, frame_of(stored), text, cast.tom, now)
    signed_in(page, cast.tom)
    page.goto(f"{live_server.url}{ROOT}{message.pk}/history/")
    picture(page, "history")
    assert_accessible(page)
    page.get_by_label("Compare from version 1").check()
    page.get_by_role("button", name="Compare versions").click()
    page.get_by_role("heading", name="Version 1 and version 3").wait_for()
    page.set_viewport_size({"width": 390, "height": 900})
    assert_no_sideways_scroll(page)
    picture(page, "history-phone")
    page.get_by_role("button", name="Restore version 2").click()
    page.get_by_text("Version 2 is restored, as version 4.").wait_for()
