"""The glossary of a programme: who writes what, hints beside a text, files of terms."""

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from onelift.exchange.services.term import save_term
from programmes.models import Term
from programmes.queries.terms import TermWord, terms_of, word_in, words_in
from tests.communications.making import make_message
from tests.factories import ProgrammeFactory

pytestmark = pytest.mark.django_db

ROOT = "/p/one-it/texts/glossary/"


@pytest.fixture
def term(cast, now):
    words = {"en": "QR code", "es": "código QR", "de": "QR-Code"}
    return save_term(
        Term(programme=cast.programme), words, now, cast.ines, note="Printed on posters"
    )


def words(cast, language="es"):
    return {word_in(one, "en"): word_in(one, language) for one in terms_of(cast.programme)}


def file(text):
    return {"file": SimpleUploadedFile("terms.csv", text.encode())}


def test_the_team_adds_changes_removes_and_puts_back(cast, as_user):
    client = as_user(cast.tom)
    client.post(f"{ROOT}add/", {"word_en": "Ticket", "note": "A request", "word_es": "tique"})
    [term] = terms_of(cast.programme)
    assert (word_in(term, "es"), term.note) == ("tique", "A request")
    client.post(f"{ROOT}{term.pk}/", {"word_en": "Ticket", "word_es": "incidencia"})
    assert words(cast) == {"Ticket": "incidencia"}
    page = client.post(f"{ROOT}{term.pk}/remove/", follow=True).content.decode()
    assert "“Ticket” is removed." in page
    assert f"{ROOT}{term.pk}/restore/" in page
    assert words(cast) == {}
    assert client.get(f"{ROOT}{term.pk}/").status_code == 404
    client.post(f"{ROOT}{term.pk}/restore/")
    assert words(cast) == {"Ticket": "incidencia"}


def test_a_programme_in_english_alone_has_a_glossary_too(cast, term, as_user):
    cast.programme.languages = ["en"]
    cast.programme.save(update_fields=["languages"])
    client = as_user(cast.tom)
    page = client.get(ROOT).content.decode()
    assert "QR code" in page
    assert "lacks=word" not in page
    client.post(f"{ROOT}{term.pk}/", {"word_en": "QR code", "note": "Other"})
    term.refresh_from_db()
    assert term.note == "Other"


def test_a_term_is_there_once(cast, term, as_user):
    client = as_user(cast.tom)
    page = client.post(f"{ROOT}add/", {"word_en": "qr CODE"}).content.decode()
    assert "“qr CODE” is already in the glossary." in page
    client.post(f"{ROOT}{term.pk}/remove/")
    client.post(f"{ROOT}add/", {"word_en": "qr CODE"})
    answer = client.post(f"{ROOT}{term.pk}/restore/", follow=True).content.decode()
    assert "is already in the glossary." in answer
    assert list(words(cast)) == ["qr CODE"]


def test_a_local_writer_writes_own_languages_and_nothing_else(cast, term, as_user):
    client = as_user(cast.nuria)
    page = client.get(f"{ROOT}{term.pk}/").content.decode()
    assert "QR-Code" in page
    assert 'name="word_de"' not in page
    assert 'name="word_en"' not in page
    typed = {"word_es": "código", "word_de": "Kode", "word_en": "Barcode", "note": "Mine"}
    client.post(f"{ROOT}{term.pk}/", typed)
    term.refresh_from_db()
    found = (word_in(term, "es"), word_in(term, "de"), word_in(term, "en"), term.note)
    assert found == ("código", "QR-Code", "QR code", "Printed on posters")
    assert client.post(f"{ROOT}add/", {"word_en": "New"}).status_code == 403
    assert client.post(f"{ROOT}{term.pk}/remove/").status_code == 403


def opened(client, term):
    """Return what the fields of an opened page send, the hidden ones too."""
    page = client.get(f"{ROOT}{term.pk}/").content.decode()
    found = (re.search(r'name="([^"]*)"', tag) for tag in re.findall("<input[^>]*>", page))
    names = [match[1] for match in found if match]
    value = {name: re.search(f'<input[^>]*name="{name}"[^>]*>', page)[0] for name in names}
    read = {name: re.search(r'value="([^"]*)"', tag) for name, tag in value.items()}
    return {name: unescape(match[1]) if match else "" for name, match in read.items()}


