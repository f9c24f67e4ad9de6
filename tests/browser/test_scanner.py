"""The camera at the door: a video of a ticket, read frame by frame, lets its holder in once.

Chromium on Linux has no BarcodeDetector of its own, so zxing reads the frames in its place; camera,
stream, permission and all of our script are real.
"""

import base64
from io import BytesIO

import pytest
import segno
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from events.models import CheckIn
from events.queries.ticket import code_link_of
from tests.browser.conftest import CHROMIUM, REAL_CLOCK
from tests.browser.test_events import PHONE, soon
from tests.events.making import seat

pytestmark = pytest.mark.django_db(transaction=True)

FRAME = (640, 480)
DETECTOR = """
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect(video) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d").drawImage(video, 0, 0);
      return (await readFrame(canvas.toDataURL("image/png"))).map((rawValue) => ({ rawValue }));
    }
  };
"""
__all__ = ["soon"]


def film(path, text: str) -> None:
    """Write some frames of Motion JPEG in which a code lies on a grey table, or an empty table."""
    frame = Image.new("RGB", FRAME, "#777")
    if text:
        drawn = BytesIO()
        segno.make(text, error="m").save(drawn, kind="png", scale=8, border=4)
        frame.paste(Image.open(drawn).convert("RGB"), (120, 40))
    still = BytesIO()
    frame.save(still, "JPEG", quality=90)
    path.write_bytes(still.getvalue() * 20)


def read_frame(url: str) -> list[str]:
    picture = Image.open(BytesIO(base64.b64decode(url.partition(",")[2])))
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.fixture
def door(playwright, live_server, soon, cast, signed_in, tmp_path):
    """Return a function that opens the door on a phone whose camera sees a text's code."""
    browsers = []

    def open_door(text, *, is_allowed=True):
        film(tmp_path / "seen.mjpeg", text)
        answer = "" if is_allowed else "=deny"
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            env=REAL_CLOCK,
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                f"--use-fake-ui-for-media-stream{answer}",
                f"--use-file-for-fake-video-capture={tmp_path / 'seen.mjpeg'}",
            ],
        )
        browsers.append(browser)
        page = browser.new_context(viewport=PHONE, locale="en-GB").new_page()
        page.add_init_script(DETECTOR)
        page.expose_function("readFrame", read_frame)
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        signed_in(page, cast.hugo).goto(f"{live_server.url}/p/one-it/events/{soon.slug}/check-in/")
        page.get_by_role("button", name="Scan").click()
        return page

    yield open_door
    for browser in browsers:
        browser.close()


def test_a_ticket_before_the_camera_is_let_in_once(door, soon):
    (one,) = seat(soon, timezone.now())
    page = door(code_link_of(one))
    page.get_by_text(f"{one.name} is checked in", exact=True).wait_for()
    expect(page.locator("[data-scanner] video")).to_be_visible()
    # It lies there still: the next reading says so, and lets nobody in twice.
    page.get_by_text(f"{one.name} is already checked in").wait_for()
    assert CheckIn.objects.get().registration == one
    page.locator("[data-stop]").click()
    expect(page.locator("[data-scanner]")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject.active") is False
    assert page.complaints == []


def test_a_code_of_something_else_lets_nobody_in(door, soon):
    page = door("https://example.com/a-poster")
    page.get_by_text("No ticket for this event has this code. Search by name.").wait_for()
    assert not CheckIn.objects.exists()


def test_a_camera_that_is_refused_leaves_the_field_for_typing(door, soon):
    page = door("", is_allowed=False)
    page.locator("[data-no-camera]").wait_for()
    expect(page.get_by_label("Code on the ticket")).to_be_visible()
