"""Texts taken along and brought back by pages: own languages alone, each text for itself."""

import io
import zipfile
import zlib
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from translate.storage.xliff import Xliff1File

from onelift.exchange.forms.files import MOST_BYTES
from onelift.exchange.models import TextImport
from onelift.exchange.services import text_import
from programmes.models import Service
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from stakeholders.models import Role
from tests.communications.making import make_message
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db

ROOT = "/p/one-it/texts/"
BODY = "Call 5050, see [help](https://help.example)."


@pytest.fixture
def service(cast, now):
    made = ServiceFactory(programme=cast.programme)
    write_text(made, "en", {"name": "Phone", "benefit": "Dial 5050.", "how_to_get": ""}, None, now)
    mark(made, "en", "approved", cast.ines, now)
    return made


def export(client, kind="xlsx", *languages):
    return client.get(f"{ROOT}export/", {"languages": languages or ["es"], "format": kind})


def filled(content, texts, state="review", **cells):
    """Return a workbook with translations filled in by id."""
    book = load_workbook(io.BytesIO(content))
    for row in book.active.iter_rows(min_row=2):
        if row[0].value in texts:
            row[3].value, row[4].value = texts[row[0].value], state
            row[1].value = cells.get("language", row[1].value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bring(client, content, name="texts.xlsx"):
    """Return the page to which an upload leads."""
    return client.post(f"{ROOT}import/", {"file": SimpleUploadedFile(name, content)}).url


def work(now):
    text_import.run_pump(lambda: now)


def spanish(service):
    return states_of(Service.objects.get(pk=service.pk))["es"]


def test_a_workbook_goes_out_and_its_translations_come_in(cast, now, service, as_user):
    client, key = as_user(cast.nuria), f"service/{service.pk}"
    answer = export(client)
    assert answer["Content-Disposition"] == 'attachment; filename="one-it-texts.xlsx"'
    texts = {f"{key}/name": "Teléfono", f"{key}/benefit": "Marca 5050."}
    url = bring(client, filled(answer.content, texts))
    waiting = client.get(url).content.decode()
    assert "Importing texts" in waiting
    assert 'data-live="1"' in waiting
    work(now)
    done = client.get(url).content.decode()
    assert "2 texts saved" in done
    assert 'data-live="0"' in done
    assert (spanish(service).state, spanish(service).text["name"]) == ("review", "Teléfono")
    one = TextImport.objects.get()
    assert (bytes(one.content), one.units_done) == (b"", one.units_total)


def test_what_does_not_fit_is_named_and_the_rest_is_saved(cast, now, service, as_user):
    client, key = as_user(cast.nuria), f"service/{service.pk}"
    texts = {f"{key}/name": "Teléfono", f"{key}/benefit": "Marca 5051."}
    url = bring(client, filled(export(client).content, texts))
    work(now)
    page = unescape(client.get(url).content.decode())
    assert "1 text saved" in page
    assert "The English has 5050, the translation does not." in page
    assert f"{key}/benefit" in page
    assert spanish(service).text["name"] == "Teléfono"


def test_xliff_of_several_languages_is_read_by_another_tool(cast, now, service, as_user):
    make_message(cast, now, {"en": ("Desk", BODY)})
    answer = export(as_user(cast.ines), "xliff", "es", "zh-hans")
    store = Xliff1File.parsestring(answer.content)
    assert len(store.getfilenames()) == 2
    assert len([unit for unit in store.units if unit.source == BODY]) == 2
    url = bring(as_user(cast.ines), bytes(store), "texts.xlf")
    work(now)
    assert "0 texts saved" in as_user(cast.ines).get(url).content.decode()


def test_a_local_writer_takes_and_brings_own_languages_alone(cast, now, service, as_user):
    client, key = as_user(cast.nuria), f"service/{service.pk}/name"
    page = export(client, "xlsx", "de")
    assert "Select a valid choice" in page.content.decode()
    assert [code for code, _name in page.context["form"].fields["languages"].choices] == ["es"]
    content = filled(export(client).content, {key: "Telefon"}, language="de")
    url = bring(client, content)
    work(now)
    assert "“de” is none of: es." in client.get(url).content.decode()
    assert states_of(Service.objects.get(pk=service.pk))["de"].state == "missing"


def test_rights_are_those_of_the_moment_at_which_it_is_saved(cast, now, service, as_user):
    client, key = as_user(cast.nuria), f"service/{service.pk}/name"
    bring(client, filled(export(client).content, {key: "Teléfono"}))
    Role.objects.filter(user=cast.nuria).delete()
    work(now)
    assert spanish(service).state == "missing"
    assert TextImport.objects.get().saved == 0


def test_an_english_draft_does_not_leave(cast, service, as_user):
    draft = ServiceFactory(programme=cast.programme, name_en="Half written")
    rows = load_workbook(io.BytesIO(export(as_user(cast.nuria)).content)).active.values
    ids = [row[0] for row in rows]
    assert f"service/{service.pk}/name" in ids
    assert f"service/{draft.pk}/name" not in ids


def test_a_workbook_that_unpacks_to_much_is_refused_at_once(cast, service, as_user):
    client, file = as_user(cast.nuria), io.BytesIO(export(as_user(cast.nuria)).content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/large.bin", bytes(41 * 1024**2))
    assert len(file.getvalue()) < MOST_BYTES
    upload = {"file": SimpleUploadedFile("texts.xlsx", file.getvalue())}
    page = unescape(client.post(f"{ROOT}import/", upload).content.decode())
    assert "The workbook unpacks to more than 40 MB. Import it in parts." in page
    assert not TextImport.objects.exists()


def test_other_files_are_refused_at_once(cast, as_user):
    client = as_user(cast.nuria)
    for content, reason in ((b"no file", "This is no XML file"), (b"PK\x03\x04 no", "orkbook")):
        file = {"file": SimpleUploadedFile("texts.xlf", content)}
        assert reason in unescape(client.post(f"{ROOT}import/", file).content.decode())
    assert not TextImport.objects.exists()


def test_a_second_worker_goes_on_where_the_first_was_killed(cast, now, service, as_user):
    other = ServiceFactory(programme=cast.programme, name_en="Chat", benefit_en="")
    mark(other, "en", "approved", cast.ines, now)
    client = as_user(cast.nuria)
    keys = [f"service/{one.pk}/name" for one in (service, other)]
    url = bring(client, filled(export(client).content, dict.fromkeys(keys, "Algo")))
    first = text_import.claim(now)
    bringing, clock = text_import._bringing(first), lambda: now
    groups = text_import.by_object(text_import.units_in(zlib.decompress(first.content)))
    done = 0
    for own in groups:
        done += len(own)
        text_import._take(first, own, done, bringing, now)
        if own[0].id == keys[0]:
            break
    assert text_import.claim(now) is None
    later = now + timedelta(hours=1)
    work(later)
    one = TextImport.objects.get()
    assert (one.state, one.saved, one.attempts) == ("done", 2, 2)
    assert "2 texts saved" in client.get(url).content.decode()
    with pytest.raises(text_import.LostError):
        text_import._take(first, groups[0], done, bringing, clock())


def test_a_file_that_nobody_can_finish_is_given_up_and_old_reports_go(cast, now, as_user):
    client = as_user(cast.nuria)
    url = bring(client, export(client).content)
    TextImport.objects.update(attempts=3)
    work(now)
    assert "could not be processed in 3 attempts" in client.get(url).content.decode()
    work(now + timedelta(days=60))
    assert client.get(url).status_code == 404


def test_nobody_else_sees_what_somebody_brought(cast, service, as_user):
    client = as_user(cast.nuria)
    url = bring(client, export(client).content)
    assert as_user(cast.ines).get(url).status_code == 404
    assert "texts.xlsx" in client.get(f"{ROOT}import/").content.decode()


def test_a_file_of_which_too_much_is_refused_ends_with_what_was_saved(
    cast, now, service, as_user, monkeypatch
):
    monkeypatch.setattr(text_import, "MOST_REFUSED", 5)
    client = as_user(cast.nuria)
    right = "<source>Dial 5050.</source><target>Marque 5050.</target>"
    units = f'<trans-unit id="service/{service.pk}/benefit">{right}</trans-unit>' + "".join(
        f'<trans-unit id="service/{10**9 + n}/name"><source>A</source></trans-unit>'
        for n in range(40)
    )
    content = (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        f'<file source-language="en" target-language="es"><body>{units}</body></file></xliff>'
    )
    url = bring(client, content.encode(), "texts.xlf")
    work(now)
    one = TextImport.objects.get()
    assert (one.state, len(one.refused)) == ("refused", 6)
    shown = client.get(url).content.decode()
    assert "More than 5 texts were refused, so the import stopped. There is no such text" in shown
    assert "1 text saved" in shown
    assert "could not be imported" not in shown
