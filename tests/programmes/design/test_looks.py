from datetime import UTC, date, datetime
from itertools import permutations

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from programmes.design import formats
from programmes.design.contrast import contrast, nearest_passing
from programmes.design.marks import STATUSES


def rendered(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 0, "0 kB"),
        ("en", 100 * 1024**2, "100 MB"),
        ("en", 1536, "1.5 kB"),
        ("en", 1024**3 - 1, "1,024 MB"),
        ("en", 3 * 1024**3 // 2, "1.5 GB"),
        ("fr", 2_000_000, "1,9\u202fMo"),
    ],
)
def test_sizes_follow_the_language(language, count, words):
    with translation.override(language):
        assert formats.size(count) == words


@pytest.mark.parametrize(
    ("language", "number", "share", "day"),
    [
        ("en", "7,000", "68%", "Mon 18 Jan 2027"),
        ("fr", "7\u202f000", "68\xa0%", "lun. 18 janv. 2027"),
        ("de", "7.000", "68\xa0%", "Mo., 18. Jan. 2027"),
        ("zh-hans", "7,000", "68%", "2027年1月18日周一"),
        ("pt-br", "7.000", "68%", "seg., 18 de jan. de 2027"),
        ("ru", "7\xa0000", "68\xa0%", "пн, 18 янв. 2027"),
    ],
)
def test_numbers_and_days_follow_the_language(language, number, share, day):
    with translation.override(language):
        assert formats.number(7000) == number
        assert formats.number(-7000).lstrip("\u200e") == f"\N{MINUS SIGN}{number}"
        assert formats.percent(0.68) == share
        assert formats.day(date(2027, 1, 18)) == day


def test_what_is_as_frequent_stands_in_the_same_order_however_it_was_counted():
    counts = [("fr", 3), ("de", 3), (None, 3), ("es", 9)]
    for found in permutations(counts):
        assert formats.most_first(dict(found)) == [("es", 9), (None, 3), ("de", 3), ("fr", 3)]


def test_moment_shows_the_clock_and_the_zone_of_the_place():
    instant = datetime(2026, 11, 24, 23, 20, tzinfo=UTC)
    assert formats.moment(instant, "Asia/Shanghai") == "Wed 25 Nov 2026, 07:20 UTC+8"
    assert formats.moment(instant, "Asia/Kolkata") == "Wed 25 Nov 2026, 04:50 UTC+5:30"
    assert formats.moment(instant) == "Tue 24 Nov 2026, 23:20 UTC"


def test_what_is_written_from_right_to_left_keeps_signs_and_latin_names_in_order():
    with translation.override("ar"):
        for written in (formats.percent(0.68), formats.number(-6)):
            assert written[0] == "\N{LEFT-TO-RIGHT ISOLATE}"
            assert written[-1] == "\N{POP DIRECTIONAL ISOLATE}"
        assert rendered("{% arrow %}") == "←"
        assert rendered("{{ x|with_chips }}", x="Will it work?") == "<bdi>Will it work?</bdi>"
        assert rendered("{{ x|with_chips }}", x="من OneLift") == "من OneLift"
        chip = rendered("{{ x|with_chips }}", x="From ‹البرنامج›")
        assert chip == '<bdi>From <span class="ol-ph">البرنامج</span></bdi>'
    assert rendered("{% arrow %} {{ x|with_chips }}", x="Will it work?") == "→ Will it work?"


def test_nothing_is_written_as_a_dash():
    assert rendered("{{ x|number }}{{ x|percent }}{{ x|day }}{{ x|moment }}", x=None) == "––––"


def test_each_status_has_a_word_and_within_a_tone_its_own_shape():
    bad = {key: look.shape for key, look in STATUSES.items() if look.tone == "bad"}
    assert len({bad["off"], bad["missing"], bad["failed"], bad["in_doubt"]}) == 4
    for key, look in STATUSES.items():
        html = rendered("{% status key %}", key=key)
        assert str(look.word) in html
        assert "<svg" in html


