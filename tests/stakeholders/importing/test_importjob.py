"""What workers do with imports: each state that is not final is brought on by the pump."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from programmes.database.clock import database_now
from programmes.models import BusinessLine
from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.queries.importrun import content_of
from stakeholders.importing.reading.manner import Manner
from stakeholders.importing.services import importjob
from stakeholders.importing.services.importrun import choose, confirm, discard, receive
from stakeholders.importing.services.personnel import import_people
from stakeholders.models import ImportEntry, ImportPart, ImportRun, Person
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "Matricule;Nom;Prénom;Adresse e-mail;Langue;Site"


def file_of(*numbers, **given):
    rows = [
        ";".join([n, "Mo", "Ana", given.get(n, f"{n.lower()}@x.example"), "es", "Barcelona"])
        for n in numbers
    ]
    return "\n".join([HEAD, *rows]).encode()


@pytest.fixture
def known(cast, now):
    """Twenty people whom an import has brought."""
    Person.objects.all().delete()
    import_people(file_of(*[f"P{n}" for n in range(20)]), "first.csv", now=now)


def uploaded(cast, content):
    return receive(content, "people.csv", cast.hana, database_now())


def examining(cast, content, manner=None):
    run = uploaded(cast, content)
    manner = manner or Manner()
    choose(run, manner, manner, cast.hana, database_now())
    return run


def ready(cast, content):
    run = examining(cast, content)
    pump()
    run.refresh_from_db()
    assert run.state == "ready", run.problem
    return run


def confirmed(cast, content):
    run = ready(cast, content)
    confirm(run, run.fingerprint, None, cast.hana)
    run.refresh_from_db()
    return run


def pump():
    importjob.run_pump(database_now)


def everybody():
    return list(Person.objects.order_by("pk").values_list("personnel_number", "email", "left_on"))


def test_the_file_lies_in_the_database_until_its_import_is_final(known, cast):
    content = file_of("P1") + b"\n" + b"P2;" + b"x" * 3_000_000
    run = uploaded(cast, content)
    assert content_of(run) == content
    assert run.parts.count() == 3
    discard(run, database_now())
    assert (ImportPart.objects.count(), content_of(run)) == (0, b"")


def test_the_effect_is_kept_person_by_person(known, cast):
    people = [f"P{n}" for n in range(1, 20)]
    bad = b"\nP98;Bad;Ana;nowhere;es;Barcelona\nP1;Mo;Ana;p1@x.example;es;Barcelona"
    content = file_of(*people, "P99", P3="new@x.example") + bad
    run = ready(cast, content)
    found = {(e.kind, e.personnel_number, e.line) for e in run.entries.all()}
    assert found == {
        ("new", "P99", 21),
        ("changed", "P3", 4),
        ("left", "P0", None),
        ("rejected", "P98", 22),
        ("noted", "P1", 23),
    }
    assert run.entries.get(kind="changed").fields == {"email": ["p3@x.example", "new@x.example"]}
    assert run.entries.get(kind="rejected").cells[3] == "nowhere"
    effect = run.effect
    parts = [effect[n] for n in ("created", "updated", "unchanged")]
    assert effect["rows"] == sum(parts) + run.rejected + effect["notes"]["duplicate_rows"]
    assert (effect["known"], run.known_then) == (20, 20)
    assert effect["sites"] == {str(cast.barcelona.pk): {"plus": 1, "new": 1, "minus": 1}}
    assert Person.objects.count() == 20


def test_shared_addresses_and_managers_who_are_not_there_are_noted(known, cast):
    content = file_of("P1", "P2", "P3", P2="P1@x.example").decode().splitlines()
    managers = ["Matricule manager", "P2", "P77", ""]
    run = ready(cast, "\n".join(map(";".join, zip(content, managers, strict=True))).encode())
    noted = run.entries.filter(kind="noted").order_by("pk")
    assert [(e.reason, e.personnel_number, e.value, e.line) for e in noted] == [
        ("shared_mail", "P1", "p1@x.example", 2),
        ("shared_mail", "P2", "P1@x.example", 3),
        ("unknown_manager", "P2", "P77", 3),
    ]
    assert run.effect["notes"]["shared_mail"] == 2
    ImportRun.objects.filter(pk=run.pk).update(state="applied")
    assert "noted" not in {entry.kind for entry in ImportEntry.objects.history(["P1", "P2"])}
    assert run.report["notes"].keys() == {"duplicate_rows", "unknown_language", "bad_date"}


def test_what_is_applied_is_what_was_shown(known, cast):
    run = confirmed(cast, file_of(*[f"P{n}" for n in range(1, 21)]))
    pump()
    run.refresh_from_db()
    assert (run.state, run.parts.count(), run.fence) == ("applied", 0, "")
    assert Person.objects.active().count() == 20
    history = ImportEntry.objects.history(["P0", "P20"])
    assert {(e.personnel_number, e.kind) for e in history} == {("P0", "left"), ("P20", "new")}


def test_an_effect_that_has_changed_is_shown_and_not_written(known, cast, now):
    run = confirmed(cast, file_of(*[f"P{n}" for n in range(1, 21)]))
    import_people(file_of(*[f"P{n}" for n in range(20)], P5="five@x.example"), "x", now=now)
    before = everybody()
    pump()
    run.refresh_from_db()
    assert (run.state, everybody()) == ("ready", before)
    assert "Nothing was saved" in run.problem
    assert run.entries.filter(kind="changed", personnel_number="P5").exists()
    confirm(run, run.fingerprint, None, cast.hana)
    pump()
    run.refresh_from_db()
    assert run.state == "applied"


def test_a_confirmation_is_bound_to_the_effect_that_was_seen(known, cast):
    run = ready(cast, file_of(*[f"P{n}" for n in range(20)], "P99"))
    with pytest.raises(ValidationError):
        confirm(run, "another", None, cast.hana)
    few = ready(cast, file_of("P1", "P2"))
    for leavers in (None, 17):
        with pytest.raises(ValidationError, match="Confirm below"):
            confirm(few, few.fingerprint, leavers, cast.hana)
    confirm(few, few.fingerprint, 18, cast.hana)
    pump()
    assert Person.objects.active().count() == 2


def test_by_a_part_nobody_leaves(known, cast):
    run = examining(cast, file_of("P1", "P99"), Manner(is_part=True))
    pump()
    run.refresh_from_db()
    assert (run.effect["leavers"], run.effect["created"], run.needs_tick) == (0, 1, False)


@pytest.mark.parametrize(
    ("state", "then"), [("examining", "ready"), ("confirmed", "applied"), ("applying", "applied")]
)
def test_a_killed_workers_run_is_taken_over_after_its_lease(known, cast, state, then):
    make = examining if state == "examining" else confirmed
    run = make(cast, file_of(*_all(), "P99"))
    now = database_now()
    assert importjob.claim(now).pk == run.pk
    ImportRun.objects.filter(pk=run.pk).update(state=state)
    assert importjob.claim(now) is None
    later = now + timedelta(minutes=2)
    importjob.run_pump(lambda: later)
    run.refresh_from_db()
    assert run.state == then
    assert Person.objects.filter(personnel_number="P99").exists() == (then == "applied")


def _all():
    return [f"P{n}" for n in range(20)]


def test_a_worker_that_slept_through_its_lease_writes_nothing(known, cast):
    run = confirmed(cast, file_of(*_all(), "P99"))
    sleeper = importjob.claim(database_now())
    later = database_now() + timedelta(minutes=2)
    importjob.run_pump(lambda: later)
    before = everybody(), ImportEntry.objects.count()
    importjob.work(sleeper, database_now)
    with transaction.atomic(), pytest.raises(importjob.LostError):
        importjob._locked(sleeper)
    run.refresh_from_db()
    assert (everybody(), ImportEntry.objects.count()) == before
    assert run.state == "applied"


def test_two_workers_never_do_one_import_both(known, cast):
    run = confirmed(cast, file_of(*_all(), "P99"))
    barrier = Barrier(2)

    def worker(_n):
        barrier.wait()
        try:
            pump()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, range(2)))
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("applied", 1)
    assert Person.objects.count() == 21


def test_settings_changed_meanwhile_win_over_a_worker(known, cast):
    run = examining(cast, file_of("P1"))
    slow = importjob.claim(database_now())
    choose(run, Manner(is_part=True), Manner(), cast.hana, database_now())
    importjob.work(slow, database_now)
    run.refresh_from_db()
    assert run.state == "examining"
    pump()
    run.refresh_from_db()
    assert run.effect["is_part"]


def test_what_can_be_read_only_in_part_goes_back_with_the_reason(known, cast):
    cast.hana.language = "fr"
    cast.hana.save()
    factories.SiteFactory(name="Dreux")
    run = uploaded(cast, file_of("P1"))
    manner = Manner(line=1, columns=("personnel_number", "last_name", "", "", "", "site"))
    choose(run, manner, Manner(), cast.hana, database_now())
    pump()
    run.refresh_from_db()
    assert (run.state, run.fence) == ("uploaded", "")
    assert "le fichier" in run.problem
    assert content_of(run)


def test_a_file_that_no_worker_survives_is_given_up(known, cast):
    run = examining(cast, file_of("P1"))
    now = database_now()
    for minute in range(importjob.MOST_ATTEMPTS):
        assert importjob.claim(now + timedelta(minutes=2 * minute)).pk == run.pk
    importjob.run_pump(lambda: now + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.state, run.parts.count()) == ("refused", 0)
    assert "administrator" in run.problem


def test_what_nobody_finishes_is_discarded_with_its_file(known, cast):
    old, fresh = uploaded(cast, file_of("P1")), uploaded(cast, file_of("P1"))
    ImportRun.objects.filter(pk=old.pk).update(at=database_now() - timedelta(days=15))
    pump()
    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.state, old.parts.count()) == ("discarded", 0)
    assert (fresh.state, fresh.parts.count()) == ("uploaded", 1)


def test_what_is_confirmed_can_no_longer_be_changed(known, cast):
    run = confirmed(cast, file_of(*_all(), "P99"))
    for act in (
        lambda: discard(run, database_now()),
        lambda: choose(run, Manner(), Manner(), cast.hana, database_now()),
        lambda: confirm(run, run.fingerprint, None, cast.hana),
    ):
        with pytest.raises(ValidationError):
            act()


def test_a_refused_file_leaves_nothing_behind(known, cast):
    with pytest.raises(ImportRefusedError):
        uploaded(cast, b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert (ImportPart.objects.count(), ImportRun.objects.count()) == (0, 1)


def test_commands_keep_what_they_do_to_each_person(known, cast, now):
    import_people(file_of(*_all()[1:], "P99"), "second.csv", now=now)
    import_people(file_of(*_all(), "P99"), "third.csv", now=now)
    found = [(e.run.file_name, e.kind) for e in ImportEntry.objects.history(["P0"])]
    assert found == [("third.csv", "returned"), ("second.csv", "left")]
    assert [e.kind for e in ImportEntry.objects.history(["P99"])] == ["new"]
    assert not ImportEntry.objects.filter(run__file_name="first.csv").exists()
    assert BusinessLine.objects.count() == 0
