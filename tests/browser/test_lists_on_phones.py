"""Tables that are lists on a phone: nothing scrolls sideways, and each number has its name."""

from datetime import timedelta

import pytest

from communications.models import Dispatch
from stakeholders.models import Persona
from tests.communications.conftest import relay  # noqa: F401 (a mail server for the dispatch)
from tests.communications.making import approve, make_message, run
from tests.factories import ImpactFactory

PATHS = ["setup/", "setup/channels/", "people/personas/", "people/streams/"]
WIDER = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)"


@pytest.fixture
def dispatch(cast, now, relay):  # noqa: F811
    days = {"fixed_on": None, "offset_days": 15, "latest_hours": 24 * 9}
    approve(cast, make_message(cast, now, **days), now)
    run(now + timedelta(hours=1))
    return Dispatch.objects.get()


@pytest.mark.parametrize("width", [390, 320])
def test_the_lists_of_a_sending_do_not_scroll(page, live_server, cast, dispatch, signed_in, width):
    page.set_viewport_size({"width": width, "height": 844})
    signed_in(page, cast.ines)
    for path in ("", "deliveries/", "reach/"):
        page.goto(f"{live_server.url}/p/one-it/dispatches/{dispatch.pk}/{path}")
        assert page.locator(".is-listed tbody tr").count()
        assert page.locator(".ol-scroll").evaluate_all(WIDER) == []
    page.goto(f"{live_server.url}/p/one-it/dispatches/{dispatch.pk}/")
    site = page.locator(".is-listed tbody tr", has_text="Barcelona")
    sent = site.locator("td[data-label='Sent']")
    assert sent.inner_text().strip() == "3"
    assert site.locator("td[data-label='On hold']").is_hidden()


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize(
    "path", ["setup/", "setup/channels/", "people/personas/", "people/streams/"]
)
def test_lists_of_settings_do_not_scroll(page, live_server, cast, signed_in, path, width):
    page.set_viewport_size({"width": width, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/{path}")
    assert page.locator(".ol-scroll").evaluate_all(WIDER) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sites_of_a_sending_fit_a_desk(page, live_server, cast, dispatch, signed_in, language):
    cast.ines.language = language
    cast.ines.save()
    page.set_viewport_size({"width": 1440, "height": 900})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/dispatches/{dispatch.pk}/")
    assert page.locator(".ol-scroll").evaluate_all(WIDER) == []


@pytest.mark.parametrize("width", [390, 320])
def test_the_map_of_impacts_is_a_list_on_a_phone(page, live_server, cast, signed_in, width):
    everybody = Persona.objects.create(
        programme=cast.programme, slug="all", name_en="Everybody", jobs=["Analyst"]
    )
    ImpactFactory(programme=cast.programme, personas=[everybody], severity=4)
    page.set_viewport_size({"width": width, "height": 844})
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/people/impacts/")
    assert page.locator(".ol-scroll").evaluate_all(WIDER) == []
    cell = page.locator(".ol-heat td:not(.ht0)").first
    assert cell.get_attribute("data-label") == "Wave 1"
    label = cell.evaluate("one => getComputedStyle(one, '::before').content")
    assert label == '"Wave 1"'
