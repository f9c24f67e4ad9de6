"""Translating in Chromium: sentence by sentence, by keys, and nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from communications.approvals.services import approval as approvals
from communications.models import Message
from programmes.database.clock import database_now
from programmes.queries.texts import text_of
from programmes.services.texts import write_text
from tests.communications.making import make_message

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/messages/"
ENGLISH = "Hello {{ first_name }},\n\nWe open at 08:00. Come to {{ site }}.\n\n- Bring a badge."
SPANISH = "Hola {{ first_name }}:\n\nAbrimos a las 8:00. Ven a {{ site }}.\n\n- Trae la tarjeta."
TEXTS = {"en": ("New hours", ENGLISH), "es": ("Horario nuevo", SPANISH)}


@pytest.fixture
def changed(cast):
    """A message whose English says another hour than the Spanish was made from."""
    now = database_now()
    message = make_message(cast, now, texts=TEXTS)
    approvals.ask(message, cast.ines, now)
    english = {"subject": "New hours", "body": ENGLISH.replace("08:00", "07:00")}
    write_text(message, "en", english, cast.ines, now)
    return message


def stored(message):
    return text_of(Message.objects.get(pk=message.pk), "es")["body"].replace("\r\n", "\n")


def open_text(page, live_server, signed_in, cast, message):
    signed_in(page, cast.nuria)
    page.goto(f"{live_server.url}{ROOT}{message.pk}/es/")


def test_one_sentence_is_changed_and_the_rest_of_the_text_stays(
    changed, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    open_text(page, live_server, signed_in, cast, changed)
    row = page.locator("#rows li.changed")
    expect(row).to_have_count(1)
    expect(row.locator("del")).to_have_text("08:00.")
    expect(row.locator("ins")).to_have_text("07:00.")
    expect(page.locator("#checks")).to_contain_text("English says 07:00, Spanish says 8:00.")
    assert_accessible(page)
    page.get_by_role("link", name="A number differs").click()
    expect(row.locator("textarea")).to_be_focused()
    row.locator("textarea").fill("Abrimos a las 7:00.")
    expect(page.locator("#checks")).to_contain_text("Numbers match")
    frame = page.frame_locator(".ol-frame iframe:last-child")
    expect(frame.locator("body")).to_contain_text("Abrimos a las 7:00.")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Draft saved.").wait_for()
    assert stored(changed) == SPANISH.replace("8:00", "7:00")
    page.set_viewport_size({"width": 320, "height": 800})
    assert_no_sideways_scroll(page)


def test_keys_lead_through_sentences_and_texts_and_put_placeholders_in(
    cast, page, live_server, signed_in
):
    now = database_now()
    first, second = (make_message(cast, now, texts={"en": TEXTS["en"]}) for _n in range(2))
    open_text(page, live_server, signed_in, cast, first)
    page.get_by_label("Subject").focus()
    for words in ("Horario", "Hola ", "Abrimos a las 8:00."):
        page.keyboard.type(words)
        if words == "Hola ":
            page.keyboard.press("Alt+p")
        page.keyboard.press("Control+Enter")
    expect(page.locator("#sentence-1")).to_have_value("Hola {{ first_name }}")
    expect(page.locator("#sentence-3")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_url(f"**{ROOT}{second.pk}/es/?queue=todo")
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_url(f"**{ROOT}{first.pk}/es/?queue=todo")
    page.get_by_text("Restored what you typed at").first.wait_for()
    expect(page.locator("#sentence-1")).to_have_value("Hola {{ first_name }}")
    expect(page.locator("#sentence-2")).to_have_value("Abrimos a las 8:00.")
    assert not stored(first)


def test_what_is_typed_waits_as_a_draft_and_is_cut_into_sentences_again(
    changed, cast, page, live_server, signed_in
):
    open_text(page, live_server, signed_in, cast, changed)
    page.clock.install()
    page.locator("#rows textarea").nth(2).fill("Ven hoy a {{ site }}.")
    page.clock.fast_forward(5000)
    page.get_by_text("Draft saved").first.wait_for()
    page.reload()
    expect(page.locator("#rows textarea").nth(2)).to_have_value("Ven hoy a {{ site }}.")
    assert stored(changed) == SPANISH


def test_without_scripts_the_text_is_one_field(changed, cast, browser, live_server, signed_in):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_text(page, live_server, signed_in, cast, changed)
    expect(page.locator("#rows")).to_be_hidden()
    page.locator("#id_body").fill(SPANISH.replace("8:00", "7:00"))
    with page.expect_navigation():
        page.get_by_role("button", name="Ready for review").click()
    assert stored(changed) == SPANISH.replace("8:00", "7:00")
    context.close()
