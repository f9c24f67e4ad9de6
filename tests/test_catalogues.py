"""Every language says all that its readers meet, and says it in its own words."""

import io
import re
import unicodedata
from itertools import combinations

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from communications.messages.rendering import prepare
from communications.messages.rendering.placeholders import KNOWN
from events.rendering.mail import PLACEHOLDERS
from feedback.needs.rendering.mail import PLACEHOLDERS as OF_NEEDS
from onelift import catalogue

LANGUAGES = catalogue.languages()
VARIABLE = re.compile(r"%\(\w+\)[sd]|%%")
# No text of a page: the words that a date may be typed with.
LISTS = {"next, this"}
BRACED = re.compile(r"\{\{ (\w+) \}\}")
PLURAL_FORMS = {"pl": 3, "ru": 3, "ar": 6, "zh-hans": 1, "ja": 1, "ko": 1}


def key(message):
    return (message.context, message.id)


def texts(value):
    return list(value) if isinstance(value, tuple | list) else [value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_each_text_that_its_readers_meet_and_no_other(language):
    stored = catalogue.stored(language)
    needed = {key(message) for message in catalogue.needed(language)}
    there = {key(message) for message in catalogue.extracted() if message.id}
    assert needed <= {key(message) for message in stored if message.id} <= there
    assert not stored.obsolete
    assert not [message.id for message in stored if message.id and message.fuzzy]
    assert [m.id for m in catalogue.missing(language) if m.id] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language):
    stored = catalogue.stored(language)
    assert stored.num_plurals == PLURAL_FORMS.get(language, 2)
    for message in stored:
        if message.pluralizable:
            assert len(message.string) == stored.num_plurals


@pytest.mark.parametrize(
    ("count", "form"), [(11, "شخصًا"), (257, "شخصًا"), (100, "شخص"), (103, "أشخاص")]
)
def test_arabic_counts_as_arabic_does(count, form):
    assert catalogue.updated("ar").plural_expr == catalogue.stored("ar").plural_expr
    with translation.override("ar"):
        words = translation.ngettext("%(count)s person", "%(count)s people", count)
    assert words == f"%(count)s {form}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_keep_their_places(language):
    """Only a form for none, one or two may leave the number out."""
    for message in catalogue.stored(language):
        source, *forms = texts(message.id)[-1], *texts(message.string)
        wanted = sorted(VARIABLE.findall(source))
        assert sorted(VARIABLE.findall(forms[-1])) == wanted, message.id
        for form in forms[:-1]:
            assert set(VARIABLE.findall(form)) <= set(VARIABLE.findall(str(message.id))), form
        assert [n for n in BRACED.findall(source) if n.endswith("_link")] == [
            n for n in BRACED.findall(forms[-1]) if n.endswith("_link")
        ]
        assert set(BRACED.findall(forms[-1])) <= {*KNOWN, "survey_link", *PLACEHOLDERS, *OF_NEEDS}


# What says nothing by itself: marks of the page, and values.
MARKED = re.compile(r"<[^>]*>|%\(\w+\)\w")


def sentences(messages, words):
    return [m for m in messages if len(MARKED.sub(" ", texts(m.id)[0]).split()) >= words]


def test_no_two_languages_say_a_sentence_of_the_public_in_the_same_words():
    said_to_the_public = sentences(catalogue.public_texts(), 3)
    assert len(said_to_the_public) > 30
    stored = {language: catalogue.stored(language) for language in LANGUAGES}
    for message in said_to_the_public:
        said = {
            language: texts(stored[language].get(*key(message)[::-1]).string)[-1]
            for language in LANGUAGES
        }
        said["en"] = texts(message.id)[-1]
        for one, other in combinations(said, 2):
            assert said[one] != said[other], (one, other, said[one])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_in_english(language):
    stored = catalogue.stored(language)
    for message in sentences(catalogue.needed(language), 5):
        said = texts(stored.get(*key(message)[::-1]).string)
        assert texts(message.id)[-1] not in said, message.id


def width(text):
    """Return how many letters of Latin a text is as wide as, without its values."""
    plain = MARKED.sub("", text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in plain)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_far_longer_than_its_place(language):
    """Pages are proved with words 40 % longer; labels of a word or two may take more."""
    stored = catalogue.stored(language)
    for message in catalogue.needed(language):
        room = max(map(width, texts(message.id)))
        for form in texts(stored.get(*key(message)[::-1]).string):
            assert width(form) <= 1.6 * room + 26 or message.id in LISTS, (message.id, form)


def test_what_a_public_template_includes_is_public_too():
    files = catalogue.public_files()
    assert {"templates/404.html", "templates/public/survey.html"} <= files
    assert "templates/components/top_public.html" in files
    assert "templates/components/top.html" not in files


TEMPLATE = """
<p title='it"s'>{% translate "Plain" %}
      {% include "x.html" with label=_("In a tag") %} (
  {% translate "Back" context "history" as back %}
    {% blocktranslate count n=rows|length with who=user.name trimmed %}
      {{ n }} row
      of {{ who }}, 100 %
    {% plural %}
      {{ n }} rows of {{ who }}
    {% endblocktranslate %}
{# {% translate "In a comment" %} #}
"""


