"""Dates with a calendar beside them, what stands in place of a browser's bubble, and large text."""

from datetime import timedelta

import pytest
from babel.dates import format_date

from communications.approvals.services import approval as approvals
from communications.models import Question
from programmes.models import Blackout
from tests.clock import day
from tests.communications.making import make_message

pytestmark = pytest.mark.django_db(transaction=True)

SETUP = "/p/one-it/setup/"
CHOOSE = "(own, day) => { own.value = day; own.dispatchEvent(new Event('change')); }"


def choose(page, label, chosen):
    """Choose a day as the device's calendar does, which is no part of the page."""
    field = page.get_by_label(label, exact=True)
    field.locator("xpath=..").locator("[type=date]").evaluate(CHOOSE, str(chosen))
    return field


@pytest.mark.parametrize(("language", "written"), [("en", "EEE, d MMM y"), ("fr", "d MMM y")])
def test_a_day_of_the_calendar_is_written_as_the_page_reads_it(
    page, live_server, cast, signed_in, assert_accessible, language, written
):
    cast.ines.language = language
    cast.ines.save()
    signed_in(page, cast.ines).goto(f"{live_server.url}{SETUP}blackouts/add/")
    first, last = page.locator("#id_first_on"), page.locator("#id_last_on")
    page.locator("#id_name").fill("Freeze")
    assert page.locator(".ol-dated").count() == page.locator(".ol-dated > button").count() == 2
    days = day(2027, 1, 29), day(2027, 2, 3)
    for field, chosen in zip((first, last), days, strict=True):
        field.locator("xpath=..").locator("[type=date]").evaluate(CHOOSE, str(chosen))
        assert field.evaluate("field => field === document.activeElement")
    assert format_date(days[0], written, language) in first.input_value()
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    row = Blackout.objects.get()
    assert (row.first_on, row.last_on) == days


def test_the_button_opens_the_calendar_on_the_day_that_stands_there(
    page, live_server, cast, signed_in
):
    page.add_init_script(
        "HTMLInputElement.prototype.showPicker = function () { this.dataset.shown = ''; }"
    )
    signed_in(page, cast.ines).goto(f"{live_server.url}{SETUP}waves/{cast.wave2.pk}/")
    button = page.get_by_role("button", name="Choose a date: Go-live")
    button.focus()
    page.keyboard.press("Enter")
    calendar = page.locator("[type=date][data-shown]")
    assert calendar.input_value() == str(cast.wave2.go_live_on)


def test_a_day_chosen_in_the_table_opens_the_preview_and_moves_nothing(
    page, live_server, cast, signed_in
):
    before, chosen = cast.wave2.go_live_on, cast.wave2.go_live_on + timedelta(weeks=1)
    signed_in(page, cast.ines).goto(live_server.url + SETUP)
    with page.expect_navigation(url="**/move/?*"):
        choose(page, "Go-live of Wave 2", chosen)
    assert f"{chosen:%-d %b %Y}" in page.locator("#id_to").input_value()
    cast.wave2.refresh_from_db()
    assert cast.wave2.go_live_on == before


def test_an_empty_field_says_so_below_it_and_not_in_a_bubble(
    page, live_server, cast, now, signed_in, assert_accessible
):
    message = make_message(cast, now)
    approvals.ask(message, cast.ines, now)
    signed_in(page, cast.claire).goto(f"{live_server.url}/p/one-it/decisions/")
    page.locator("summary", has_text="Ask").first.click()
    page.get_by_role("button", name="Send question").click()
    field = page.get_by_label("What do you want to know?")
    said = page.get_by_text("Fill in this field.")
    said.wait_for()
    assert said.get_attribute("id") in field.get_attribute("aria-describedby").split()
    assert field.evaluate("field => field === document.activeElement")
    assert field.get_attribute("aria-invalid") == "true"
    assert_accessible(page)
    field.fill("Why now?")
    assert page.get_by_text("Fill in this field.").count() == 0
    with page.expect_navigation():
        page.get_by_role("button", name="Send question").click()
    assert Question.objects.get().text == "Why now?"


def test_the_header_takes_one_line_where_text_is_as_usual(page, live_server, cast, signed_in):
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        signed_in(page, cast.ines).goto(live_server.url + SETUP)
        assert page.locator(".ol-top").evaluate("top => top.offsetHeight") <= 53


@pytest.mark.parametrize("width", [1440, 1024, 640, 390])
def test_the_header_stays_whole_when_text_is_twice_as_large(
    page, live_server, cast, signed_in, width
):
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(page, cast.ines).goto(live_server.url + SETUP)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    cut = page.locator(".ol-top").evaluate(
        """top => [...top.querySelectorAll("a, summary, button, input")].filter((one) => {
            const box = one.getBoundingClientRect();
            const frame = top.getBoundingClientRect();
            const isShown = one.checkVisibility() && box.width;
            const isIn = box.left >= 0 && box.right <= innerWidth && box.bottom <= frame.bottom + 1;
            return isShown && !one.closest(".pane, .ol-menu nav") && !isIn;
        }).map((one) => one.textContent.trim() || one.getAttribute("aria-label"))"""
    )
    assert cut == []
