"""The page of a kit, what it hands out, and the kit on the home of a region."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils.translation import override

from communications.kits.queries.kit import texts_of_kits, wanted_files
from communications.kits.services import kit
from communications.models import KitDownload, KitFile, KitVersion
from programmes.models import Wave
from tests import factories
from tests.clock import NOW
from tests.communications.kits.test_kit import TEXTS, TO_GO_LIVE
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)

KIT, TAKE = "/p/one-it/kit/", "/p/one-it/kit/download/"


@pytest.fixture
def message(cast, now):
    """A message to all, approved an hour ago, whose files are there."""
    past = now - timedelta(hours=1)
    made = make_message(cast, past, texts=TEXTS, **TO_GO_LIVE)
    approve(cast, made, past)
    kit.keep(cast.programme, lambda: past, past + timedelta(minutes=1))
    return made


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_region_reads_its_own_kit_and_no_other(cast, message, as_user):
    answer = as_user(cast.rosa).get(KIT)
    text = text_of(answer)
    assert "6 files for Iberia" in text
    assert "Wave 1, Iberia: 1 site, live from Mon 9 Nov 2026." in text
    assert "Poster A3, Barcelona, Spanish" in text
    assert "Shanghai" not in text
    assert as_user(cast.rosa).get(KIT, {"region": "china"}).status_code == 404
    assert as_user(cast.rosa).get(KIT, {"wave": cast.wave2.pk}).status_code == 404


def test_who_reads_all_chooses_a_region(cast, message, as_user):
    client = as_user(cast.ines)
    assert "Wave 2, China" in text_of(client.get(KIT, {"region": "china"}))
    assert "Wave 1, Iberia" in text_of(client.get(KIT, {"region": "iberia"}))
    page = client.get(KIT, {"region": "iberia", "wave": cast.wave2.pk})
    assert "Wave 1, Iberia" in text_of(page)
    today = NOW.date()
    Wave.objects.filter(pk=cast.wave1.pk).update(go_live_on=today + timedelta(days=1))
    Wave.objects.filter(pk=cast.wave2.pk).update(go_live_on=today + timedelta(days=9))
    assert "Wave 1, Iberia" in text_of(client.get(KIT))
    Wave.objects.filter(pk=cast.wave1.pk).update(go_live_on=today + timedelta(days=10))
    assert "Wave 2, China" in text_of(client.get(KIT))


def test_the_whole_kit_is_a_zip_with_its_length(cast, message, as_user):
    answer = as_user(cast.rosa).post(TAKE, {"extent": "all"})
    data = body_of(answer)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="Iberia-Wave 1.zip"'
    assert int(answer["Content-Length"]) == len(data)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert len(found.namelist()) == 7
    assert KitDownload.objects.get().user == cast.rosa


@pytest.mark.parametrize(
    ("kind", "content_type", "begin"),
    [
        ("poster", "application/pdf", b"%PDF-"),
        ("mail", "message/rfc822", b"X-Unsent: 1"),
        ("page", "text/html; charset=utf-8", b"<!doctype html>"),
        ("chat", "text/plain; charset=utf-8", b"\xef\xbb\xbfEl centro"),
    ],
)
def test_one_file_comes_as_it_is_and_never_acts_as_a_page(
    cast, message, as_user, kind, content_type, begin
):
    file = KitFile.objects.get(place__site=cast.barcelona, kind=kind)
    answer = as_user(cast.rosa).post(TAKE, {"file": file.pk})
    assert answer.content[: len(begin)].lower() == begin.lower()
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert KitDownload.objects.get().extent == "file"


@pytest.mark.parametrize("number", [0, -1, 10**20])
def test_a_file_that_cannot_be_is_not_found(cast, message, as_user, number):
    assert as_user(cast.rosa).post(TAKE, {"file": number}).status_code == 404
    assert not KitDownload.objects.exists()


def test_one_language_is_narrowed_down(cast, message, as_user, now):
    factories.PersonFactory(site=cast.barcelona, language="en")
    kit.keep(cast.programme, lambda: now, now + timedelta(minutes=1))
    client = as_user(cast.rosa)
    assert "Download Spanish (" in text_of(client.get(KIT, {"lang": "es"}))
    with zipfile.ZipFile(io.BytesIO(body_of(client.post(TAKE, {"lang": "es"})))) as found:
        assert {name.split("/")[1] for name in found.namelist() if "/" in name} == {"es"}
    assert KitDownload.objects.get().language == "es"


def test_what_is_new_is_marked_and_taken_alone(cast, message, as_user, now):
    client = as_user(cast.rosa)
    body_of(client.post(TAKE, {"extent": "all"}))
    KitDownload.objects.update(at=now - timedelta(minutes=30))
    KitVersion.objects.filter(file__kind="poster").delete()
    KitFile.objects.filter(kind="poster").update(state="waiting")
    kit.keep(cast.programme, lambda: now, now + timedelta(minutes=1))
    text = text_of(client.get(KIT))
    assert "1 file is new or changed since" in text
    assert "Poster A3, Barcelona, Spanish, new" in text
    assert "Chat text, Barcelona" not in text_of(client.get(KIT, {"new": "since-last"}))
    with zipfile.ZipFile(io.BytesIO(body_of(client.post(TAKE, {"extent": "new"})))) as found:
        assert len(found.namelist()) == 2
    assert "new or changed" not in text_of(client.get(KIT))


def test_nothing_new_says_since_when(cast, message, as_user):
    client = as_user(cast.rosa)
    new = {"new": "since-last"}
    assert "Nothing counts as new before your first download" in text_of(client.get(KIT, new))
    body_of(client.post(TAKE, {"extent": "all"}))
    text = text_of(client.get(KIT, new))
    assert "Nothing new since" in text
    assert "Show the whole kit" in text


def test_a_long_kit_is_folded_filtered_and_paged(cast, message, as_user, now):
    for number in range(13):
        site = factories.SiteFactory(name=f"Site {number:02}", region=cast.iberia, language="es")
        factories.place(cast.wave1, site)
        factories.PersonFactory(site=site, language="es")
    files = wanted_files(texts_of_kits(cast.programme))
    kit.note_wanted(cast.programme, files, now)
    client = as_user(cast.rosa)
    first = client.get(KIT).content.decode()
    assert "Single files: 72 for 12 sites" in first
    assert '<details class="mt-3">' in first
    assert "Poster A3, Site 12, Spanish" not in first
    second = client.get(KIT, {"page": 2}).content.decode()
    assert "Poster A3, Site 12, Spanish" in second
    assert '<details class="mt-3" open>' in second
    one = client.get(KIT, {"site": cast.wave1.wave_sites.get(site__name="Site 12").site_id})
    assert "Single files: 6 for 1 site" in text_of(one)
    assert "Poster A3, Barcelona" not in text_of(one)


@pytest.mark.parametrize("site", ["x", "999999", "²"])
def test_a_site_that_is_not_in_the_kit_lists_nothing(cast, message, as_user, site):
    text = text_of(as_user(cast.rosa).get(KIT, {"site": site}))
    assert "Single files" not in text
    assert "Poster A3" in text


def test_looking_counts_nothing(cast, message, as_user):
    client = as_user(cast.rosa)
    version = KitVersion.objects.get(file__place__site=cast.barcelona, file__kind="poster")
    for address in (KIT, f"{KIT}?new=since-last", f"{KIT}versions/{version.pk}/picture/"):
        assert client.get(address).status_code == 200
    assert client.get(TAKE).status_code == 405
    assert not KitDownload.objects.exists()


def test_the_cio_looks_and_takes_nothing(cast, message, as_user):
    client = as_user(cast.claire)
    text = text_of(client.get(KIT, {"region": "iberia"}))
    assert "Poster A3, Barcelona, Spanish" in text
    assert "Download" not in text
    assert client.post(TAKE).status_code == 403


def test_a_file_of_another_region_is_not_handed_out(cast, message, as_user):
    hidden = KitFile.objects.filter(place__site=cast.shanghai).first()
    assert as_user(cast.rosa).post(TAKE, {"file": hidden.pk}).status_code == 404
    version = KitVersion.objects.get(file__place__site=cast.shanghai, file__kind="poster")
    picture = f"{KIT}versions/{version.pk}/picture/"
    assert as_user(cast.rosa).get(picture).status_code == 404
    assert as_user(cast.mei).get(picture)["Content-Type"] == "image/png"
    assert not KitDownload.objects.exists()


def test_a_kit_of_which_nothing_is_made_yet_says_so(cast, message, as_user):
    KitVersion.objects.all().delete()
    answer = as_user(cast.rosa).post(TAKE, follow=True)
    assert "These files are not ready yet" in text_of(answer)
    assert not KitDownload.objects.exists()


def test_a_choice_that_is_none_is_not_found(cast, message, as_user):
    client = as_user(cast.rosa)
    for asked in ({"file": "x"}, {"extent": "everything"}, {"region": "none"}):
        assert client.post(TAKE, asked).status_code == 404


def test_what_cannot_be_made_is_named_and_asked_for_again(cast, message, as_user):
    file = KitFile.objects.get(place__site=cast.barcelona, kind="poster")
    KitFile.objects.filter(pk=file.pk).update(state="refused", problem="title")
    text = text_of(as_user(cast.rosa).get(KIT))
    assert (
        "The desk opens on go-live date , Barcelona, Poster A3, Spanish: the subject is too long"
        in text
    )
    assert "Try again" not in text
    client = as_user(cast.ines)
    assert "Try again" in text_of(client.get(KIT, {"region": "iberia"}))
    client.post(f"{KIT}files/{file.pk}/again/")
    file.refresh_from_db()
    assert file.state == "waiting"


def test_an_empty_kit_says_so(cast, as_user):
    assert "No kit yet" in text_of(as_user(cast.rosa).get(KIT))


def test_a_kit_whose_files_nobody_has_made_yet_says_so(cast, message, now, as_user):
    KitFile.objects.filter(place__site=cast.barcelona).delete()
    text = text_of(as_user(cast.rosa).get(KIT))
    assert "The kit for Iberia is being created" in text
    assert "1 message for these sites is approved. Its files are created next" in text
    assert "once its messages are approved" not in text


def test_the_first_kit_is_one_with_files(cast, message, as_user):
    today = NOW.date()
    Wave.objects.filter(pk=cast.wave1.pk).update(go_live_on=today + timedelta(days=1))
    Wave.objects.filter(pk=cast.wave2.pk).update(go_live_on=today + timedelta(days=9))
    client = as_user(cast.ines)
    assert "6 files for Iberia" in text_of(client.get(KIT))
    KitFile.objects.filter(place__site=cast.barcelona).delete()
    assert "files for China" in text_of(client.get(KIT))
    assert "is being created" in text_of(client.get(KIT, {"region": "iberia"}))


def test_a_programme_without_waves_has_a_page_too(cast, as_user):
    cast.programme.waves.all().delete()
    assert "No kit yet" in text_of(as_user(cast.ines).get(KIT))


def test_the_home_of_a_region_shows_its_kit(cast, message, as_user):
    text = text_of(as_user(cast.rosa).get("/p/one-it/regions/iberia/"))
    assert "Communication kit for your sites" in text
    assert "Wave 1: 6 files in 1 language" in text
    assert "Download all" in text
    claire = text_of(as_user(cast.claire).get("/p/one-it/regions/iberia/"))
    assert "Communication kit" in claire
    assert "Download all" not in claire


def test_a_message_leads_to_the_kit(cast, message, as_user):
    answer = as_user(cast.rosa).get(f"/p/one-it/messages/{message.pk}/")
    assert f"/p/one-it/kit/#message-{message.pk}" in answer.content.decode()
    draft = make_message(cast, NOW)
    answer = as_user(cast.ines).get(f"/p/one-it/messages/{draft.pk}/")
    assert "/p/one-it/kit/#" not in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_picture_is_of_the_language_that_its_reader_reads(cast, now, as_user, language):
    factories.PersonFactory(site=cast.barcelona, language="en")
    past = now - timedelta(hours=1)
    approve(cast, make_message(cast, past, texts=TEXTS, **TO_GO_LIVE), past)
    kit.keep(cast.programme, lambda: past, past + timedelta(minutes=1))
    [board] = as_user(cast.rosa).get(KIT).context["board"].parts
    poster = board.groups[0]
    assert list(poster.languages) == ["en", "es"]
    with override(language):
        assert poster.shown.file.language == language
