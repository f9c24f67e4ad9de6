"""The page that a proxy shows while web is away: one file, all languages, no database."""

import re
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import get_language, gettext, override


def printed():
    out = StringIO()
    call_command("maintenance_page", stdout=out)
    return out.getvalue()


def test_each_language_says_it_in_its_own_words():
    page, before = printed(), get_language()
    sections = dict(re.findall(r'<section lang="([\w-]+)" dir="\w+">(.*?)</section>', page, re.S))
    assert list(sections) == [code for code, _name in settings.LANGUAGES]
    for language, section in sections.items():
        with override(language):
            assert f"<h2>{gettext('Back in a moment')}</h2>" in section, language
    assert len(set(sections.values())) == len(sections)
    assert 'lang="ar" dir="rtl"' in page
    assert get_language() == before


def test_it_asks_for_no_other_file():
    assert re.findall(r"<(?:link|script|img)|\b(?:src|href)=|url\(|@import", printed()) == []


def test_no_setting_or_address_of_the_installation_is_in_it():
    assert re.findall(r"https?://|\{[{%]", printed()) == []
