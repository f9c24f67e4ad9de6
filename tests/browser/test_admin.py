"""The administration in a real browser: our colours, its scripts under our policy."""

import pytest
from playwright.sync_api import expect

from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.models import Audience, User
from tests.factories import ProgrammeFactory, ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)

SURFACE = "getComputedStyle(document.querySelector('#header')).backgroundColor"


@pytest.fixture
def ada(page, signed_in):
    """Return a page on which an administrator is signed in."""
    user = User.objects.create_superuser("ada@onelift.example", "correct horse", theme="light")
    return signed_in(page, user)


def open_page(page, live_server, address):
    page.goto(f"{live_server.url}/admin/{address}", wait_until="networkidle")


def test_index_list_and_forms_are_accessible(
    ada, live_server, cast, now, assert_accessible, assert_no_sideways_scroll
):
    service = ServiceFactory(programme=cast.programme)
    saved = save_audience(cast.programme, "Spain", Lines(sites=[cast.barcelona]), now)
    ada.set_viewport_size({"width": 390, "height": 900})
    for address in (
        "",
        "programmes/site/",
        f"programmes/site/{cast.barcelona.pk}/delete/",
        f"programmes/service/{service.pk}/change/",
        f"programmes/wave/{cast.wave1.pk}/change/",
        f"stakeholders/audience/{saved.pk}/change/",
        f"stakeholders/user/{cast.ines.pk}/change/",
        "auditlog/logentry/",
        "programmes/site/export/",
    ):
        open_page(ada, live_server, address)
        assert_accessible(ada)
        assert_no_sideways_scroll(ada)


@pytest.mark.parametrize(
    ("theme", "system", "surface"),
    [
        ("light", "dark", "rgb(255, 255, 255)"),
        ("dark", "light", "rgb(22, 27, 39)"),
        ("system", "dark", "rgb(22, 27, 39)"),
        ("system", "light", "rgb(255, 255, 255)"),
    ],
)
def test_the_administration_has_the_theme_of_the_user(ada, live_server, theme, system, surface):
    User.objects.update(theme=theme)
    ada.emulate_media(color_scheme=system)
    open_page(ada, live_server, "")
    assert ada.evaluate(SURFACE) == surface


def test_a_site_is_found_as_one_types_and_a_day_is_chosen_from_the_calendar(ada, live_server, cast):
    open_page(ada, live_server, f"programmes/wave/{cast.wave1.pk}/change/")
    ada.locator(".add-row a").click()
    ada.locator("#id_wave_sites-1-site + .select2-container").click()
    ada.locator(".select2-search--dropdown input").fill("shang")
    # What was found before is taken away once the answer is there.
    expect(ada.locator("[role=option][aria-selected]")).to_have_text(["Shanghai"])
    ada.get_by_role("option", name="Shanghai").click()
    ada.locator(".field-go_live_on .date-icon").click()
    ada.locator(".calendarbox:visible td a", has_text="16").first.click()
    assert ada.locator("#id_go_live_on").input_value() == str(cast.wave1.go_live_on.replace(day=16))
    ada.get_by_role("button", name="Save", exact=True).click()
    ada.get_by_text("Shanghai is already in Wave 2").wait_for()


def test_an_audience_is_put_together_by_searching(ada, live_server, cast):
    ProgrammeFactory(slug="two", name="Second")
    open_page(ada, live_server, "stakeholders/audience/add/")
    for field, typed, found in (
        ("programme", "one", "One IT"),
        ("sites", "barc", "Barcelona"),
    ):
        ada.locator(f"#id_{field} + .select2-container").click()
        ada.locator(".select2-container--open input.select2-search__field").last.fill(typed)
        expect(ada.locator("[role=option][aria-selected]")).to_have_text([found])
        ada.get_by_role("option", name=found).click()
    ada.get_by_label("Name").fill("Spain")
    ada.get_by_role("button", name="Save", exact=True).click()
    ada.get_by_text("was added successfully").wait_for()
    assert list(Audience.objects.get().sites.all()) == [cast.barcelona]
