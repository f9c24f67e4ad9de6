"""The plan and the decisions in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.approvals.services import approval as approvals
from communications.models import Approval, Question
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)
PLAN, DECISIONS = "/p/one-it/plan/", "/p/one-it/decisions/"


@pytest.fixture
def planned(cast):
    """A week over the limit, a draft, and two versions that wait."""
    now = timezone.now()
    due = {"fixed_on": (now + timedelta(days=9)).date(), "is_urgent": True}
    for _n in range(4):
        earlier = now - timedelta(hours=1)
        approve(cast, make_message(cast, earlier, **due), earlier)
    make_message(cast, now, **due)
    return [approvals.ask(make_message(cast, now, **due), cast.ines, now) for _n in range(2)]


@pytest.mark.parametrize("address", [PLAN, f"{PLAN}?view=list", f"{PLAN}?from=2031-W01", DECISIONS])
def test_pages_are_accessible_and_fit(
    page,
    live_server,
    cast,
    planned,
    signed_in,
    address,
    assert_accessible,
    assert_no_sideways_scroll,
):
    page.set_viewport_size({"width": 320, "height": 900})
    signed_in(page, cast.claire).goto(f"{live_server.url}{address}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def test_a_mark_is_reached_and_opened_by_keyboard(page, live_server, cast, planned, signed_in):
    signed_in(page, cast.ines).goto(f"{live_server.url}{PLAN}")
    mark = page.locator(".ol-plan a[href*='/messages/']").first
    page.locator(".ol-chip").last.focus()
    for _n in range(60):
        page.keyboard.press("Tab")
        if mark.evaluate("node => node === document.activeElement"):
            break
    assert mark.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages/*/")


def test_claire_approves_with_undo_and_asks_by_keyboard(
    page, live_server, cast, planned, signed_in
):
    first, second = planned
    signed_in(page, cast.claire).goto(f"{live_server.url}{DECISIONS}")
    page.get_by_role("button", name="Approve").first.press("Enter")
    page.locator(".ol-done").wait_for()
    assert Approval.objects.get(pk=first.pk).state == "approved"
    focused = page.evaluate("document.activeElement.id")
    assert focused == f"decision-{second.pk}"
    page.get_by_text("Approved. 1 left.").wait_for(state="attached")
    page.locator(".ol-done").get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("Undone. It waits for your decision again.").wait_for()
    assert Approval.objects.get(pk=first.pk).state == "waiting"
    page.locator("summary", has_text="Ask").first.press("Enter")
    page.get_by_label("What do you want to know?").first.fill("Why now?")
    page.get_by_role("button", name="Send the question").first.press("Enter")
    page.get_by_text("Your question is sent.").wait_for()
    assert Question.objects.get().text == "Why now?"


def test_the_line_leaves_by_itself_and_stays_in_the_history(
    page, live_server, cast, planned, signed_in
):
    page.clock.install()
    signed_in(page, cast.claire).goto(f"{live_server.url}{DECISIONS}")
    page.get_by_role("button", name="Approve").first.click()
    line = page.locator(".ol-done")
    line.wait_for()
    page.mouse.move(0, 0)
    page.clock.run_for(12_000)
    line.wait_for(state="detached")
    assert page.get_by_role("button", name="Undo").count() >= 1


def test_without_scripts_one_approves_undoes_refuses_and_looks_at_the_plan(
    browser, live_server, cast, planned, signed_in
):
    context = browser.new_context(java_script_enabled=False)
    page = signed_in(context.new_page(), cast.claire)
    page.goto(f"{live_server.url}{DECISIONS}")
    page.get_by_role("button", name="Approve").first.click()
    page.locator(".ol-done").get_by_role("button", name="Undo").click()
    page.get_by_text("Undone.").wait_for()
    page.locator("summary", has_text="Refuse").first.click()
    page.get_by_label("Why do you refuse?").first.fill("Too early")
    page.get_by_role("button", name="Refuse and send").first.click()
    page.locator(".ol-quote", has_text="Too early").wait_for()
    page.goto(f"{live_server.url}{PLAN}")
    page.get_by_role("link", name="Later").click()
    page.wait_for_url("**from=*")
    page.get_by_role("link", name="List", exact=True).click()
    page.wait_for_url("**view=list*")
    context.close()
