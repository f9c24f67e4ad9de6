"""The kit in a real browser: looking, taking along, and doing both with the keyboard alone."""

import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from communications.kits.queries.kit_link import token_of
from communications.kits.services import kit
from communications.kits.services.kit_link import hand_on
from communications.models import KitDownload, KitFile
from tests import factories
from tests.communications.kits.test_kit import TEXTS, TO_GO_LIVE
from tests.communications.making import approve, make_message
from tests.events.making import make_event

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES = 3
PHONE = {"width": 390, "height": 844}
ACTS = ("Copy", "Withdraw")


def fill_kit(cast):
    """Make three messages with a language that is lacking, something refused and something new."""
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


@pytest.fixture
def full(cast):
    fill_kit(cast)


@pytest.mark.parametrize("path", ["kit/", "kit/?new=since-last&lang=es", "regions/iberia/"])
def test_a_kit_is_accessible_and_fits(
    page, live_server, cast, full, signed_in, path, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 900})
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/{path}")
    assert page.locator(".ol-thumb img").count() >= 2
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.parametrize("language", ["ar", "zh-hans", "fr"])
def test_a_shared_kit_is_accessible_and_fits_in_any_language(
    page, live_server, cast, full, language, assert_accessible, assert_no_sideways_scroll
):
    link = hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, timezone.now())
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{live_server.url}/k/{token_of(link)}/?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator("main section").count() == MESSAGES
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_a_shared_kit_reads_from_right_to_left(page, live_server, cast, full):
    link = hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, timezone.now())
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/k/{token_of(link)}/?lang=ar")
    line = page.locator("main li").first
    name, size = (line.locator(part).bounding_box() for part in ("a", "bdi.ol-meta"))
    assert size["x"] + size["width"] <= name["x"]


def test_the_buttons_of_a_link_stand_side_by_side_on_a_phone(
    page, live_server, cast, full, signed_in
):
    hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, timezone.now())
    page.set_viewport_size(PHONE)
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/kit/?region=iberia")
    copy, withdraw = (page.locator("#links li").get_by_role("button", name=n) for n in ACTS)
    assert copy.bounding_box()["y"] == withdraw.bounding_box()["y"]


@pytest.mark.journey
def test_a_link_is_made_opened_without_an_account_and_withdrawn(
    page, browser, live_server, cast, full, signed_in, assert_accessible
):
    signed_in(page, cast.ines).goto(f"{live_server.url}/p/one-it/kit/?region=iberia")
    page.get_by_text("Links for people without an account").click()
    page.get_by_label("Sites").select_option("Barcelona")
    page.get_by_role("button", name="Create link").press("Enter")
    address = page.locator("#links [dir=ltr] span").inner_text()
    assert_accessible(page)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en")
    stranger = context.new_page()
    stranger.goto(live_server.url + urlsplit(address).path)
    with stranger.expect_download() as caught:
        stranger.get_by_role("link", name="Poster A3").first.click()
    assert caught.value.suggested_filename.endswith("-Barcelona-poster-A3.pdf")
    page.get_by_role("button", name="Withdraw").press("Enter")
    page.get_by_text("It no longer opens anything.").wait_for()
    assert stranger.reload().status == 404
    context.close()


def test_a_host_s_kit_is_accessible_and_fits(
    page, live_server, cast, full, signed_in, assert_accessible, assert_no_sideways_scroll
):
    event = make_event(cast, timezone.now(), hosts=[cast.hugo])
    page.set_viewport_size({"width": 320, "height": 900})
    signed_in(page, cast.hugo).goto(f"{live_server.url}/p/one-it/events/{event.slug}/kit/")
    assert page.locator(".ol-thumb img").count() >= 2
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_a_host_reads_the_names_of_files_across_the_whole_phone(
    page, live_server, cast, full, signed_in
):
    event = make_event(cast, timezone.now(), hosts=[cast.hugo])
    page.set_viewport_size(PHONE)
    signed_in(page, cast.hugo).goto(f"{live_server.url}/p/one-it/events/{event.slug}/kit/")
    kit_width, list_width = (
        page.locator(part).first.bounding_box()["width"] for part in (".ol-kit", ".ol-kit > ul")
    )
    assert list_width == kit_width


@pytest.mark.journey
def test_a_regional_manager_takes_what_is_new_with_one_press(
    page, live_server, cast, full, signed_in, tmp_path
):
    signed_in(page, cast.rosa).goto(f"{live_server.url}/p/one-it/regions/iberia/")
    page.get_by_text("files are new or changed since your last download").first.wait_for()
    button = page.get_by_role("button", name="new files")
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
    assert (
        caught.value.suggested_filename
        == "The desk opens on ‹go-live date›-es-Barcelona-poster-A3.pdf"
    )
    caught.value.save_as(tmp_path / "poster.pdf")
    assert (tmp_path / "poster.pdf").read_bytes().startswith(b"%PDF-")
