"""The desk in a browser: from the list to a text, with a word of the glossary put in by a click."""

import pytest
from playwright.sync_api import expect

from onelift.exchange.services.term import save_term
from programmes.database.clock import database_now
from programmes.models import Term
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(cast):
    now = database_now()
    made = ServiceFactory(programme=cast.programme)
    english = {"name": "Poster", "benefit": "Scan the QR code, dial 5050.", "how_to_get": ""}
    write_text(made, "en", english, cast.ines, now)
    mark(made, "en", "approved", cast.ines, now)
    words = {"en": "QR code", "es": "código QR"}
    save_term(Term(programme=cast.programme), words, now, cast.ines)
    return made


def test_a_translator_writes_what_the_list_asks_for(
    service, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    signed_in(page, cast.nuria)
    page.goto(f"{live_server.url}/p/one-it/texts/?state=todo&kind=service")
    assert_accessible(page)
    page.get_by_role("link", name="Poster").click()
    page.get_by_label("Name").fill("Cartel")
    page.get_by_label("Benefit").fill("Escanea el código, marca 5051.")
    hint = page.locator("#checks")
    expect(hint).to_contain_text("“QR code”: the glossary says código QR")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Benefit")).to_have_value("Escanea el código QR, marca 5051.")
    expect(hint).not_to_contain_text("the glossary says")
    assert_accessible(page)
    page.get_by_role("button", name="Ready for review").click()
    errors = page.locator("[data-takes-focus]")
    expect(errors).to_be_focused()
    expect(errors).to_contain_text("The English has 5050, the translation does not.")
    page.set_viewport_size({"width": 320, "height": 800})
    assert_no_sideways_scroll(page)
    page.get_by_label("Benefit").fill("Escanea el código QR, marca 5050.")
    page.get_by_role("button", name="Ready for review").click()
    page.get_by_text("Spanish is ready for review.").wait_for()
    assert_no_sideways_scroll(page)
    service.refresh_from_db()
    assert states_of(service)["es"].state == "review"
