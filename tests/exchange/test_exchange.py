"""Texts go to translators as a file and come back: what fits is saved, what does not is named."""

import io
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook
from translate.storage.xliff import Xliff1File

from communications.messages.services.channel_text import text_for, write_channel_text
from communications.models import Message
from onelift.exchange.kinds import KINDS
from programmes.models import Service
from programmes.queries.texts import states_of, text_of
from programmes.services.texts import mark, write_text
from tests.communications.making import approve, make_message
from tests.dashboards.test_plan import make_survey
from tests.events.making import make_event
from tests.factories import ProgrammeFactory, ServiceFactory

pytestmark = pytest.mark.django_db

SPACE = "{urn:oasis:names:tc:xliff:document:1.2}"
SUBJECT, BODY = "Your desk on {{ go_live_date }}", "Call 5050, see [help](https://help.example)."
GERMAN = "Wählen Sie 5050, siehe [Hilfe](https://help.example)."


@pytest.fixture
def message(cast, now):
    """Return a message in English alone."""
    return make_message(cast, now, {"en": (SUBJECT, BODY)})


def export(path, *options):
    """Return what the command says; the file is at ``path``."""
    shown = io.StringIO()
    call_command("export_texts", str(path), *options, stdout=shown)
    return shown.getvalue()


def take(path):
    """Return what the command says, what it refuses, and how it ends."""
    shown, refused, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_texts", str(path), stdout=shown, stderr=refused)
    except SystemExit as ended:
        code = ended.code
    return shown.getvalue().strip(), refused.getvalue(), code


def translate(path, texts, language="de", state="translated"):
    """Fill in targets with another reader of XLIFF, as a translator's tool does."""
    tree = ElementTree.parse(path)
    for file in tree.iter(f"{SPACE}file"):
        for unit in file.iter(f"{SPACE}trans-unit"):
            if file.get("target-language") == language and unit.get("id") in texts:
                target = unit.find(f"{SPACE}target")
                target.text = texts[unit.get("id")]
                target.set("state", state)
    tree.write(path, encoding="utf-8", xml_declaration=True)


def german(message):
    return {
        f"message/{message.pk}/subject": "Ihr Helpdesk am {{ go_live_date }}",
        f"message/{message.pk}/body": GERMAN,
    }


@pytest.fixture
def file(tmp_path):
    return tmp_path / "texts.xlf"


@pytest.mark.parametrize(("said", "state"), [("translated", "review"), ("new", "draft")])
def test_a_translation_comes_back(message, file, said, state):
    assert "languages: de" in export(file, "--language", "de")
    translate(file, german(message), state=said)
    assert take(file) == ("saved: 2, unchanged: 1, refused: 0", "", 0)
    found = states_of(Message.objects.get(pk=message.pk))["de"]
    assert (found.state, found.text["body"]) == (state, GERMAN)
    assert take(file)[0] == "saved: 0, unchanged: 3, refused: 0"


def test_another_reader_finds_the_same_in_the_file(cast, now, message, file):
    make_event(cast, now)
    make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    export(file, "--programme", cast.programme.slug)
    with file.open("rb") as opened:
        store = Xliff1File.parsefile(opened)
    assert len(store.getfilenames()) == 11
    units = [unit for unit in store.units if unit.source == BODY]
    assert len(units) == 11
    kinds = {unit.getid().split("\x04")[-1].split("/")[0] for unit in store.units}
    assert {"message", "event", "survey"} <= kinds
    spanish = [unit.target for unit in store.units if unit.target]
    assert "Día de One IT" in spanish
    assert bytes(store)
    file.write_bytes(bytes(store))
    assert take(file)[1:] == ("", 0)


