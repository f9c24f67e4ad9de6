"""What each page without sign-in may cost its reader: bytes, requests, cookies, and jumps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.dispatches.services.link import token_of
from communications.kits.queries.kit import texts_of_kits, wanted_files
from communications.kits.queries.kit_link import token_of as token_of_kit
from communications.kits.services import kit
from communications.kits.services.kit_link import hand_on
from communications.models import KitFile
from events.queries.ticket import token_of as ticket_of
from tests.browser.what_changes import make_page
from tests.communications import making
from tests.communications.kits.test_kit import TEXTS, TO_GO_LIVE
from tests.events.making import make_event, seat
from tests.feedback.conftest import *  # noqa: F403 - its fixtures

pytestmark = pytest.mark.django_db(transaction=True)

WATCH_JUMPS = """
  window.jumps = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { jumps += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
"""
REFUSED = (
    "document.addEventListener('securitypolicyviolation', (e) => console.error(e.blockedURI));"
)


SLOW_PHONE = {"rate": 30}


class Visit:
    """One look at a page on a slow phone that has never been there."""

    def __init__(self, browser, address):
        self.context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr")
        self.responses, self.problems = [], []
        page = self.context.new_page()
        page.add_init_script(WATCH_JUMPS + REFUSED)
        page.on("response", lambda response: self.responses.append(response))
        page.on("console", lambda m: m.type == "error" and self.problems.append(m.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("requestfailed", lambda request: self.problems.append(request.url))
        self.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", SLOW_PHONE)
        self.status = page.goto(address, wait_until="networkidle").status
        self.jumps = page.evaluate("jumps")
        self.bytes = sum(len(response.body()) for response in self.responses)
        self.cookies = {cookie["name"] for cookie in self.context.cookies()}

    def strangers(self, origin):
        return [one.url for one in self.responses if not one.url.startswith(origin)]


@pytest.fixture
def visit(browser):
    visits = []

    def look(address):
        visits.append(Visit(browser, address))
        return visits[-1]

    yield look
    for one in visits:
        one.context.close()


def make_kit_link(cast):
    """Return the address of a kit of five messages at a site."""
    now = timezone.now()
    past = now - timedelta(hours=1)
    for _each in range(5):
        message = making.make_message(cast, past, texts=TEXTS, **TO_GO_LIVE)
        making.approve(cast, message, past)
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), past)
    for file in KitFile.objects.filter(place__site=cast.barcelona):
        file.versions.create(sha256=f"{file.pk:064}", size=60_000, content=b"x", made_at=past)
    return f"/k/{token_of_kit(hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, now))}/"


@pytest.fixture
def addresses(asked, cast):
    """The pages without sign-in, each with what makes it: what is public, then the way in."""
    asked.now = timezone.now()
    with_all = make_page(cast)

    def survey():
        return f"/s/{token_of(asked.ask(cast.barcelona, 5)[0].link.delivery, 'survey')}/"

    def ticket():
        return f"/t/{ticket_of(seat(make_event(cast, asked.now), asked.now)[0])}/"

    return {
        "survey": survey,
        "no survey": lambda: "/s/no-such-link/",
        "what changes": lambda: with_all,
        "ticket": ticket,
        "no ticket": lambda: "/t/no-such-ticket/",
        "kit": lambda: make_kit_link(cast),
        "what changes, open": lambda: "/me/one-it/",
        "what changes, unknown": lambda: "/me/nobody/",
        "unknown": lambda: "/no/such/page/",
        "sign-in": lambda: "/accounts/login/",
        "new password": lambda: "/accounts/password/reset/",
    }


# name, status, kilobytes, requests, cookies. Who signs in has the whole design, and a form whose
# sender is checked by a cookie.
BUDGETS = [
    ("survey", 200, 100, 18, set()),
    ("no survey", 404, 100, 16, set()),
    ("what changes", 200, 100, 18, set()),
    ("ticket", 200, 100, 18, set()),
    ("no ticket", 404, 100, 16, set()),
    ("kit", 200, 100, 18, set()),
    ("what changes, open", 200, 100, 18, set()),
    ("what changes, unknown", 404, 100, 16, set()),
    ("unknown", 404, 100, 16, set()),
    ("sign-in", 200, 450, 30, {"csrftoken"}),
    ("new password", 200, 450, 30, {"csrftoken"}),
]


@pytest.mark.parametrize(("name", "status", "kilobytes", "requests", "cookies"), BUDGETS)
def test_page_keeps_to_its_budget(
    visit, live_server, addresses, name, status, kilobytes, requests, cookies
):
    seen = visit(live_server.url + addresses[name]())
    is_missing = [line for line in seen.problems if "404" not in line or status != 404]
    assert seen.status == status
    assert seen.bytes <= kilobytes * 1024
    assert len(seen.responses) <= requests
    assert seen.strangers(live_server.url) == []
    assert seen.jumps < 0.01
    assert seen.cookies == cookies
    assert is_missing == []


def test_each_page_without_sign_in_has_a_budget(addresses):
    assert [name for name, *_rest in BUDGETS] == list(addresses)
