"""Who answers reads all in one language: the page, its errors, and the texts of a new survey."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from communications.dispatches.services.link import token_of
from feedback.rendering import standard_texts
from onelift import catalogue
from tests.clock import NOW


class Words(HTMLParser):
    """Collects what a page says, to the eye and to the ear."""

    def __init__(self, page):
        super().__init__()
        self.said = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.said |= {v for k, v in attrs if v and k in ("aria-label", "title", "placeholder")}

    def handle_data(self, data):
        self.said.add(data.strip())


@pytest.fixture
def survey_page(asked, cast):
    """The page of a survey whose questions exist in all languages."""
    asked.survey.programme.languages = [code for code, _name in settings.LANGUAGES]
    asked.survey.programme.save()
    for item in [*asked.survey.questions.all(), *asked.options]:
        for code, name in settings.LANGUAGES:
            setattr(item, f"text_{code.replace('-', '_')}", f"{name} {item.pk}")
        item.save()
    asked.now = NOW
    invitation = asked.ask(cast.barcelona, 1)[0]
    return f"/s/{token_of(invitation.link.delivery, 'survey')}/"


@pytest.mark.parametrize(
    ("language", "head", "answer", "promise"),
    [
        ("ar", "رأيكم يهمّنا", "راضٍ جدًا", "كيف نحميكم"),
        ("zh-hans", "您的意见很重要", "非常满意", "我们如何保护您"),
        ("ru", "4 вопроса, меньше минуты.", "Очень довольны", "Как мы вас защищаем"),
    ],
)
def test_survey_page_speaks_the_readers_language(survey_page, language, head, answer, promise):
    said = Words(Client().get(f"{survey_page}?lang={language}").content.decode()).said
    assert {head, answer, promise} <= said
    english = {
        text
        for m in catalogue.extracted()
        for text in (m.id if isinstance(m.id, tuple) else [m.id])
    }
    assert said & english <= {"", "English"}  # its own name in the menu


# As docs/decisions/anonymity.md has them: without the key, and with it.
LIMITS = [
    "The limits: the database, its logs and its backups do not show who gave which answer, unless "
    "a whole group gives the same answers or someone records everything the database does.",
    "With the server’s secret key, which is kept separately, someone could find out who has "
    "answered; and what they answered, if fewer than %(k)s people answered, if all gave the same "
    "answers, or if answers are intercepted as they arrive.",
]


def test_the_limits_of_anonymity_are_said_in_every_language(survey_page):
    told = set()
    for language, _name in settings.LANGUAGES:
        said = Words(Client().get(f"{survey_page}?lang={language}").content.decode()).said
        with translation.override(language):
            limits = {gettext(limit) % {"k": 5} for limit in LIMITS}
        assert limits <= said, language
        told |= limits
    assert len(told) == len(LIMITS) * len(settings.LANGUAGES)


def test_refusal_of_an_answer_is_told_in_chinese(survey_page):
    url = f"{survey_page}?lang=zh-hans"
    nonce = re.search(r'name="nonce" value="([^"]+)"', Client().get(url).content.decode())[1]
    page = Client().post(url, {"nonce": nonce, "csat": "9"}).content.decode()
    assert "您的回答尚未提交。" in page
    assert "选择一个有效的选项" in page


@pytest.mark.parametrize("language", catalogue.languages())
def test_a_new_survey_begins_with_texts_of_its_language(language):
    own, english = standard_texts(language), standard_texts("en")
    assert own.keys() == english.keys()
    assert not [field for field in own if own[field] == english[field]]
    assert own["options"].count("\n") == english["options"].count("\n")