def test_what_does_not_fit_is_named_and_the_rest_is_saved(cast, now, message, file):
    other = make_message(cast, now, {"en": ("Old", "Old body")})
    export(file, "--language", "de")
    write_text(other, "en", {"subject": "Old", "body": "New body"}, None, now)
    body = f"message/{message.pk}/body"
    translate(file, german(message) | {body: "Wählen Sie 5050."})
    translate(
        file, {f"message/{other.pk}/body": "Alter Text", f"message/{other.pk}/subject": "Alt"}
    )
    text = file.read_text().replace(f"message/{other.pk}/subject", "message/999999/subject")
    file.write_text(text)
    said, refused, code = take(file)
    assert (said, code) == ("saved: 1, unchanged: 1, refused: 3", 1)
    assert (
        f"{body} (de): The English has https://help.example, the translation does not." in refused
    )
    assert f"message/{other.pk}/body (de): The English has changed" in refused
    assert "message/999999/subject (de): There is no such text." in refused
    assert text_of(Message.objects.get(pk=message.pk), "de")["subject"].startswith("Ihr Helpdesk")
    assert states_of(message.__class__.objects.get(pk=message.pk))["de"].state == "draft"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Siehe [Hilfe](https://help.example).", "5050"),
        ("Wählen Sie 5050.", "https://help.example"),
    ],
)
def test_numbers_and_links_are_kept(message, file, text, lost):
    export(file, "--language", "de")
    translate(file, {f"message/{message.pk}/body": text})
    assert f"The English has {lost}, the translation does not." in take(file)[1]
    assert not text_of(Message.objects.get(pk=message.pk), "de")["body"]


def test_a_placeholder_is_kept(message, file):
    export(file, "--language", "de")
    translate(file, {f"message/{message.pk}/subject": "Ihr Helpdesk"})
    assert "The English has {{ go_live_date }}, the translation does not." in take(file)[1]


def test_words_that_were_written_meanwhile_are_not_overwritten(cast, now, message, file):
    export(file, "--language", "de")
    write_text(message, "de", {"subject": "Meins {{ go_live_date }}", "body": ""}, cast.ines, now)
    translate(file, german(message))
    said, refused, _code = take(file)
    assert "Someone has changed this translation since the export." in refused
    assert said.startswith("saved: 1")
    assert text_of(Message.objects.get(pk=message.pk), "de")["subject"].startswith("Meins")


def test_what_is_approved_goes_on_as_approved(cast, now, message, file):
    version = approve(cast, message, now)
    export(file, "--language", "de")
    translate(file, german(message))
    take(file)
    version.refresh_from_db()
    assert version.state == "approved"
    assert "de" not in version.frozen.languages


def test_a_workbook_brings_texts_back_and_computes_nothing(cast, now, tmp_path):
    service = ServiceFactory(programme=cast.programme, name_en="=1+1")
    mark(service, "en", "approved", cast.ines, now)
    file = tmp_path / "texts.xlsx"
    export(file, "--format", "xlsx", "--language", "fr")
    book = load_workbook(file)
    rows = {row[0].value: row for row in book.active.iter_rows(min_row=2)}
    row = rows[f"service/{service.pk}/name"]
    assert (row[2].value, row[2].data_type) == ("'=1+1", "s")
    row[3].value, row[4].value = "'=1+1 en français", "review"
    book.save(file)
    assert take(file)[1:] == ("", 0)
    assert text_of(Service.objects.get(pk=service.pk), "fr")["name"] == "=1+1 en français"


