"""Each service of the compose file, run for real: does it do its work?"""

import gzip
import os
import re
import signal

import brotli
import pytest

from tests.operations.shape import HOST, OURS
from tests.operations.visitor import ask, sign_in
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]


@pytest.fixture(scope="module")
def session(shape):
    return sign_in(shape)[1]


def test_migrate_leaves_tables_and_has_nothing_to_say(shape):
    assert shape.said_by_migrate == ""
    shape.as_server("SELECT cache_key FROM onelift_cache LIMIT 1", shape.database)


@pytest.mark.parametrize("service", sorted(OURS.keys() - {"migrate", "backup"}))
def test_a_service_passes_its_health_check(shape, service):
    until(lambda: shape.is_healthy(service), "a service that is well")


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_a_service_that_hangs_does_not_pass_it(shape, service):
    alive = shape.folder / "tmp" / service / "alive"
    process = shape.processes[service]
    process.send_signal(signal.SIGSTOP)
    try:
        os.utime(alive, (0, 0))
        assert not shape.is_healthy(service)
    finally:
        process.send_signal(signal.SIGCONT)
    until(lambda: shape.is_healthy(service), "a service that is well")


def test_backup_makes_one_named_after_the_day(shape):
    said = shape.run("backup")
    (made,) = (shape.folder / "var/backups").iterdir()
    assert said.startswith("Done: backup of ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", made.name)
    verify = ["python", "manage.py", "backup", str(made), "--verify"]
    assert shape.run("backup", verify).startswith("Intact: backup of ")


def test_all_is_well_once_the_pump_has_run(shape):
    until(lambda: ask(shape, "/healthz").status == 200, "a page of health")


@pytest.mark.parametrize("host", ["localhost", "10.1.2.3:8000", "web"])
@pytest.mark.parametrize("path", ["/healthz", "/livez"])
def test_a_monitor_inside_asks_without_tls_by_any_name(shape, host, path):
    answer = ask(shape, path, Host=host, X_Forwarded_Proto="http")
    assert answer.status in (200, 503)
    assert not answer.getheader("Set-Cookie")


def test_any_other_page_wants_tls_and_its_own_name(shape):
    answer = ask(shape, "/accounts/login/", X_Forwarded_Proto="http")
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{HOST}/accounts/login/")
    assert ask(shape, "/accounts/login/", Host="elsewhere.example.com").status == 400


def test_the_catcher_has_each_mail_once(shape):
    mails = [path.read_bytes() for path in shape.mails()]
    assert len(mails) == len({re.search(rb"(?m)^To: (.*)$", mail)[1] for mail in mails}) == 4
    assert all(b"X-OneLift-Dispatch" in mail for mail in mails)


def test_cookies_go_back_over_tls_only(shape):
    answer, _cookie = sign_in(shape)
    assert answer.status == 302
    cookies = answer.headers.get_all("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} >= {"sessionid", "csrftoken"}
    assert all("; Secure" in cookie for cookie in cookies)
    assert "; HttpOnly" in next(cookie for cookie in cookies if cookie.startswith("sessionid"))
    assert answer.getheader("Strict-Transport-Security") == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_static_files_are_hashed_compressed_and_kept_for_ever(shape, coding, unpack):
    page = ask(shape, "/accounts/login/").body.decode()
    sheets = re.findall(r'<link[^>]*href="(/static/[^"]+\.css)"', page)
    assert sheets
    for sheet in sheets:
        assert re.search(r"\.[0-9a-f]{12}\.css$", sheet)
        answer = ask(shape, sheet, Accept_Encoding=coding)
        assert answer.status == 200
        assert answer.getheader("Content-Encoding") == coding
        assert "immutable" in answer.getheader("Cache-Control")
        assert answer.getheader("Vary") == "Accept-Encoding"
        assert unpack(answer.body) == ask(shape, sheet).body


def test_no_file_names_a_map_that_is_not_there(shape):
    files = [
        path for path in (shape.app / "collected").rglob("*") if path.suffix in (".css", ".js")
    ]
    assert len(files) > 50
    assert [path.name for path in files if b"sourceMappingURL" in path.read_bytes()] == []
    assert not list((shape.app / "collected").rglob("*.map"))


def policy(answer):
    parts = answer.getheader("Content-Security-Policy").split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts)}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/accounts/password/reset/", 200),
        ("/no-such-page/", 404),
        ("/s/no-such-token/", 404),
        ("/s/{token}/", 200),
        ("/p/one-it/overview/", 200),
        ("/p/one-it/messages/", 200),
        ("/p/one-it/listening/", 200),
        ("/profile/", 200),
        ("/accounts/2fa/", 200),
        ("/", 302),
        ("/healthz", 200),
        ("{style}", 200),
    ],
)
def test_every_kind_of_page_has_the_strict_policy(shape, session, path, status):
    page = ask(shape, "/accounts/login/").body.decode()
    style = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    path = path.format(token=shape.seeded["token"], style=style)
    answer = ask(shape, path, Cookie=session)
    assert answer.status == status
    found = policy(answer)
    assert found["default-src"] == ["'self'"]
    assert found["object-src"] == found["base-uri"] == ["'none'"]
    assert found["form-action"] == found["frame-ancestors"] == ["'self'"]
    allowed = {"'self'", "'none'", "data:"}
    assert {word for words in found.values() for word in words} <= allowed
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy") == "same-origin"


def test_the_frame_of_a_preview_may_be_styled_and_nothing_else(shape, session):
    page = ask(shape, "/p/one-it/messages/", Cookie=session).body.decode()
    messages = re.findall(r'href="(/p/one-it/messages/\d+/)"', page)
    pages = [ask(shape, message, Cookie=session).body.decode() for message in messages]
    frame = re.search(r'src="(/p/one-it/messages/[^"]+)"', "".join(pages))[1]
    answer = ask(shape, frame.replace("&amp;", "&"), Cookie=session)
    assert answer.status == 200
    found = policy(answer)
    assert "sandbox" in found
    assert found.pop("style-src") == ["'unsafe-inline'"]
    assert found["default-src"] == ["'none'"]
    assert not any("unsafe" in word for words in found.values() for word in words)


def test_nothing_is_written_outside_the_volumes(shape):
    ask(shape, "/accounts/login/")
    assert shape.files() == shape.before


def test_secrets_come_from_files(shape):
    environment = shape.environment("web")
    assert "SECRET_KEY" not in environment
    show = "from django.conf import settings as s; print(s.SECRET_KEY, s.DATABASES['default'])"
    said = shape.run("web", ["python", "-c", f"import onelift\n{show}"])
    assert "only-for-the-tests-" in said
    assert f"'{(shape.folder / 'secrets/database_password').read_text().strip()}'" in said
    assert "\\n" not in said
