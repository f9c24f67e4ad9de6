import io
import struct
import zlib
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from programmes.design.contrast import contrast
from programmes.models import Service, Stream
from programmes.queries.texts import column_of, text_of
from programmes.services.programme import change_brand, change_programme
from programmes.services.service import save_service, save_stream
from tests.clock import NOW
from tests.factories import ServiceFactory

ENGLISH = {"name": "Service desk", "benefit": "One number.", "how_to_get": "Call 1234."}


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def values(programme, **changes):
    names = ("name", "starts_on", "ends_on", "languages")
    return {**{name: getattr(programme, name) for name in names}, **changes}


def test_a_new_service_comes_behind_the_others(cast, now):
    ServiceFactory(programme=cast.programme, order=4)
    service = save_service(Service(programme=cast.programme), "en", ENGLISH, cast.ines, now)
    assert fresh(service).order == 5
    assert text_of(fresh(service), "en") == ENGLISH


def test_a_service_needs_an_english_name(cast, now):
    with pytest.raises(ValidationError, match="Enter a name for the service"):
        save_service(Service(programme=cast.programme), "en", {**ENGLISH, "name": " "}, None, now)
    assert not cast.programme.services.exists()


def test_saving_one_language_leaves_what_another_translator_wrote(cast, now):
    service = ServiceFactory(programme=cast.programme)
    opened_before = fresh(service)
    save_service(service, "de", {**ENGLISH, "name": "Hilfe"}, None, now)
    save_service(opened_before, "fr", {**ENGLISH, "name": "Aide"}, None, now)
    assert getattr(fresh(service), column_of("name", "de")) == "Hilfe"
    assert getattr(fresh(service), column_of("name", "fr")) == "Aide"


def test_a_streams_name_is_given_once(cast):
    save_stream(Stream(programme=cast.programme), "Workplace", "Desks and devices.", now=NOW)
    assert cast.programme.streams.get().purpose == "Desks and devices."
    with pytest.raises(ValidationError):
        save_stream(Stream(programme=cast.programme), "Workplace", "", now=NOW)


def test_a_programme_changes_its_dates_and_its_english_purpose(cast, now):
    changed = values(cast.programme, ends_on=date(2028, 12, 31), languages=["en", "fr"])
    change_programme(cast.programme, changed, "One IT for everybody.", cast.ines, now)
    programme = fresh(cast.programme)
    assert (programme.ends_on, programme.languages) == (date(2028, 12, 31), ["en", "fr"])
    assert text_of(programme, "en") == {"purpose": "One IT for everybody."}


def test_a_programme_does_not_end_before_its_waves(cast, now):
    changed = values(cast.programme, ends_on=date(2026, 12, 1))
    with pytest.raises(ValidationError, match="1 wave goes live outside these dates"):
        change_programme(cast.programme, changed, "Why", cast.ines, now)
    assert fresh(cast.programme).ends_on == date(2028, 6, 30)


def test_a_brand_that_can_be_read_is_taken(cast):
    change_brand(cast.programme, "#0B6B4E", "#084F3A", "#DDF2E9", now=NOW)
    programme = fresh(cast.programme)
    assert programme.accent == "#0B6B4E"
    assert programme.accent_strong == "#084F3A"
    assert programme.accent_soft == "#DDF2E9"


def test_a_pale_colour_is_refused_with_the_nearest_that_passes(cast):
    with pytest.raises(ValidationError) as refusal:
        change_brand(cast.programme, "#E8622C", "#1E3099", "#FFF4EE", now=NOW)
    (sentence,) = refusal.value.message_dict["accent"]
    assert sentence.startswith("The contrast of #E8622C on #FFFFFF is 3.4 to 1 but must be 4.5.")
    nearest = sentence.rstrip(".").split()[-1]
    assert contrast(nearest, "#FFFFFF") >= 4.5
    assert fresh(cast.programme).accent == "#2A41C2"


def test_a_soft_colour_must_carry_the_accent(cast):
    with pytest.raises(ValidationError) as refusal:
        change_brand(cast.programme, "#2A41C2", "#1E3099", "#8090E0", now=NOW)
    assert list(refusal.value.message_dict) == ["accent_soft"]


def png(size=(40, 40), name="logo.png", kind="PNG"):
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, kind)
    file.seek(0)
    file.name = name
    return file


