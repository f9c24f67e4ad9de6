"""Addresses that open something: the list is whole, and no log has them, a proxy's neither."""

import http.client
import re
import socket
import ssl
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.urls import URLPattern, get_resolver
from django.urls.converters import StringConverter

from onelift.limits.bodies import BODIES, MEGABYTE
from onelift.logs.records import hide
from onelift.logs.secrecy import BEFORE_SECRETS, SECRET_PATHS
from tests.operations.proxies import DOCUMENT, example, in_front
from tests.operations.seed import PASSWORD
from tests.operations.shape import HOST, ROOT, free_port
from tests.operations.visitor import cookies_of
from tests.waiting import HANGS

CANARY = "q7canary7q"
SECRETS = [f"/{each.strip('/').replace('[0-9]+', '12')}/{CANARY}/" for each in BEFORE_SECRETS]
SEARCHED = f"/p/one-it/find/?q={CANARY}"
# What nobody's link says, but a mistyped or a probing request may.
ODD = [
    f"{way}{CANARY}/" for way in ("//s/", "/%73/", "/./s/", "/x/../s/", "/s//", "/%2Fs/", "/s%2f")
]
FORM = "application/x-www-form-urlencoded"
KINDS = ("nginx", "caddy")


def patterns(resolver, before=""):
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield before + str(each.pattern), each.pattern.converters
        else:
            yield from patterns(each, before + str(each.pattern))


def test_each_route_with_a_token_is_in_the_list():
    named = {
        re.sub(r"<int:\w+>", "12", address).partition("<")[0]
        for address, converters in patterns(get_resolver())
        if type(converters.get("token") or converters.get("key")) is StringConverter
    }
    assert len(named) > 8
    assert [one for one in named if not re.search(SECRET_PATHS, f"/{one}")] == []


@pytest.mark.parametrize("address", SECRETS)
def test_our_logs_leave_the_secret_out(address):
    assert CANARY not in hide(f"GET https://{HOST}{address}calendar/ 200")


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_have_the_list(kind):
    assert SECRET_PATHS in example(kind)


def test_one_body_limit_everywhere():
    largest = max(body.most for body in BODIES.values()) // MEGABYTE
    told = DOCUMENT + (ROOT / "docker-compose.yml").read_text()
    limits = re.findall(r"bodies of (\d+) MB|client_max_body_size (\d+)m|max_size (\d+)MB", told)
    assert len(limits) == 4
    assert {number for one in limits for number in one if number} == {str(largest)}


def ask(port, method, path, body=None, **headers):
    """Ask a proxy for a page, as a browser would at this port; return the answer, read."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=HANGS)
    connection = http.client.HTTPConnection(HOST, port)
    connection.sock = ssl._create_unverified_context().wrap_socket(plain, server_hostname=HOST)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": f"{HOST}:{port}", **named})
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_of_the_examples(shape, tmp_path, kind):
    folder = tmp_path / kind
    with in_front(kind, folder, shape.port) as port:
        assert all(ask(port, "GET", path).status in (200, 404) for path in SECRETS)
        assert ask(port, "GET", SEARCHED, Referer=f"https://{HOST}{SECRETS[0]}").status == 302
        forged = 32 * "0"
        answer = ask(port, "GET", "/livez", X_Request_ID=forged)
        assert answer.status == 200
        assert answer.getheader("X-Request-ID") != forged
        assert signs_in(shape, port) == 302
        assert all(ask(port, "GET", path).status < 500 for path in ODD)
    with in_front(kind, tmp_path / "away", free_port()) as port:
        assert all(ask(port, "GET", path).status in (502, 503) for path in (SEARCHED, *ODD))
        assert_maintenance(port, tmp_path / "away")
        assert all(ask(port, "GET", path).status == 503 for path in (*SECRETS, SEARCHED, *ODD))
    logs = [path.read_text() for path in tmp_path.glob("*/*.log")]
    assert "/livez" in "".join(logs)
    assert [text for text in logs if CANARY in text] == []


def assert_maintenance(port, folder):
    """Whatever visitors ask for while web is away, they get the page of the document's command."""
    (folder / "maintenance.html").write_text(printed("maintenance_page"))
    for method in ("GET", "HEAD", "POST"):
        answer = ask(port, method, "/p/one-it/plan/", "a=1" if method == "POST" else None)
        assert (answer.status, answer.getheader("Retry-After")) == (503, "10"), method
        assert answer.getheader("Content-Type").lower() == "text/html; charset=utf-8"
        assert answer.getheader("Cache-Control") == "no-store"
        assert method == "HEAD" or "سنعود بعد لحظات" in answer.body.decode()


def printed(command):
    printing = [sys.executable, "manage.py", command]
    done = subprocess.run(printing, cwd=ROOT, check=True, capture_output=True, timeout=HANGS)
    return done.stdout.decode()


def signs_in(shape, port):
    """Sign in at another port than 443; return the status."""
    page = ask(port, "GET", "/accounts/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)[1].decode()
    form = {"login": shape.seeded["email"], "password": PASSWORD, "csrfmiddlewaretoken": token}
    cookie, origin = f"csrftoken={cookies_of(page)['csrftoken']}", f"https://{HOST}:{port}"
    told = {"Content_Type": FORM, "Origin": origin, "Cookie": cookie}
    return ask(port, "POST", "/accounts/login/", urlencode(form), **told).status
