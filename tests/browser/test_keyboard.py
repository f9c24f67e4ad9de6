"""The first tasks of each role with nothing but a keyboard; focus is seen at every step."""

import pytest
from django.utils import timezone

from communications.models import Message
from communications.services.link import token_of
from feedback.models import HeldAnswer
from stakeholders.models import ImportRun
from tests.factories import PersonFactory
from tests.feedback.conftest import *  # noqa: F403 - its fixtures
from tests.personnel_file import DATA

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TABS = 90
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
  const shown = one.closest('label') || one;
  const ring = (node) => { const s = getComputedStyle(node);
    return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || s.borderColor !== '' };
  return {name: [one.getAttribute('aria-label'), label, one.innerText, one.name, one.id,
    one.getAttribute('href')].join(' '),
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


def test_skip_link_comes_first(cast, keyboard, page):
    keys = keyboard(cast.claire, "/p/one-it/overview/")
    keys.reach("Skip to content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_ines_writes_a_core_message(cast, keyboard):
    keys = keyboard(cast.ines, "/p/one-it/overview/")
    keys.follow("Messages")
    keys.follow("New message")
    keys.write("Purpose", "People know when and how")
    keys.write("Subject", "Your new service desk")
    keys.write("Text", "Hello {{ first_name }}, it opens on {{ go_live_date }}.")
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
    keys = keyboard(cast.hana, "/p/one-it/people/imports/")
    keys.follow("Bring a file in")
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