@pytest.mark.parametrize("name", ["rosa", "claire"])
def test_readers_find_the_glossary_and_nothing_to_write(cast, term, as_user, name):
    client = as_user(getattr(cast, name))
    assert ROOT in client.get("/p/one-it/messages/").content.decode()
    page = client.get(f"{ROOT}?language=zh-hans").content.decode()
    assert "Chinese" in page
    for closed in (f"{ROOT}import/", f"{ROOT}add/", f"{ROOT}{term.pk}/", '"/p/one-it/texts/"'):
        assert closed not in page
    assert client.get(f"{ROOT}export/csv/").status_code == 200
    assert client.post(f"{ROOT}{term.pk}/", {"word_es": "x"}).status_code == 403


def test_two_writers_of_two_languages_do_not_overwrite_each_other(cast, term, as_user):
    ines, tom = as_user(cast.ines), as_user(cast.tom)
    first, second = opened(ines, term), opened(tom, term)
    ines.post(f"{ROOT}{term.pk}/", first | {"word_es": "código"})
    tom.post(f"{ROOT}{term.pk}/", second | {"word_de": "Kode"})
    term.refresh_from_db()
    assert (word_in(term, "es"), word_in(term, "de")) == ("código", "Kode")


def test_a_word_that_changed_meanwhile_is_shown_before_it_is_replaced(cast, term, as_user):
    ines, tom = as_user(cast.ines), as_user(cast.tom)
    first, second = opened(ines, term), opened(tom, term)
    ines.post(f"{ROOT}{term.pk}/", first | {"word_es": "código"})
    answer = tom.post(f"{ROOT}{term.pk}/", second | {"word_es": "el QR"})
    assert "It is now: “código”" in answer.content.decode()
    assert 'value="el QR"' in answer.content.decode()
    assert words(cast) == {"QR code": "código"}
    again = second | {"word_es": "el QR", "initial-word_es": "código"}
    assert 'name="initial-word_es" value="código"' in answer.content.decode()
    tom.post(f"{ROOT}{term.pk}/", again)
    assert words(cast) == {"QR code": "el QR"}


def test_the_list_counts_what_has_no_word(cast, now, term, as_user):
    save_term(Term(programme=cast.programme), {"en": "Ticket"}, now, cast.ines)
    client = as_user(cast.nuria)
    page = client.get(ROOT).content.decode()
    assert "1 term has no word in Spanish" in page
    assert "lacks=word" in page
    assert 'data-count="1"' in page
    lacking = client.get(f"{ROOT}?language=es&lacks=word")
    assert [row["english"] for row in lacking.context["page"]] == ["Ticket"]
    assert 'data-total="1"' in lacking.content.decode()


def test_a_hint_beside_a_message_names_the_word_until_it_is_used(cast, now, term, as_user):
    message = make_message(cast, now, {"en": ("Posters", "Scan the QR codes.")})
    client, look = as_user(cast.nuria), f"/p/one-it/messages/{message.pk}/es/look/"
    said = "“QR code”: the glossary says código QR"
    wrong = {"subject": "Carteles", "body": "Escanea los códigos."}
    answer = client.post(look, wrong).content.decode()
    assert said in answer
    assert 'data-word="código QR" data-at="1"' in answer
    right = wrong | {"body": "Escanea los códigos QR."}
    assert said not in client.post(look, right).content.decode()
    page = client.get(f"/p/one-it/messages/{message.pk}/es/").content.decode()
    assert "Printed on posters" in page
    client.post(f"/p/one-it/messages/{message.pk}/es/ready/", wrong)
    message.refresh_from_db()
    assert message.body_es == "Escanea los códigos."


