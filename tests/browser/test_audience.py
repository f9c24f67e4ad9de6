"""Putting an audience together in Chromium: by mouse and keyboard, readable, within the window."""

import pytest

from stakeholders.models import Audience, Persona
from tests import factories
from tests.browser.test_messages import picture

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/people/"


@pytest.fixture
def plant(cast):
    """Three sites, two business lines, each with a persona, and fifty people."""
    names = [("Lab", ["mail", "chat"]), ("Plant shift", ["briefing", "poster"])]
    porto = factories.SiteFactory(name="Porto", region=cast.iberia, language="pt", country="PT")
    factories.place(cast.wave1, porto)
    for order, (name, channels) in enumerate(names):
        line = factories.BusinessLineFactory(name=name)
        persona = Persona.objects.create(
            programme=cast.programme,
            slug=f"p{order}",
            name_en=name,
            name_fr=name,
            order=order,
            channels=channels,
        )
        persona.business_lines.add(line)
        for site, language in [(cast.barcelona, "es"), (porto, "pt"), (cast.shanghai, "zh-hans")]:
            for _ in range(8 - 3 * order):
                factories.PersonFactory(
                    site=site, language=language, business_line=line, employer="Meridel"
                )
    return cast


def test_pages_are_readable_and_fit(
    plant, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    language = "fr"
    plant.ines.language = language
    plant.ines.save()
    for name, slug in [("Lab, everywhere", "p0"), ("Plant shift, everywhere", "p1")]:
        audience = Audience.objects.create(programme=plant.programme, name=name, is_saved=True)
        audience.personas.add(Persona.objects.get(slug=slug))
    first, second = Audience.objects.filter(is_saved=True).order_by("pk")
    page.set_viewport_size({"width": 320, "height": 900})
    signed_in(page, plant.ines)
    addresses = {
        "audience": f"audience/?wave={plant.wave1.pk}&persona=p0&persona=p1"
        f"&not_site={plant.barcelona.pk}",
        "audience-nobody": f"audience/?persona=p0&site={plant.shanghai.pk}&language=es",
        "audiences": "audiences/",
        "audience-compare": f"audiences/compare/?first={first.pk}&second={second.pk}",
        "audience-none": "audiences/none/",
    }
    for name, address in addresses.items():
        page.goto(live_server.url + ROOT + address)
        picture(page, f"{name}-{language}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_lines_are_chosen_counted_saved_and_opened_again(plant, page, live_server, signed_in):
    signed_in(page, plant.ines)
    page.goto(f"{live_server.url}{ROOT}audience/")
    with page.expect_navigation():
        page.get_by_label("Persona").select_option(label="Plant shift · 15")
    page.get_by_role("heading", name="15 people match, 15 not reached by email").wait_for()
    with page.expect_navigation():
        page.get_by_label("Exception").select_option(label="Porto · 13")
    page.get_by_role("heading", name="10 people match, 10 not reached by email").wait_for()
    page.get_by_role("link", name="Remove Porto").click()
    page.get_by_role("heading", name="15 people match").wait_for()
    page.get_by_label("Name", exact=True).fill("Shift")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“Shift” is saved.").wait_for()
    page.get_by_role("link", name="Show the 15").click()
    page.get_by_role("heading", name="15 of 45 people").wait_for()
    assert [p.slug for p in Audience.objects.get(is_saved=True).personas.all()] == ["p1"]


def test_everything_works_without_scripts(plant, browser, live_server, signed_in):
    page = browser.new_context(java_script_enabled=False).new_page()
    signed_in(page, plant.ines)
    page.goto(f"{live_server.url}{ROOT}audience/")
    line = page.locator("li", has=page.get_by_label("Persona"))
    line.get_by_label("Persona").select_option(label="Lab · 24")
    line.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="24 people match").wait_for()
    page.context.close()
