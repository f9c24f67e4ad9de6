"""The demonstration's texts: complete, never equal in two languages, each in its own script."""

import itertools
import re
from collections import Counter

import pytest
from django.conf import settings
from markdown_it import MarkdownIt
from PIL import Image

from communications.models import Message
from feedback.models import Option, Question
from onelift.demo import catalogue
from programmes.models import Service
from stakeholders.models import Persona

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PLACEHOLDER = re.compile(r"{{\s*(\w+)\s*}}")
KNOWN = {"first_name", "last_name", "site", "go_live_date", "programme"}
# How one is greeted is a custom of each language; Polish would need the name's vocative.
GREETING = {"first_name", "last_name"}
LATIN = {"en", "fr", "de", "es", "it", "pl", "pt-br"}
HAN, KANA, HANGUL = "[\u4e00-\u9fff]", "[\u3040-\u30ff]", "[\uac00-\ud7af]"
CYRILLIC, ARABIC = "[\u0400-\u04ff]", "[\u0600-\u06ff]"
OWN = {"zh-hans": HAN, "ja": KANA, "ko": HANGUL, "ru": CYRILLIC, "ar": ARABIC}
FOREIGN = {
    "zh-hans": [KANA, HANGUL, CYRILLIC, ARABIC],
    "ja": [HANGUL, CYRILLIC, ARABIC],
    "ko": [HAN, KANA, CYRILLIC, ARABIC],
    "ru": [HAN, KANA, HANGUL, ARABIC],
    "ar": [HAN, KANA, HANGUL, CYRILLIC],
} | {code: [HAN, KANA, HANGUL, CYRILLIC, ARABIC] for code in LATIN}
# Names, and what each language writes in Latin letters.
LATIN_WORDS = "Claire|Fontanel|OneLift|Service Desk|CIO|IT|PC"


def mails():
    survey = catalogue.survey_text().invitation
    return [*map(catalogue.message_text, catalogue.message_keys()), survey]


def short_texts():
    yield "programme", "purpose", catalogue.programme_purpose()
    for service in catalogue.services():
        for field in ("name", "benefit", "how_to_get"):
            yield service.key, field, getattr(service, field)
    for persona in catalogue.personas():
        for field in ("name", "needs", "what_changes"):
            yield persona.key, field, getattr(persona, field)
    for question in catalogue.survey_text().questions:
        yield question.kind, "text", question.texts
        for number, option in enumerate(question.options, 1):
            yield question.kind, f"option {number}", option


def every_text():
    for mail in mails():
        for field in ("subject", "body"):
            yield mail.key, field, {code: getattr(text, field) for code, text in mail.texts.items()}
    yield from short_texts()


ALL = [pytest.param(texts, id=f"{key}-{field}") for key, field, texts in every_text()]
MAILS = [pytest.param(mail, id=mail.key) for mail in mails()]


def test_all_items_are_there():
    assert len(catalogue.message_keys()) == 9
    assert [service.order for service in catalogue.services()] == [1, 2, 3, 4, 5]
    assert [persona.order for persona in catalogue.personas()] == [1, 2, 3, 4, 5, 6]
    kinds = [question.kind for question in catalogue.survey_text().questions]
    assert kinds == ["csat", "nps", "choice", "comment"]
    assert [len(question.options) for question in catalogue.survey_text().questions] == [0, 0, 4, 0]


@pytest.mark.parametrize("texts", ALL)
def test_text_has_every_language(texts):
    assert list(texts) == LANGUAGES
    assert all(text.strip() for text in texts.values())


@pytest.mark.parametrize("texts", ALL)
def test_no_two_languages_are_equal(texts):
    for one, other in itertools.combinations(texts, 2):
        assert texts[one].casefold() != texts[other].casefold(), (one, other)


@pytest.mark.parametrize("texts", ALL)
def test_each_language_keeps_to_its_script(texts):
    for code, text in texts.items():
        assert not [script for script in FOREIGN[code] if re.search(script, text)], code
        assert code in LATIN or re.search(OWN[code], text), code


