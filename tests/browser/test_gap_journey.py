"""The CIO finds the worst gap on the overview, looks where it is, and asks about it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from events.services.informed import refresh_informed
from onelift.dashboards.coverage.queries.coverage import Asked, lacking_people
from programmes.database.clock import database_now
from programmes.scope import EVERYTHING
from programmes.services.readiness import refresh_readiness
from stakeholders.models import Persona
from tests.factories import ImpactFactory, PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def gap(cast):
    """Let Wave 2 be the worse of two gaps, and return who is not informed there."""
    now = database_now()
    everybody = Persona.objects.create(
        programme=cast.programme, slug="all", name_en="Everybody", jobs=["Analyst"]
    )
    ImpactFactory(programme=cast.programme, name="New desk", personas=[everybody], severity=4)
    PersonFactory.create_batch(4, site=cast.shanghai)
    for wave, days in ((cast.wave1, 28), (cast.wave2, 12)):
        wave.go_live_on = now.date() + timedelta(days=days)
        wave.save()
    refresh_informed(cast.programme, now)
    refresh_readiness(cast.programme, now)
    asked = Asked(cast.programme, EVERYTHING, now.date(), 30, wave=cast.wave2.pk)
    return set(lacking_people(asked).values_list("pk", flat=True))


@pytest.mark.parametrize("width", [1440, 390])
def test_the_cio_finds_the_worst_gap_and_asks_about_it(
    cast, page, live_server, signed_in, clicks, gap, assert_accessible, width
):
    page.set_viewport_size({"width": width, "height": 900})
    signed_in(page, cast.claire).goto(f"{live_server.url}/p/one-it/overview/")
    worst = page.locator(".ol-attention li").first
    words = f"{len(gap)} people go live within 12 days, face a high impact and are not informed"
    assert page.locator("h1").inner_text() == words
    assert worst.locator("[data-count]").inner_text() == words
    assert worst.locator("[data-count]").get_attribute("data-count") == str(len(gap)) == "7"

    with page.expect_navigation():
        worst.get_by_role("link", name="See where they work").click()
    assert page.locator("h1").inner_text() == "7 people who go live soon are not informed"
    assert_accessible(page)
    ask = page.get_by_role("link", name="Ask Ines Test")
    mail = urlsplit(ask.get_attribute("href"))
    said = parse_qs(mail.query)
    assert (mail.scheme, mail.path) == ("mailto", cast.ines.email)
    body = f"{page.locator('h1').inner_text()}.\n\n{page.url}"
    assert said == {"subject": ["Coverage of Wave 2"], "body": [body]}
    # Chromium hands the address to the mail program, and stays.
    ask.click()
    assert len(clicks) == 2

    # Whoever is asked sees the same figure, and its people.
    page.context.clear_cookies()
    signed_in(page, cast.ines).goto(said["body"][0].split()[-1])
    with page.expect_navigation():
        page.locator(".ol-facts [data-count]").first.click()
    assert page.locator("[data-total]").get_attribute("data-total") == "7"
