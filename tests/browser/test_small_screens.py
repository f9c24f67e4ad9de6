"""What a narrow window must not do: cut, break words, or ask for fine fingers."""

import pytest

from tests.communications.making import make_message

pytestmark = pytest.mark.django_db(transaction=True)

FINGER = 44
LOW = f"""all => all.map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
    .filter(([html, height]) => height > 0 && height < {FINGER})"""
TOUCHED = ".ol-top :is(a, summary, button), .btn, .ol-chip, .form-select, input.form-control"
CUT = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.innerText.slice(0, 60))"""


@pytest.mark.parametrize("path", ["people/", "messages/", "setup/roles/"])
def test_what_is_touched_on_a_phone_is_as_high_as_a_finger(
    page, live_server, cast, now, signed_in, path
):
    make_message(cast, now)
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/{path}")
    assert page.locator(TOUCHED).evaluate_all(LOW) == []


@pytest.mark.parametrize("width", [1024, 390, 320])
def test_a_wide_table_scrolls_in_its_card_and_nothing_is_cut(
    page, live_server, cast, signed_in, width
):
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(page, cast.ines)
    for path in ("setup/roles/", "setup/"):
        page.goto(f"{live_server.url}/p/one-it/{path}")
        assert page.locator(".ol-card.flush").count()
        assert page.locator(".ol-card.flush").evaluate_all(CUT) == []
        assert page.locator(".ol-top nav").evaluate_all(CUT) == []


def test_the_first_column_stays_while_a_table_scrolls(page, live_server, cast, signed_in):
    page.set_viewport_size({"width": 320, "height": 800})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/setup/roles/")
    table = page.locator(".ol-scroll").first
    name = table.locator("tbody th").first
    before = name.bounding_box()["x"]
    assert table.evaluate("one => { one.scrollLeft = 200; return one.scrollLeft }") > 100
    assert abs(name.bounding_box()["x"] - before) <= 1


def test_a_state_is_one_word_on_a_phone(page, live_server, cast, now, signed_in):
    message = make_message(cast, now)
    page.set_viewport_size({"width": 320, "height": 800})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/messages/{message.pk}/")
    states = page.locator("td .ol-st")
    assert states.count()
    assert max(states.evaluate_all("all => all.map(one => one.clientHeight)")) < 30
