"""One person: all that is kept given out, and erased so that the counts stay right."""

import json
from datetime import date

import pytest
from auditlog.models import LogEntry
from django.apps import apps

from communications.models import Bounce, Delivery, State
from programmes.database.clock import database_now
from programmes.models import Seal
from programmes.services.sealing import seal
from programmes.services.verifying import verify
from stakeholders.models import HeadCount, ImportEntry, ImportRun, InformedCount, OptOut, Persona
from stakeholders.people.services.person import programmes_of, stop_contact
from tests.standing import *  # noqa: F403 - its fixtures

PEOPLE = "/people/"
SECRETS = ("Quillfeather", "Zebedee", "P-4711", "quill@onelift.example", "Wizard", "Of a quarrel")


@pytest.fixture
def person(world, cast, now):
    """Return somebody with rows in every table that knows persons."""
    person = cast.people[0]
    person.last_name, person.first_name, person.job = SECRETS[0], SECRETS[1], SECRETS[4]
    person.personnel_number, person.email = SECRETS[2], SECRETS[3]
    person.save()
    stop_contact(person, SECRETS[5], cast.ines, now)
    mails = Delivery.objects.filter(person=person)
    mails.update(
        state=State.FAILED,
        address=person.email,
        reason=f"550 <{person.email}> unknown",
        ended_at=now,
    )
    said = {"reply": f"<{person.email}> is away", "received_at": now}
    said |= {"dispatch": mails[0].dispatch, "site": mails[0].site}
    Bounce.objects.create(delivery=mails[0], **said)
    OptOut.objects.create(person=person, programme=cast.programme, at=now)
    Persona.objects.get(slug="analyst").people.add(person)
    ImportEntry.objects.create(
        run=ImportRun.objects.first(),
        kind="created",
        personnel_number=person.personnel_number,
        name=f"{SECRETS[0]} {SECRETS[1]}",
        cells=list(SECRETS),
        fields={"job": ["", SECRETS[4]]},
    )
    return person


def everywhere():
    """Return the text of every row of every table, but for counts of people by job."""
    counts = (HeadCount, InformedCount)
    models = (model for model in apps.get_models() if model not in counts)
    rows = (row for model in models for row in model._base_manager.values())
    return "\n".join(map(str, rows))


def test_the_auditor_takes_all_data_of_a_person_along(person, cast, as_user):
    answer = as_user(cast.dora).get(f"{PEOPLE}{person.pk}/data/")
    assert answer["Content-Disposition"] == f'attachment; filename="person-{person.pk}.json"'
    found = json.loads(answer.content)
    assert found["stakeholders.person"][0]["last_name"] == SECRETS[0]
    assert found["communications.delivery"][0]["address"] == SECRETS[3]
    assert found["communications.bounce"][0]["reply"] == f"<{SECRETS[3]}> is away"
    assert found["stakeholders.importentry"][0]["cells"] == list(SECRETS)
    assert found["stakeholders.optout"][0]["programme"] == "One IT"
    assert "Analyst" in {persona["name"] for persona in found["stakeholders.persona"]}
    assert str(cast.people[1].email) not in answer.content.decode()
    entries = LogEntry.objects.filter(actor=cast.dora).order_by("pk")
    assert {entry.object_pk for entry in entries} == {str(person.pk)}
    assert [entry.additional_data for entry in entries] == [
        {"taken": "person", "programme": pk} for pk in programmes_of(person)
    ]


def test_nothing_that_was_answered_is_in_it(person, cast, as_user):
    found = json.loads(as_user(cast.dora).get(f"{PEOPLE}{person.pk}/data/").content)
    assert SECRETS[0] in str(found)
    # What somebody told of needs is theirs; answers to surveys are nobody's.
    told = {"feedback.need", "feedback.needmail"}
    assert not [name for name in found if name.startswith("feedback") and name not in told]
    assert "token" not in str(found)