@pytest.mark.parametrize(
    ("english", "word", "source", "text", "is_used"),
    [
        ("ticket", "zgłoszenie", "Your open tickets move.", "Zgłoszenia przejdą.", True),
        ("site", "lokalizacja", "All sites", "Wszystkie strony", False),
        ("service desk", "服务台", "The Service Desk opens", "服务台开放", True),
        ("service desk", "服务台", "The Service Desk opens", "帮助台开放", False),
        ("go-live", "Inbetriebnahme", "After go-live", "Nach der Inbetriebnahme", True),
    ],
)
def test_words_are_found_in_other_cases_and_scripts(english, word, source, text, is_used):
    one = TermWord(english, word, "")
    assert one.is_in(source)
    assert one.is_used_in(text) is is_used


def test_a_term_inside_of_another_word_or_term_is_none():
    site, desk = TermWord("site", "sitio", ""), TermWord("service", "servicio", "")
    both = TermWord("service desk", "centro de servicio", "")
    assert words_in([site], "Visit the website.") == []
    assert words_in([desk, both], "The service desk opens.") == [both]
    assert words_in([desk, both], "The service desk is a service.") == [desk, both]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_is_imported_again(cast, now, term, as_user, kind):
    save_term(Term(programme=cast.programme), {"en": "=1+1", "es": "@suma"}, now, cast.ines)
    client = as_user(cast.tom)
    content = b"".join(client.get(f"{ROOT}export/{kind}/").streaming_content)
    before = words(cast)
    assert content
    if kind == "xlsx":
        rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        assert rows[0][:2] == ("english", "meaning")
    upload = {"file": SimpleUploadedFile(f"terms.{kind}", content)}
    assert client.post(f"{ROOT}import/", upload).status_code == 302
    assert words(cast) == before
    Term.objects.all().delete()
    upload = {"file": SimpleUploadedFile(f"terms.{kind}", content)}
    assert client.post(f"{ROOT}import/", upload).status_code == 302
    assert words(cast) == before
    assert words(cast, "de")["QR code"] == "QR-Code"


def test_a_file_with_errors_is_refused_line_by_line_and_changes_nothing(cast, term, as_user):
    long = "x" * 121
    table = f"english,es\nQR code,código\n,nada\nTicket,{long}\nSite,sitio\nSITE,lugar\n"
    page = unescape(as_user(cast.tom).post(f"{ROOT}import/", file(table)).content.decode())
    assert "3 rows have errors. Nothing was imported." in page
    assert '<th scope="row">3</th><td>Enter the term in English.</td>' in page
    assert "“es” has 121 characters." in page
    assert "“SITE” is in the file twice." in page
    assert words(cast) == {"QR code": "código QR"}


def test_a_local_writer_imports_own_languages_alone(cast, term, as_user):
    client = as_user(cast.nuria)
    page = client.post(f"{ROOT}import/", file("english,de\nQR code,Kode\nNew,Neu\n"))
    shown = page.content.decode()
    assert "You do not translate into German." in shown
    assert "Only the communication team and programme managers add terms" in shown
    client.post(f"{ROOT}import/", file("english,es,de\nQR code,código,QR-Code\n"))
    assert words(cast) == {"QR code": "código"}


def test_another_programme_stays_out(cast, now, as_user):
    other = ProgrammeFactory()
    theirs = save_term(Term(programme=other), {"en": "Theirs"}, now)
    client = as_user(cast.tom)
    assert "Theirs" not in client.get(ROOT).content.decode()
    for address in ("", "remove/", "restore/"):
        assert client.post(f"{ROOT}{theirs.pk}/{address}").status_code == 404


def test_more_terms_need_no_more_queries(cast, now, term, as_user, django_assert_num_queries):
    client = as_user(cast.tom)
    client.get(ROOT)
    with django_assert_num_queries(6):
        client.get(ROOT)
    for n in range(2):
        save_term(Term(programme=cast.programme), {"en": f"Term {n}"}, now, cast.ines)
    with django_assert_num_queries(6):
        client.get(ROOT)


def test_hostile_words_are_shown_as_words(cast, now, as_user):
    bad = "<script>alert(1)</script>"
    save_term(Term(programme=cast.programme), {"en": bad, "es": bad}, now, cast.ines, note=bad)
    assert bad not in as_user(cast.nuria).get(ROOT).content.decode()
