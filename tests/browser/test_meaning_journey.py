"""From a change of meaning to the email: its translator, a native reader, the CIO, the mail."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from communications.models import Approval, Message, Review
from communications.operation.services import pump
from programmes.database.clock import database_now
from programmes.queries.texts import states_of
from stakeholders.models import Role, User
from tests.communications.conftest import relay  # noqa: F401 - a fixture
from tests.communications.making import TEXTS, make_message
from tests.factories import PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

ROOT = "/p/one-it/messages/"
SUBJECT, BODY = TEXTS["en"]
POLISH = ("Nowe centrum", "Dzień dobry {{ first_name }},\n\ncentrum otwiera się w {{ site }}.")


@pytest.fixture
def polish(cast):
    """Two people of local communication who read Polish, and somebody who is told in it."""
    cast.programme.languages = [*cast.programme.languages, "pl"]
    cast.programme.save(update_fields=["languages"])
    PersonFactory(site=cast.barcelona, language="pl", email="ola@onelift.example")
    return [_reader(cast, name) for name in ("Piotr", "Zofia")]


def _reader(cast, name):
    user = User.objects.create_user(f"{name.lower()}@onelift.example", first_name=name)
    kind = Role.Kind.LOCAL_COMMUNICATION
    Role.objects.create(
        user=user, programme=cast.programme, kind=kind, region=cast.iberia, languages=["pl"]
    )
    return user


@pytest.fixture
def message(cast, polish):
    """A message in two languages that is due now and was never approved."""
    now = database_now()
    day = {"fixed_on": now.date(), "is_urgent": True, "sender": "OneLift team"}
    return make_message(cast, now, texts={"en": TEXTS["en"], "pl": POLISH}, **day)


def test_a_change_of_meaning_reaches_a_polish_reader_read_and_approved(
    message,
    polish,
    cast,
    page,
    live_server,
    signed_in,
    relay,  # noqa: F811
):
    here = f"{live_server.url}{ROOT}{message.pk}/"
    signed_in(page, cast.tom)
    page.goto(f"{here}edit/")
    page.get_by_label("Text, in English").fill(f"{BODY} It opens on 3 May.")
    expect(page.locator("#look-kind")).to_contain_text("change of meaning")
    page.locator("button[data-save]").click()
    page.wait_for_url(here)
    assert _polish_is(message) == "stale"

    _translate(page, here, signed_in, polish[0])
    assert _polish_is(message) == "review"

    signed_in(page, cast.tom)
    page.goto(here)
    page.locator("#reviewers").get_by_role("link", name="Add reviewer").click()
    page.get_by_label("Text").select_option("pl")
    page.get_by_label("Checks").select_option("native")
    page.get_by_label("Reviewer").select_option(label=str(polish[1]))
    page.get_by_role("button", name="Ask for a review").click()
    page.wait_for_url(f"{here}**")

    signed_in(page, polish[1])
    page.goto(f"{live_server.url}/p/one-it/reviews/")
    page.get_by_role("link", name="Polish").click()
    page.get_by_text("3 maja").wait_for()
    page.get_by_role("button", name="Mark as reviewed").click()
    page.get_by_text("The text is reviewed.").wait_for()
    assert Review.objects.get().state == "done"

    signed_in(page, cast.tom)
    page.goto(here)
    page.get_by_role("link", name="Review English text").click()
    page.get_by_role("button", name="Ready for review").click()
    page.goto(here)
    page.get_by_role("button", name="Ask for approval").click()
    page.get_by_text("Waiting").first.wait_for()
    _decide(page, live_server, signed_in, cast)
    _assert_sent_in_polish(relay)


def _polish_is(message):
    return states_of(Message.objects.get(pk=message.pk))["pl"].state


def _translate(page, here, signed_in, translator):
    signed_in(page, translator)
    page.goto(f"{here}pl/")
    row = page.locator("#rows li.changed")
    expect(row.locator("ins")).to_contain_text("It opens on 3 May.")
    row.locator("textarea").last.fill("centrum otwiera się w {{ site }}. Otwarcie 3 maja.")
    page.get_by_role("button", name="Ready for review").click()
    page.get_by_text("Polish is ready for review.").wait_for()


def _decide(page, live_server, signed_in, cast):
    signed_in(page, cast.claire)
    page.goto(f"{live_server.url}/p/one-it/decisions/")
    page.get_by_text("Polish: Zofia").wait_for()
    page.get_by_role("button", name="Approve").first.click()
    page.get_by_role("button", name="Undo").first.wait_for()
    assert Approval.objects.get().state == "approved"


def _assert_sent_in_polish(relay):  # noqa: F811
    now = database_now() + timedelta(minutes=7)
    pump.run_pump(now)
    pump.deliver(lambda: now)
    (mail,) = [one for one in relay.accepts if one.recipient == "ola@onelift.example"]
    assert "Otwarcie 3 maja" in mail.message.get_body(("plain",)).get_content()
