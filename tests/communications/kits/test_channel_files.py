"""Files of kits that are set from the texts of channels: their words, languages, days, bytes."""

import io
from dataclasses import replace
from datetime import date, timedelta

import docx
import pptx
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from communications.approvals.services import approval as approvals
from communications.kits.documents.outline import outline
from communications.kits.documents.slides import slides_of
from communications.kits.queries.kit import texts_of_kits
from communications.kits.queries.kit_board import kit_board
from communications.kits.queries.kit_choice import where_of
from communications.kits.queries.kit_item import LEAD_DAYS
from communications.kits.queries.kit_kind import kinds_by_languages
from communications.kits.services import kit
from communications.kits.services.fitting import LONG_WORD, _parts
from communications.kits.services.kit_download import Choice, take
from communications.kits.services.kit_making import brand_of, make
from communications.messages.channels.lengths import guide
from communications.messages.services.channel_text import (
    FormFrame,
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.models import KitVersion, Message
from onelift.demo.catalogue import LOGO
from programmes.models import Programme
from stakeholders.accounts.access import scope_of
from tests.communications.making import approve, make_message
from tests.communications.pdf import said, squeezed

LANGUAGES = [code for code, _name in settings.LANGUAGES]
pytestmark = pytest.mark.django_db(transaction=True)

TO_GO_LIVE = {"fixed_on": None, "offset_days": -14, "is_urgent": False}
POSTER = {
    "headline": "Help until 22:00",
    "first": "Call 93 000 10 10",
    "second": "Scan the code at {{ site }}",
    "third": "Your team stays",
    "action": "Stick the label on your desk",
    "spot": "Changing room, gate 3",
}
POINTS = {
    "headline": "What to tell your team",
    "body": "- One number\n- One chat\n\nWho helps me?\nYour local IT team.\n\n"
    "From when?\n\nFrom Monday.",
}
SLIDES = {
    "headline": "One IT in five minutes",
    "body": "## What changes\n\n- One number\n- One chat\n\nSay why.\n\n## Questions",
}
NUMBER = "\u2066+33 1 23 45 67 89\u2069"
ARABIC = {
    "headline": "المساعدة حتى 22:00",
    "body": "- رقم واحد +33 1 23 45 67 89\n\nمن يساعدني؟\nفريقك المحلي.",
}


def write(message, form, values, user, now, language="en", frame=None):
    text = text_for(message, form, user, now)
    write_channel_text(text, language, values, user, now, frame=frame)
    mark_channel_text(text, language, user, now)
    return text


@pytest.fixture
def message(cast, now):
    """A message that waits to be asked for, with texts of four channels."""
    made = make_message(cast, now, **TO_GO_LIVE)
    frame = FormFrame(from_on=date(2026, 12, 11), until_on=date(2027, 1, 31), copies=6)
    write(made, "poster", POSTER, cast.ines, now, frame=frame)
    write(made, "points", POINTS, cast.ines, now)
    write(made, "slides", SLIDES, cast.ines, now)
    write(made, "chat", {"body": "**Hello**, the desk opens."}, cast.ines, now)
    return made


def files_of(cast, language="en", site="Barcelona") -> dict:
    """Return what can be made for a site in a language, by kind, whoever reads it."""
    found = next(t for t in texts_of_kits(cast.programme) if t.place.site.name == site)
    text = replace(found, language=language)
    made = kinds_by_languages(found.approval).items()
    return {kind: make(text, kind) for ready, kinds in made if language in ready for kind in kinds}


def test_a_poster_is_set_from_its_own_fields_and_says_until_when_it_hangs(cast, message, now):
    approve(cast, message, now)
    words = said(files_of(cast)["poster"].data)
    for line in ("Help until 22:00", "Scan the code at Barcelona", "Stick the label on your desk"):
        assert squeezed(line) in words
    assert squeezed("Valid from 11 December 2026") in words
    assert squeezed("Remove on 31 January 2027") in words
    assert squeezed("the desk opens") not in words
    assert "Changingroom" not in words


def test_a_language_without_its_own_poster_gets_the_one_of_the_email(cast, message, now):
    approve(cast, message, now)
    words = said(files_of(cast, "es")["poster"].data)
    assert squeezed("Tu nuevo centro") in words
    assert "docx" not in files_of(cast, "es")


def test_talking_points_are_a_document_of_word_with_questions_and_a_language(cast, message, now):
    approve(cast, message, now)
    made = files_of(cast)
    document = docx.Document(io.BytesIO(made["docx"].data))
    by_style = [(p.style.name, p.text) for p in document.paragraphs]
    assert by_style == [
        ("Title", "What to tell your team"),
        ("List Bullet", "One number"),
        ("List Bullet", "One chat"),
        ("Heading 2", "Who helps me?"),
        ("Normal", "Your local IT team."),
        ("Heading 2", "From when?"),
        ("Normal", "From Monday."),
    ]
    assert document.core_properties.title == "What to tell your team"
    assert document.core_properties.language == "en-GB"
    tags = {run._r.rPr.find(qn("w:lang")).get(qn("w:val")) for run in document.paragraphs[1].runs}
    assert tags == {"en-GB"}
    assert squeezed("Who helps me? Your local IT team.") in said(made["points"].data)


def test_slides_have_a_title_points_and_what_to_say_in_their_notes(cast, message, now):
    approve(cast, message, now)
    deck = pptx.Presentation(io.BytesIO(files_of(cast)["slides"].data))
    first, changes, questions = deck.slides
    assert first.shapes.title.text == "One IT in five minutes"
    assert [p.text for p in changes.placeholders[1].text_frame.paragraphs] == [
        "One number",
        "One chat",
    ]
    assert changes.notes_slide.notes_text_frame.text == "Say why."
    assert questions.shapes.title.text == "Questions"
    assert deck.core_properties.language == "en-GB"
    assert len(deck.slide_layouts) == 3


def test_the_chat_text_is_its_own_with_the_address(cast, message, now):
    approve(cast, message, now)
    text = files_of(cast)["chat"].data.decode("utf-8-sig")
    assert text.startswith("Hello, the desk opens.\r\n\r\nhttp")


def test_arabic_is_written_from_right_to_left_in_word_and_on_slides(cast, message, now):
    cast.programme.languages = [*cast.programme.languages, "ar"]
    cast.programme.save()
    message = Message.objects.get(pk=message.pk)
    for form in ("points", "slides"):
        write(message, form, ARABIC, cast.ines, now, language="ar")
    approve(cast, message, now)
    made = files_of(cast, "ar")
    document = docx.Document(io.BytesIO(made["docx"].data))
    for paragraph in document.paragraphs:
        assert paragraph._p.pPr.find(qn("w:bidi")) is not None
        assert all(run._r.rPr.find(qn("w:rtl")) is not None for run in paragraph.runs)
    assert "Heading 2" in [p.style.name for p in document.paragraphs]
    # The groups of a number are not read from the right.
    assert document.paragraphs[1].text == f"رقم واحد {NUMBER}"
    deck = pptx.Presentation(io.BytesIO(made["slides"].data))
    run = deck.slides[0].shapes.title.text_frame.paragraphs[0]
    assert run._p.pPr.get("rtl") == "1"
    points = deck.slides[1].placeholders[1].text_frame
    assert points.text == f"رقم واحد {NUMBER}"
    assert run.runs[0]._r.rPr.get("lang") == "ar-SA"


def test_fonts_that_lack_have_a_neighbour_without_serifs(cast, message, now):
    approve(cast, message, now)
    document = docx.Document(io.BytesIO(files_of(cast)["docx"].data))
    table = parse_xml(document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE).blob)
    [own] = [font for font in table if font.get(qn("w:name")) == "Segoe UI"]
    assert own.find(qn("w:altName")).get(qn("w:val")) == "Arial"
    assert own.find(qn("w:family")).get(qn("w:val")) == "swiss"


