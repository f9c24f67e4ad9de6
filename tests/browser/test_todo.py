"""Rosa ticks three things off on her phone: a post, a briefing and the kit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.kits.models import KitDownload
from communications.models import Post, State
from communications.operation.services import pump
from programmes.models import Done
from tests.communications.making import approve, make_message
from tests.communications.posting import make_channel, tell
from tests.world import make_kits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def things_to_do(cast):
    """Let a post wait, a message be due today, and one file of the kit be new."""
    at = timezone.now()
    board = make_channel(cast, "by_hand", "Notice board", sites=[cast.barcelona])
    due = {"fixed_on": at.date() - timedelta(days=1), "latest_hours": 96}
    tell(cast, at - timedelta(minutes=30), board, **due)
    news = {"fixed_on": at.date(), "is_urgent": False, "sites": [cast.barcelona]}
    approve(cast, make_message(cast, at - timedelta(hours=1), **news), at)
    pump.run_pump(at)
    make_kits(cast, at - timedelta(days=2))
    KitDownload.objects.filter(user=cast.rosa).update(at=at - timedelta(days=3))


def test_rosa_ticks_three_things_on_a_phone(
    cast, page, live_server, signed_in, clicks, assert_accessible, assert_no_sideways_scroll
):
    things_to_do(cast)
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/regions/iberia/")
    card = page.locator(".ol-card").first
    assert card.get_by_role("heading", name="To do this week").is_visible()
    with page.expect_navigation():
        card.get_by_role("link", name="To do this week").click()
    assert page.locator("h1").inner_text() == "3 things to do this week"
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    for button in page.locator(".ol-todo button").all():
        assert button.bounding_box()["height"] >= 44

    post = page.locator("[data-thing^='post:']")
    # A finger that taps twice posts it once.
    post.get_by_role("button").dblclick(no_wait_after=True)
    page.get_by_text("Done: Post “").wait_for()
    assert Post.objects.get().state == State.SENT

    page.locator("[data-thing^='tell:']").get_by_role("button").click()
    page.get_by_text("Done: Tell people about “").wait_for()
    assert Done.objects.get().by == cast.rosa

    with page.expect_download():
        page.locator("[data-thing^='kit:']").get_by_role("button").click()
    # The way to the list, the post twice, what was told, and the kit.
    assert len(clicks) == 5
    page.reload()
    assert page.locator("h1").inner_text() == "All done for this week"

    page.get_by_text("3 done in the last 7 days").click()
    page.get_by_role("button", name="Undo Tell people").click()
    page.get_by_text("Open again: Tell people about “").wait_for()
    assert not Done.objects.exists()
    assert page.locator("h1").inner_text() == "1 thing to do this week"
