"""The clicks of each role's main tasks, from the page it works on, each at or under its goal.

A hand does the clicks and counts them; words that are typed and the sending of a form of its own
("1 + form") are not clicks. Not there yet, so not here: to answer a ready check and to report a
need from a region, to answer the question of a region, to confirm facts as a relay, and to hand
over to Run. Tickets before a camera, which take no tap, are in ``test_scanner.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from playwright.sync_api import expect

from communications.approvals.services.approval import ask
from communications.dispatches.services.link import token_of
from communications.kits.models import KitDownload
from communications.models import Approval, Message, Question
from events.models import CheckIn, Registration
from events.services.informed import refresh_informed
from feedback.models import HeldAnswer
from programmes.models import StreamUpdate
from programmes.models.stream import week_of
from programmes.queries.texts import states_of
from programmes.services.readiness import refresh_readiness
from programmes.services.update import UpdateData, hand_over, send_update
from stakeholders.models import Persona, Role, User
from tests.browser.test_kit import fill_kit
from tests.browser.test_roles import ENGLISH, change_english
from tests.browser.what_changes import make_page
from tests.communications.making import approve, make_message
from tests.events.making import invite, make_event, seat
from tests.factories import ImpactFactory, StakeholderFactory, StreamFactory
from tests.feedback.conftest import make_asked

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/"
DESK = "Your new service desk"
PHONE = {"width": 390, "height": 844}


class Hand:
    """A mouse or a finger that does the clicks and counts them."""

    def __init__(self, page, origin, sign_in):
        self.page, self.origin, self.sign_in, self.clicks = page, origin, sign_in, 0

    def sit_down(self, user, address):
        """Open the page on which a role works; this is no click."""
        self.sign_in(self.page, user)
        self.page.goto(self.origin + address)

    def press(self, role, name):
        """Click what stays on the page."""
        self.clicks += 1
        self.page.get_by_role(role, name=name).first.click()

    def follow(self, role, name):
        """Click what leads to a page, and wait for it."""
        with self.page.expect_navigation():
            self.press(role, name)

    def unfold(self, words):
        self.clicks += 1
        self.page.locator("main summary", has_text=words).first.click()

    def take(self, name):
        """Click what gives a file, and return its name."""
        with self.page.expect_download() as caught:
            self.press("button", name)
        return caught.value.suggested_filename

    def open_link(self, address):
        """Tap a link of a mail, on a phone."""
        self.clicks += 1
        self.page.set_viewport_size(PHONE)
        self.page.goto(self.origin + address)

    def type(self, label, words):
        self.page.get_by_label(label).locator("visible=true").first.fill(words)

    def send_form(self, name):
        """Send a form that was opened, which is part of it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).first.click()

    @property
    def read(self):
        return self.page.inner_text("main")


@dataclass(frozen=True)
class Task:
    """What a role does, in how many clicks at most."""

    role: str
    name: str
    goal: int
    walk: Callable[[Hand, object], None]

    def __str__(self):
        return f"{self.role}: {self.name}"


TASKS: list[Task] = []


def task(role, name, goal):
    """Put a function into the table of tasks."""
    return lambda walk: TASKS.append(Task(role, name, goal, walk))


@task("CIO", "approve", 1)
def _(hand, cast):
    ask(make_message(cast, timezone.now()), cast.ines, timezone.now())
    hand.sit_down(cast.claire, "/")
    hand.follow("button", "Approve")
    assert Approval.objects.get().state == "approved"
    assert hand.page.get_by_role("button", name="Undo").count()


@task("CIO", "ask on a decision (1 + form)", 1)
def _(hand, cast):
    ask(make_message(cast, timezone.now()), cast.ines, timezone.now())
    hand.sit_down(cast.claire, "/")
    hand.unfold("Ask")
    hand.type("What do you want to know?", "Why so early?")
    hand.send_form("Send question")
    assert Question.objects.get().text == "Why so early?"


@task("CIO", "see why a wave is red (0), and the list behind it", 1)
def _(hand, cast):
    now = timezone.now()
    analysts = Persona.objects.create(programme=cast.programme, slug="all", jobs=["Analyst"])
    ImpactFactory(programme=cast.programme, personas=[analysts], severity=4)
    cast.programme.waves.update(go_live_on=now.date() + timedelta(days=12))
    refresh_informed(cast.programme, now)
    refresh_readiness(cast.programme, now)
    hand.sit_down(cast.claire, "/")
    reason = "3 people face a high impact with no approved action"
    wave = hand.page.locator("main li", has_text="Wave 2").filter(has_text="Off track")
    assert wave.filter(has_text=reason).count()
    hand.follow("link", reason)
    assert hand.page.locator("[data-total]").get_attribute("data-total") == "3"


@task("CIO", "print one page", 1)
def _(hand, cast):
    hand.page.add_init_script("window.print = () => { window.sheets = (window.sheets || 0) + 1 }")
    hand.sit_down(cast.claire, "/")
    hand.press("button", "Print on one page")
    assert hand.page.evaluate("window.sheets") == 1