COLOURS = {"accent": "#2A41C2", "accent_strong": "#1E3099", "accent_soft": "#E8ECFB"}


def test_a_logo_is_kept_and_stays_without_a_new_one(cast, as_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = as_user(cast.ines)
    url = f"/p/{cast.programme.slug}/setup/brand/"
    assert client.post(url, {**COLOURS, "logo": png()}).status_code == 302
    assert client.post(url, COLOURS).status_code == 302
    assert fresh(cast.programme).logo.size > 0


def test_a_logo_that_mails_cannot_show_is_refused(cast, as_user):
    url = f"/p/{cast.programme.slug}/setup/brand/"
    page = as_user(cast.ines).post(url, {**COLOURS, "logo": png(name="logo.gif", kind="GIF")})
    assert "Save the logo as PNG or JPEG" in page.content.decode()
    assert not fresh(cast.programme).logo


def upload(client, programme, file):
    return client.post(f"/p/{programme.slug}/setup/brand/", {**COLOURS, "logo": file})


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(13_000, 13_000), (2001, 10), (10, 2001)])
def test_a_logo_that_unfolds_is_refused_by_its_head(cast, as_user, size):
    head = png_head(*size)
    head.seek(0)
    page = upload(as_user(cast.ines), cast.programme, head).content.decode()
    assert "Make the logo at most 2000 pixels wide and high, and choose it again." in page
    assert not fresh(cast.programme).logo


def png_head(width, height):
    """Return a PNG whose pixels are missing: who unfolds it before judging its size fails."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")]
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    file.name = "logo.png"
    return file


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_only_the_pixels_of_a_logo_are_kept(cast, as_user, settings, tmp_path, kind):
    settings.MEDIA_ROOT = tmp_path
    file = io.BytesIO()
    marks = {"exif": Image.Exif()} if kind == "JPEG" else {"pnginfo": PngInfo()}
    if kind == "JPEG":
        marks["exif"][0x010E], marks["comment"] = "secret place", b"secret place"
    else:
        marks["pnginfo"].add_text("Comment", "secret place")
    Image.new("RGB", (300, 200), "navy").save(file, kind, **marks)
    file.write(b"<script>alert(1)</script>")
    file.seek(0)
    file.name = "../../<b>.svg.png"
    assert upload(as_user(cast.ines), cast.programme, file).status_code == 302
    kept = fresh(cast.programme).logo
    content = kept.read()
    assert b"secret" not in content
    assert b"script" not in content
    assert Path(kept.name).name.startswith("logo")
    with Image.open(io.BytesIO(content)) as image:
        assert (image.size, image.format) == ((300, 200), kind)
        assert all(
            abs(a - b) < 8 for a, b in zip(image.getpixel((9, 9)), (0, 0, 128), strict=False)
        )


@pytest.mark.parametrize("cut", [40, 60, 90])
def test_a_logo_that_is_cut_off_is_refused(cast, as_user, cut):
    file = io.BytesIO(png((400, 400)).getvalue()[:cut])
    file.name = "logo.png"
    assert upload(as_user(cast.ines), cast.programme, file).status_code == 200
    assert not fresh(cast.programme).logo


def test_the_brand_page_keeps_what_was_typed_and_says_what_passes(cast, as_user):
    url = f"/p/{cast.programme.slug}/setup/brand/"
    page = as_user(cast.ines).post(url, {**COLOURS, "accent": "#E8622C"}).content.decode()
    assert 'value="#E8622C"' in page
    assert "but must be 4.5" in page


def test_the_programme_page_says_at_the_field_what_is_wrong(cast, as_user):
    url = f"/p/{cast.programme.slug}/setup/programme/"
    client = as_user(cast.ines)
    sent = {
        "name": "One IT",
        "purpose": "Why",
        "starts_on": "31 Feb 2027",
        "ends_on": "30 Jun 2028",
        "languages": ["en", "fr"],
    }
    page = client.post(url, sent).content.decode()
    assert 'value="31 Feb 2027"' in page
    assert "This date does not exist. Enter one such as Sun 28 Feb 2027." in page
    assert client.post(url, {**sent, "starts_on": "1.9.2026"}).status_code == 302
    assert fresh(cast.programme).languages == ["en", "fr"]