def test_questions_keep_their_answers(cast, now, file):
    survey = make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    export(file, "--language", "de")
    key = f"survey/{survey.pk}"
    translate(file, {f"{key}/options": "A\nB\nC", f"{key}/csat": "Wie?"})
    said, refused, _code = take(file)
    assert said.startswith("saved: 1")
    assert "The English has 2 answers, one a line. Write as many lines." in refused
    translate(file, {f"{key}/options": "Eins\nZwei"})
    assert take(file)[1:] == ("", 0)
    options = survey.questions.get(kind="choice").options.all()
    assert [option.text_de for option in options] == ["Eins", "Zwei"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no file of texts", "This is no XML file"),
        (b"<html/>", "This is no XLIFF 1.2 file"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "declares a document type"),
        (b"PK\x03\x04 broken", "[Ww]orkbook"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?><xliff/>', "Save it as UTF-8"),
        (b'<?xml version="1.0" encoding="GBK"?><xliff/>', "Save it as UTF-8"),
        (b'<?xml version="1.0" encoding="none-such"?><xliff/>', "Save it as UTF-8"),
    ],
)
def test_other_files_are_refused(db, tmp_path, content, reason):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        call_command("import_texts", str(file))


def test_a_workbook_with_other_headings_is_refused(db, tmp_path):
    book, file = Workbook(), tmp_path / "file.xlsx"
    book.active.append(["id", "text"])
    book.save(file)
    with pytest.raises(CommandError, match="headings id, language, english"):
        call_command("import_texts", str(file))


def test_a_language_that_is_unknown_is_named(message, file):
    export(file, "--language", "de")
    file.write_text(file.read_text().replace('target-language="de"', 'target-language="tlh"'))
    assert "“tlh” is none of: ar, de" in take(file)[1]


def test_files_and_programmes_that_are_not_there(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_texts", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_texts", str(tmp_path / "none" / "file"))
    with pytest.raises(CommandError, match="There is no programme “none”"):
        call_command("export_texts", str(tmp_path / "file"), "--programme", "none")


def test_another_programme_stays_out(cast, now, message, file):
    other = ServiceFactory(programme=ProgrammeFactory(), name_en="Theirs")
    export(file, "--programme", cast.programme.slug, "--language", "de")
    assert f"service/{other.pk}/name" not in file.read_text()


def test_more_texts_need_no_more_queries(cast, now, file, django_assert_max_num_queries):
    for _n in range(3):
        make_message(cast, now, {"en": (SUBJECT, BODY)})
        ServiceFactory(programme=cast.programme)
    make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    with django_assert_max_num_queries(20):
        export(file)


def old_german(message, cast, now):
    """Return a German text that the English has left behind since."""
    texts = {"subject": "Ihr Tisch am {{ go_live_date }}", "body": GERMAN}
    write_text(message, "de", texts, cast.ines, now)
    mark(message, "de", "review", cast.ines, now)
    changed = {"subject": SUBJECT, "body": f"{BODY} Bring your badge."}
    write_text(message, "en", changed, None, now)
    return f"message/{message.pk}"


def german_state(message):
    return states_of(Message.objects.get(pk=message.pk))["de"].state


def test_part_of_a_text_does_not_make_the_rest_current(cast, now, message, file):
    key = old_german(message, cast, now)
    export(file, "--language", "de")
    translate(file, {f"{key}/subject": "Ihr Platz am {{ go_live_date }}", f"{key}/body": ""})
    assert take(file)[0].startswith("saved: 1")
    assert german_state(message) == "stale"
    translate(file, {f"{key}/body": "Bringen Sie Ihren Ausweis mit."})
    assert "the translation does not" in take(file)[1]
    assert german_state(message) == "stale"
    translate(file, {f"{key}/body": f"{GERMAN} Bringen Sie Ihren Ausweis mit."})
    take(file)
    assert german_state(message) == "review"


def test_a_refused_part_keeps_a_text_from_review(cast, now, message, file):
    write_text(message, "de", {"subject": "Tisch {{ go_live_date }}", "body": GERMAN}, None, now)
    export(file, "--language", "de")
    body = f"message/{message.pk}/body"
    translate(file, german(message) | {body: "Wählen Sie die Nummer."})
    take(file)
    assert german_state(message) == "draft"


