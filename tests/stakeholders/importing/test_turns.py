"""Imports at the same time, and what goes on meanwhile, on connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from programmes.models import BusinessLine
from stakeholders.importing.reading.manner import Manner
from stakeholders.importing.services.importrun import confirm
from stakeholders.importing.services.personnel import PersonnelFile, import_people, write_people
from stakeholders.models import ImportRun, ImportState, Person
from stakeholders.people.services.person import choose_language
from tests import factories
from tests.waiting import HANGS, until

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "Employee ID;Last name;First name;Email;Business line;Site"


def file_of(*numbers, line="Legal", site="Dreux"):
    rows = [f"{number};Mo;;{number}@x.example;{line};{site}" for number in numbers]
    return "\n".join([HEAD, *rows]).encode()


def elsewhere(action, *args):
    """Run something in a thread, that is on another connection; return what it returns."""

    def closing():
        try:
            return action(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result(timeout=HANGS)


def test_imports_at_the_same_time_take_turns(now):
    factories.SiteFactory(name="Dreux")
    barrier = Barrier(4)

    def bring(line):
        barrier.wait()
        try:
            content = file_of("P1", "P2", line=line)
            return import_people(content, "people.csv", now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(bring, ["Legal", "LEGAL", "légal", "legal"]))
    assert sorted((r.created, r.unchanged) for r in reports) == [(0, 2)] * 3 + [(2, 0)]
    assert (BusinessLine.objects.count(), ImportRun.objects.count()) == (1, 4)


def rename(site):
    site.name = "Vernouillet"
    site.save()


def test_a_site_renamed_while_the_file_is_read_counts_under_its_new_name(now, monkeypatch):
    from stakeholders.importing.services import personnel

    site = factories.SiteFactory(name="Dreux")
    read = personnel.read_people

    def read_then_rename(*args, **given):
        reading = read(*args, **given)
        rename(site)
        return reading

    monkeypatch.setattr(personnel, "read_people", read_then_rename)
    content = file_of("P1", site="Vernouillet") + b"\nP2;Mo;;p2@x.example;;Dreux"
    report = import_people(content, "people.csv", now=now)
    assert (report.created, report.rejected) == (1, {"unknown_site": 1})
    assert list(Person.objects.values_list("personnel_number", flat=True)) == ["P1"]


def test_pages_and_sending_go_on_during_an_import(now):
    site = factories.SiteFactory(name="Dreux")
    import_people(file_of("P1"), "people.csv", now=now)
    with transaction.atomic():
        import_people(file_of("P1", "P2", line="Medical"), "people.csv", now=now)
        assert elsewhere(Person.objects.count) == 1
        # SQLite has one writer; on it, who writes waits for the end.
        if connection.vendor == "postgresql":
            elsewhere(lambda: factories.PersonFactory(site_id=site.pk))
            elsewhere(message_to, Person.objects.get(personnel_number="P1"))
    assert Person.objects.filter(business_line__name="Medical").count() == 2


def message_to(person):
    """Lock a changed person as a new row that refers to them does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(
            f"SELECT 1 FROM {person._meta.db_table} WHERE id = {person.pk} FOR KEY SHARE"
        )


def test_a_language_chosen_by_hand_during_an_import_is_kept(cast, now):
    person = cast.people[0]
    head = "Matricule;Nom;Adresse e-mail;Langue;Site"
    row = f"{person.personnel_number};Renamed;{person.email};de;Barcelona"
    file = PersonnelFile(f"{head}\n{row}".encode(), Manner(is_part=True))
    with file.in_turn() as plan:
        choose_language(Person.objects.get(pk=person.pk), "fr", cast.ines, now)
        write_people(plan, now.date())
    person.refresh_from_db()
    assert (person.last_name, person.language) == ("Renamed", "fr")
    assert person.language_chosen_at == now


@pytest.mark.services
def test_an_effect_that_changes_during_the_click_is_not_confirmed(cast):
    run = ImportRun.objects.create(
        file_name="a.csv", state=ImportState.READY, fingerprint="seen", effect={"known": 9}
    )
    started = Event()

    def click():
        started.set()
        try:
            confirm(ImportRun.objects.get(pk=run.pk), "seen", None, cast.ines)
        except ValidationError as refusal:
            return refusal.messages
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(fingerprint="another")
            clicked = pool.submit(click)
            started.wait(HANGS)
            wait_for_somebody_who_waits()
        messages = clicked.result(timeout=HANGS)
    run.refresh_from_db()
    assert run.state == ImportState.READY
    assert messages == ["The effect has changed since you opened it. Check it again."]


def wait_for_somebody_who_waits():
    """Return once another connection waits for a row that this one has locked."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()

        def is_waited_for():
            cursor.execute(waiting, own)
            return cursor.fetchone()[0]

        until(is_waited_for, "somebody who waits")