@pytest.mark.parametrize("texts", ALL)
@pytest.mark.parametrize("code", OWN)
def test_no_latin_word_is_left_over(texts, code):
    text = re.sub(rf"{PLACEHOLDER.pattern}|\b(?:{LATIN_WORDS})\b", "", texts[code], flags=re.ASCII)
    assert not re.search(r"[A-Za-zÀ-ž]{2,}", text)


@pytest.mark.parametrize("texts", ALL)
def test_french_spaces_do_not_break(texts):
    assert not re.search(r"[^\u202f][;!?]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»|['\"]", texts["fr"])


@pytest.mark.parametrize("texts", ALL)
def test_punctuation_is_that_of_the_language(texts):
    for code, text in texts.items():
        assert not re.search(r"['\"]| {2}", text), code
    for code in ("zh-hans", "ja"):
        assert not re.search(r"[^\x00-\x7f][,;:?!().]|[,;:?!]\s?[^\x00-\x7f]", texts[code]), code
    assert not re.search(r"[,;?]", texts["ar"])
    assert texts["es"].count("¿") == texts["es"].count("?")
    assert texts["es"].count("¡") == texts["es"].count("!")
    assert texts["de"].count("„") == texts["de"].count("“")
    assert texts["pl"].count("„") == texts["pl"].count("”")


@pytest.mark.parametrize("mail", MAILS)
def test_placeholders_are_known_and_the_same_in_all_languages(mail):
    known = KNOWN | ({"survey_link"} if mail.key == "pulse" else set())
    seen = {}
    for code, text in mail.texts.items():
        seen[code] = Counter(PLACEHOLDER.findall(text.subject + text.body))
        assert set(seen[code]) <= known, code
        assert "{" not in PLACEHOLDER.sub("", text.subject + text.body), code
        for name in GREETING:
            del seen[code][name]
    assert all(found == seen["en"] for found in seen.values()), seen


def test_no_placeholder_stands_where_none_is_filled():
    assert not [key for key, _field, texts in short_texts() if "{" in "".join(texts.values())]


def structure(body):
    """Count the paragraphs, list items, bold spans and links that Markdown makes of a body."""
    tokens = MarkdownIt().parse(body)
    inner = [child for token in tokens for child in token.children or []]
    assert not [child for child in inner if child.type == "text" and "*" in child.content], body
    kinds = Counter(token.type for token in [*tokens, *inner])
    return {kind: kinds[kind] for kind in kinds if kind.endswith("_open")}


@pytest.mark.parametrize("mail", MAILS)
def test_every_language_has_the_same_structure(mail):
    found = {code: structure(text.body) for code, text in mail.texts.items()}
    for code, counts in found.items():
        assert counts == found["en"], code


def test_survey_link_is_a_paragraph_of_its_own():
    for text in catalogue.survey_text().invitation.texts.values():
        assert re.search(r"\n\n\[[^\]]+\]\({{ survey_link }}\)\n\n", text.body)


@pytest.mark.parametrize("mail", MAILS)
def test_mail_is_short_enough_to_be_read(mail):
    words = len(PLACEHOLDER.sub("x", mail.texts["en"].body).split())
    assert 60 <= words <= 150


def longest(texts):
    return max(len(text) for text in texts.values())


def test_texts_fit_their_fields():
    for mail in mails():
        assert mail.level in Message.Level.values
        limit = Message._meta.get_field("subject").max_length
        # A date and a name take more room than their placeholders at most by this.
        assert max(len(text.subject) for text in mail.texts.values()) + 40 <= limit
    for service in catalogue.services():
        assert longest(service.name) <= Service._meta.get_field("name").max_length
    for persona in catalogue.personas():
        assert longest(persona.name) <= Persona._meta.get_field("name").max_length
        assert set(persona.channels) <= set(Persona.Channel.values)
    for question in catalogue.survey_text().questions:
        assert question.kind in Question.Kind.values
        assert longest(question.texts) <= Question._meta.get_field("text").max_length
        for option in question.options:
            assert longest(option) <= Option._meta.get_field("text").max_length


def test_logo_is_a_square_picture():
    with Image.open(catalogue.LOGO) as logo:
        assert (logo.format, logo.size) == ("PNG", (192, 192))
