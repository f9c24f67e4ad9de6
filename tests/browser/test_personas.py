"""Personas and the lines of an audience in Chromium: readable, within the window, counted live."""

import re

import pytest
from playwright.sync_api import expect

from communications.models import Message
from programmes.database.clock import database_now
from programmes.services.texts import write_text
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.models import Persona
from tests.browser.test_messages import picture
from tests.communications.making import make_message

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/people/personas/"


@pytest.fixture
def personas(cast):
    now = database_now()
    for person in cast.people[1:5]:
        person.job = "Operator"
        person.save()
    texts = {
        "name": "Plant shift teams",
        "needs": "Help at any hour.",
        "what_changes": "One number",
    }
    made = []
    for name in (texts["name"], "Office staff"):
        persona = Persona(programme=cast.programme, slug=name.lower().replace(" ", "-"))
        persona.channels, persona.jobs = ["poster", "briefing"], ["Operator"]
        persona.save()
        write_text(persona, "en", {**texts, "name": name}, cast.ines, now)
        made.append(persona)
    saved = save_audience(cast.programme, "Plants", Lines(personas=made[:1]), now)
    make_message(cast, now, follows=saved)
    return made


def test_pages_are_readable_and_fit(
    personas, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    language = "fr"
    page.set_viewport_size({"width": 390, "height": 900})
    cast.ines.language = language
    cast.ines.save()
    signed_in(page, cast.ines)
    slug = personas[0].slug
    audience = Message.objects.get().audience.follows_id
    addresses = {
        "list": ROOT,
        "persona": f"{ROOT}{slug}/",
        "form": f"{ROOT}{slug}/edit/",
        "text": f"{ROOT}{slug}/edit/?language=ar",
        "message": "/p/one-it/messages/new/",
        "follow": f"/p/one-it/people/audience/{audience}/follow/",
    }
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        picture(page, f"{name}-{language}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_a_message_says_for_how_many_it_is_while_one_chooses(
    personas, page, cast, live_server, signed_in
):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}/p/one-it/messages/new/")
    audience, without = page.locator("#audience"), page.locator(".ol-who > li").nth(1)
    audience.locator("summary").click()
    audience.get_by_label("Plant shift teams").first.check()
    expect(audience).to_contain_text("4 people match")
    without.locator("summary").click()
    without.get_by_role("group", name="Excluded regions").get_by_label("China").check()
    expect(audience).to_contain_text("2 people match")


def test_a_persona_is_written_and_found_again(page, cast, live_server, signed_in):
    signed_in(page, cast.ines)
    page.goto(live_server.url + ROOT)
    page.get_by_role("link", name="Add persona").click()
    page.get_by_label("Name").fill("Analysts")
    page.get_by_label("Jobs").select_option("Analyst")
    page.get_by_role("button", name="Save persona").click()
    expect(page.locator("h1")).to_contain_text("Analysts: 0 of 6 people")
    page.get_by_role("link", name="6 people").click()
    expect(page).to_have_url(re.compile(r"persona=analysts$"))
    expect(page.locator("h1")).to_contain_text("6 of 6 people")
