"""The audit trail: who is noted for which look, and who reads of it what."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from programmes.models import Programme
from programmes.services.programme import place_programme
from programmes.services.trail import note_seen
from stakeholders.accounts.services.role import give_role, write_role
from stakeholders.models import Role, User
from tests.factories import SiteFactory
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import client_of

ROOT = "/p/one-it/"
AUDIT = f"{ROOT}audit/"
WHOLE = "/audit/"


def noted(user):
    """Return what was noted of a user, as act, what and the name of the row, oldest first."""
    entries = LogEntry.objects.filter(actor=user, action=LogEntry.Action.ACCESS).order_by("pk")
    return [(*next(iter(e.additional_data.items())), e.object_repr) for e in entries]


@pytest.mark.parametrize("role", ["rosa", "dora", "ines"])
def test_who_reads_the_record_of_a_person_is_noted(world, cast, role):
    person = cast.people[0]
    client_of(world, role).get(f"{ROOT}people/{person.pk}/")
    entries = LogEntry.objects.filter(actor=world.users[role], action=LogEntry.Action.ACCESS)
    told = [(entry.object_pk, entry.additional_data) for entry in entries.order_by("pk")]
    assert told == [
        (str(person.pk), {"seen": "person", "programme": programme.pk})
        for programme in person.site.programmes.order_by("pk")
    ]


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
    address = reverse("stakeholders:import-report", args=[world.keys["import"]])
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


def lines(client, address=AUDIT, **query):
    found = client.get(address, query).context["lines"]
    return [(line.who, line.act, line.about) for line in found]


@pytest.fixture
def traces(world, cast, now):
    """Leave a look at a person, one in the administration, a role, and one of elsewhere."""
    other = Programme.objects.create(
        name="Three", slug="three", starts_on=now.date(), ends_on=now.date() + timedelta(days=90)
    )
    note_seen(cast.people[0], cast.rosa, now, cast.programme)
    note_seen(cast.people[1], world.users["ada"], now + timedelta(days=1))
    note_seen(cast.people[2], cast.mei, now, other)
    give_role(cast.ines, cast.programme, now, email="otto@onelift.example", kind="event_host")
    Role.objects.create(user=cast.ines, programme=other, kind=Role.Kind.PROGRAMME_MANAGER)
    give_role(cast.ines, other, now, email="otto@onelift.example", kind="event_host")
    return cast


def test_the_manager_reads_the_trail_of_the_programme_alone(traces, as_user):
    found = lines(as_user(traces.ines))
    person = str(traces.people[0])
    assert ("Rosa Test", "Viewed: the record of a person", person) in found
    assert ("Ines Test", "Added", "Event host, One IT") in found
    assert not [about for _who, _act, about in found if about.endswith("Three")]
    assert not {str(p) for p in traces.people[1:3]} & {about for _w, _a, about in found}


def test_the_auditor_reads_a_programmes_own_trail_and_the_whole(traces, as_user):
    client = as_user(traces.dora)
    own = {str(traces.people[0]), "Event host, One IT"}
    others = {str(traces.people[1]), str(traces.people[2]), "Event host, Three"}
    about = {about for _who, _act, about in lines(client)}
    assert own <= about
    assert not others & about
    assert own | others <= {about for _who, _act, about in lines(client, WHOLE)}


def test_roles_of_the_installation_and_sites_given_are_in_the_whole_trail(traces, as_user, now):
    ada = User.objects.get(is_superuser=True)
    write_role(ada, Role(user=traces.otto, kind=Role.Kind.ADMINISTRATOR), now)
    place_programme(traces.programme, [traces.barcelona, traces.shanghai, SiteFactory()], ada, now)
    name = str(ada)
    added = (name, "Added", "Administrator, installation")
    assert added in lines(as_user(traces.dora), WHOLE)
    assert added not in lines(as_user(traces.dora))
    for address in (AUDIT, WHOLE):
        assert (name, "Changed", "One IT") in lines(as_user(traces.dora), address)
    assert as_user(traces.ines).get(WHOLE).status_code == 403


def test_french_sets_a_space_before_the_colon_of_an_act(traces, as_user):
    User.objects.filter(pk=traces.dora.pk).update(language="fr")
    acts = {act for _who, act, _about in lines(as_user(traces.dora))}
    assert "Consulté\u00a0: la fiche d’une personne" in acts


def test_an_administrator_reads_the_whole_trail_without_names_and_opens_no_admin(traces, as_user):
    own = User.objects.create_user("root@onelift.example")
    Role.objects.create(user=own, kind=Role.Kind.ADMINISTRATOR)
    for administrator in (own, User.objects.get(is_superuser=True)):
        client, person = as_user(administrator), traces.people[0]
        about = {about for _who, _act, about in lines(client, WHOLE)}
        assert {"Event host, One IT", "Event host, Three", "One person"} <= about
        assert person.last_name not in client.get(WHOLE).content.decode()
        assert f'href="{WHOLE}"' in client.get("/people/").content.decode()
        status = 200 if administrator.is_superuser else 403
        assert client.get("/admin/", follow=True).status_code == status


def test_the_cio_reads_no_names_of_persons_and_finds_none(traces, as_user):
    client, person = as_user(traces.claire), traces.people[0]
    assert ("Rosa Test", "Viewed: the record of a person", "One person") in lines(client)
    assert person.last_name not in client.get(AUDIT).content.decode()
    assert lines(client, about=person.last_name) == []
    assert lines(as_user(traces.ines), about=person.last_name) != []


def test_the_trail_is_narrowed_by_who_what_and_when(traces, as_user, now):
    client = as_user(traces.dora)
    for address in (AUDIT, WHOLE):
        assert {act for _who, act, _about in lines(client, address, act="create")} == {"Added"}
        assert {who for who, _act, _about in lines(client, address, who="rosa")} == {"Rosa Test"}
        assert lines(client, address, act="taken") == []
        assert "No entries match" in client.get(address, {"act": "taken"}).content.decode()
    assert {who for who, _act, _about in lines(client, act="seen")} == {"Rosa Test"}
    assert {who for who, _act, _about in lines(client, WHOLE, act="seen")} == {
        "Rosa Test",
        "Mei Test",
        str(User.objects.get(is_superuser=True)),
    }
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    assert [about for *_rest, about in lines(client, WHOLE, since=tomorrow, until=tomorrow)] == [
        str(traces.people[1])
    ]


@pytest.mark.parametrize(
    "query", [{"since": "never"}, {"act": "x"}, {"who": "\x00"}, {"page": "x"}]
)
def test_what_nobody_understands_is_no_wish(traces, as_user, query):
    for address in (AUDIT, WHOLE):
        assert as_user(traces.dora).get(address, query).status_code == 200
