"""Dates that somebody wrote into a text, in each language that texts are written in."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date, format_skeleton
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from programmes.design import formats
from programmes.design.formats import locale_of
from programmes.design.written import named_in, names_day
from tests.examples import examples

CODES = [code for code, _name in settings.LANGUAGES]
LENGTHS = ("short", "medium", "long", "full")
SKELETONS = ("yMMMMd", "yMMMd", "MMMMd", "MMMd", "yMd", "Md", "yMMMMEEEEd")
DAY = date(2027, 1, 18)


def written(day, form, code):
    locale = locale_of(code)
    if form in LENGTHS:
        return format_date(day, form, locale=locale)
    return day.isoformat() if form == "iso" else format_skeleton(form, day, locale=locale)


@pytest.mark.parametrize("code", CODES)
@hypothesis_settings(max_examples=examples(200))
@given(
    day=st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    apart=st.integers(-400, 400).filter(bool),
    form=st.sampled_from((*LENGTHS, *SKELETONS, "iso")),
)
def test_every_form_of_a_day_is_found_and_no_other_day(code, day, apart, form):
    said = written(day, form, code)
    assert names_day(f"({said}) …", day, code)
    other = written(day + timedelta(days=apart), form, code)
    if other != said:
        assert not names_day(f"({other}) …", day, code)


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("en", "It starts on January 18th, at nine.", "January 18th"),
        ("en", "From the 18th of January on.", "18th of January"),
        ("fr", "Dès le 18 janvier, tout change.", "18 janvier"),
        ("pl", "od poniedziałku 18 stycznia", "18 stycznia"),
        ("de", "Ab Montag, 18. Januar", "18. Januar"),
        ("es", "a partir del 18 de enero", "18 de enero"),
        ("zh-hans", "1月18日起", "1月18日"),
        ("ar", "يوم ١٨ يناير", "١٨ يناير"),
        ("fr", "à partir du 18/01", "18/01"),
    ],
)
def test_the_words_are_those_of_the_text(code, text, words):
    (named,) = named_in(text, DAY, code)
    assert named.words.strip() == words
    assert named.before + named.words + named.after == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "18 January 2026 was another day."),
        ("en", "118 January evenings"),
        ("en", "Version 18.1.3 of the client"),
        ("pl", "18 stycznia 2025"),
        ("fr", "le 8 janvier"),
    ],
)
def test_what_only_looks_like_it_is_left_alone(code, text):
    assert named_in(text, DAY, code) == []


def test_the_first_of_a_month_is_found_in_french():
    assert named_in("le 1er février", date(2027, 2, 1), "fr")[0].words == "1er février"


def test_french_writes_the_first_of_a_month_as_an_ordinal():
    first, eleventh = date(2027, 1, 1), date(2027, 1, 11)
    with translation.override("fr"):
        assert formats.day(first) == "ven. 1er janv. 2027"
        assert formats.full_day(first) == "1er janvier 2027"
        assert [formats.short_day(day) for day in (first, eleventh)] == ["1er janv.", "11 janv."]
    with translation.override("en"):
        assert formats.short_day(first) == "1 Jan"
