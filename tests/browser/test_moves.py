"""The programme manager moves Wave 2 off the Christmas week and undoes it, on desk and phone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from communications.models import Message
from programmes.models import Move, Wave, WaveSite
from tests.communications.making import make_message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

LONG = "The day on which the service desk opens for all who work here"
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


def planned():
    """Return every date of the plan, and what hangs on it."""
    return (
        list(Wave.objects.order_by("pk").values_list("pk", "go_live_on", "handed_over_on")),
        list(WaveSite.objects.order_by("pk").values_list("pk", "own_go_live_on")),
        list(Message.objects.order_by("pk").values_list("pk", "offset_days", "fixed_on")),
    )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_wave_leaves_the_christmas_week(
    cast,
    page,
    live_server,
    signed_in,
    clicks,
    assert_accessible,
    assert_no_sideways_scroll,
    size,
):
    # The first Christmas that is three months away at least.
    christmas = date((timezone.now() + timedelta(days=95)).year, 12, 28)
    typed = christmas + timedelta(days=1)
    Wave.objects.filter(pk=cast.wave2.pk).update(go_live_on=christmas)
    plan = {"fixed_on": None, "offset_days": -7, "is_urgent": False}
    texts = {"en": (LONG, "We start on 28 December.")}
    make_message(cast, timezone.now(), texts=texts, **plan)
    before = planned()
    page.set_viewport_size(size)
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/setup/")

    # A date that is typed into the table opens the preview.
    field = page.get_by_role("textbox", name="Go-live of Wave 2")
    field.fill(f"{typed:%-d %b %Y}")
    with page.expect_navigation():
        field.press("Enter")
    assert "conflict" in page.locator("h1").inner_text()
    assert page.get_by_text("falls between Christmas and New Year").count() == 1
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    if size == PHONE:
        wider = "one => one.scrollWidth - one.clientWidth"
        assert page.locator(".ol-scroll:has(> .is-listed)").evaluate(wider) <= 0

    # Arrow keys move it by a day and keep the focus; buttons by a week.
    with page.expect_navigation():
        page.locator("#id_to").press("ArrowUp")
    assert page.locator("#id_to").input_value() == f"{typed + timedelta(days=1):%a %-d %b %Y}"
    assert page.evaluate("document.activeElement.id") == "id_to"
    for later in (christmas + timedelta(days=9), christmas + timedelta(days=16)):
        with page.expect_navigation():
            page.get_by_role("button", name="1 week later").click()
        assert f"to={later}" in page.url
    assert page.get_by_text("falls between Christmas and New Year").count() == 0
    assert page.locator("mark").inner_text() == "28 December"
    assert planned() == before

    page.get_by_label("Reason").fill("Nobody is there.")
    with page.expect_navigation():
        page.get_by_role("button", name="Move Wave 2 and 1 action").click()
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == christmas + timedelta(days=16)
    assert Move.objects.get().why == "Nobody is there."

    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert page.get_by_text(f"Undone: Wave 2 is back on {christmas:%a %-d %b %Y}.").is_visible()
    # The date, twice a week later, the move, and its undo.
    assert len(clicks) == 5
    assert planned() == before
