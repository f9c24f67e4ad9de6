"""When something is seen: the overview on a desk, and a survey on a phone over slow 3G.

First contentful paint, as Chromium tells it, from the moment the address is asked for; each time
in a window that has kept nothing.
"""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from events.services.informed import refresh_informed
from programmes.database.clock import database_now
from programmes.services.readiness import refresh_readiness
from stakeholders.models import User
from tests.benchmarks.coverage import say_what_it_is_about
from tests.benchmarks.crowd import fill_crowd
from tests.benchmarks.history import fill_history
from tests.benchmarks.http.server import server
from tests.benchmarks.measure import Figure, Goal, in_turns, report
from tests.benchmarks.stage import Stage, analyse
from tests.benchmarks.survey import approved_survey, invite
from tests.browser.conftest import CHROMIUM

Cookie = dict[str, str]

OVERVIEW_MS = 500
SURVEY_MS = 1600
# What Chromium calls slow 3G: half of 400 kbit/s is lost to the way there and back.
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400 * 1000 / 8,
    "uploadThroughput": 400 * 1000 / 8,
}
PAINT = """() => new Promise((tell) => new PerformanceObserver((list) => {
  const [found] = list.getEntriesByName("first-contentful-paint");
  if (found) { tell(found.startTime); }
}).observe({type: "paint", buffered: true}))"""
# Nothing but a word: what the browser and the way to it take at best.
BARE = "/bench/bare/"


def main(stage: Stage) -> bool:
    """Return whether both pages are seen in time."""
    crowd = fill_crowd(stage)
    fill_history(crowd, stage)
    say_what_it_is_about(crowd)
    refresh_informed(crowd.programme, database_now())
    refresh_readiness(crowd.programme, database_now())
    (link,) = invite(approved_survey(), 1)
    analyse()
    overview = reverse("dashboards:overview-show", args=[crowd.programme.slug])
    # A database asked beside the browser's own loop would keep one connection more.
    signed_in = cookie_of(crowd.claire)
    with sync_playwright() as playwright, server(compressed=True) as port:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        origin = f"http://127.0.0.1:{port}"
        sides: dict[str, Callable[[], float]] = {
            "overview": partial(on_a_desk, browser, origin + overview, signed_in),
            "word": partial(on_a_desk, browser, origin + BARE, signed_in),
            "survey": partial(on_a_phone, browser, origin + link.path),
            "word on a phone": partial(on_a_phone, browser, origin + BARE),
        }
        found = {n: Figure(v, "ms") for n, v in in_turns(sides, stage.runs).items()}
        browser.close()
    desk = ("one word, by the same server", found["word"])
    phone = ("one word, the same way", found["word on a phone"])
    return all(
        [
            reported("The overview on a desk", found["overview"], desk, OVERVIEW_MS),
            reported("A survey over slow 3G", found["survey"], phone, SURVEY_MS),
        ]
    )


def reported(title: str, figure: Figure, limit: tuple[str, Figure], most: int) -> bool:
    """Print when a page is first seen."""
    goal = Goal(f"at most {most:,} ms", figure.median <= most)
    return report(f"{title}: first paint", figure, limit=limit, goals=(goal,))


def cookie_of(user: User) -> Cookie:
    """Return the session of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value}


def on_a_desk(browser: Browser, url: str, cookie: Cookie) -> float:
    """Return after how many milliseconds somebody who has signed in sees a page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{**cookie, "url": url}])
    return painted(context, url)


def on_a_phone(browser: Browser, url: str) -> float:
    """Return after how many milliseconds a page is seen on a phone with a slow network."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    return painted(context, url, SLOW_3G)


def painted(context: BrowserContext, url: str, network: dict[str, object] | None = None) -> float:
    page = context.new_page()
    if network:
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)
    answer = page.goto(url)
    status = answer.status if answer else None
    assert status == 200, f"{url}: {status}"
    taken: float = page.evaluate(PAINT)
    context.close()
    return taken
