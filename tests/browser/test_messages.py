"""The pages of the messages in Chromium: readable, within the window, the mail in its frame."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from communications.approvals.services import approval as approvals
from communications.messages.services.message import MessageData, change_message
from communications.models import Message
from programmes.database.clock import database_now
from programmes.services.texts import write_text
from tests import factories
from tests.communications.making import TEXTS, approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/messages/"


@pytest.fixture
def written(cast):
    """A message that is approved, changed since, and asked for again."""
    now = database_now()
    for language in ("fr", "de", "pt", "pl"):
        factories.PersonFactory(site=cast.barcelona, language=language)
    make_message(cast, now, texts={"en": ("Save the date", "Hello")}, level="strategic")
    message = make_message(cast, now, key_points="One number\nOne chat", waves=[cast.wave1])
    approve(cast, message, now)
    data = MessageData(purpose="People know when and how.", sender="Claire", offset_days=30)
    change_message(message, data, now)
    changed = {"subject": TEXTS["en"][0], "body": TEXTS["en"][1].replace("desk", "counter")}
    write_text(message, "en", changed, cast.ines, now)
    return message


def picture(page, name):
    """Keep a picture where one is asked for, to be looked at beside its model."""
    if page.locator("iframe").count():
        page.frame_locator("iframe").locator("body").wait_for()
    if folder := os.environ.get("ONELIFT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_pages_are_readable_and_fit(
    written, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 390, "height": 900})
    signed_in(page, cast.ines)
    addresses = {
        "list": ROOT,
        "new": f"{ROOT}new/",
        "workspace": f"{ROOT}{written.pk}/?language=es",
        "wide": f"{ROOT}{written.pk}/?language=es&width=desktop",
        "edit": f"{ROOT}{written.pk}/edit/",
        "text": f"{ROOT}{written.pk}/es/",
    }
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        picture(page, f"{name}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


@pytest.mark.journey
def test_a_message_is_written_seen_addressed_and_saved(cast, page, live_server, signed_in):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}{ROOT}new/")
    page.get_by_label("Purpose").fill("People know the desk")
    page.get_by_label("Subject").fill("Your new desk")
    page.get_by_label("Text, in English").fill("Dear ")
    page.get_by_text("Placeholder", exact=True).click()
    page.get_by_role("button", name="first_name").click()
    first = cast.people[0].first_name
    mail = page.frame_locator(".ol-frame iframe").last
    mail.locator("p", has_text=f"Dear {first}").wait_for()
    page.locator("#look-mail").get_by_text("Your new desk").wait_for()

    page.locator("#audience summary").first.click()
    page.locator("#audience").get_by_label("Wave 1", exact=True).check()
    page.locator("#look-audience").get_by_text("3 people").wait_for()
    page.locator("#audience").get_by_text("3 people match").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("#audience details").evaluate("line => line.open")
    page.locator("#time summary").first.click()
    page.get_by_label("Days from go-live").fill("-7")
    page.locator("#look-missing").get_by_text("Nothing is missing").wait_for()
    page.locator("#time").get_by_role("button", name="Done").click()

    page.keyboard.press("Control+s")
    page.wait_for_url("**/edit/**")
    message = Message.objects.get()
    assert message.subject_en == "Your new desk"
    assert "first_name" in message.body_en
    assert list(message.audience.waves.all()) == [cast.wave1]


@pytest.mark.journey
def test_mail_shows_in_its_frame_and_the_decision_can_be_undone(
    written, cast, page, live_server, signed_in
):
    draft = make_message(cast, database_now())
    asked = approvals.ask(draft, cast.ines, database_now())
    signed_in(page, cast.claire)
    page.goto(f"{live_server.url}{ROOT}{draft.pk}/?language=es")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Hola")
    picture(page, "decide")
    page.get_by_role("button", name="Approve version 1").click()
    page.locator("[data-toast]").get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Approve version 1").wait_for()
    asked.refresh_from_db()
    assert asked.state == "waiting"
