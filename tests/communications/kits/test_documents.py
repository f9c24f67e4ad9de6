"""Posters and flyers in twelve languages, their names, and the bundles that hold them."""

import csv
import hashlib
import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from PIL import Image

from communications.kits.documents import (
    Block,
    Brand,
    Entry,
    Sheet,
    UnfitError,
    UniqueNames,
    bundle,
    flyer_layouts,
    poster_layouts,
    safe_name,
    set_sheet,
)
from communications.kits.documents.dates import written_day
from communications.kits.documents.fonts import font_folders
from communications.kits.documents.names import LONGEST_BYTES
from communications.kits.documents.typography import phrased, polished
from communications.kits.rendering.sheet import labels, sheet_text
from communications.messages.rendering import written_date
from onelift.demo.catalogue import LOGO, message_text
from tests.communications.pdf import Char, chars_of, codes_of, fonts_embedded, said, squeezed

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# What each layout takes of a sheet, by the names of parts.
LAYOUTS = {
    "poster-route": {"title", "lead", "points", "date"},
    "flyer-route": {"title", "lead", "points", "date"},
    "poster-date": {"title", "points", "month", "weekday"},
    "poster-question": {"title", "lead", "long"},
    "flyer-three": {"title", "points", "month", "weekday", "long"},
}
DAY = date(2027, 1, 18)
URL = "https://onelift.example/me/one-it/?site=Boulogne&lang=fr"
BRAND = Brand("One IT", "#2A41C2", "#1E3099", "#E8ECFB", LOGO.read_bytes())
# Of the packages that pyproject.toml pins: another file would set other documents.
FONTS = {
    "Inter[opsz,wght].ttf": "29160a80ff49ddcab2c97711247e08b1fab27a484a329ce8b813d820dc559031",
    "NotoSans[wght].ttf": "fb53504de62e767a54695416123d68d67f71c9b69722175184ad56e7dd13547b",
    "NotoSansArabic[wght].ttf": "3fae4d7239d1faa55b234bda8091019a5251ff79df40d5e29367d84bed2a8138",
    "NotoEmoji[wght].ttf": "de6c18832938afc99caf132b39d6a30a19bac7f2e812e28db2535b4608d27551",
    "NotoSansCJK-VF.otf.ttc": "d3d8256cdec8dbcb3552284bc6b20c734dd60c2ee9df83b5758e34807c4bac32",
}


