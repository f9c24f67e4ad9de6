"""A day is read as the readers of each language write it, and never as another one."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date, format_skeleton, get_day_names
from django.conf import settings
from django.utils import translation

from programmes.design.days import read_day
from programmes.design.formats import day, locale_of, long_day

TODAY = date(2027, 1, 18)
MONDAY = date(2027, 1, 25)
DAYS = [TODAY + timedelta(days=29 * n) for n in range(12)]
# What people of each language write before or after a weekday.
NEXT_MONDAY = {
    "en": ["next Monday", "this Monday"],
    "fr": ["lundi prochain", "ce lundi"],
    "de": ["nächsten Montag", "am Montag"],
    "es": ["el próximo lunes", "este lunes"],
    "it": ["lunedì prossimo", "questo lunedì"],
    "pl": ["w poniedziałek", "najbliższy poniedziałek"],
    "pt-br": ["próxima segunda-feira", "na segunda-feira"],
    "ru": ["в следующий понедельник"],
    "zh-hans": ["这个星期一", "本周一"],
    "ja": ["次の月曜日", "今度の月曜日"],
    "ko": ["다음 월요일", "이번 월요일"],
    "ar": ["الاثنين القادم", "يوم الاثنين"],
}
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def written(on):
    """Return a day as the portal shows it, and as Babel writes it in the language."""
    babel = [format_date(on, width, locale_of()) for width in ("full", "long", "medium")]
    parts = ("MMMd", "MMMMd", "MMMEd", "yMMMEd")
    return [
        day(on),
        long_day(on),
        *babel,
        *(format_skeleton(p, on, None, True, locale_of()) for p in parts),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_was_shown_is_read_again(language):
    with translation.override(language):
        for on in DAYS:
            assert {text: read_day(text, TODAY) for text in written(on)} == dict.fromkeys(
                written(on), on
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_weekday_is_the_next_one(language):
    with translation.override(language):
        for width in ("wide", "abbreviated"):
            for number, name in get_day_names(width, "stand-alone", locale_of()).items():
                found = read_day(name, TODAY)
                assert (found.weekday(), 1 <= (found - TODAY).days <= 7) == (number, True), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_beside_a_weekday_are_read(language):
    with translation.override(language):
        for text in NEXT_MONDAY[language]:
            assert read_day(text, TODAY) == MONDAY, text


@pytest.mark.parametrize(
    ("language", "text", "weekday"),
    [("ru", "в пятницу", 4), ("pl", "w środę", 2), ("pl", "w następną niedzielę", 6)],
)
def test_a_weekday_is_read_in_its_case(language, text, weekday):
    with translation.override(language):
        assert read_day(text, TODAY).weekday() == weekday


@pytest.mark.parametrize("text", ["下周五", "下个星期五"])
def test_a_day_of_next_week_is_not_taken_for_one_of_this_week(text):
    with translation.override("zh-hans"), pytest.raises(ValueError, match=text):
        read_day(text, TODAY)
