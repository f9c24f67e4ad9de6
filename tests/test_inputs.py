"""Values that no browser would send, as each part of a request to each route: no error of ours.

They are those of ``make hostile``, fewer of them. PostgreSQL refuses texts and numbers that SQLite
keeps, and the other way round: each tries half of them, all if thorough.
"""

import random
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse

from stakeholders.audiences.forms.lines import TAKE, LinesForm
from tests.hostile.attempts import PARAMETERS, encoded, form_of
from tests.hostile.values import ALL, NUMBERS
from tests.selection import IS_THOROUGH
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import TABLE, client_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

FORM = "application/x-www-form-urlencoded"
VALUES_A_ROUTE = 4
FIRST = {"sqlite": 0, "postgresql": 1}[connection.vendor]
TRIED = slice(None) if IS_THOROUGH else slice(FIRST, None, 2)
ROLES = ["ines", "ines", "ada", "rosa", "anonymous"]
# What forms of the portal call their fields, and a stranger may guess.
FIELDS = [
    *("name", "title", "email", "site", "sites", "region", "regions", "wave", "kind", "person"),
    *("programme", "language", "languages", "order", "stream", "persona", "personas", "date", "on"),
    *("go_live_on", "offset", "hour", "who", "q", "registration", "code", "act", "state", "text"),
    *("reason", "ids", "pk", "keys", "channels", "messages", "services", "hosts", "capacity"),
]
# Whose forms hold an audience.
WITH_AUDIENCE = [
    *("communications:message-add", "communications:message-edit", "feedback:survey-add"),
    *("feedback:survey-edit", "events:event-add", "events:event-edit"),
]
# Forms whose text is kept in one column of a certain length, and its field.
WITH_SHORT_TEXT = [
    ("communications:message-edit", "subject"),
    ("communications:text-edit", "subject"),
    ("feedback:survey-edit", "subject"),
    ("events:event-edit", "title"),
    ("programmes:service-edit", "name"),
    ("stakeholders:persona-edit", "name"),
]
# One sign that is kept as two.
GROWS = "\u0958"
# No pump has run in the eyes of a test.
BUSY = {"dashboards:health-show": 503}


@pytest.fixture
def world(standing, db):
    """Return the one world; what a request changes of it is taken back."""
    return standing[1]


@pytest.fixture(scope="module")
def clients(standing):
    made = {role: client_of(standing[1], role) for role in ROLES}
    for client in made.values():
        client.raise_request_exception = False
    return made


def address_of(world, row, **changed):
    arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
    try:
        return reverse(row["route"], kwargs={**arguments, **changed})
    except NoReverseMatch:
        return None


def requests_for(world, row):
    """Yield method, address and body of each request to a route."""
    chance = random.Random(row["route"])
    values = chance.sample(ALL, VALUES_A_ROUTE)[TRIED]
    address = address_of(world, row)
    for value in values:
        yield "GET", f"{address}?{form_of([(chance.choice(PARAMETERS), value)]).decode()}", b""
        changed = chance.sample(FIELDS, 12)
        yield "POST", address, form_of([(name, value) for name in changed])
    for name in row.get("with", {}):
        for value in values:
            there = address_of(world, row, **{name: "PLACE"}) or address_of(world, row, **{name: 0})
            if there:
                yield "GET", there.replace("PLACE", encoded(value)), b""


@pytest.mark.parametrize("row", TABLE["routes"], ids=lambda row: row["route"])
def test_no_value_ends_in_an_error(world, clients, row):
    for number, (method, address, body) in enumerate(requests_for(world, row)):
        role = ROLES[number % len(ROLES)]
        with transaction.atomic():
            answer = clients[role].generic(method, address[:7900], body, content_type=FORM)
            transaction.set_rollback(True)
        said = (role, method, quote(address)[:300], body[:300], getattr(answer, "exc_info", ""))
        assert answer.status_code < 500 or answer.status_code == BUSY.get(row["route"]), said


@pytest.mark.parametrize("value", NUMBERS, ids=lambda value: value[:20])
@pytest.mark.parametrize("route", WITH_AUDIENCE)
def test_no_value_keeps_a_form_from_showing_the_lines_of_an_audience(world, clients, route, value):
    row = next(row for row in TABLE["routes"] if row["route"] == route)
    body = form_of([*((name, value) for name in LinesForm.base_fields), (TAKE, "1")])
    answer = clients["ines"].generic("POST", address_of(world, row), body, content_type=FORM)
    assert answer.status_code == 200, getattr(answer, "exc_info", "")


@pytest.mark.parametrize(("route", "name"), WITH_SHORT_TEXT)
def test_a_text_is_measured_as_it_is_kept(world, clients, route, name):
    row = next(row for row in TABLE["routes"] if row["route"] == route)
    form = clients["ines"].get(address_of(world, row)).context["form"]
    longest = form.fields[name].max_length
    typed = {"body": "Hello"} | {one.html_name: one.value() for one in form if one.value()}
    answer = clients["ines"].post(address_of(world, row), {**typed, name: GROWS * longest})
    assert name in answer.context["form"].errors
    with transaction.atomic():
        answer = clients["ines"].post(
            address_of(world, row), {**typed, name: GROWS * (longest // 2)}
        )
        transaction.set_rollback(True)
    assert answer.status_code == 302
