"""Samir the stream leader keeps his week by keyboard."""

import pytest
from django.utils import timezone

from programmes.models import Objective, StreamUpdate
from programmes.models.stream import week_of

pytestmark = pytest.mark.django_db(transaction=True)


def press_on(page, role, name):
    """Focus something by its name, and press Enter."""
    page.get_by_role(role, name=name).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.journey
def test_samir_measures_an_objective_and_sends_the_weeks_update(
    page, live_server, world, signed_in, assert_accessible, assert_no_sideways_scroll
):
    objective = Objective.objects.get(pk=world.keys["objective"])
    StreamUpdate.objects.all().delete()
    signed_in(page, world.users["samir"])
    page.goto(f"{live_server.url}/")
    page.wait_for_url(f"**/people/streams/{world.keys['stream']}/")
    assert_accessible(page)
    press_on(page, "link", f"Enter value {objective.name}")
    page.get_by_label("Value").focus()
    page.keyboard.type("70")
    press_on(page, "button", "Save value")
    page.get_by_text(": 70% saved.").first.wait_for()
    page.get_by_label("Your concerns").focus()
    page.keyboard.type("Two desks are not staffed.")
    press_on(page, "button", "Send update")
    page.get_by_text("The update is sent.").first.wait_for()
    objective.refresh_from_db()
    assert objective.value == 70
    sent = StreamUpdate.objects.sent().get()
    assert (sent.week_on, sent.sentence) == (
        week_of(timezone.now().date()),
        "Two desks are not staffed.",
    )
    assert_accessible(page)
    assert_no_sideways_scroll(page)
