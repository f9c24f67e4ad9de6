"""Who may do what: every route × method × role, from tests/access.yaml."""

import html
import re
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.standing import *  # noqa: F403 - its fixtures
from tests.world import World

pytestmark = pytest.mark.slow

TABLE = yaml.safe_load((Path(__file__).parent / "access.yaml").read_text())
ROLES = TABLE["roles"]
METHODS = ("GET", "POST")
# A profile offers all of the world, whoever has sites there.
TIME_ZONE = re.compile(r"<option[^>]*>\w+(?:/[\w-]+)+</option>")


@pytest.fixture
def world(standing, db):
    """Return the one world, of which no test here changes the objects: copies would take longer."""
    return standing[1]


@pytest.fixture(scope="module")
def cookies(standing):
    """Sign each role in, once for all cases; return what their browsers keep."""
    return {role: client_of(standing[1], role).cookies for role in ROLES}


def named_routes(resolver=None, namespace=""):
    """Yield the full name of each route, but those of Django's admin."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            if inner != "admin:":
                yield from named_routes(pattern, namespace + inner)
        elif pattern.name:
            yield namespace + pattern.name


def cases():
    for row in TABLE["routes"]:
        for method in METHODS:
            yield pytest.param(row, method, id=f"{row['route']}-{method}")


def outcome(response) -> str:
    """Put an answer in the words of the table."""
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return "in"
    return "ok" if response.status_code in (200, 302, 303, 422) else str(response.status_code)


def client_of(world: World, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if role != "anonymous":
        client.force_login(world.users[role])
    return client


@pytest.mark.parametrize(("row", "method"), list(cases()))
def test_each_role_may_do_what_the_table_says(world, cookies, row, method):
    arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
    address = reverse(row["route"], kwargs=arguments)
    answers = {role: answer_to(cookies[role], method, address) for role in ROLES}
    found = {role: outcome(answer) for role, answer in answers.items()}
    assert found == expected_of(row, method)
    assert kept_by_caches(row, method, answers) == {}, "a cache keeps a page of who has signed in"


def expected_of(row: dict[str, Any], method: str) -> dict[str, str]:
    """Return what the table says for each role."""
    words = str(row.get(method, "405")).split()
    return dict(zip(ROLES, words * len(ROLES) if len(words) == 1 else words, strict=False))


def answer_to(cookies: SimpleCookie, method: str, address: str) -> Any:
    """Return the answer to a request, whose effects are taken back for the next role."""
    client = Client(headers={"accept-language": "en"})
    client.cookies.update(cookies)
    form = "application/x-www-form-urlencoded"
    with transaction.atomic():
        response = client.generic(method, address, content_type=form)
        transaction.set_rollback(True)
    return response


# What names nobody: colours, pictures of posters, what everybody may read without signing in.
KEPT = {
    "programmes:brand-show": "public, max-age=300",
    "dashboards:accessibility-show": "public, max-age=60",
    "dashboards:me-index": "public, max-age=60",
    "dashboards:me-show": "public, max-age=60",
    "dashboards:me-persona": "public, max-age=60",
    "communications:kit-picture": "private, max-age=3600",
    "events:event-kit-picture": "private, max-age=3600",
    "communications:feed-show": "no-cache",
}


def kept_by_caches(row: dict[str, Any], method: str, answers: dict[str, Any]) -> dict[str, str]:
    """Return by role what is said to caches of a page that none of them may keep."""
    if method != "GET" or row.get("GET", 405) == 405:
        return {}
    said = {role: answers[role]["Cache-Control"] for role in ROLES if role != "anonymous"}
    allowed = KEPT.get(row["route"])
    return {role: how for role, how in said.items() if "no-store" not in how and how != allowed}


def test_every_route_stands_in_the_table():
    listed = {row["route"] for row in TABLE["routes"]} | set(TABLE["allauth"] + TABLE["closed"])
    routes = set(named_routes())
    assert routes - listed == set(), "not in tests/access.yaml"
    assert listed - routes == set(), "in tests/access.yaml, but gone"


@pytest.mark.parametrize("name", TABLE["closed"])
def test_a_closed_page_is_closed_to_everybody(world, name):
    address = reverse(name, kwargs={"key": "MQ:1"} if name == "account_confirm_email" else {})
    for role in ROLES:
        for method in METHODS:
            assert client_of(world, role).generic(method, address).status_code == 404


def test_each_row_names_each_role():
    for row in TABLE["routes"]:
        for method in METHODS:
            count = len(str(row.get(method, "")).split())
            assert count in (0, 1 if row.get(method) == 405 else len(ROLES)), row


NARROWED = [r for r in TABLE["routes"] if "405" not in str(r.get("GET", 405))]


@pytest.mark.parametrize("row", [row for row in NARROWED if not row.get("public")])
def test_nothing_of_another_region_is_on_rosas_pages(world, row):
    arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
    answer = client_of(world, "rosa").get(reverse(row["route"], kwargs=arguments), follow=True)
    expected = expected_of(row, "GET")["rosa"]
    text = "" if answer.streaming else html.unescape(answer.content.decode(errors="replace"))
    assert answer.status_code == (int(expected) if expected in ("403", "404", "503") else 200)
    text = TIME_ZONE.sub("", text)
    for canary in world.canaries:
        assert canary not in text


def test_a_role_taken_away_works_at_the_next_request(world):
    client = client_of(world, "ines")
    address = reverse("dashboards:setup", kwargs={"programme": "one-it"})
    assert client.get(address).status_code == 200
    world.users["ines"].roles.all().delete()
    assert client.get(address).status_code == 404