def test_who_is_still_in_the_files_is_not_erased_and_the_page_says_what_to_do(
    person, cast, as_user
):
    client, instead = as_user(cast.dora), "Stop contact now, and erase them once"
    page = client.get(f"{PEOPLE}{person.pk}/erase/").content.decode()
    assert instead in page
    assert "Erase for good" not in page
    assert "Erased for good" not in page
    assert instead in client.post(f"{PEOPLE}{person.pk}/erase/", follow=True).content.decode()
    person.refresh_from_db()
    assert person.last_name == SECRETS[0]


def test_nobody_is_erased_while_a_mail_is_under_way(person, cast, as_user):
    type(person).objects.filter(pk=person.pk).update(left_on=date(2026, 11, 1))
    Delivery.objects.filter(person=person).update(state=State.PLANNED)
    client, path = as_user(cast.dora), f"{PEOPLE}{person.pk}/erase/"
    asked = client.get(path).content.decode()
    assert "is being sent" in asked
    assert "Erase for good" not in asked
    assert "is being sent" in client.post(path, follow=True).content.decode()


def test_who_has_left_is_erased_and_the_counts_stay(person, cast, as_user):
    type(person).objects.filter(pk=person.pk).update(left_on=date(2026, 11, 1))
    client = as_user(cast.dora)
    before = Delivery.objects.filter(person=person).order_by("pk").values("state")
    counts = list(before)
    assert "Erase for good" in client.get(f"{PEOPLE}{person.pk}/erase/").content.decode()
    page = client.post(f"{PEOPLE}{person.pk}/erase/", follow=True)
    assert "Person erased" in page.content.decode()
    text = everywhere()
    assert [secret for secret in SECRETS if secret in text] == []
    assert list(before.all()) == counts
    entries = LogEntry.objects.filter(actor=cast.dora, action=LogEntry.Action.DELETE)
    assert {entry.object_repr for entry in entries} == {"Erased"}
    told = [entry.additional_data for entry in entries.order_by("pk")]
    assert told == [{"programme": pk} for pk in programmes_of(person)]


def test_the_seals_of_the_trail_stay_whole_and_nobody_can_guess_what_was_erased(
    person, cast, as_user
):
    seal(database_now)
    about = LogEntry.objects.get_for_object(person)
    sealed = {entry.pk: Seal.objects.get(entry=entry.pk) for entry in about}
    assert sealed
    type(person).objects.filter(pk=person.pk).update(left_on=date(2026, 11, 1))
    as_user(cast.dora).post(f"{PEOPLE}{person.pk}/erase/")
    kept = Seal.objects.filter(entry__in=sealed, is_erasure=False)
    assert [bytes(each.salt) for each in kept] == [b""] * len(sealed)
    assert all(bytes(each.content) == bytes(sealed[each.entry].content) for each in kept)
    seal(database_now)
    report = verify({})
    assert (report.faults, report.erased >= len(sealed)) == ([], True)


def test_a_second_erasure_changes_nothing_and_says_so(person, cast, as_user):
    type(person).objects.filter(pk=person.pk).update(left_on=date(2026, 11, 1))
    client, path = as_user(cast.dora), f"{PEOPLE}{person.pk}/erase/"
    client.post(path)
    erasures = LogEntry.objects.filter(actor=cast.dora, action=LogEntry.Action.DELETE)
    noted = erasures.count()
    assert "has already been erased" in client.post(path, follow=True).content.decode()
    assert erasures.count() == noted
    person.refresh_from_db()
    assert person.personnel_number == f"erased-{person.pk}"


def test_who_is_erased_is_neither_erased_nor_taken_along_again(person, cast, as_user):
    type(person).objects.filter(pk=person.pk).update(left_on=date(2026, 11, 1))
    client, path = as_user(cast.dora), f"{PEOPLE}{person.pk}/"
    client.post(f"{path}erase/")
    page = client.get(path).content.decode()
    assert "This person has been erased" in page
    assert f"{path}erase/" not in page
    assert f"{path}data/" not in page
    asked = client.get(f"{path}erase/").content.decode()
    assert "nothing left to erase" in asked
    assert "Erase for good" not in asked
