"""The tasks of each role with nothing but a keyboard, within the clicks of the design.

Focus is seen at every step. Those at events are in the file of these, those of communication,
translators, relays, the auditor and administrators in ``test_roles.py``. What does not exist yet
(needs of a region, ready checks) is not here.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.approvals.services.approval import ask
from communications.dispatches.services.link import token_of
from communications.models import Approval, Message, Notice, Post, Question
from feedback.models import HeldAnswer
from programmes.models import Milestone, Objective, Stream, StreamUpdate
from programmes.services.texts import write_text
from stakeholders.models import ImportRun, Role, User
from tests.browser.what_changes import make_page
from tests.communications import making
from tests.communications.making import make_message
from tests.communications.posting import make_channel, run_posts, tell
from tests.factories import PersonFactory
from tests.feedback.conftest import *  # noqa: F403 - its fixtures
from tests.personnel_file import DATA

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TABS = 120
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
  const shown = one.closest('label') || one;
  const ring = (node) => { const s = getComputedStyle(node);
    return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || s.borderColor !== '' };
  const isRoom = one === document.body || one.getAttribute('role') === 'region';
  const inside = isRoom ? '' : one.innerText;
  const drawn = one.querySelector(':scope > title');
  return {name: [one.getAttribute('aria-label'), label, inside, drawn && drawn.textContent,
    one.name, one.id, one.getAttribute('href')].join(' ').replace(/\\s+/g, ' '),
          seen: ring(one) || ring(shown)};
}"""


class Keyboard:
    """A page that is used by keys alone; ``steps`` counts the pages that were opened."""

    def __init__(self, page):
        self.page, self.pages = page, 0

    def reach(self, name):
        """Tab on to what has a name."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            if name.lower() in focused["name"].lower():
                assert focused["seen"], f"the focus on {name} cannot be seen"
                return
        raise AssertionError(f"{name} was not reached by {MOST_TABS} tabs")

    def follow(self, name):
        """Tab on to a link or button, and open what it leads to."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.pages += 1

    def press(self, name):
        """Tab on to a button or heading that opens no page, and press it."""
        self.reach(name)
        self.page.keyboard.press("Enter")

    def write(self, name, text):
        """Tab on to a field, and type."""
        self.reach(name)
        self.page.keyboard.type(text)


@pytest.fixture
def keyboard(page, live_server, signed_in):
    """Return a function that puts a user before a page."""

    def sit_down(user, address):
        if user:
            signed_in(page, user)
        page.goto(live_server.url + address)
        return Keyboard(page)

    return sit_down


def hold_time(page):
    """Let an offer to undo stay, however long a slow machine takes for the tabs that lead to it."""
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(minutes=1))