def sheet_in(language: str, key: str = "announcement", **changes) -> Sheet:
    text = message_text(key).texts[language]
    values = {
        "site": "Boulogne",
        "go_live_date": written_date(DAY, language),
        "programme": "One IT",
    }
    words = sheet_text(language, text.subject, text.body, values)
    made = Sheet(
        language=language,
        title=words.title,
        lead=words.lead,
        points=words.points,
        labels=words.labels,
        site="Boulogne",
        live_on=DAY,
        url=URL,
        phone="+33 1 55 00 70 70",
        address="help@onelift.example",
        brand=BRAND,
        at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    return replace(made, **changes)


LONG = ["Eine Nummer für alle Standorte und Fragen. " * 8] * 8
QUESTIONS = {"en": "Who helps?", "fr": "Qui aide\u202f?", "ar": "من يساعد؟", "ja": "だれが？"}


def test_fonts_are_those_that_were_looked_at():
    files = {file.name: file for folder in font_folders() for file in Path(folder).iterdir()}
    found = {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in FONTS}
    assert found == FONTS


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_says_all_within_its_page_with_fonts_of_its_own(language, layout):
    sheet = sheet_in(language)
    made = set_sheet(layout, sheet)
    assert set(fonts_embedded(made.pdf)) == {True}
    document = pypdfium2.PdfDocument(made.pdf)
    title = polished(language, sheet.title)
    assert squeezed(document.get_metadata_value("Title")) == squeezed(title)
    pages = [chars_of(page) for page in document]
    assert len(pages) == (1 if layout.startswith("poster") else 2)
    outside = [char for page in pages for char in page if not is_within(char)]
    assert outside == []
    for words in words_in(sheet, LAYOUTS[layout]):
        assert_holds(said(made.pdf), polished(language, words), language)
    assert [text for text, _place in codes_of(made.pdf)] == [URL]
    assert Image.open(io.BytesIO(made.picture)).format == "PNG"


def words_in(sheet: Sheet, parts: set[str]) -> list[str]:
    """Return what must stand on a sheet of which a layout takes some parts."""
    day = written_day(DAY, sheet.language)
    words = {
        "title": [sheet.title],
        "lead": [sheet.lead],
        "points": sheet.points,
        "date": [written_date(DAY, sheet.language)],
        "long": [day.long],
        "month": [day.month, day.day],
        "weekday": [day.weekday],
    }
    return [word for part in sorted(parts) for word in words[part]]


def is_within(char: Char) -> bool:
    """Tell whether a character stands within the margins; full-width marks hang over a little."""
    hanging = 0.02 if char.text in "，。、：；？！）」" else 0
    return char.left >= 0.05 and char.right <= 0.96 + hanging and 0.02 <= char.bottom < char.top < 1


def assert_holds(text: str, words: str, language: str) -> None:
    """Assert that a text has words; of Arabic its letters, which a PDF holds as they are drawn."""
    words = squeezed(words).removesuffix("г.")
    if language == "ar":
        assert not Counter(filter(str.isalpha, words)) - Counter(text)
    else:
        assert words in text


def test_arabic_is_mirrored():
    [(_url, left)] = codes_of(set_sheet("poster-route", sheet_in("ar")).pdf)
    [(_url, right)] = codes_of(set_sheet("poster-route", sheet_in("en")).pdf)
    assert left < 0.35 < 0.65 < right


@pytest.mark.parametrize("language", LANGUAGES)
def test_arabic_alone_is_mirrored_in_each_layout(language):
    for layout in LAYOUTS:
        [(_url, at)] = codes_of(set_sheet(layout, sheet_in(language)).pdf)
        assert (at < 0.5) == (language == "ar"), layout


@pytest.mark.parametrize(
    ("changes", "poster", "flyer"),
    [
        ({}, "poster-route", "flyer-route"),
        ({"is_near": True}, "poster-date", "flyer-three"),
        ({"is_near": True, "live_on": None}, "poster-route", "flyer-route"),
        ({"is_near": True, "points": ()}, "poster-route", "flyer-route"),
        ({"is_near": True, "title": "Ready?"}, "poster-question", "flyer-three"),
        ({"title": "Ready?", "lead": ""}, "poster-route", "flyer-route"),
        *(({"title": title}, "poster-question", "flyer-route") for title in QUESTIONS.values()),
    ],
)
def test_what_it_says_and_when_it_goes_out_choose_the_layout(changes, poster, flyer):
    sheet = sheet_in("en", **changes)
    assert poster_layouts(sheet)[0] == poster
    assert flyer_layouts(sheet)[0] == flyer
    assert poster_layouts(sheet)[-1] == "poster-route"
    assert flyer_layouts(sheet)[-1] == "flyer-route"


@pytest.mark.parametrize("day", [date(2027, 2, 1), date(2026, 11, 30), date(2027, 8, 8)])
def test_the_month_is_drawn_whatever_day_it_is(day):
    weeks = written_day(day, "fr").weeks
    assert {len(week) for week in weeks} == {7}
    text = said(set_sheet("poster-date", sheet_in("fr", live_on=day)).pdf)
    assert squeezed(written_day(day, "fr").month) in text


@pytest.mark.parametrize(("language", "first"), [("fr", 0), ("ar", 6), ("ja", 6), ("pt-br", 6)])
def test_weeks_begin_as_in_the_language(language, first):
    [week, *_others] = written_day(date(2027, 1, 18), language).weeks
    assert date(2027, 1, next(filter(None, week))).weekday() == (first + week.index(1)) % 7


def test_a_sheet_without_a_day_shows_none():
    text = said(set_sheet("poster-route", sheet_in("en", "service_interruption", live_on=None)).pdf)
    assert "Monday" not in text


def test_the_same_sheet_gives_the_same_file():
    assert set_sheet("flyer-route", sheet_in("de")) == set_sheet("flyer-route", sheet_in("de"))


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("title", {"title": "Informationstechnologie-Servicedesk " * 12}),
        ("text", {"points": LONG, "lead": " ".join(LONG)}),
        ("site", {"site": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 2}),
        ("help", {"address": "https://help.example/" + "a" * 120}),
        ("name", {"brand": replace(BRAND, name="W" * 80)}),
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_does_not_fit_is_refused_by_its_name(layout, part, changes):
    with pytest.raises(UnfitError) as refusal:
        set_sheet(layout, sheet_in("de", **changes))
    assert refusal.value.part == part


@pytest.mark.parametrize(
    ("layout", "part", "changes"),
    [
        ("poster-points", "title", {"title": "W" * 60}),
        ("poster-points", "text", {"points": ("https://" + "address" * 20, "Two")}),
        ("poster-points", "action", {"action": "x" * 120}),
        ("poster-route", "text", {"points": ("x" * 120,)}),
        ("flyer-route", "text", {"lead": "x" * 120}),
        ("points", "text", {"blocks": (Block("text", "x" * 160),)}),
    ],
)
def test_a_word_that_runs_off_the_page_is_refused(layout, part, changes):
    with pytest.raises(UnfitError) as refused:
        set_sheet(layout, sheet_in("en", **changes))
    assert refused.value.part == part


@pytest.mark.parametrize("layout", ["poster-route", "flyer-route", "points", "notice"])
def test_a_sheet_without_a_headline_is_refused(layout):
    with pytest.raises(UnfitError) as refusal:
        set_sheet(layout, sheet_in("en", title=""))
    assert refusal.value.part == "title"


def test_a_character_that_no_font_has_is_refused():
    with pytest.raises(UnfitError) as refusal:
        set_sheet("poster-route", sheet_in("en", title="New 𓀀 desk"))
    assert (refusal.value.part, refusal.value.detail) == ("glyph", "𓀀")


@pytest.mark.parametrize("text", ["#panic()", "$x$ *b* _i_", '"}] #eval("1")', "\\u{41} @ref <a>"])
def test_a_text_is_never_read_as_a_program(text):
    assert squeezed(text) in said(set_sheet("poster-route", sheet_in("en", title=text)).pdf)


def test_bright_brands_keep_their_words_readable():
    brand = Brand("Nova", "#C23B1E", "#F2B705", "#FBF3DC")
    made = set_sheet("poster-route", sheet_in("en", brand=brand))
    picture = pypdfium2.PdfDocument(made.pdf)[0].render(scale=0.3).to_pil().convert("RGB")
    colours = {colour for _count, colour in picture.getcolors(1_000_000)}
    assert (0xF2, 0xB7, 0x05) in colours
    assert (0x13, 0x19, 0x29) in colours


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "fr",
            "Prêts ? Le 18 janvier : « oui »",
            "Prêts\u202f? Le 18\u00a0janvier\u00a0: «\u00a0oui\u00a0»",
        ),
        ("es", "el 18 de enero y después", "el 18\u00a0de\u00a0enero y\u00a0después"),
        ("de", "am 18. Januar, IT-Hilfe", "am 18.\u00a0Januar, IT\u2011Hilfe"),
        ("ru", "с 18 января", "с\u00a018\u00a0января"),
        ("zh-hans", "18 x", "18 x"),
        ("ar", "+33 1 23 45 67 89 أو", "\u2066+33\u00a01 23\u00a045 67\u00a089\u2069 أو"),
        ("ar", "a.b@c.example،", "\u2066a.b@c.example\u2069،"),
        ("ar", "https://c.example/d.", "\u2066https://c.example/d\u2069."),
        ("ar", "22:00 في 14", "22:00\u00a0في 14"),
    ],
)
def test_blanks_hold_what_a_language_keeps_together(language, text, expected):
    assert polished(language, text) == expected