@task("programme team", "add an activity (1 + form)", 1)
def _(hand, cast):
    hand.sit_down(cast.ines, f"{ROOT}plan/")
    hand.follow("link", "New message")
    write_message(hand)
    assert Message.objects.get().written_by == cast.ines


@task("programme team", "move an activity by an arrow key", 1)
def _(hand, cast):
    day = timezone.localdate() + timedelta(days=9)
    make_message(cast, timezone.now(), fixed_on=day)
    hand.sit_down(cast.ines, f"{ROOT}plan/")
    hand.page.get_by_role("link", name=f"{DESK}, Tactical").first.focus()
    with hand.page.expect_navigation():
        hand.clicks += 1
        hand.page.keyboard.press("ArrowRight")
    assert Message.objects.get().fixed_on == day + timedelta(weeks=1)


@task("programme team", "see an overload (0) and its contacts", 1)
def _(hand, cast):
    due = {"fixed_on": timezone.localdate() + timedelta(days=9), "is_urgent": True}
    for _n in range(4):
        make_message(cast, timezone.now(), **due)
    hand.sit_down(cast.ines, f"{ROOT}plan/")
    assert "the limit is 3" in hand.read
    hand.follow("link", "Show contacts")
    assert hand.read.count(DESK) >= 4


@task("programme team", "see who lacks an action", 2)
def _(hand, cast):
    way = {"engagement": "resistant", "engagement_wanted": "supportive"}
    StakeholderFactory(programme=cast.programme, name="Works council", **way)
    hand.sit_down(cast.ines, f"{ROOT}plan/")
    hand.follow("link", "People")
    hand.follow("link", "Stakeholders")
    row = hand.page.locator("main tbody tr", has_text="Works council").last
    assert "No action" in row.inner_text()


@task("stream leader", "say how the stream is, with the reason", 2)
def _(hand, cast):
    stream = lead_a_stream(cast)
    hand.sit_down(cast.otto, "/")
    hand.press("radio", "At risk")
    hand.type("Your concerns", "Two desks are not staffed.")
    hand.follow("button", "Send update")
    sent = StreamUpdate.objects.sent().get(stream=stream)
    assert (sent.judgement, sent.sentence) == ("risk", "Two desks are not staffed.")


@task("stream leader", "confirm an impact", 2)
def _(hand, cast):
    impact = ImpactFactory(programme=cast.programme, stream=lead_a_stream(cast))
    hand.sit_down(cast.otto, "/")
    hand.follow("button", f"Confirm {impact.name}")
    assert impact.confirmations.get().by == cast.otto


@task("communication", "write a message (1 + form)", 1)
def _(hand, cast):
    hand.sit_down(cast.tom, "/")
    hand.follow("link", "New message")
    write_message(hand)
    assert Message.objects.get().written_by == cast.tom


@task("communication", "see what is out of date", 0)
def _(hand, cast):
    now = timezone.now()
    change_english(make_message(cast, now), cast, now)
    hand.sit_down(cast.tom, "/")
    note = hand.page.locator("main .ol-note.is-stale")
    assert note.get_by_role("link", name="Spanish, Your new desk opens").is_visible()
    assert note.bounding_box()["y"] < 300


@task("communication", "send a test to oneself", 2)
def _(hand, cast):
    make_message(cast, timezone.now())
    hand.sit_down(cast.tom, "/")
    hand.follow("link", DESK)
    hand.follow("button", "Send me a test")
    assert LogEntry.objects.get(actor=cast.tom).additional_data["act"] == "test"


@task("regional IT manager", "download the kit", 1)
def _(hand, cast):
    assert_kit_is_taken(hand, cast, "Download all", "all")


@task("regional IT manager", "download only what is new", 1)
def _(hand, cast):
    assert_kit_is_taken(hand, cast, "new file", "new")


@task("translator", "open the next text", 1)
def _(hand, cast):
    message = make_message(cast, timezone.now(), texts=ENGLISH)
    hand.sit_down(cast.nuria, "/")
    hand.follow("link", DESK)
    assert hand.page.url.endswith(f"/messages/{message.pk}/es/")


@task("translator", "update a text with the change marked", 2)
def _(hand, cast):
    now = timezone.now()
    message = make_message(cast, now)
    approve(cast, message, now)
    change_english(message, cast, now)
    hand.sit_down(cast.nuria, "/")
    hand.follow("link", "Your new desk opens")
    assert "opens" in " ".join(hand.page.locator("ins").all_inner_texts())
    hand.type("Subject", "Tu nuevo centro abre")
    hand.follow("button", "Ready for review")
    message.refresh_from_db()
    assert message.subject_es == "Tu nuevo centro abre"
    assert states_of(message, ("subject", "body"), ["es"])["es"].state == "review"


@task("translator", "see the next text as an email on a phone", 2)
def _(hand, cast):
    now = timezone.now()
    change_english(make_message(cast, now), cast, now)
    hand.sit_down(cast.nuria, "/")
    hand.follow("link", "Your new desk opens")
    hand.follow("link", "View as email")
    expect(hand.page.frame_locator("iframe").get_by_text("el centro abre")).not_to_have_count(0)


