"""The audit trail: who is noted for which look, and who reads of it what."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from programmes.models import Programme
from programmes.services.trail import note_seen
from stakeholders.models import Role, User
from stakeholders.services.role import give_role
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import client_of

ROOT = "/p/one-it/"
AUDIT = f"{ROOT}audit/"


def noted(user):
    """Return what was noted of a user, as act, what and the name of the row, oldest first."""
    entries = LogEntry.objects.filter(actor=user, action=LogEntry.Action.ACCESS).order_by("pk")
    return [(*next(iter(e.additional_data.items())), e.object_repr) for e in entries]


@pytest.mark.parametrize("role", ["rosa", "dora", "ines"])
def test_who_reads_the_record_of_a_person_is_noted(world, cast, role):
    person = cast.people[0]
    client_of(world, role).get(f"{ROOT}people/{person.pk}/")
    entry = LogEntry.objects.get(actor=world.users[role], action=LogEntry.Action.ACCESS)
    assert (entry.object_pk, entry.additional_data) == (
        str(person.pk),
        {"seen": "person", "programme": cast.programme.pk},
    )


def test_who_is_refused_a_record_is_not_noted(world, cast):
    for role, status in (("tom", 403), ("nuria", 403), ("claire", 403)):
        answer = client_of(world, role).get(f"{ROOT}people/{cast.people[0].pk}/")
        assert answer.status_code == status
    assert client_of(world, "rosa").get(f"{ROOT}people/{cast.people[3].pk}/").status_code == 404
    assert not LogEntry.objects.filter(action=LogEntry.Action.ACCESS).exists()


EXPORTS = {
    "people/export/csv/": "people",
    "people/export/xlsx/": "people",
    "people/addresses/export/": "addresses",
    "people/stakeholders/export/csv/": "register",
    "people/impacts/export/xlsx/": "impacts",
}


@pytest.mark.parametrize("role", ["rosa", "dora", "ines"])
@pytest.mark.parametrize("path", EXPORTS)
def test_each_export_is_noted(world, role, path):
    assert client_of(world, role).get(ROOT + path).status_code == 200
    assert noted(world.users[role]) == [("taken", EXPORTS[path], "One IT")]


def test_the_rejected_lines_of_a_file_are_noted(world):
    address = reverse("stakeholders:import-report", args=["one-it", world.keys["import"]])
    assert client_of(world, "hana").get(address).status_code == 200
    assert noted(world.users["hana"]) == [("taken", "rejected", "october.csv")]


LOOKS = {
    "people/": "people",
    "people/addresses/": "addresses",
    "people/stakeholders/": "register",
    "people/objectives/": "objectives",
    "people/streams/{stream}/": None,
    "people/stakeholders/{stakeholder}/": "register",
    "dispatches/{dispatch}/deliveries/": "deliveries",
    "dispatches/{dispatch}/deliveries/?part=failed": "deliveries",
}


@pytest.mark.parametrize("path", LOOKS)
def test_each_look_of_the_auditor_is_noted_and_no_look_of_a_manager(world, path):
    address = ROOT + path.format(**world.keys)
    for role in ("dora", "ines"):
        assert client_of(world, role).get(address).status_code == 200
    assert [what for _seen, what, _row in noted(world.users["dora"])] == (
        [LOOKS[path]] if LOOKS[path] else []
    )
    assert noted(world.users["ines"]) == []


def test_objectives_on_the_page_of_a_stream_are_noted(world, cast):
    objective = cast.programme.personal_objectives.get(owner=world.users["samir"])
    objective.stream_id = world.keys["stream"]
    objective.save()
    client_of(world, "dora").get(f"{ROOT}people/streams/{objective.stream_id}/")
    assert noted(world.users["dora"]) == [("seen", "objectives", "Desk")]


def lines(client, **query):
    return [(line.who, line.act, line.about) for line in client.get(AUDIT, query).context["lines"]]


@pytest.fixture
def traces(world, cast, now):
    """Leave a look at a person, one in the administration, a role, and one of elsewhere."""
    other = Programme.objects.create(
        name="Two", slug="two", starts_on=now.date(), ends_on=now.date() + timedelta(days=90)
    )
    note_seen(cast.people[0], cast.rosa, now, cast.programme)
    note_seen(cast.people[1], world.users["ada"], now + timedelta(days=1))
    note_seen(cast.people[2], cast.mei, now, other)
    give_role(cast.ines, cast.programme, now, email="otto@onelift.example", kind="hr_importer")
    Role.objects.create(user=cast.ines, programme=other, kind=Role.Kind.PROGRAMME_MANAGER)
    give_role(cast.ines, other, now, email="otto@onelift.example", kind="hr_importer")
    return cast


def test_the_manager_reads_the_trail_of_the_programme_alone(traces, as_user):
    found = lines(as_user(traces.ines))
    person = str(traces.people[0])
    assert ("Rosa Test", "Looked at: the record of a person", person) in found
    assert ("Ines Test", "Added", "HR importer, One IT") in found
    assert not [about for _who, _act, about in found if about.endswith("Two")]
    assert not {str(p) for p in traces.people[1:3]} & {about for _w, _a, about in found}


def test_the_auditor_reads_the_organisation_but_no_other_programme(traces, as_user):
    about = {about for _who, _act, about in lines(as_user(traces.dora))}
    assert {str(traces.people[0]), str(traces.people[1]), "HR importer, One IT"} <= about
    assert not {str(traces.people[2]), "HR importer, Two"} & about


def test_the_cio_reads_no_names_of_persons_and_finds_none(traces, as_user):
    client, person = as_user(traces.claire), traces.people[0]
    assert ("Rosa Test", "Looked at: the record of a person", "One person") in lines(client)
    assert person.last_name not in client.get(AUDIT).content.decode()
    assert lines(client, about=person.last_name) == []
    assert lines(as_user(traces.ines), about=person.last_name) != []


def test_the_trail_is_narrowed_by_who_what_and_when(traces, as_user, now):
    client = as_user(traces.dora)
    assert {act for _who, act, _about in lines(client, act="create")} == {"Added"}
    assert {who for who, _act, _about in lines(client, who="rosa")} == {"Rosa Test"}
    assert {who for who, _act, _about in lines(client, act="seen")} == {
        "Rosa Test",
        str(User.objects.get(is_superuser=True)),
    }
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    assert [about for *_rest, about in lines(client, since=tomorrow, until=tomorrow)] == [
        str(traces.people[1])
    ]
    assert lines(client, act="taken") == []
    assert "Nothing like that" in client.get(AUDIT, {"act": "taken"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"since": "never"}, {"act": "x"}, {"who": "\x00"}, {"page": "x"}]
)
def test_what_nobody_understands_is_no_wish(traces, as_user, query):
    assert as_user(traces.dora).get(AUDIT, query).status_code == 200
