"""The overview in a real browser: its grid has no holes, its charts lead on, it fits a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from communications.approvals.services import approval as approvals
from feedback.services.edition import publish_surveys
from programmes.services.readiness import refresh_readiness
from stakeholders.models import Role
from tests.communications.making import make_message
from tests.factories import StreamFactory
from tests.feedback.conftest import asked

__all__ = ["asked"]
pytestmark = pytest.mark.django_db(transaction=True)
OVERVIEW = "/p/one-it/overview/"
# How far the last card of each cell ends above the lowest of those that begin beside it.
SHORT_OF_ROW = """() => {
    const cells = [...document.querySelectorAll(".ol-onepage > .ol-grid > *")];
    const box = one => one.getBoundingClientRect();
    return cells.map(cell => {
        const cards = [...cell.querySelectorAll(".ol-card")];
        const lowest = Math.max(...cards.map(card => box(card).bottom));
        const row = cells.filter(one => Math.abs(box(one).top - box(cell).top) < 2);
        return Math.max(...row.map(one => box(one).bottom)) - lowest;
    });
}"""


@pytest.fixture
def board(cast, asked, page, live_server, signed_in):
    """Answers of two weeks and a decision that waits."""
    now = timezone.now()
    for weeks, value in ((1, 5), (0, 1)):
        for invitation in asked.ask(cast.barcelona, 5):
            asked.answer(invitation, csat=value)
        publish_surveys(now - timedelta(weeks=weeks))
    approvals.ask(make_message(cast, now), cast.ines, now)
    refresh_readiness(cast.programme, now)
    page.set_viewport_size({"width": 1440, "height": 900})
    signed_in(page, cast.claire).goto(f"{live_server.url}{OVERVIEW}")
    return page


def test_each_card_reaches_the_end_of_its_row(board):
    short = board.evaluate(SHORT_OF_ROW)
    assert len(short) >= 4
    assert max(short) < 2


def test_those_of_a_leader_too_and_on_one_sheet_of_paper(board, cast, live_server, signed_in):
    stream = StreamFactory(programme=cast.programme, name="Desk")
    kind = Role.Kind.STREAM_LEADER
    Role.objects.create(user=cast.otto, programme=cast.programme, kind=kind, stream=stream)
    signed_in(board, cast.otto).goto(f"{live_server.url}{OVERVIEW}")
    assert board.get_by_role("heading", name="Your stream").is_visible()
    assert max(board.evaluate(SHORT_OF_ROW)) < 2
    assert len(PdfDocument(board.pdf(prefer_css_page_size=True))) == 1


def test_a_wave_is_reached_from_the_way_by_keyboard(board, cast):
    link = board.get_by_role("link", name="Wave 2, ").first
    link.focus()
    board.keyboard.press("Enter")
    board.wait_for_url(f"**/waves/{cast.wave2.pk}/readiness/")


def test_the_details_of_a_decision_open_and_close(board):
    fold = board.locator("#decisions .ol-gist").first
    assert not fold.get_by_text("requested by Ines Test").is_visible()
    assert board.locator("#decisions").get_by_role("button", name="Approve").first.is_visible()
    fold.locator("summary").press("Enter")
    expect(fold.get_by_text("requested by Ines Test")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_curve_is_accessible_and_fits(
    board, width, assert_accessible, assert_no_sideways_scroll
):
    board.set_viewport_size({"width": width, "height": 900})
    assert board.locator(".f-band:visible").count() == 1
    assert_no_sideways_scroll(board)
    assert_accessible(board)