def test_english_that_changes_while_a_file_is_taken_is_not_called_translated(
    cast, now, message, file, monkeypatch
):
    export(file, "--language", "de")
    translate(file, german(message))
    kind, write = KINDS["message"], KINDS["message"].write

    def late(*asked):
        write_text(message, "en", {"subject": SUBJECT, "body": f"{BODY} Now."}, None, now)
        write(*asked)

    monkeypatch.setattr(kind, "write", late)
    take(file)
    assert german_state(message) == "stale"


def test_a_draft_that_is_called_finished_as_it_is_goes_to_review(cast, now, message, file):
    text = {"subject": "Ihr Tisch am {{ go_live_date }}", "body": GERMAN}
    write_text(message, "de", text, None, now, by_machine=True)
    export(file, "--language", "de")
    as_it_is = {f"message/{message.pk}/{name}": words for name, words in text.items()}
    translate(file, as_it_is, state="final")
    assert take(file)[0].startswith("saved: 2, unchanged: 1")
    found = states_of(Message.objects.get(pk=message.pk))["de"]
    assert (found.state, found.by_machine) == ("review", False)
    assert take(file)[0].startswith("saved: 0")


def test_a_corrected_word_of_an_approved_text_is_reviewed_again(cast, now, message, tmp_path):
    write_text(message, "de", {"subject": "{{ go_live_date }}", "body": GERMAN}, None, now)
    mark(message, "de", "approved", cast.ines, now)
    file = tmp_path / "texts.xlsx"
    export(file, "--format", "xlsx", "--language", "de")
    book = load_workbook(file)
    [row] = [one for one in book.active.iter_rows() if one[0].value.endswith("/subject")]
    assert row[4].value == "approved"
    row[3].value = "Am {{ go_live_date }}"
    book.save(file)
    take(file)
    assert german_state(message) == "review"


def test_an_answer_is_as_short_as_its_column(cast, now, file):
    survey = make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    export(file, "--language", "de")
    translate(file, {f"survey/{survey.pk}/options": f"Eins\n{'z' * 121}"})
    assert "The text has 121 characters. Shorten it to at most 120." in take(file)[1]


def test_empty_rows_of_a_workbook_are_passed_over(cast, now, message, tmp_path):
    file = tmp_path / "texts.xlsx"
    export(file, "--format", "xlsx", "--language", "de")
    book = load_workbook(file)
    for number in range(book.active.max_row + 1, book.active.max_row + 20):
        book.active.cell(number, 3).value = " "
    book.save(file)
    assert take(file)[1:] == ("", 0)


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("body", f"{GERMAN} Hallo {{{{ prénom }}}}.", "{{ prénom }} is not a placeholder"),
        ("body", f"{GERMAN} [Hier](ftp://files.example).", "cannot link to ftp://files.example"),
        ("subject", "Am {{ go_live_date }} {{ shift }}", "{{ shift }} is not a placeholder"),
    ],
)
def test_what_the_page_refuses_a_file_does_not_bring(message, file, field, text, reason):
    export(file, "--language", "de")
    translate(file, {f"message/{message.pk}/{field}": text})
    assert reason in take(file)[1]
    assert not text_of(Message.objects.get(pk=message.pk), "de")[field]


def test_a_subject_of_a_file_is_one_line(message, file):
    export(file, "--language", "de")
    translate(file, {f"message/{message.pk}/subject": "Ihr Tisch\nam {{ go_live_date }}"})
    take(file)
    text = text_of(Message.objects.get(pk=message.pk), "de")
    assert text["subject"] == "Ihr Tisch am {{ go_live_date }}"


def test_a_poster_of_a_file_holds_what_its_page_takes(cast, now, message, file):
    poster = text_for(message, "poster", cast.ines, now)
    write_channel_text(poster, "en", {"headline": "Call 5050"}, cast.ines, now)
    export(file, "--language", "de")
    translate(file, {f"channel/{poster.pk}/headline": "{{ first_name }}, 5050"})
    assert "{{ first_name }} has no value on this channel" in take(file)[1]
