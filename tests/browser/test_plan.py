"""The plan and the decisions in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from communications.approvals.services import approval as approvals
from communications.models import Approval, Question
from tests.communications.making import approve, make_message
from tests.dashboards.busy_plan import fill_plan

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
    page.get_by_role("link", name="36 weeks").focus()
    for _n in range(60):
        page.keyboard.press("Tab")
        if mark.evaluate("node => node === document.activeElement"):
            break
    assert mark.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages/*/")


@pytest.fixture
def busy_page(page, live_server, cast, signed_in):
    fill_plan(cast, timezone.now(), timezone.localdate())
    page.set_viewport_size({"width": 1440, "height": 900})
    signed_in(page, cast.ines).goto(f"{live_server.url}{PLAN}")
    return page


# Of each label of a mark, where it is on the page.
LABELS = """() => [...document.querySelectorAll(".ol-plan a > text")].map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return { words: text.textContent, left, right, middle: (top + bottom) / 2 };
})"""


def test_six_regions_fit_and_no_label_meets_another(busy_page):
    assert busy_page.evaluate("document.documentElement.scrollHeight") <= 1250
    labels = busy_page.evaluate(LABELS)
    edge = busy_page.locator(".ol-plan svg").bounding_box()
    assert len(labels) > 60
    for one in labels:
        assert edge["x"] <= one["left"] < one["right"] <= edge["x"] + edge["width"] + 1
        for other in labels:
            if other is not one and abs(other["middle"] - one["middle"]) < 4:
                assert one["right"] <= other["left"] or other["right"] <= one["left"], (one, other)


def test_on_paper_the_plan_takes_the_width_of_one_sheet(busy_page, browser):
    sheet = PdfDocument(busy_page.pdf(prefer_css_page_size=True, print_background=True))
    assert len(sheet) == 1
    drawn = sheet[0].render(scale=1).to_pil().convert("L")
    left, _top, right, _bottom = drawn.point(lambda grey: 255 if grey < 200 else 0).getbbox()
    # Points of 297 mm, with margins of 11 mm.
    assert right - left >= 0.97 * (297 - 22) / 25.4 * 72
    busy_page.emulate_media(media="print")
    busy_page.set_viewport_size({"width": 1039, "height": 710})
    shown = busy_page.locator(".ol-plan svg").bounding_box()["width"]
    assert 11.5 * shown / 1362 >= 8


def test_arrow_keys_on_what_is_approved_say_why_and_move_nothing(busy_page):
    mark = busy_page.locator(".ol-plan [data-stays=approved]").first
    mark.focus()
    busy_page.keyboard.press("ArrowRight")
    busy_page.locator(".ol-toast", has_text="The approval covers the date.").wait_for()
    assert busy_page.url.endswith(PLAN)
    assert mark.evaluate("node => node === document.activeElement")


def test_a_draft_is_dragged_and_moved_by_keys_with_undo(page, live_server, cast, signed_in):
    today = timezone.localdate()
    message = make_message(cast, timezone.now(), fixed_on=today + timedelta(days=9))
    page.set_viewport_size({"width": 1440, "height": 900})
    signed_in(page, cast.ines).goto(f"{live_server.url}{PLAN}")
    step = float(page.locator(".ol-plan").get_attribute("data-step"))
    mark = page.locator(".ol-plan [data-moves]").first
    box = mark.locator("use").first.bounding_box()
    x, y = box["x"] + 7, box["y"] + 7
    scale = page.locator(".ol-plan svg").bounding_box()["width"] / 1362
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4 * step * scale, y, steps=4)
    page.locator(".ol-ghost").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.mouse.up()
    message.refresh_from_db()
    assert (message.fixed_on, page.locator(".ol-ghost").count()) == (today + timedelta(days=9), 0)
    assert page.url.endswith(PLAN)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4 * step * scale, y, steps=4)
    page.mouse.up()
    page.get_by_text("is now sent 4 days later.").wait_for()
    message.refresh_from_db()
    assert message.fixed_on == today + timedelta(days=13)
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    page.get_by_text("is now sent 4 days earlier.").wait_for()
    page.locator(".ol-plan [data-moves]").first.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_text("is now sent 1 day earlier.").wait_for()
    message.refresh_from_db()
    assert message.fixed_on == today + timedelta(days=8)


def test_a_go_live_is_dragged_to_the_preview_of_its_move(page, live_server, cast, signed_in):
    cast.wave2.wave_sites.update(own_go_live_on=None)
    year, week, _day = cast.wave2.go_live_on.isocalendar()
    page.set_viewport_size({"width": 1440, "height": 900})
    signed_in(page, cast.ines).goto(f"{live_server.url}{PLAN}?from={year}-W{week:02}")
    box = page.get_by_role("slider", name="Wave 2 goes live").bounding_box()
    step = float(page.locator(".ol-plan").get_attribute("data-step"))
    page.mouse.move(box["x"] + 20, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + 7 * step, box["y"] + 6, steps=4)
    page.mouse.up()
    page.wait_for_url(f"**/move/?to={cast.wave2.go_live_on + timedelta(days=7)}")


def test_on_a_phone_the_plan_is_a_list(page, live_server, cast, planned, signed_in):
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}{PLAN}")
    assert not page.locator(".ol-plan").is_visible()
    page.locator(".ol-plandays li a").first.click()
    page.wait_for_url("**/messages/*/")


MIRRORED = "addEventListener('readystatechange', () => { document.dir = 'rtl'; }, true)"


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_arrow_keys_choose_another_day_for_a_go_live(
    page, live_server, cast, planned, signed_in, assert_accessible, is_mirrored
):
    cast.wave2.wave_sites.update(own_go_live_on=None)
    if is_mirrored:
        page.add_init_script(MIRRORED)
    on, later = cast.wave2.go_live_on, "ArrowLeft" if is_mirrored else "ArrowRight"
    year, week, _day = on.isocalendar()
    address = f"{live_server.url}{PLAN}?from={year}-W{week:02}"
    signed_in(page, cast.ines).goto(address)
    mark = page.get_by_role("slider", name="Wave 2 goes live")
    assert mark.get_attribute("aria-valuetext") == written(on)
    mark.focus()
    page.keyboard.press(later)
    page.keyboard.press(f"Shift+{later}")
    assert mark.get_attribute("aria-valuetext") == written(on + timedelta(days=8))
    page.keyboard.press("Escape")
    assert mark.get_attribute("aria-valuetext") == written(on)
    if not is_mirrored:
        assert_accessible(page)
    page.keyboard.press(later)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/move/?to={on + timedelta(days=1)}")
    signed_in(page, cast.claire).goto(address)
    page.locator(".ol-plan").wait_for()
    assert page.get_by_role("slider").count() == 0


def written(day):
    return f"{day:%a}, {day.day} {day:%b} {day.year}"


def test_claire_approves_with_undo_and_asks_by_keyboard(
    page, live_server, cast, planned, signed_in
):
    first, second = planned
    signed_in(page, cast.claire).goto(f"{live_server.url}{DECISIONS}")
    page.get_by_role("button", name="Approve").first.press("Enter")
    page.locator(".ol-done").wait_for()
    assert Approval.objects.get(pk=first.pk).state == "approved"
    expect(page.locator(f"#decision-{second.pk}")).to_be_focused()
    page.get_by_text("Approved. 1 left.").wait_for(state="attached")
    page.locator(".ol-done").get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("Undone. Your decision is open again.").wait_for()
    assert Approval.objects.get(pk=first.pk).state == "waiting"
    page.locator("summary", has_text="Ask").first.press("Enter")
    page.get_by_label("What do you want to know?").first.fill("Why now?")
    page.get_by_role("button", name="Send question").first.press("Enter")
    page.get_by_text("Question sent.").wait_for()
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
    page.get_by_label("Reason for refusal").first.fill("Too early")
    page.get_by_role("button", name="Send refusal").first.click()
    page.locator(".ol-quote", has_text="Too early").wait_for()
    page.goto(f"{live_server.url}{PLAN}")
    page.get_by_role("link", name="Later").click()
    page.wait_for_url("**from=*")
    page.get_by_role("link", name="List", exact=True).click()
    page.wait_for_url("**view=list*")
    context.close()
