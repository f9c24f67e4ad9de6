"""Local communication adapts a message for a plant without email, in Chromium."""

import io
from datetime import timedelta

import docx
import pytest
from babel.dates import format_date
from playwright.sync_api import expect

from communications.kits.services import kit
from communications.models import Adaptation, AdaptationVersion, ChannelText, KitFile
from programmes.database.clock import database_now
from tests.communications.adaptations.making import make_core, make_persona
from tests.communications.making import approve
from tests.communications.pdf import said, squeezed

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/messages/adaptations/"
PHONE = {"width": 390, "height": 844}
POSTER = {
    "Headline": "Ayuda con IT hasta las 22:00",
    "First point": "Llama al 5050 desde la línea",
    "Second point": "Desde el 14 de diciembre",
    "Third point": "Tu equipo sigue en la planta",
    "What to do": "Pega la etiqueta en tu puesto",
    "Where it hangs": "Vestuario, puerta 3",
}
BRIEFING = {
    "Headline": "Dos minutos al empezar el turno",
    "Text": "- Desde el 14 de diciembre, hasta las 22:00\n- Llama al 5050\n\n"
    "¿Quién ayuda?\nTu equipo.",
}


def fill(page, words):
    for label, text in words.items():
        page.get_by_label(label, exact=True).fill(text)


def download(page, button):
    with page.expect_download() as coming:
        button.click()
    return coming.value.path().read_bytes()


@pytest.fixture
def core(cast):
    """A message with three key points, approved and due at once, and the shift of a plant."""
    now = database_now()
    made = make_core(cast, now, fixed_on=now.date(), is_urgent=True)
    approve(cast, made, now - timedelta(hours=1))
    make_persona(cast, cast.people[:2])
    return made


@pytest.mark.journey
def test_a_plant_without_email_gets_poster_briefing_and_talking_points(
    page, live_server, cast, core, signed_in, assert_accessible, assert_no_sideways_scroll
):
    last = database_now().date() + timedelta(days=60)
    signed_in(page, cast.nuria).goto(f"{live_server.url}/p/one-it/messages/{core.pk}/for/")
    page.get_by_label("Site").select_option("Barcelona")
    page.get_by_label("Persona").select_option("Shift")
    page.get_by_label("By email too").uncheck()
    page.get_by_role("button", name="Write adaptation").click()
    made = Adaptation.objects.get()
    # What is proposed is seen as a poster, and kept by nobody.
    expect(page.get_by_text("Proposed from the core message.")).to_be_visible()
    picture = page.locator("#look img")
    proposed = picture.get_attribute("src")
    page.get_by_label("Write from your mailbox").uncheck()
    page.get_by_label("Why is it left out?").last.fill("Our shift teams have no mailbox")
    fill(page, {**POSTER, "First point": "El número está en los carteles"})
    checks = page.locator("#checks")
    expect(checks).to_contain_text("this is the poster. Say what it says there.")
    expect(checks).to_contain_text("The core says 5050. Enter exactly these.")
    assert not ChannelText.objects.exists()
    fill(page, POSTER)
    expect(checks).to_contain_text("Numbers match")
    expect(checks).to_contain_text("No words of another channel")
    expect(picture).not_to_have_attribute("src", proposed)
    page.get_by_label("Take down", exact=True).fill(f"{last:%-d %b %Y}")
    page.get_by_label("Copies at each site").fill("6")
    assert_accessible(page)
    page.get_by_role("button", name="Save as ready").click()
    page.get_by_text("The text is ready.").wait_for()
    page.get_by_role("link", name="A4", exact=True).click()
    expect(page.get_by_role("link", name="A4", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    assert squeezed(POSTER["Headline"]) in said(
        download(page, page.get_by_role("link", name="PDF"))
    )
    page.get_by_role("link", name="Shift briefing").click()
    fill(page, BRIEFING)
    page.set_viewport_size(PHONE)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Save as ready").click()
    page.get_by_text("The text is ready.").wait_for()
    page.get_by_role("button", name="Ask Ines Test to agree").click()
    page.get_by_text("is asked to agree, by email").wait_for()

    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/decisions/")
    page.get_by_role("button", name="Leave out").first.click()
    page.get_by_text("You agreed to leave this key point out.").wait_for()
    signed_in(page, cast.nuria).goto(f"{live_server.url}{ROOT}{made.pk}/edit/")
    page.get_by_role("button", name="Ask for approval").click()
    page.get_by_text("is waiting for the CIO").wait_for()
    signed_in(page, cast.claire).goto(f"{live_server.url}{ROOT}{made.pk}/")
    expect(page.get_by_text(f"until {last:%a %-d %b %Y}")).to_be_visible()
    page.get_by_role("button", name="Approve").first.click()
    page.get_by_text("is approved").first.wait_for()
    assert AdaptationVersion.objects.get().state == "approved"

    now = database_now()
    kit.keep(cast.programme, database_now, now + timedelta(minutes=5))
    page.set_viewport_size({"width": 1280, "height": 900})
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/kit/")
    part = page.locator("section", has=page.get_by_text("Only for Barcelona, Shift"))
    expect(part).to_contain_text("no email")
    expect(part).to_contain_text("6 copies a site")
    expect(part).to_contain_text("Vestuario, puerta 3")
    assert_accessible(page)
    files = {
        kind: download(page, part.locator(f'button[value="{file}"]'))
        for kind, file in KitFile.objects.filter(adaptation=made).values_list("kind", "pk")
    }
    assert set(files) == {"poster", "points", "docx"}
    for words in (*list(POSTER.values())[:5], format_date(last, "long", "es")):
        assert squeezed(words) in said(files["poster"])
    for line in ("Dos minutos al empezar el turno", "Llama al 5050", "¿Quién ayuda?"):
        assert squeezed(line) in said(files["points"])
    document = docx.Document(io.BytesIO(files["docx"]))
    assert [(p.style.name, p.text) for p in document.paragraphs] == [
        ("Title", "Dos minutos al empezar el turno"),
        ("List Bullet", "Desde el 14 de diciembre, hasta las 22:00"),
        ("List Bullet", "Llama al 5050"),
        ("Heading 2", "¿Quién ayuda?"),
        ("Normal", "Tu equipo."),
    ]


@pytest.mark.parametrize("form", ["poster", "points"])
def test_an_adaptation_is_written_without_scripts(
    browser, live_server, cast, core, signed_in, form
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    signed_in(page, cast.nuria).goto(f"{live_server.url}/p/one-it/messages/{core.pk}/for/")
    page.get_by_label("Site").select_option("Barcelona")
    page.get_by_role("button", name="Write adaptation").click()
    made = Adaptation.objects.get()
    page.goto(f"{live_server.url}{ROOT}{made.pk}/edit/?form={form}&language=es")
    fill(page, POSTER if form == "poster" else BRIEFING)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Draft saved.").wait_for()
    assert page.locator("#look img").get_attribute("src").startswith("data:image/png")
    assert ChannelText.objects.get().form == form
    context.close()
