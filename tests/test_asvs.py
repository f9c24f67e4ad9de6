"""How the portal stands against OWASP ASVS: the tables are whole, and what proves a row is there.

At the end stand small proofs of what no other test is about.
"""

import ast
import inspect
import io
import re
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import ParseError, iterparse

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from onelift.exchange.forms.files import MOST_BYTES
from onelift.exchange.glossary_file import GLOSSARY_FILE
from onelift.exchange.workbook import MOST_UNPACKED
from programmes.design.logo import LARGEST_BYTES, LONGEST_SIDE
from programmes.queries.terms import TermWord
from programmes.reading.limits import MEGABYTE, REFERENCE_FILE
from stakeholders.accounts.services.invitation import password_url
from stakeholders.importing.reading.manner import PEOPLE_FILE, SITES_FILE
from stakeholders.models import User
from stakeholders.register.reading.impacts import IMPACTS_FILE
from stakeholders.register.reading.values import VALUES_FILE
from tests.conftest import PASSWORD
from tests.faults.slow import connect, head, whole_answer
from tests.serving.test_server import CLOSING, serving
from tests.test_shape import modules

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "docs/asvs"
CHAPTERS = sorted(FOLDER.glob("v*.md"))
STATES = ("kept", "does not apply", "operator", "not kept")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \|(.*)\|$", re.MULTILINE)
STATE = re.compile(rf"\*\*({'|'.join(STATES)})\*\*: \S")
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\[[^\]]+\]\([^)]+\)")
WORDS_MOST = 14
TABLES = {
    "personnel file": PEOPLE_FILE,
    "sites, and reference data in `/admin/`": SITES_FILE,
    "impacts": IMPACTS_FILE,
    "values of objectives": VALUES_FILE,
    "glossary": GLOSSARY_FILE,
}
by_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def rows_of(chapter):
    """Return number, what is asked, how it is, and what proves it."""
    return ROW.findall(chapter.read_text())


def state_of(how):
    found = STATE.match(how)
    return found and found[1]


@cache
def functions_in(path):
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@by_chapter
def test_each_requirement_appears_once_and_in_order(chapter):
    numbers = [tuple(map(int, row[0].split("."))) for row in rows_of(chapter)]
    lines = re.findall(r"^\| \d", chapter.read_text(), re.MULTILINE)
    assert numbers
    assert numbers == sorted(set(numbers))
    assert {number[0] for number in numbers} == {int(chapter.name[1:3])}
    assert len(numbers) == len(lines), "a row of another form"


@by_chapter
def test_each_requirement_is_told_in_a_few_words_with_one_of_four_states(chapter):
    for number, asked, how, _proofs in rows_of(chapter):
        assert len(asked.split()) <= WORDS_MOST, number
        assert state_of(how), number


@by_chapter
def test_what_is_kept_is_proved_and_what_proves_it_is_there(chapter):
    for number, _asked, how, proofs in rows_of(chapter):
        found = PROOF.findall(proofs)
        assert len(found) == proofs.count("::"), number
        assert found or state_of(how) != "kept" or LINK.search(how + proofs), number
        for path, name in found:
            assert name in functions_in(path), f"{number}: {path}::{name}"


@by_chapter
def test_what_the_operator_decides_is_told_in_a_document(chapter):
    told = [(number, how) for number, _asked, how, _ in rows_of(chapter) if "**operator**" in how]
    assert [number for number, how in told if not LINK.search(how)] == []


@by_chapter
def test_the_overview_counts_what_a_chapter_says(chapter):
    title = chapter.read_text().splitlines()[0].removeprefix("# ")
    counts = Counter(state_of(row[2]) for row in rows_of(chapter))
    figures = " | ".join(str(counts[one]) for one in STATES)
    assert f"| [{title}]({chapter.name}) | {figures} |" in overview()


def test_the_overview_has_a_row_for_each_chapter():
    rows = [line for line in overview() if re.match(r"\| \[?V\d", line)]
    assert [int(re.search(r"\d+", row)[0]) for row in rows] == list(range(1, 18))
    assert sum("–" in row for row in rows) == len(rows) - len(CHAPTERS)


def overview():
    return (FOLDER / "README.md").read_text().splitlines()


BANNED = {"eval", "exec", "compile", "pickle", "marshal", "shelve", "yaml", "system", "popen"}


