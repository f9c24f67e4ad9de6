"""The whole way: from a text and a person to the mail."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.conf import settings

from communications.messages.rendering import prepare, preview_html, values_for
from programmes.models import Programme, Site
from stakeholders.models import Person

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SURVEY = frozenset({"survey_link"})
LINK = "https://one.example/s/abc234/"
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "<img src='https://evil.example/pixel.gif'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "-->]]><script>alert(1)</script>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example><input name=password>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x1;javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](https://bank.example@evil.example/)",
    "[x](file:///etc/passwd)",
    "![x](https://evil.example/pixel.gif)",
    "![x](https://evil.example/a.png 'onerror=alert(1)')",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)",
    "{{ survey_link }}",
    "{{ first_name }}",
    "{{first_name}}{{{ last_name }}}",
    "{first_name} {person.__class__.__init__.__globals__}",
    "%(site)s %s %d %",
    "{% load i18n %}{% debug %}",
    "{{ settings.SECRET_KEY }} {{ person|safe }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "\ufdd0survey_link\ufdd1 \ufdd0body\ufdd1",
    "&#xFDD0;survey_link&#xFDD1;",
    r"\1 \g<0> \g<name>",
    "*bold* **bold** _i_ `code` [a](https://evil.example)",
    "a\r\nBcc: victim@evil.example\r\n\r\n<b>",
    "a\u2028b\u2029c\x85d\x0be\x00f\x1bg",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "=HYPERLINK(1)",
    "\ud800",
]


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, wanted):
        return [value for _tag, name, value in self.attributes if name == wanted]


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def programme(**fields):
    return Programme(**{"name": "One IT", "slug": "one-it"} | fields)


def values(**fields):
    known = {
        "first_name": "Anna",
        "last_name": "Berg",
        "name": "Anna Berg",
        "site": "Dublin",
        "go_live_date": "18 January 2027",
        "programme": "One IT",
        "survey_link": LINK,
    }
    return known | fields


def mail(body, subject="Hello", language="en", **fields):
    return prepare(programme(), language, subject, body, SURVEY).fill(values(**fields))


def assert_harmless(html):
    reader = read(html)
    forbidden = {"script", "iframe", "img", "form", "input", "base", "object", "svg", "link"}
    assert not forbidden & set(reader.tags), reader.tags
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] == "srcdoc"]
    assert not reader.all("src")
    assert "refresh" not in reader.all("http-equiv")
    assert all(href.startswith("https://") and "@" not in href for href in reader.all("href"))
    assert "@import" not in "".join(v for v in reader.all("style"))
    html.encode()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_stays_text(hostile):
    made = mail(f"Hello {{{{ first_name }}}}\n\n{hostile}\n\n[Go]({{{{ survey_link }}}})", hostile)
    assert_harmless(made.html)
    assert LINK in read(made.html).all("href")
    assert made.subject == " ".join(made.subject.split())
    assert made.subject.isprintable()


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_hostile_value_stays_what_it_is(hostile, language):
    body = "Hello {{ first_name }} {{ name }}\n\n[**{{ site }}**](https://ok.example/)"
    fields = dict.fromkeys(("first_name", "name", "site", "programme", "go_live_date"), hostile)
    made = mail(body + " {{ go_live_date }}", "To {{ name }}", language, **fields)
    assert_harmless(made.html)
    assert set(read(made.html).all("href")) == {"https://ok.example/"}
    assert LINK not in made.html + made.text + made.subject
    assert made.subject.isprintable()
    assert "\n" not in made.subject
    shown = "".join(char for char in hostile.split("\r")[0] if char.isprintable())
    if shown == hostile:
        assert hostile in made.text.replace("\n", " ")
        assert made.subject == f"To {hostile}"
        assert hostile in "".join(read(made.html).texts)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_programme_name_stays_text(hostile):
    made = prepare(programme(name=hostile), "en", "Hello", "Text").fill(values(programme=hostile))
    assert_harmless(made.html)


def test_the_subject_is_one_line_of_at_most_200_characters():
    made = mail("x", "Hello\r\n{{ name }}", name="A\r\nBcc: x@evil.example" + "y" * 400)
    assert made.subject.startswith("Hello A Bcc: x@evil.exampleyyy")
    assert len(made.subject) == 200


def test_a_filled_mail_holds_no_marks():
    made = mail("{{ first_name }} {{ survey_link }}\n\n[Go]({{ survey_link }})", "{{ site }}")
    for part in (made.subject, made.html, made.text):
        assert "\ufdd0" not in part
        assert "mark.invalid" not in part


def test_no_character_of_a_mail_is_written_out_as_code():
    made = mail("{{ site }}", 'About "{{ name }}" & <b>', name='O"Neil')
    label = 'aria-label="About &quot;O&quot;Neil&quot; &amp; &lt;b&gt;"'
    assert label in made.html
    assert "\\u" not in made.html
    assert "fdd0" not in made.html


def test_without_first_name_the_name_stands_in():
    assert mail("Hello {{ first_name }},", first_name="").text.startswith("Hello Anna Berg,")


def test_a_missing_value_takes_its_space_along():
    made = mail("Hello {{ last_name }}, all of {{ site }}!", "Hi {{ site }}", last_name="", site="")
    assert made.text.startswith("Hello, all of!")
    assert made.subject == "Hi"


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", 'https://x/"onclick="a', "http://a b"]
)
def test_a_mail_without_its_link_is_refused(address):
    with pytest.raises(ValueError, match="link placeholder"):
        mail("[Go]({{ survey_link }})", survey_link=address)


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(ValueError, match="#RRGGBB"):
        prepare(programme(accent="red;}"), "en", "Hello", "Text")


def test_the_text_twin():
    body = (
        "Hello {{ first_name }},\n\n# The *new* desk\n\nIt opens on **{{ go_live_date }}** for all "
        "of {{ site }}, and your open tickets move with you. Read [the guide](https://ok.example/)."
        "\n\n- One number\n- One chat, in your language, for every question about IT that you may "
        "ever have\n  1. early\n  2. late\n- Mail [us](mailto:it@one.example)\n\n"
        "[Tell us]({{ survey_link }})\n\nClaire\nCIO"
    )
    assert mail(body).text == (
        "Hello Anna,\n\n"
        "The new desk\n\n"
        "It opens on 18 January 2027 for all of Dublin, and your open tickets\n"
        "move with you. Read the guide: https://ok.example/.\n\n"
        "- One number\n"
        "- One chat, in your language, for every question about IT that you may\n"
        "  ever have\n"
        "  1. early\n"
        "  2. late\n"
        "- Mail us: it@one.example\n\n"
        f"Tell us: {LINK}\n\n"
        "Claire\nCIO\n\n"
        "-- \n"
        "You are receiving this email because you work at Dublin, which is part\nof One IT.\n"
    )


def test_the_chinese_text_twin_breaks_between_characters_and_not_before_a_full_stop():
    made = mail(
        "一" * 35 + "二。" + "三" * 3 + "\n\n[链接](https://ok.example/)x", language="zh-hans"
    )
    first, second, *rest = made.text.split("\n")
    assert (first, second) == ("一" * 35, "二。三三三")
    assert rest[1] == "链接：https://ok.example/x"


def test_the_arabic_text_twin_isolates_addresses_and_values():
    made = mail("مرحبًا {{ first_name }}\n\n[دليل](https://ok.example/)", language="ar")
    assert "مرحبًا \u2068Anna\u2069" in made.text
    assert "دليل: \u2066https://ok.example/\u2069" in made.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_the_twin_is_too_wide(language):
    made = mail("Hello {{ name }}, " + "long word " * 30, language=language, name="N" * 60)
    assert max(map(len, made.text.split("\n"))) <= 72


def test_a_paragraph_of_only_a_link_is_the_button():
    html = mail("Before\n\n**[Tell us {{ first_name }}]({{ survey_link }})**\n\nAfter").html
    assert html.count('class="btn"') == 1
    assert html.index(">Before<") < html.index('class="btn"') < html.index(">After<")
    assert f'<a href="{LINK}" rel="noopener" style="display:inline-block' in html
    assert ">Tell us Anna</a>" in html


@pytest.mark.parametrize(
    "body",
    [
        "See [this](https://ok.example/)",
        "[a](https://ok.example/) [b](https://ok.example/)",
        "- [a](https://ok.example/)",
        "<https://ok.example/>",
        "{{ survey_link }}",
    ],
)
def test_any_other_link_is_a_link(body):
    html = mail(body).html
    assert 'class="btn"' not in html
    assert 'rel="noopener"' in html


def test_a_link_placeholder_alone_becomes_a_link():
    assert f'href="{LINK}" dir="ltr"' in mail("Please: {{ survey_link }}").html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_renders(language):
    made = mail("Text", language=language)
    reader = read(made.html)
    assert "Text" in reader.texts
    assert reader.tags.count("html") == reader.tags.count("body") == 1
    tag = {"zh-hans": "zh-Hans", "pt-br": "pt-BR"}.get(language, language)
    assert ("html", "lang", tag) in reader.attributes
    assert "url(" not in made.html
    assert len(made.html.encode()) < 20_000


def test_arabic_is_turned_round():
    html = mail("- نص", language="ar").html
    reader = read(html)
    assert ("html", "dir", "rtl") in reader.attributes
    assert ("body", "dir", "rtl") in reader.attributes
    assert "direction:ltr" not in html
    assert "text-align:left" not in html
    assert "padding-right:22px" in html


def test_other_languages_are_not():
    assert "rtl" not in mail("Text", language="fr").html


def test_the_reason_is_in_both_parts_and_may_be_another():
    made = mail("Text")
    assert "because you work at Dublin" in made.html
    other = prepare(programme(), "en", "x", "y", reason="You approve for {{ programme }}.")
    assert "You approve for One IT." in other.fill(values()).html
    assert "You approve for One IT." in other.fill(values()).text


def test_the_preheader_leaves_the_greeting_out():
    html = mail("Hello {{ first_name }},\n\nThe desk opens on {{ go_live_date }}.").html
    hidden = html[html.index("display:none") :].split("</div>")[0]
    assert "The desk opens on 18 January 2027." in hidden
    assert "Hello" not in hidden


def test_the_logo_is_shown_only_where_there_is_one():
    with_logo = prepare(programme(logo="logos/x.png"), "en", "x", "y cid:logo")
    assert with_logo.has_logo
    filled = with_logo.fill(values())
    assert read(filled.html).all("src") == ["cid:logo"]
    assert ("img", "alt", "") in read(filled.html).attributes
    shown = read(preview_html(filled, 'data:image/png;base64,AA"'))
    assert shown.all("src") == ['data:image/png;base64,AA"']
    assert not prepare(programme(), "en", "x", "y").has_logo


DATES = {
    "en": "18 January 2027",
    "fr": "18 janvier 2027",
    "de": "18. Januar 2027",
    "es": "18 de enero de 2027",
    "it": "18 gennaio 2027",
    "pl": "18 stycznia 2027",
    "pt-br": "18 de janeiro de 2027",
    "ru": "18 января 2027\u202fг.",
    "zh-hans": "2027年1月18日",
    "ja": "2027年1月18日",
    "ko": "2027년 1월 18일",
    "ar": "18 يناير 2027",
    "tlh": "18 January 2027",
}


@pytest.mark.parametrize(("language", "written"), DATES.items())
def test_values_for_a_person(language, written):
    person = Person(first_name="Anna", last_name="Berg")
    made = values_for(person, Site(name="Dublin"), date(2027, 1, 18), programme(), language)
    assert made == {
        "first_name": "Anna",
        "last_name": "Berg",
        "name": "Anna Berg",
        "site": "Dublin",
        "go_live_date": written,
        "programme": "One IT",
    }


def test_values_for_other_names_and_dates():
    def made(first, last, day, language="en"):
        person = Person(first_name=first, last_name=last)
        return values_for(person, Site(name="x"), day, programme(), language)

    assert made("伟", "王", None)["name"] == "王伟"
    assert made("", "Berg", None)["name"] == "Berg"
    assert made("", "Berg", None)["go_live_date"] == ""
    assert made("", "Berg", date(2027, 1, 1), "fr")["go_live_date"] == "1er janvier 2027"
