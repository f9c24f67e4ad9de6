"""Finding somebody, and settling what they read and whether they are contacted."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.communications.making import approve, make_message
from tests.factories import BusinessLineFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "/p/one-it/people/"


@pytest.fixture
def ana(cast, now):
    approve(cast, make_message(cast, now), now - timedelta(hours=1))
    make_message(cast, now, fixed_on=now.date() + timedelta(days=3650))
    return PersonFactory(
        site=cast.barcelona,
        last_name="Šimić",
        first_name="Ana",
        language="uk",
        business_line=BusinessLineFactory(name="Legal"),
        manager_number=cast.people[0].personnel_number,
    )


def press(page, name):
    """Click, and wait for the answer."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).locator("visible=true").click()


def test_a_manager_finds_somebody_and_settles_what_they_get(
    page, live_server, cast, ana, signed_in
):
    signed_in(page, cast.ines).goto(live_server.url + PEOPLE)
    page.get_by_role("searchbox", name="Name, number or email address").fill("simic ana")
    with page.expect_navigation():
        page.get_by_role("searchbox", name="Name, number or email address").press("Enter")
    page.get_by_role("heading", name="1 of 7 people").wait_for()
    with page.expect_navigation():
        page.get_by_role("link", name="Ana Šimić").locator("visible=true").click()
    page.get_by_text("Change language").click()
    page.locator("select[name=language]").select_option("fr")
    press(page, "Save")
    page.get_by_text("Ana Šimić reads French.").wait_for()
    press(page, "Undo")
    page.get_by_text("Barcelona, reads Ukrainian").wait_for()
    ana.refresh_from_db()
    assert ana.language == "uk"


def test_the_auditor_stops_contact_and_allows_it_again(page, live_server, cast, ana, signed_in):
    signed_in(page, cast.dora).goto(f"{live_server.url}/people/")
    page.get_by_role("searchbox").fill("simic ana")
    with page.expect_navigation():
        page.get_by_role("searchbox").press("Enter")
    with page.expect_navigation():
        page.get_by_role("link", name="Ana Šimić").locator("visible=true").click()
    page.locator("summary", has_text="Stop contact").click()
    page.get_by_label("Reason").fill("On long leave")
    press(page, "Stop contact")
    page.get_by_role("heading", name="Ana Šimić is not to be contacted").wait_for()
    press(page, "Contact again")
    page.get_by_role("heading", name="Ana Šimić belongs to 1 programme").wait_for()
    ana.refresh_from_db()
    assert not ana.is_do_not_contact


def test_a_reason_is_asked_for_where_it_is_typed(page, live_server, cast, ana, signed_in):
    signed_in(page, cast.dora).goto(f"{live_server.url}/people/{ana.pk}/")
    page.locator("summary", has_text="Stop contact").click()
    press(page, "Stop contact")
    page.get_by_role("alert").get_by_text("Enter a reason").wait_for()
    expect(page.get_by_label("Reason")).to_be_visible()


def test_the_list_is_taken_away_as_a_file(page, live_server, cast, ana, signed_in):
    signed_in(page, cast.ines).goto(f"{live_server.url}{PEOPLE}?region=iberia")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="As XLSX").click()
    content = download.value.path().read_bytes()
    names = {row[1].value for row in load_workbook(io.BytesIO(content)).active}
    assert "Šimić" in names
    assert len(names) == 5


def test_the_pages_are_accessible_and_fit(
    page, live_server, cast, ana, signed_in, assert_accessible, assert_no_sideways_scroll
):
    language = "fr"
    cast.ines.language = language
    cast.ines.save()
    page.set_viewport_size({"width": 320, "height": 800})
    signed_in(page, cast.ines)
    for address in (
        "",
        "?q=simic&sort=-site",
        f"{ana.pk}/",
        "sites/",
        f"sites/{cast.barcelona.pk}/",
        "regions/",
        "regions/iberia/",
        "business-lines/",
        f"business-lines/{ana.business_line_id}/",
    ):
        page.goto(live_server.url + PEOPLE + address)
        assert_no_sideways_scroll(page)
        assert_accessible(page)