def used_in(path):
    """Yield the names of what a module calls, imports or takes from the system, and arguments."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.alias(name=name):
                yield name
            case ast.Attribute(value=ast.Name(id="os"), attr=name) | ast.keyword(arg=name):
                yield name


def test_nothing_runs_what_somebody_wrote():
    for path in modules():
        assert not {*BANNED, "shell"}.intersection(used_in(path)), path


def test_the_document_of_files_names_the_limits():
    told = (ROOT / "docs/administering.md").read_text().split("## Files that you can upload")[1]
    for name, most in TABLES.items():
        kib = most.file_bytes // 1024
        size = f"{kib // 1024} MB" if kib >= 1024 else f"{kib} KB"
        rest = f"{most.unpacked_bytes // MEGABYTE} MB | {most.rows:,} |"
        assert f"| {name} | CSV, XLSX | {size} | {rest}" in told
    assert REFERENCE_FILE == SITES_FILE
    assert f"| {MOST_BYTES // MEGABYTE} MB | {MOST_UNPACKED // MEGABYTE} MB | |" in told
    assert f"| {LARGEST_BYTES // 1000} kB | {LONGEST_SIDE:,} pixels" in told


GROWING = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "entities",
    [f'<!ENTITY e0 "{500 * "ha"}">{GROWING}', '<!ENTITY e8 SYSTEM "file:///etc/passwd">'],
)
def test_the_parser_of_python_takes_no_hostile_entities(entities):
    """Where defusedxml is installed openpyxl uses that; production has the parser of Python."""
    content = f"<!DOCTYPE x [{entities}]><x>&e8;</x>".encode()
    with pytest.raises(ParseError):
        list(iterparse(io.BytesIO(content)))


def test_an_address_is_decoded_once(cast, as_user):
    ines = as_user(cast.ines)
    assert ines.get("/p/one%2Dit/overview/").status_code == 200
    assert ines.get("/p/one%252Dit/overview/").status_code == 404


def test_a_term_is_no_pattern():
    term = TermWord("c++ (.*)", "", "")
    assert term.is_in("Write C++ (.*) here")
    assert not term.is_in("Write ccc (x) here")


@pytest.mark.parametrize("page", ["/accounts/login/", "/profile/", "/api/v1/objectives/"])
def test_no_other_site_reads_an_answer(cast, as_user, page):
    answer = as_user(cast.ines).get(page, headers={"origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_the_length_of_a_body_in_chunks_is_not_taken_from_its_head():
    said = head("/?1", "Transfer-Encoding: chunked", "Content-Length: 500") + b"0\r\n\r\n"
    with serving() as (port, _open), connect(port, said + CLOSING) as one:
        answer = whole_answer(one)
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def sign_in(client, user, password=PASSWORD):
    return client.post("/accounts/login/", {"login": user.email, "password": password})


def is_signed_in(key):
    """Tell whether a session is open, whatever became of the browser that had it."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    return thief.get("/profile/").status_code == 200


@pytest.fixture
def key(cast, client):
    """Return the key of the session of Ines."""
    sign_in(client, cast.ines)
    return client.session.session_key


def test_the_key_of_a_session_is_long_and_another_each_time(cast, client, key):
    assert is_signed_in(key)
    assert len(key) == 32
    other = Client()
    sign_in(other, cast.ines)
    assert other.session.session_key != key


def test_a_session_ends_at_sign_out(client, key):
    client.post("/accounts/logout/")
    assert not is_signed_in(key)


def test_a_session_ends_after_two_weeks(cast, wait):
    client = Client()
    typed = {"login": cast.ines.email, "password": PASSWORD, "remember": "on"}
    client.post("/accounts/login/", typed)
    wait(days=13)
    assert is_signed_in(client.session.session_key)
    wait(days=2)
    assert client.get("/profile/").status_code == 302


def test_a_session_does_not_outlive_its_account(cast, key):
    User.objects.filter(pk=cast.ines.pk).update(is_active=False)
    assert not is_signed_in(key)


@pytest.mark.parametrize("page", ["/profile/", "/p/one-it/overview/", "/accounts/2fa/"])
def test_each_page_has_a_way_to_sign_out(cast, as_user, page):
    said = as_user(cast.ines).get(page).content.decode()
    assert '<form method="post" action="/accounts/logout/">' in said


def test_cookies_are_not_sent_along_from_other_sites(cast, client):
    client.get("/accounts/login/")
    sign_in(client, cast.ines)
    client.post("/language/setlang/", {"language": "fr", "next": "/"})
    assert {"csrftoken", "sessionid", "onelift_device"} <= set(client.cookies)
    assert {one["samesite"] for one in client.cookies.values()} == {"Lax"}
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["onelift_device"]["httponly"]


LONG = f"  Ünïcode only, no Digits{50 * 'x'}  "


def test_a_password_of_any_signs_is_compared_as_it_was_typed_and_does_not_age(cast, as_user, wait):
    typed = {"oldpassword": PASSWORD, "password1": LONG}
    assert as_user(cast.ines).post("/accounts/password/change/", typed).status_code == 302
    wait(days=1000)
    for other in (LONG.strip(), LONG.lower(), LONG[:64], LONG + "x"):
        assert sign_in(Client(), cast.ines, other).status_code == 200
    assert sign_in(Client(), cast.ines, LONG).status_code == 302


def test_a_password_is_masked_and_may_be_filled_in_by_a_program(client, db):
    page = client.get("/accounts/login/").content.decode()
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    watched = {
        one.name for one in (ROOT / "static/js").glob("*.js") if '"paste"' in one.read_text()
    }
    assert watched == {"points.js"}


def test_a_link_to_a_password_ends_after_three_days(cast, client, wait):
    link = password_url(cast.ines)
    assert "password1" in client.get(link, follow=True).content.decode()
    wait(days=3, hours=1)
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_a_new_password_does_not_replace_the_second_factor(cast, client):
    totp.TOTP.activate(cast.ines, "JBSWY3DPEHPK3PXP")
    form = client.get(password_url(cast.ines), follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "a long new secret"})
    assert client.get("/profile/").status_code == 302
    assert sign_in(client, cast.ines, "a long new secret").url == "/accounts/2fa/authenticate/"


def test_recovery_codes_work_once_and_are_long_enough(cast):
    codes = RecoveryCodes.activate(cast.ines)
    first = codes.get_unused_codes()[0]
    assert re.fullmatch(r"\d{8}", first)
    assert codes.validate_code(first)
    assert not codes.validate_code(first)


def test_keys_of_second_factors_come_from_the_random_source_of_the_system():
    for made in (totp.generate_totp_secret, RecoveryCodes.generate_seed):
        assert "secrets.token_" in inspect.getsource(made)