def test_texts_of_a_template_are_found():
    found = catalogue.extract_template(io.BytesIO(TEMPLATE.encode()), catalogue.KEYWORDS, [], {})
    assert [(line, text) for line, _name, text, _comments in found] == [
        (2, "Plain"),
        (3, "In a tag"),
        (4, ("history", "Back")),
        (5, ("%(n)s row of %(who)s, 100 %%", "%(n)s rows of %(who)s", None)),
    ]


def test_command_tells_what_is_missing_and_fills_in_nothing(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    shown = io.StringIO()
    call_command("update_catalogues", "ja", missing=True, stdout=shown)
    assert 'msgid "Your opinion counts"\nmsgstr ""' in shown.getvalue()
    assert not list(tmp_path.iterdir())
    call_command("update_catalogues", "ja", stdout=io.StringIO())
    path = catalogue.path_of("ja")
    filled = path.read_text().replace(
        'msgid "Your opinion counts"\nmsgstr ""', 'msgid "Your opinion counts"\nmsgstr "ご意見"'
    )
    path.write_text(filled + '\nmsgid "Used nowhere"\nmsgstr "消える"\n')
    call_command("update_catalogues", "ja", stdout=shown)
    kept = path.read_text()
    assert 'msgstr "ご意見"' in kept
    assert "Used nowhere" not in kept


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("ar", "وصلتكم هذه الرسالة لأنكم تعملون في موقع"),
        ("zh-hans", "您收到此邮件，是因为您在上海工作，该工作地点属于 One IT 项目。"),
    ],
)
def test_foot_of_a_mail_says_why_in_its_language(cast, language, reason):
    mail = prepare(cast.programme, language, "x", "x").fill(
        {"site": "上海", "programme": cast.programme.name}
    )
    assert reason in mail.text
    assert reason in mail.html


def test_set_up_speaks_french_with_french_dates(cast, as_user):
    cast.ines.language = "fr"
    cast.ines.save()
    page = as_user(cast.ines).get("/p/one-it/setup/").content.decode()
    assert '<html lang="fr"' in page
    for text in ("Paramètres", "Vagues et sites", "Ajouter une vague", "18 janv. 2027"):
        assert text in page, text
    assert "Go-live" not in page


def test_languages_are_named_in_the_language_of_the_page(cast, as_user):
    cast.ines.language = "fr"
    cast.ines.save()
    page = as_user(cast.ines).get("/p/one-it/people/?view=people").content.decode()
    cells = page.split("<tbody>")[1]
    assert "Espagnol" in cells
    assert "Spanish" not in cells


@pytest.mark.parametrize(
    ("browser", "language", "text"),
    [("fr", "fr", "Se connecter"), ("de", "de", "Anmelden"), ("nl", "en", "Sign in")],
)
def test_the_way_in_speaks_the_browsers_language(db, browser, language, text):
    page = Client().get("/accounts/login/", headers={"accept-language": browser})
    assert f'<html lang="{language}"' in page.content.decode()
    assert text in page.content.decode()
    assert translation.get_language() == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_staff_speak_the_language_of_the_user(cast, as_user, language):
    cast.ines.language = language
    cast.ines.save()
    page = as_user(cast.ines).get("/profile/").content.decode()
    with translation.override(language):
        title = translation.gettext("My profile")
    assert title != "My profile"
    assert f'<html lang="{language}"' in page
    assert title in page


def test_page_of_staff_is_in_english_where_it_lacks_the_language(cast, as_user, settings):
    settings.STAFF_LANGUAGES = ("en", "fr")
    cast.ines.language = "ja"
    cast.ines.save()
    page = as_user(cast.ines).get("/profile/").content.decode()
    assert '<html lang="en"' in page
    assert "My profile" in page


@pytest.mark.parametrize(
    ("browser", "text"),
    [
        ("ja", "このアドレスには何もありません"),
        ("pt", "Não há nada neste endereço"),
        ("nl", "There is nothing at this address"),
    ],
)
def test_unknown_address_is_told_in_the_browsers_language(db, browser, text):
    page = Client().get("/no/such/page/", headers={"accept-language": browser})
    assert page.status_code == 404
    assert text in page.content.decode()


# Before a colon, a semicolon, a question mark or inside quotes, French has a space that holds.
BREAKING = re.compile(r"« | [:;?!»](?=\s|$|[.,)])")


def test_french_breaks_no_line_before_its_punctuation():
    said = [text for message in catalogue.stored("fr") for text in texts(message.string)]
    assert [text for text in said if BREAKING.search(text)] == []


def test_french_has_one_name_for_the_audit_trail():
    said = [text for message in catalogue.stored("fr") for text in texts(message.string)]
    assert any("journal d’audit" in text for text in said)
    assert [text for text in said if "piste d’audit" in text.lower()] == []