@task("provider relay", "answer a need", 2)
def _(hand, cast):
    now, stream = timezone.now(), StreamFactory(programme=cast.programme, name="Desk")
    asked = UpdateData("on", "on", need="Two more agents")
    need = send_update(stream, week_of(now.date()), asked, cast.tom, now)
    hand_over(need, cast.ines, cast.claire, now)
    hand.sit_down(cast.ines, f"{ROOT}decisions/?for=me")
    hand.unfold("Answer need")
    hand.type("Your answer", "They start on Monday.")
    hand.follow("button", "Send answer")
    need.refresh_from_db()
    assert (need.answer, need.answered_by) == ("They start on Monday.", cast.ines)


@task("end user", "answer four questions", 5)
def _(hand, cast):
    invitation = make_asked(cast, timezone.now()).ask(cast.barcelona, 5)[0]
    link = token_of(invitation.link.delivery, "survey")
    hand.open_link(f"/s/{link}/?lang=en")
    for question, answer in (("csat", "Satisfied"), ("choice", "Phone"), ("nps", "9")):
        hand.clicks += 1
        hand.page.locator(f"label:visible:has([name={question}])", has_text=answer).last.click()
    hand.follow("button", "Send my answers")
    assert hand.page.get_by_role("heading", name="Thank you").is_visible()
    assert HeldAnswer.objects.get().nps == 9


@task("end user", "register for an event", 2)
def _(hand, cast):
    event = soon(cast)
    hand.open_link(f"/e/{invite(event, cast.people[0], timezone.now())}/?lang=en")
    hand.follow("button", "Register")
    assert Registration.objects.get().person == cast.people[0]


@task("end user", "read what changes at one's site", 1)
def _(hand, cast):
    address = make_page(cast).split("?")[0]
    hand.page.set_viewport_size(PHONE)
    hand.page.goto(f"{hand.origin}{address}?lang=en")
    with hand.page.expect_navigation():
        hand.clicks += 1
        hand.page.locator("#me-site").select_option(label="Barcelona")
    assert "Barcelona" in hand.page.inner_text("h1")


@task("host", "find somebody by name and let them in", 2)
def _(hand, cast):
    event = soon(cast)
    seat(event, timezone.now(), 2)
    one = Registration.objects.first()
    hand.page.set_viewport_size(PHONE)
    hand.sit_down(cast.hugo, f"{ROOT}events/{event.slug}/check-in/")
    hand.unfold("Find by name")
    hand.type("Part of a name", one.person.last_name)
    hand.follow("button", f"Check in {one.name}")
    assert CheckIn.objects.get().registration == one


@task("host", "let a walk-in in", 2)
def _(hand, cast):
    event = soon(cast)
    hand.page.set_viewport_size(PHONE)
    hand.sit_down(cast.hugo, f"{ROOT}events/{event.slug}/check-in/")
    hand.unfold("Walk-in")
    hand.page.locator("#id_who").fill("Gina Guest")
    hand.follow("button", "Let in")
    assert CheckIn.objects.get().registration.name == "Gina Guest"


@task("administrator", "see who has which role", 2)
def _(hand, cast):
    hand.sit_down(make_ada(), "/settings/")
    hand.unfold("People, accounts and roles")
    hand.follow("link", "Roles")
    assert hand.page.get_by_role("row", name="Tom Test").is_visible()


@task("administrator", "set the languages", 2)
def _(hand, cast):
    hand.sit_down(make_ada(), "/settings/")
    hand.follow("link", "Programmes")
    hand.follow("link", f"{len(cast.programme.languages)} languages")
    assert hand.page.locator("[name=languages]").count()


def write_message(hand):
    hand.type("Subject", DESK)
    hand.type("Text, in English", "It opens on {{ go_live_date }}.")
    hand.type("Purpose", "People know when")
    hand.page.locator("#time summary").click()
    hand.type("Days from go-live", "-14")
    hand.send_form("Save message")


def lead_a_stream(cast):
    """Return the stream that Otto leads."""
    stream = StreamFactory(programme=cast.programme, name="Desk")
    kind = Role.Kind.STREAM_LEADER
    Role.objects.create(user=cast.otto, programme=cast.programme, kind=kind, stream=stream)
    return stream


def assert_kit_is_taken(hand, cast, button, extent):
    fill_kit(cast)
    hand.sit_down(cast.rosa, "/")
    assert hand.take(button).endswith(".zip")
    assert KitDownload.objects.latest("pk").extent == extent


def soon(cast):
    """Return an event of tomorrow, with seats, that Hugo hosts."""
    now = timezone.now()
    days = {"held_on": now.date() + timedelta(days=1), "invite_on": now.date()}
    event = make_event(cast, now, hosts=[cast.hugo], **days)
    approve(cast, event.invitation, now)
    return event


def make_ada():
    return User.objects.create_superuser("ada@onelift.example", "correct horse")


@pytest.mark.parametrize("each", TASKS, ids=str)
def test_a_task_takes_no_more_clicks_than_its_goal(each, page, live_server, cast, signed_in):
    hand = Hand(page, live_server.url, signed_in)
    each.walk(hand, cast)
    assert hand.clicks <= each.goal
