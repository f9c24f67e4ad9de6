"""Each route that changes something leaves an entry in the audit trail, or says why it does not.

The routes are those of tests/access.yaml; tests/traces.yaml says what to send to each.
"""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from auditlog.models import LogEntry
from django.db import transaction
from django.urls import reverse

from communications.models import AdaptationVersion, Approval, Delivery, Review
from programmes.queries.leaving import LEFT
from stakeholders.models import Person, Persona
from tests.clock import NOW
from tests.factories import ImpactFactory, SiteFactory
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import ROLES, TABLE, client_of, outcome

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TRACES = yaml.safe_load((Path(__file__).parent / "traces.yaml").read_text())
WRITES, UNWRITTEN = TRACES["writes"], TRACES["unwritten"]


def posted():
    """Return the rows of the table whose POST somebody may do, the first of each route."""
    rows = [row for row in TABLE["routes"] if "ok" in str(row.get("POST", "")).split()]
    return {row["route"]: row for row in reversed(rows)}


ROWS = posted()


@pytest.fixture
def world(standing, db):
    """Return the one world; what a request changes of it is taken back."""
    return standing[1]


def test_each_route_that_changes_something_is_listed_once():
    assert WRITES.keys() & UNWRITTEN.keys() == set()
    assert set(ROWS) - WRITES.keys() - UNWRITTEN.keys() == set(), "not in tests/traces.yaml"
    assert WRITES.keys() | UNWRITTEN.keys() == set(ROWS), "in tests/traces.yaml, but gone"


@pytest.mark.parametrize("route", UNWRITTEN)
def test_what_leaves_no_entry_says_why(route):
    assert len(UNWRITTEN[route]) > 5


@pytest.mark.parametrize("route", WRITES)
def test_it_leaves_an_entry_by_whom_on_what(world, cast, route):
    with transaction.atomic():
        prepare(world, cast)
        for earlier in WRITES[route].get("after", ()):
            send(world, earlier, WRITES[route])
        before = set(LogEntry.objects.values_list("pk", flat=True))
        answer = send(world, route, WRITES[route])
        made = LogEntry.objects.exclude(pk__in=before)
        assert outcome(answer) == "ok", answer
        assert [entry.actor.email.split("@")[0] for entry in made], said(answer)
        assert {entry.actor.email.split("@")[0] for entry in made} == {role_of(route)}
        assert all(tells_something(entry) for entry in made), list(made.values())
        transaction.set_rollback(True)


def role_of(route):
    return ROLES[str(ROWS[route]["POST"]).split().index("ok")]


def prepare(world, cast):
    """Let each route find what it changes."""
    leaver = cast.people[1]
    Person.objects.filter(pk=leaver.pk).update(left_on=date(2026, 11, 1))
    Delivery.objects.filter(person=leaver).update(state="sent")
    analyst = Persona.objects.get(slug="analyst")
    gap = {"severity": 4, "personas": [analyst], "owner": cast.tom}
    ImpactFactory(programme=cast.programme, **gap)
    world.keys |= {
        "leaver": leaver.pk,
        "nowhere-site": SiteFactory().pk,
        "soon": str(NOW.date() + timedelta(days=9)),
        "analyst-key": analyst.pk,
        "delegate": cast.tom.pk,
        "rosa-key": cast.rosa.pk,
        "review-seen": Review.objects.get(pk=world.keys["review"]).asked_fingerprint,
        "seen": (seen := Approval.objects.get(pk=world.keys["waiting"]).fingerprint),
        "seen-adapted": AdaptationVersion.objects.get(pk=world.keys["adapted"]).fingerprint,
        "seen-together": f"{world.keys['waiting']}:{seen}",
    }


def send(world, route, how):
    """Post to a route what its page holds, with what the table says; return the answer."""
    row = ROWS[route]
    removals = LogEntry.objects.filter(additional_data__has_key=LEFT)
    world.keys["removal"] = removals.values_list("pk", flat=True).first()
    names = row.get("with", {}) | how.get("with", {})
    address = reverse(route, kwargs={name: world.keys.get(key, key) for name, key in names.items()})
    client = client_of(world, role_of(route))
    typed = {name: key_of(world, value) for name, value in WRITES[route].get("data", {}).items()}
    page = address + how.get("query", "").format_map(world.keys)
    held = held_by(client, page) if "ok" in str(row.get("GET", "")) else {}
    if "file" in WRITES[route]:
        file = BytesIO(WRITES[route]["file"].format_map(world.keys).encode())
        file.name = "sites.csv"
        typed["file"] = file
    return client.post(address, {**held, **typed})


def key_of(world, value):
    if isinstance(value, list):
        return [world.keys.get(each, each) for each in value]
    return world.keys.get(value, value)


def held_by(client, address):
    """Return what the forms of a page hold."""
    found = client.get(address).context or {}
    forms = [found[name] for name in ("form", "plan_form", "lines_form") if name in found]
    held = {one.html_name: one.value() for form in forms for one in form}
    held = {name: value for name, value in held.items() if value not in (None, "", False)}
    return held | ({"seen": found["preview"].fingerprint} if "preview" in found else {})


def said(answer):
    context = getattr(answer, "context", None) or {}
    form = context.get("form") if context else None
    return getattr(form, "errors", answer)


def tells_something(entry):
    """Tell whether an entry says what was done: before and after, an act, or what was seen."""
    changes = entry.changes_dict or {}
    acts = entry.additional_data or {}
    is_other = any(before != after for before, after in changes.values())
    # What is added or deleted is named by the entry.
    is_whole = entry.action in (LogEntry.Action.CREATE, LogEntry.Action.DELETE)
    return is_other or "act" in acts or (is_whole and bool(entry.object_repr))