def test_each_file_of_a_round_has_the_logo(cast, message, now):
    cast.programme.logo.save("logo.png", ContentFile(LOGO.read_bytes()))
    programme = Programme.objects.get(pk=cast.programme.pk)
    logos = [brand_of(programme).logo for _each in range(2)]
    assert logos[0] == logos[1] != b""


def test_the_same_words_make_the_same_bytes(cast, message, now):
    approve(cast, message, now)
    first, second = files_of(cast), files_of(cast)
    assert {kind: one.data for kind, one in first.items() if kind != "mail"} == {
        kind: one.data for kind, one in second.items() if kind != "mail"
    }


def test_what_xml_cannot_hold_breaks_no_file(cast, message, now):
    hostile = {
        "headline": "A\x00\x08\ufffe<&>\u202e",
        "body": "- \x0b]]>\x1f<w:p/>\n\nWhy\x7f?\nSo.",
    }
    for form in ("points", "slides"):
        write(message, form, hostile, cast.ines, now)
    approve(cast, message, now)
    made = files_of(cast)
    assert "<&>" in docx.Document(io.BytesIO(made["docx"].data)).paragraphs[0].text
    assert "<&>" in pptx.Presentation(io.BytesIO(made["slides"].data)).slides[0].shapes.title.text


def board_of(cast, user, today):
    scope = scope_of(user, cast.programme)
    where = where_of(cast.programme, scope, "iberia", "", today)
    return kit_board(cast.programme, where.wave, where.region, where.own, scope, today=today)