def test_phrases_of_chinese_and_japanese_are_told_apart():
    assert phrased("ja", "今日は天気です。") == "今日は|天気です。"
    assert phrased("zh-hans", "全新|服务台") == "全新|服务台"
    assert phrased("fr", "un deux") == "un deux"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_greeting_and_personal_lines_stand_on_no_wall(language):
    text = message_text("announcement").texts[language]
    words = sheet_text(language, text.subject, text.body, {"site": "S", "programme": "P"})
    assert len(words.points) == 3
    assert len(words.lead) > 30
    assert "{{" not in "".join((words.title, words.lead, *words.points))


def test_a_text_without_list_has_a_lead_alone():
    body = "## Title\n\nDear all,\n\nwe **move**.\n\nSee you, {{ first_name }}."
    words = sheet_text("en", "{{ first_name }}, hello", body, {})
    assert (words.title, words.lead, words.points) == (", hello", "We move.", ())
    assert words.labels == labels("en")


HOSTILE = {
    "CON": "_CON",
    "con.txt": "_con.txt",
    "LPT¹": "_LPT¹",
    "...": "untitled",
    "": "untitled",
    "../../etc/passwd": "-..-etc-passwd",
    "C:\\Windows\\x": "C--Windows-x",
    'a/b|c?d*e<f>g"h': "a-b-c-d-e-f-g-h",
    " .hidden. ": "hidden",
    "line\r\nbreak\x00nul": "line break nul",
    "invoice\u202excod.exe": "invoice xcod.exe",
    "\u200f\u2067x\u2069": "x",
    "New\ud800half": "New half",
    "é" * 300: "é" * 60,
    "全" * 300: "全" * 50,
    "Zoë": "Zoë",
}


