"""What ``make hostile`` takes for a fault is one, the rest is none; a seed decides the inputs."""

import pytest

from tests.hostile import judge
from tests.hostile.attempts import SHARES, chosen
from tests.hostile.client import Answer
from tests.hostile.crawl import Form, Found, Reader

PAGE = {"content-type": "text/html; charset=utf-8"}
PORT = 8000


@pytest.mark.parametrize(
    ("html", "is_script"),
    [
        ("<p>&lt;script&gt;h0stile(1)&lt;/script&gt;", False),
        ('<script type="application/json">"h0stile"</script>', False),
        ('<a href="/?next=javascript:h0stile()">', False),
        ('<input value="javascript:h0stile()">', False),
        ("<script>h0stile(1)</script>", True),
        ("<img src=x onerror=h0stile(2)>", True),
        ('<a href=" java\tscript:h0stile()">', True),
        ("<button formaction=JavaScript:h0stile()>", True),
        ('<iframe src="data:text/html,x">', True),
    ],
)
def test_a_script_is_what_a_browser_would_run(html, is_script):
    assert bool(judge.scripts_in(Answer(200, PAGE, html.encode()))) == is_script


@pytest.mark.parametrize(
    ("location", "is_off"),
    [
        ("/p/one-it/", False),
        ("?page=2", False),
        ("/x/?next=//evil.example", False),
        (f"http://127.0.0.1:{PORT}/x/", False),
        ("//evil.example", True),
        ("/\\evil.example", True),
        ("\t//evil.example", True),
        ("https:evil.example", True),
        (f"http://127.0.0.1:{PORT}@evil.example/", True),
        ("javascript:h0stile()", True),
    ],
)
def test_off_site_is_where_a_browser_would_go(location, is_off):
    assert judge.is_off_site(Answer(302, {"location": location}), PORT) == is_off


def test_a_formula_is_what_a_spreadsheet_would_compute():
    rows = b'"name","\'=1+1","-5","\xe2\x80\x93","=1+1","\t@x","+33 1"\r\n'
    answer = Answer(200, {"content-type": "text/csv"}, rows)
    assert judge.formulas_in(answer) == (7, ["=1+1", "\t@x", "+33 1"])


def test_a_header_of_our_own_is_noticed():
    assert judge.is_split(Answer(302, {"x-h0stile": "1"}))
    assert judge.is_split(Answer(302, {"set-cookie": "h0stile=1"}))
    assert not judge.is_split(Answer(302, {"location": "/?X-h0stile: 1"}))


def test_only_what_no_pump_does_here_may_be_busy():
    assert judge.is_fault("/hooks/bounces/", Answer(500))
    assert judge.is_fault("/p/one-it/?x=/healthz", Answer(503))
    assert not judge.is_fault("/healthz", Answer(503))
    assert not judge.is_fault("/me/", Answer(501))


def test_a_form_is_read_as_a_browser_would_send_it():
    reader = Reader("/p/?q=1")
    reader.feed(
        """<form method="post" enctype="multipart/form-data"><input name="csrfmiddlewaretoken">
        <input name="a" value="1"><input type="checkbox" name="b" checked value="2">
        <input type="radio" name="c">
        <select name="d"><option value="3"><option value="4" selected></select>
        <textarea name="e">five</textarea><input type="file" name="f">
        <button>Save</button><button name="g" value="6">Other</button></form>"""
    )
    (form,) = reader.forms
    values = [("a", "1"), ("b", "2"), ("d", "4"), ("e", "five")]
    assert form == Form("/p/?q=1", "POST", True, values, ["f"], [("", ""), ("g", "6")])
    assert [form.pressed(number) for number in (0, 1, 2)] == [values, [*values, ("g", "6")], values]


def test_a_seed_decides_the_inputs():
    forms = [Form("/x/", "POST", False, [("a", "")]), Form("/y/", "POST", True, [], ["file"])]
    offered = {"stranger": Found(["/me/?lang=en"], forms)}
    first = chosen(offered, 300, seed=1)
    assert first == chosen(offered, 300, seed=1) != chosen(offered, 300, seed=2)
    assert {one.kind for one in first} == set(SHARES)
    assert len(first) >= 300
