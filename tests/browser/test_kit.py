"""The kit in a real browser: looking, taking along, and doing both with the keyboard alone."""

import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from communications.models import KitDownload, KitFile
from communications.services import kit
from tests import factories
from tests.communications.making import approve, make_message
from tests.communications.test_kit import TEXTS, TO_GO_LIVE

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES = 3


@pytest.fixture
def full(cast):
    """Three messages with a language that is lacking, something refused and something new."""
    now = timezone.now() - timedelta(hours=2)
    factories.PersonFactory(site=cast.barcelona, language="fr")
    later = timedelta(minutes=1)
    for _each in range(MESSAGES):
        approve(cast, make_message(cast, now, texts=TEXTS, **TO_GO_LIVE), now)
    kit.keep(cast.programme, lambda: now, now + later)
    values = {"user": cast.rosa, "wave": cast.wave1, "region": cast.iberia, "extent": "all"}
    KitDownload.objects.create(**values, at=now - later, files={})
    one = KitFile.objects.filter(place__site=cast.barcelona, kind="chat").first()
    KitFile.objects.filter(pk=one.pk).update(state="refused", problem="title")


@pytest.mark.parametrize("width", [1440, 320])
@pytest.mark.parametrize("path", ["kit/", "kit/?new=since-last&lang=es", "regions/iberia/"])
def test_a_kit_is_accessible_and_fits(
    page,
    live_server,
    cast,
    full,
    signed_in,
    width,
    path,
    assert_accessible,
    assert_no_sideways_scroll,
):
    page.set_viewport_size({"width": width, "height": 900})
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/{path}")
    assert page.locator(".ol-thumb img").count() >= 2
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.journey
def test_a_regional_manager_takes_what_is_new_with_one_press(
    page, live_server, cast, full, signed_in, tmp_path
):
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/regions/iberia/")
    page.get_by_text("files are new or changed since your last download").first.wait_for()
    button = page.get_by_role("button", name="Download the")
    button.focus()
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    caught.value.save_as(tmp_path / "kit.zip")
    with zipfile.ZipFile(tmp_path / "kit.zip") as found:
        assert found.testzip() is None
        assert len(found.namelist()) == len(KitDownload.objects.first().versions) + 1
    page.reload()
    assert page.get_by_text("new or changed").count() == 0


def test_one_poster_is_taken_with_the_keyboard(page, live_server, cast, full, signed_in, tmp_path):
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/kit/")
    button = page.get_by_role("button", name="Poster A3, Barcelona, Spanish").first
    button.focus()
    with page.expect_download() as caught:
        page.keyboard.press("Space")
    assert caught.value.suggested_filename == "The desk opens on …-es-Barcelona-poster-A3.pdf"
    caught.value.save_as(tmp_path / "poster.pdf")
    assert (tmp_path / "poster.pdf").read_bytes().startswith(b"%PDF-")