@pytest.mark.parametrize(("text", "name"), HOSTILE.items())
def test_a_name_is_safe_on_every_system(text, name):
    made = safe_name(text)
    assert made == name
    assert len(made.encode()) <= LONGEST_BYTES + 1
    assert safe_name(made) == made


def test_no_name_of_a_bundle_is_there_twice():
    names = UniqueNames()
    taken = [names.take(name) for name in ("a/x.pdf", "a/X.pdf", "a/x.pdf", "b/x.pdf")]
    assert taken == ["a/x.pdf", "a/X (2).pdf", "a/x (3).pdf", "b/x.pdf"]


def test_a_bundle_is_a_zip_of_the_length_that_was_told_with_the_hash_of_each_file():
    contents = {"01 Title/fr/a.pdf": b"%PDF" * 999, "01 Title/zh-hans/全.txt": "好".encode()}
    entries = [
        Entry(name, len(data), hashlib.sha256(data).hexdigest(), ("=1+1",), lambda d=data: d)
        for name, data in contents.items()
    ]
    stream = bundle(entries, ["message"])
    told = len(stream)
    data = b"".join(stream)
    assert len(data) == told
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        lines = list(csv.DictReader(io.StringIO(found.read("MANIFEST.csv").decode("utf-8-sig"))))
        assert {line["file"] for line in lines} == set(contents)
        for line in lines:
            assert hashlib.sha256(found.read(line["file"])).hexdigest() == line["sha256"]
            assert line["message"] == "'=1+1"


def test_the_first_of_a_month_and_years_are_written_as_the_language_does():
    first = date(2027, 1, 1)
    assert written_day(first, "fr").long == "vendredi 1er janvier 2027"
    assert written_day(first, "fr").date == "1er janvier 2027"
    assert written_day(date(2027, 1, 11), "fr").long == "lundi 11 janvier 2027"
    assert "г." not in written_day(first, "ru").long
    assert written_day(first, "ru").long.endswith("2027")