def test_skip_link_comes_first(cast, keyboard, page):
    keys = keyboard(cast.claire, "/p/one-it/overview/")
    keys.reach("Skip to content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_ines_writes_a_core_message(cast, keyboard):
    keys = keyboard(cast.ines, "/p/one-it/overview/")
    keys.follow("Messages")
    keys.follow("New message")
    keys.write("Subject", "Your new service desk")
    keys.write("Text", "Hello {{ first_name }}, it opens on {{ go_live_date }}.")
    keys.write("Purpose", "People know when and how")
    keys.press("Time")
    keys.write("Days from go-live", "-14")
    keys.follow("Save message")
    assert Message.objects.get().purpose == "People know when and how"
    assert keys.pages == 3


def test_rosa_opens_the_people_of_her_site(cast, keyboard, page):
    PersonFactory(site=cast.barcelona, last_name="Serra")
    keys = keyboard(cast.rosa, "/p/one-it/regions/iberia/")
    keys.follow("?site=")
    assert "Serra" in page.inner_text("main")
    assert keys.pages == 1


def test_hana_brings_a_file_in(cast, keyboard, page):
    keys = keyboard(cast.hana, "/imports/")
    keys.follow("Import file")
    keys.reach("id_file")
    page.locator(":focus").set_input_files(DATA / "people.csv")
    keys.follow("Upload")
    assert ImportRun.objects.get().file_name == "people.csv"
    assert keys.pages == 2


def test_somebody_answers_a_survey(asked, cast, keyboard, page):
    asked.now = timezone.now()
    invitation = asked.ask(cast.barcelona, 5)[0]
    link = token_of(invitation.link.delivery, "survey")
    keys = keyboard(None, f"/s/{link}/?lang=en")
    while page.get_by_role("button", name="Next").locator("visible=true").count():
        if page.locator("[data-step]:visible input[type=radio]").count():
            keys.reach(page.locator("[data-step]:visible input").first.get_attribute("name"))
            page.keyboard.press("Space")
        keys.reach("Next")
        page.keyboard.press("Enter")
    keys.follow("Send my answers")
    assert HeldAnswer.objects.count() == 1


def test_claire_approves_at_one_press_and_takes_it_back(cast, keyboard, page):
    now = timezone.now()
    ask(make_message(cast, now), cast.ines, now)
    keys = keyboard(cast.claire, "/p/one-it/overview/")
    hold_time(page)
    keys.follow("Approve")
    assert keys.pages == 1
    assert Approval.objects.get().state == "approved"
    keys.follow("Undo")
    assert Approval.objects.get().state == "waiting"


def test_rosa_ticks_off_what_was_posted_by_hand(cast, keyboard):
    now = timezone.now()
    channel = make_channel(cast, "by_hand", "Board in Barcelona", sites=[cast.barcelona])
    days = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    tell(cast, now - timedelta(minutes=30), channel, **days)
    run_posts(now)
    keys = keyboard(cast.rosa, "/p/one-it/regions/iberia/")
    keys.follow("/p/one-it/posts/")
    keys.write("Place", "Canteen")
    keys.follow("Mark as posted")
    assert keys.pages == 2
    assert (Post.objects.get().state, Post.objects.get().place) == ("sent", "Canteen")


def test_ada_opens_the_roles(cast, keyboard):
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse")
    keys = keyboard(ada, "/admin/")
    keys.follow("Roles")
    assert keys.pages == 1


def test_claire_asks_before_she_decides(cast, keyboard):
    now = timezone.now()
    ask(make_message(cast, now), cast.ines, now)
    keys = keyboard(cast.claire, "/p/one-it/overview/")
    keys.press("Ask ")
    keys.write("What do you want to know?", "Why so early?")
    keys.follow("Send question")
    assert keys.pages == 1
    assert Question.objects.get().text == "Why so early?"


def test_claire_reads_why_a_stream_is_in_danger_and_opens_it(cast, keyboard, page):
    desk = Stream.objects.create(programme=cast.programme, name="Service desk")
    yesterday = timezone.now().date() - timedelta(days=1)
    Milestone.objects.create(stream=desk, name="Numbers known", due_on=yesterday)
    keys = keyboard(cast.claire, "/p/one-it/overview/")
    assert "1 milestone is late" in page.inner_text("main")
    keys.follow("Service desk")
    assert keys.pages == 1
    assert "Numbers known" in page.inner_text("main")


@pytest.mark.parametrize("address", ["overview", "plan"])
def test_claire_prints_one_page(cast, keyboard, page, address):
    make_message(cast, timezone.now(), fixed_on=timezone.now().date())
    page.add_init_script("window.print = () => { window.sheets = (window.sheets || 0) + 1 }")
    keys = keyboard(cast.claire, f"/p/one-it/{address}/")
    keys.press("Print on one page")
    assert page.evaluate("window.sheets") == 1
    assert keys.pages == 0


def test_ines_adds_a_message_to_the_plan(cast, keyboard):
    keys = keyboard(cast.ines, "/p/one-it/plan/")
    keys.follow("New message")
    keys.write("Subject", "Your new service desk")
    keys.write("Text", "It opens on {{ go_live_date }}.")
    keys.write("Purpose", "People know when")
    keys.press("Time")
    keys.write("Days from go-live", "-14")
    keys.follow("Save message")
    assert Message.objects.get().offset_days == -14
    assert keys.pages == 2


def test_ines_moves_a_draft_by_a_week_and_takes_it_back(cast, keyboard, page):
    day = timezone.now().date() + timedelta(days=9)
    message = make_message(cast, timezone.now(), fixed_on=day)
    keys = keyboard(cast.ines, "/p/one-it/plan/")
    hold_time(page)
    keys.reach("Your new service desk, Tactical")
    for n, key in enumerate(["ArrowRight", "ArrowRight", "ArrowLeft"], start=1):
        with page.expect_navigation():
            page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.querySelector('title').textContent")
        assert focused.startswith("Your new service desk, Tactical"), n
    message.refresh_from_db()
    assert message.fixed_on == day + timedelta(weeks=1)
    keys.follow("Undo")
    message.refresh_from_db()
    assert message.fixed_on == day + timedelta(weeks=2)


def test_ines_is_told_why_an_approved_message_does_not_move(cast, keyboard, page):
    now = timezone.now()
    day = now.date() + timedelta(days=9)
    message = make_message(cast, now, fixed_on=day)
    making.approve(cast, message, now)
    keys = keyboard(cast.ines, "/p/one-it/plan/")
    keys.reach("Your new service desk, Tactical")
    page.keyboard.press("ArrowRight")
    page.locator(".ol-toast", has_text="The approval covers the date.").wait_for()
    message.refresh_from_db()
    assert message.fixed_on == day


def test_ines_sees_an_overload_and_its_contacts(cast, keyboard, page):
    now = timezone.now()
    due = {"fixed_on": (now + timedelta(days=9)).date(), "is_urgent": True}
    for _n in range(4):
        make_message(cast, now, **due)
    keys = keyboard(cast.ines, "/p/one-it/plan/")
    assert "the limit is 3" in page.inner_text("main")
    keys.follow("Show contacts")
    assert keys.pages == 1
    assert page.inner_text("main").count("Your new service desk") >= 4


def test_ines_sees_what_is_stale_and_mends_it(cast, keyboard, page):
    now = timezone.now()
    message = make_message(cast, now, fixed_on=(now + timedelta(days=9)).date())
    making.approve(cast, message, now)
    english = {"subject": "Your new desk", "body": "Hello, it opens at {{ site }}."}
    write_text(message, "en", english, cast.ines, now)
    keys = keyboard(cast.ines, "/p/one-it/messages/")
    assert "The English of 2 texts has changed" in page.inner_text("main")
    keys.follow("Spanish, Your new desk")
    assert page.locator("ins").count()
    keys.write("Subject", "Tu nueva mesa")
    keys.follow("Ready for review")
    assert keys.pages == 2
    message.refresh_from_db()
    assert "Tu nueva mesa" in message.subject_es
    keys.follow("Chinese")
    keys.follow("View as email")
    assert page.locator("#preview iframe").get_attribute("title")


def test_ines_sends_herself_a_test(cast, keyboard):
    make_message(cast, timezone.now())
    keys = keyboard(cast.ines, "/p/one-it/messages/")
    keys.follow("Your new service desk")
    keys.follow("Send me a test")
    assert keys.pages == 2
    assert (Notice.objects.get().kind, Notice.objects.get().user) == ("test", cast.ines)


def test_rosa_reads_what_her_region_is_told(cast, keyboard, page):
    now = timezone.now()
    making.approve(cast, make_message(cast, now, fixed_on=(now + timedelta(days=3)).date()), now)
    keys = keyboard(cast.rosa, "/p/one-it/regions/iberia/")
    keys.follow("Your new service desk")
    assert keys.pages == 1
    assert page.locator("#preview iframe").count() == 1


@pytest.fixture
def desk(cast):
    """Return the stream that Otto leads, with an objective and a milestone."""
    stream = Stream.objects.create(programme=cast.programme, name="Service desk")
    kind, soon = Role.Kind.STREAM_LEADER, timezone.now().date() + timedelta(days=20)
    Role.objects.create(user=cast.otto, programme=cast.programme, kind=kind, stream=stream)
    Objective.objects.create(
        programme=cast.programme,
        stream=stream,
        name="Calls answered",
        measure="Share of calls",
        start_value=10,
        target_value=90,
        unit="%",
        starts_on=soon - timedelta(days=90),
        due_on=soon,
    )
    Milestone.objects.create(stream=stream, name="Numbers known", due_on=soon)
    return stream


def test_a_stream_leader_sends_the_weeks_update(cast, desk, keyboard):
    keys = keyboard(cast.otto, f"/p/one-it/people/streams/{desk.pk}/")
    keys.write("Your concerns", "Two desks are not staffed.")
    keys.follow("Send update")
    assert keys.pages == 1
    assert StreamUpdate.objects.sent().get().sentence == "Two desks are not staffed."


def test_a_stream_leader_measures_an_objective(cast, desk, keyboard):
    keys = keyboard(cast.otto, f"/p/one-it/people/streams/{desk.pk}/")
    keys.follow("Enter value")
    keys.write("Value", "70")
    keys.follow("Save value")
    assert keys.pages == 2
    assert Objective.objects.get().value == 70


def test_a_stream_leader_finishes_a_milestone(cast, desk, keyboard):
    keys = keyboard(cast.otto, f"/p/one-it/people/streams/{desk.pk}/")
    keys.follow("Mark as done today")
    assert keys.pages == 1
    assert Milestone.objects.get().done_on is not None


def test_somebody_reads_what_changes_at_another_site(cast, keyboard, page):
    address = make_page(cast).split("?")[0]
    keys = keyboard(None, f"{address}?lang=en")
    keys.reach("me-site")
    # One letter chooses, and the page follows at once.
    with page.expect_navigation():
        page.keyboard.press("b")
    assert "Barcelona" in page.inner_text("h1")


def test_ada_gives_a_role(cast, keyboard):
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse")
    keys = keyboard(ada, "/admin/")
    keys.follow("/stakeholders/role/add/")
    assert keys.pages == 1


def test_ada_opens_the_languages_of_a_programme(cast, keyboard, page):
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse")
    keys = keyboard(ada, "/admin/")
    keys.follow("/admin/programmes/programme/")
    keys.follow(f"/programme/{cast.programme.pk}/change/")
    assert keys.pages == 2
    assert page.locator("[name=languages]").count()
