"""The pages of the surveys in Chromium, as staff see them."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from feedback.services.edition import publish_surveys
from tests import factories
from tests.browser.test_survey import CHROMIUM, browser  # noqa: F401 - a fixture
from tests.feedback.conftest import *  # noqa: F403 - its fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def answered(asked, cast):
    names = ["Lisbon", "Toulouse", "Rennes", "Milan", "Boulogne", "Dreux", "Athens", "Madrid"]
    people = [31, 60, 40, 44, 90, 50, 4, 9]
    for place, (name, count) in enumerate(zip(names, people, strict=True)):
        site = factories.SiteFactory(name=name, region=cast.iberia)
        cast.wave1.wave_sites.create(site=site)
        answering = asked.ask(site, count)[: count // 2]
        for number, invitation in enumerate(answering):
            satisfied = number % 10 < 9 - place
            asked.answer(
                invitation,
                csat=5 - number % 2 if satisfied else 1 + number % 3,
                nps=number % 11,
                choice_id=asked.options[number % 2].pk,
                comment="The chat answered in two minutes." if number % 7 == 0 else "",
            )
    publish_surveys(asked.now)
    return asked.survey


@pytest.fixture
def page(browser, cast, live_server):  # noqa: F811
    client = Client()
    client.force_login(cast.ines, backend="django.contrib.auth.backends.ModelBackend")
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_phone(page, live_server, answered, scheme):
    root = f"{live_server.url}/p/one-it/listening/"
    page.emulate_media(color_scheme=scheme)
    for name, path in [
        ("list", ""),
        ("new", "new/"),
        ("results", f"{answered.pk}/"),
        ("edit", f"{answered.pk}/edit/"),
    ]:
        page.set_viewport_size({"width": 1440, "height": 1000})
        page.goto(root + path, wait_until="networkidle")
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], name
        if pictures := os.environ.get("ONELIFT_PICTURES"):
            page.screenshot(path=f"{pictures}/{name}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.querySelector('main').scrollWidth") <= 320, name
        if pictures:
            page.screenshot(path=f"{pictures}/{name}-{scheme}-phone.png", full_page=True)