def test_a_file_says_when_and_where_it_hangs_and_enters_the_kit_on_its_day(cast, message, now):
    approve(cast, message, now)
    kit.keep(cast.programme, lambda: now, now + timedelta(minutes=1))
    opens_on = date(2026, 12, 11) - timedelta(days=LEAD_DAYS)
    early = board_of(cast, cast.rosa, opens_on - timedelta(days=1))
    posters = [item for item in early.items if item.file.kind == "poster"]
    written = next(iter(posters))
    assert (written.use.spot, written.use.copies) == ("Changing room, gate 3", 6)
    assert (written.use.from_on, written.use.until_on) == (date(2026, 12, 11), date(2027, 1, 31))
    assert written.is_early
    assert written not in early.there
    there = board_of(cast, cast.rosa, opens_on).there
    assert "poster" in {item.file.kind for item in there}
    assert KitVersion.objects.current().exists()


def test_what_changed_is_told_in_words_since_the_last_download(cast, message, now):
    approve(cast, message, now)
    minute = timedelta(minutes=1)
    kit.keep(cast.programme, lambda: now, now + minute)
    today = date(2026, 12, 11)
    take(board_of(cast, cast.rosa, today), Choice("all"), cast.rosa, now + minute)
    later = now + timedelta(hours=1)
    write(message, "poster", {**POSTER, "headline": "22:00"}, cast.ines, later, "es")
    write(
        message, "poster", {**POSTER, "headline": "Ayuda hasta las 22:00"}, cast.ines, later, "es"
    )
    approve(cast, message, later)
    kit.keep(cast.programme, lambda: later, later + minute)
    part = board_of(cast, cast.rosa, today).parts[0]
    posters = [one for one in part.news if one.kind == "poster"]
    assert [one.language for one in posters] == ["es"]
    now_said = "".join(piece.text for piece in posters[0].pieces if piece.kind != "delete")
    was_said = "".join(piece.text for piece in posters[0].pieces if piece.kind != "insert")
    assert now_said.startswith("Ayuda hasta las 22:00\nCall")
    assert was_said.startswith("Tu nuevo centro")


def test_no_more_queries_for_more_texts_of_channels(cast, message, now, django_assert_num_queries):
    approve(cast, message, now)
    with django_assert_num_queries(5):
        texts_of_kits(cast.programme)


def test_who_decides_sees_which_text_of_a_channel_does_not_fit(cast, message, now, as_user):
    text = {**POSTER, "headline": "W" * 60}
    write(message, "poster", text, cast.ines, now)
    approvals.ask(message, cast.ines, now)
    page = f"/p/one-it/messages/{message.pk}/"
    for path in ("/p/one-it/decisions/", page):
        shown = as_user(cast.claire).get(path).content.decode()
        assert "Poster, English: the headline is too long" in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["poster", "flyer"])
def test_what_is_within_its_guides_fits_in_every_language(language, form):
    """The guides are what is trusted before a page is set."""
    sign = {"zh-hans": "服", "ja": "ご", "ko": "한", "ru": "Щ", "ar": "ص"}.get(language, "W")
    long = LONG_WORD - 2
    text = {
        name: (f"{sign * long} " * 9)[:most].strip()
        for name in ("headline", "first", "second", "third", "action")
        for most in [guide(form, name, language)]
    }
    assert _parts(form, language, tuple(text.items())) == ()


def test_no_heading_of_slides_is_lost_and_none_repeats_the_title():
    body = "## One IT\n\n## What changes\n\n## When\n\n- Monday\n\n## Questions"
    slides = list(slides_of(outline(body, "en", {}), "One IT"))
    assert [(one.title, list(one.points)) for one in slides] == [
        ("What changes", []),
        ("When", ["Monday"]),
        ("Questions", []),
    ]


def test_a_link_alone_is_a_line_with_its_address():
    body = "Ask us.\n\n[Open the desk](https://desk.example/now)\n\nThank you."
    lines = [one.text for one in outline(body, "en", {})]
    assert lines == ["Ask us.", "Open the desk: https://desk.example/now", "Thank you."]
