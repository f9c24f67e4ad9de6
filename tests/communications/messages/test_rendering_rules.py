"""The parts: placeholders, languages, Markdown, colours."""

import pytest
from django.conf import settings

from communications.messages.rendering import (
    KNOWN,
    colours,
    direction,
    language_tag,
    reading_language,
    refused_links,
    unknown_placeholders,
)
from communications.messages.rendering.markdown import is_allowed, prose_html, read
from programmes.design.contrast import contrast

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SURVEY = frozenset({"survey_link"})


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hello {{ first_name }}, {{last_name}} {{\nname\n}} {{ survey_link }}", []),
        ("no braces, 50 %, {one}, a } b { c", []),
        ("{{ nickname }} {{ nickname }} {{ x }}", ["{{ nickname }}", "{{ x }}"]),
        ("{{ Person.x }}", ["{{ Person.x }}"]),
        ("{{ First_Name }}", ["{{ First_Name }}"]),
        ("{{ first_name|safe }}", ["{{ first_name|safe }}"]),
        ("{{ person.__class__ }}", ["{{ person.__class__ }}"]),
        ("{{ first name }}", ["{{ first name }}"]),
        ("{{}}", ["{{}}"]),
        ("{% load i18n %}x{%", ["{% load i18n %}", "{%"]),
        ("{# note #}", ["{# note #}"]),
        ("Hello {{ first_name", ["{{ first_name"]),
        ("Hello {{ first_name } and", ["{{ first_name"]),
        ("Hello first_name }}", ["}}"]),
        ("｛｛ name ｝｝您好", ["｛｛ name ｝｝"]),
    ],
)
def test_what_is_no_placeholder_is_named(text, unknown):
    assert unknown_placeholders(text, SURVEY) == unknown


def test_a_row_of_wide_braces_is_read_once():
    assert unknown_placeholders("｛" * 200_000, frozenset()) == []
    assert unknown_placeholders("｛" * 3 + "a｝", frozenset()) == ["｛｛｛a｝"]


def test_a_placeholder_of_another_source_is_unknown():
    assert unknown_placeholders("{{ survey_link }}", frozenset()) == ["{{ survey_link }}"]


def test_known_placeholders_have_a_description():
    assert set(KNOWN) == {"first_name", "last_name", "name", "site", "go_live_date", "programme"}
    assert all(map(str, KNOWN.values()))


@pytest.mark.parametrize(
    ("wanted", "available", "read_in"),
    [
        *[(code, LANGUAGES, code) for code in LANGUAGES],
        ("cs", LANGUAGES, "en"),
        ("ro", LANGUAGES, "en"),
        ("tr", LANGUAGES, "en"),
        ("pt", LANGUAGES, "pt-br"),
        ("pt-pt", LANGUAGES, "pt-br"),
        ("pt-br", ["en", "pt"], "pt"),
        ("PT_BR", LANGUAGES, "pt-br"),
        ("zh-hant", LANGUAGES, "zh-hans"),
        ("zh", LANGUAGES, "zh-hans"),
        ("zh-tw", LANGUAGES, "zh-hans"),
        ("uk", LANGUAGES, "ru"),
        ("uk", ["en", "fr"], "en"),
        ("lb", ["en", "de"], "de"),
        ("lb", ["en", "de", "fr"], "fr"),
        ("fr-ca", LANGUAGES, "fr"),
        ("en-gb", LANGUAGES, "en"),
        ("", LANGUAGES, "en"),
        ("ja", ["fr", "zh-hans"], None),
        ("cs", [], None),
    ],
)
def test_reading_language(wanted, available, read_in):
    assert reading_language(wanted, available) == read_in


def test_direction_and_tag():
    assert [code for code in LANGUAGES if direction(code) == "rtl"] == ["ar"]
    assert direction("ar-ma") == "rtl"
    assert [language_tag(code) for code in ("fr", "pt-br", "zh-hans")] == ["fr", "pt-BR", "zh-Hans"]


ALLOWED = [
    "https://one.example/a?b=c&d=e#f",
    "http://one.example:8000/",
    "https://xn--bcher-kva.example/",
    "mailto:it@one.example",
    "tel:+33-1-55.00",
]
REFUSED = [
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://one.example/",
    "//one.example/",
    "/inside/",
    "page.html",
    "https://",
    "https:///path",
    "https://me@one.example/",
    "https://me:secret@one.example/",
    "mailto:x@one.example?bcc=y@one.example",
    "tel:javascript",
    "cid:logo",
]


@pytest.mark.parametrize("url", ALLOWED)
def test_links_that_are_allowed(url):
    assert is_allowed(url)
    assert refused_links(f"[x]({url})", SURVEY) == []


@pytest.mark.parametrize("url", REFUSED)
def test_links_that_are_refused(url):
    assert not is_allowed(url)
    assert refused_links(f"A [x]({url} 'title') and [x]( {url} )", SURVEY) == [url]


def test_an_address_that_cannot_be_read_is_refused():
    assert not is_allowed("http://[")
    assert refused_links("[x](http://[)", SURVEY) == ["http://%5B"]


def test_a_link_placeholder_is_an_address_only_alone():
    assert refused_links("[x]({{ survey_link }})", SURVEY) == []
    assert refused_links("[x](https://a.example/{{ survey_link }})", SURVEY) != []
    assert refused_links("[x](https://{{ site }}/)", SURVEY) == ["https://{{ site }}/"]


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("a\nb", "<p>a<br>\nb</p>"),
        ("a **b** _c_", "<p>a <strong>b</strong> <em>c</em></p>"),
        ("**注意：**请", "<p><strong>注意：</strong>请</p>"),
        ("请**“看”**这里", "<p>请<strong>“看”</strong>这里</p>"),
        ("**‘서비스’**를", "<p><strong>‘서비스’</strong>를</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("# A\n\n## B\n\n##### C", "<h2>A</h2>\n<h2>B</h2>\n<h3>C</h3>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("<b>a</b> &lt;i&gt;", "<p>&lt;b&gt;a&lt;/b&gt; &lt;i&gt;</p>"),
        ("> a\n\n    b\n\n`c`\n\n---", "<p>&gt; a</p>\n<p>b</p>\n<p>`c`</p>\n<p>---</p>"),
        ("![a](https://b.example/)c", '<p>!<a href="https://b.example/" rel="noopener">a</a>c</p>'),
    ],
)
def test_the_small_part_of_markdown(body, html):
    [prose] = read(body)
    assert prose_html(prose, {}).strip() == html


@pytest.mark.parametrize(
    "ground", ["#2A41C2", "#1E3099", "#FFD400", "#FFFFFF", "#000000", "#777777"]
)
def test_colours_stay_readable(ground):
    assert contrast(colours.text_on(ground), ground) >= 4.4
    assert contrast(colours.readable_on("#FFFFFF", ground), "#FFFFFF") >= 4.5
    assert contrast(colours.signal_on(ground), ground) >= 3
    assert contrast(colours.lightened(ground), colours.NIGHT) >= 7


def test_contrast_is_that_of_the_guideline():
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
