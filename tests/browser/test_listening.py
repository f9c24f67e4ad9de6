"""The pages of the surveys in Chromium, as staff see them."""

import os

import pytest

from feedback.services.edition import publish_surveys
from tests import factories
from tests.feedback.conftest import *  # noqa: F403 - its fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(asked, cast):
    names = ["Lisbon", "Toulouse", "Rennes", "Milan", "Boulogne", "Dreux", "Athens", "Madrid"]
    people = [31, 60, 40, 44, 90, 50, 4, 9]
    for place, (name, count) in enumerate(zip(names, people, strict=True)):
        site = factories.SiteFactory(name=name, region=cast.iberia)
        factories.place(cast.wave1, site)
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


def test_pages_are_accessible_and_fit_a_phone(
    page, live_server, answered, cast, signed_in, assert_accessible, assert_no_sideways_scroll
):
    root = f"{live_server.url}/p/one-it/listening/"
    signed_in(page, cast.ines)
    for name, path in [
        ("list", ""),
        ("new", "new/"),
        ("results", f"{answered.pk}/"),
        ("edit", f"{answered.pk}/edit/"),
    ]:
        page.set_viewport_size({"width": 1440, "height": 1000})
        page.goto(root + path)
        if pictures := os.environ.get("ONELIFT_PICTURES"):
            page.screenshot(path=f"{pictures}/{name}.png", full_page=True)
        assert_accessible(page)
        page.set_viewport_size({"width": 320, "height": 700})
        assert_no_sideways_scroll(page)