def test_status_words_are_escaped():
    html = rendered("{% status 'held' text=text reason=text %}", text="<script>")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2


def test_card_escapes_its_title_and_keeps_its_content():
    html = rendered("{% card title meta %}<b>{{ title }}</b>{% endcard %}", title="<i>", meta="1")
    assert "<h2>&lt;i&gt;</h2>" in html
    assert "<b>&lt;i&gt;</b>" in html


def test_many_choices_of_a_filter_fold_but_never_the_chosen_one():
    choices = [{"label": f"Site {n}", "value": n, "count": None} for n in range(9)]
    group = {"label": "Site", "name": "site", "choices": choices}

    def chips(query):
        return rendered("{% chips group %}", request=RequestFactory().get(query), group=group)

    folded = chips("/?level=tactical&site=7")
    assert [n for n in range(9) if f">Site {n}" in folded] == [0, 1, 2, 7]
    assert "?level=tactical&amp;site=7&amp;more=site" in folded
    assert ">5 more<" in folded
    unfolded = chips("/?level=tactical&more=site")
    assert unfolded.count("Site ") == 9
    assert 'href="?level=tactical">Show fewer' in unfolded
    group["choices"] = choices[:4]
    assert " more<" not in chips("/")


def test_chip_takes_itself_away_and_keeps_other_filters_but_not_the_page():
    request = RequestFactory().get("/?state=stale&wave=2&page=3")
    html = rendered("{% chip 'Stale' 'state' 'stale' %}", request=request)
    assert 'href="?wave=2"' in html
    assert 'aria-current="true"' in html


def test_sort_head_turns_round():
    request = RequestFactory().get("/?sort=due")
    html = rendered("{% sort_head 'Due' 'due' %}", request=request)
    assert 'href="?sort=-due"' in html
    assert 'aria-sort="ascending"' in html


def test_contrast_equals_the_published_values():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#2A41C2", "#FFFFFF") == pytest.approx(7.97, abs=0.01)
    assert contrast("#C67C00", "#FFFFFF") == pytest.approx(3.34, abs=0.01)


@pytest.mark.parametrize("colour", ["#FFD400", "#2A41C2", "#FFFFFF", "#00B0FF", "#777777"])
@pytest.mark.parametrize("ground", ["#FFFFFF", "#161B27", "#E8ECFB"])
def test_nearest_passing_colour_passes_and_a_passing_one_stays(colour, ground):
    found = nearest_passing(colour, ground)
    assert contrast(found, ground) >= 4.5
    assert nearest_passing(found, ground) == found


def test_a_sentence_that_ends_with_a_short_month_has_one_full_stop():
    words = "{% load prose %}{{ on|short_day|unstopped }}."
    with translation.override("fr"):
        assert rendered(words, on=date(2026, 12, 20)) == "20 déc."
    with translation.override("en"):
        assert rendered(words, on=date(2026, 12, 20)) == "20 Dec."


def test_words_are_strung_together_with_the_marks_of_the_language():
    expected = {"en": (", ", "a, b"), "zh-hans": ("，", "a、b"), "ja": ("、", "a、b")}
    for language, (comma, both) in expected.items():
        with translation.override(language):
            assert (formats.comma(), formats.listed(["a", "b"])) == (comma, both)


def test_chinese_lists_latin_names_with_spaces():
    with translation.override("zh-hans"):
        assert formats.enumeration(["Wave 1", "上海", "Wave 2"]) == "Wave 1、上海和 Wave 2"


def test_days_and_hours_follow_the_language():
    with translation.override("zh-hans"):
        assert formats.day_at(date(2026, 12, 15), "09:00") == "2026年12月15日周二 09:00"
    with translation.override("ja"):
        assert formats.long_day(date(2026, 12, 5)) == "2026年12月5日"


def test_letters_tell_words_apart():
    words = ["战略", "战术", "执行"]
    assert [formats.letter_of(word, words) for word in words] == ["略", "术", "执"]
