"""Nobody sends more than 1 MB, but for the routes of one table to whoever has the right."""

import re

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from onelift.limits.bodies import ADMIN, BODIES
from onelift.serving.channel import QUESTION
from stakeholders.accounts.access import ACTIONS
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import ROLES, TABLE, client_of

pytestmark = pytest.mark.slow

MEGABYTE = 1024 * 1024
POSTED = [row for row in TABLE["routes"] if "POST" in row and row["POST"] != 405]


@pytest.fixture
def world(standing, db):
    return standing[1]


def announce(client: Client, address: str, length: int, **environ) -> int:
    """Send a head that announces a body, and none of it; return the status of the answer."""
    with transaction.atomic():
        answer = client.generic("POST", address, b"", CONTENT_LENGTH=str(length), **environ)
        transaction.set_rollback(True)
    return answer.status_code


def address_of(world, row) -> str:
    given = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
    return reverse(row["route"], kwargs=given)


def test_a_stranger_sends_a_megabyte_at_most_anywhere(world):
    addresses = {address_of(world, row) for row in POSTED}
    addresses |= {reverse(name) for name in BODIES if name.startswith(ADMIN)}
    addresses |= {"/accounts/login/", "/accounts/password/reset/", "/admin/", "/nowhere/"}
    stranger = Client()
    assert {announce(stranger, one, MEGABYTE + 1) for one in addresses} == {413}
    assert {announce(stranger, one, 2 * MEGABYTE, **{QUESTION: True}) for one in addresses} == {413}


@pytest.mark.parametrize("name", [name for name in BODIES if not name.startswith(ADMIN)])
def test_a_route_of_the_table_takes_more_from_its_role_alone(world, name):
    row = next(row for row in POSTED if row["route"] == name)
    address, most = address_of(world, row), BODIES[name].most
    posted = dict(zip(ROLES, row["POST"].split(), strict=True))
    let_in = {role for role in ROLES if announce(client_of(world, role), address, most,
                                                 **{QUESTION: True}) == 100}  # fmt: skip
    assert let_in == {role for role in ROLES if posted[role] == "ok"}
    beyond = {announce(client_of(world, role), address, most + 1) for role in ROLES}
    assert beyond == {413}


def test_the_admin_takes_tables_from_those_who_may_write_them(world):
    for name in (name for name in BODIES if name.startswith(ADMIN)):
        most = BODIES[name].most
        told = {
            r: announce(client_of(world, r), reverse(name), most, **{QUESTION: True}) for r in ROLES
        }
        assert {role for role, status in told.items() if status == 100} == {"ada"}, name


def test_each_row_of_the_table_is_a_form_with_a_file_and_each_such_form_has_a_row(world):
    """What a page with a file sends goes into the table, so that its users are not refused."""
    with_files = set()
    for row in TABLE["routes"]:
        if "ok" in str(row.get("GET", "")) and "POST" in row and not row.get("public"):
            for role in ("ines", "hana", "ada"):
                page = client_of(world, role).get(address_of(world, row))
                if page.status_code == 200 and re.search(rb'<input[^>]*type="file"', page.content):
                    with_files.add(row["route"])
    for model, each in admin.site._registry.items():
        if hasattr(each, "import_action"):
            with_files.add(f"{ADMIN}:{model._meta.app_label}_{model._meta.model_name}_import")
    assert with_files == set(BODIES)
    assert {body.right for name, body in BODIES.items() if not name.startswith(ADMIN)} <= set(
        ACTIONS
    )


@pytest.mark.parametrize(
    ("language", "words"), [("en", "too large to send"), ("fr", "trop volumineux")]
)
def test_the_page_says_what_to_do_in_the_readers_language(world, language, words):
    head = {"headers": {"accept-language": language}, "CONTENT_LENGTH": str(5 * MEGABYTE)}
    answer = Client().generic("POST", "/accounts/login/", b"", **head)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert words in page
    assert "1 M" in page
    assert f'lang="{language}"' in page


BACK = re.compile(r'href="([^"]*)">Back to the page</a>')


@pytest.mark.parametrize("row", [row for row in POSTED if "ok" in row["POST"]])
def test_the_way_back_can_be_opened_and_is_the_page_itself_where_there_is_one(world, row):
    address = address_of(world, row)
    reader = client_of(world, ROLES[row["POST"].split().index("ok")])
    head = {"headers": {"accept-language": "en"}, "CONTENT_LENGTH": str(900 * MEGABYTE)}
    page = reader.generic("POST", address, b"", **head).content.decode()
    back = BACK.search(page)[1]
    if "GET" in row:
        assert back == address
    assert address.startswith(back)
    with transaction.atomic():
        assert reader.get(back).status_code in (200, 302)
        transaction.set_rollback(True)
