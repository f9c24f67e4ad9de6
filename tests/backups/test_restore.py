"""A backup put back: nothing is lost, nothing leaves, and what must not go is not overwritten."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from communications.mailroom.services.watermark import held
from communications.models import ChannelState, Delivery, Dispatch, Heartbeat, Proof
from onelift.backups.manifest import MARK
from onelift.dashboards.checkup.queries import Level, work
from onelift.version import VERSION
from programmes.models import UsedKey
from programmes.queries.key import fingerprint_of, keys
from stakeholders.models import Person, User
from tests import factories
from tests.backups.conftest import PICTURE
from tests.backups.handling import body_of, files_of, manage, reseal
from tests.communications.making import run

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_KEY, THIRD_KEY = "o" * 60, "t" * 60


def content(*left_out):
    """Return all rows of all tables but those that starting and holding write."""
    kept = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept[table] = Counter(map(repr, cursor.fetchall()))
    return {table: rows for table, rows in kept.items() if table not in left_out}


# What each kind of database would prove alike.
alike = pytest.mark.embedded

HELD_BY = {
    "auditlog_logentry",
    "communications_channelstate",
    "communications_delivery",
    "communications_dispatch",
    "communications_life",
    "communications_tally",
    "communications_watermark",
    "sqlite_sequence",
}


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def is_refused(sentence, *words):
    """Assert that a restore is refused in a sentence, and that all rows are as they were."""
    before = content()
    with pytest.raises(CommandError, match=sentence) as refused:
        manage("restore", *words)
    assert len(str(refused.value).splitlines()) == 1
    assert content() == before


def test_what_was_there_is_there_again_and_held(folder, portal, media):
    # That a backup was made is noted after its copy of the database.
    changed = (*HELD_BY, "communications_proof")
    before, made_at = content(*changed), body_of(folder)["made_at"]
    assert not Proof.objects.filter(kind="restore").exists()
    Person.objects.update(last_name="Later")
    factories.SiteFactory(name="Later")
    (media / "logos/ours.png").write_bytes(b"another")
    (media / "logos/later.png").write_bytes(b"later")
    said = manage("restore", folder, "--replace")
    assert content(*changed) == before
    assert Proof.objects.get(kind="restore").at >= datetime.fromisoformat(made_at)
    assert states() == {"in_doubt": 6}
    dispatch = Dispatch.objects.get()
    assert dispatch.paused_at
    assert said.splitlines() == [
        f"On hold: everything that may have been sent since {datetime.fromisoformat(made_at)}.",
        "In doubt: 6 emails and 0 notices.",
        "In doubt: 0 posts to groups.",
        f"Paused: dispatch {dispatch.pk}, 6 in doubt, "
        f"http://127.0.0.1:8000/p/one-it/dispatches/{dispatch.pk}/",
        f"Restored: backup of {made_at[:10]} {made_at[11:16]} UTC (OneLift {VERSION}). Media files "
        "restored: 1, already there: 0.",
        "The audit trail is intact. Heads that were logged later are not in it.",
        f"The next start needs the SECRET_KEY with fingerprint {keys().own}, which is set.",
    ]
    assert files_of(media).keys() == {"logos/ours.png", "logos/later.png"}
    assert (media / "logos/ours.png").read_bytes() == PICTURE


def test_nothing_that_left_after_the_backup_leaves_again(folder, portal, relay):
    run(timezone.now())
    assert len(relay.accepts) == 6
    before = Counter(accept.recipient for accept in relay.accepts)
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=1))
    manage("restore", folder, "--replace")
    run(timezone.now() + timedelta(minutes=1))
    assert Counter(accept.recipient for accept in relay.accepts) == before
    assert {row.message_id for row in Delivery.objects.all()} == {
        accept.message_id for accept in relay.accepts
    }


def test_tables_that_a_later_version_made_are_gone(folder):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id integer)")
    manage("restore", folder, "--replace")
    with connection.cursor() as cursor:
        assert not {"later", MARK} & {*connection.introspection.table_names(cursor)}


@alike
def test_a_backup_of_an_older_version_is_brought_up_to_date(portal, tmp_path):
    folder = tmp_path / "older"
    call_command("migrate", "events", "zero", verbosity=0)
    try:
        manage("backup", folder)
        with connection.cursor() as cursor:
            before = {*connection.introspection.table_names(cursor)}
    finally:
        call_command("migrate", verbosity=0)
    assert "events" not in body_of(folder)["migrations"]
    manage("restore", folder, "--replace")
    with connection.cursor() as cursor:
        after = {*connection.introspection.table_names(cursor)}
    assert after > before
    assert states() == {"in_doubt": 6}


def test_only_looking_changes_nothing(folder):
    before = content()
    assert "Intact, and can be restored here: backup of" in manage("restore", folder, "--verify")
    assert content() == before


@alike
def test_a_restored_portal_is_backed_up_and_restored_again(folder, tmp_path):
    manage("restore", folder, "--replace")
    manage("backup", tmp_path / "again")
    manage("restore", tmp_path / "again", "--replace")
    assert states() == {"in_doubt": 6}


# What must not be overwritten, and by what


def test_data_are_overwritten_only_on_demand(folder):
    people = r"holds data \(1 programme, 6 people, 10 accounts\)"
    is_refused(rf"{people}: to overwrite it, add --replace\.$", folder)


@alike
def test_another_installation_is_overwritten_only_by_its_name(folder, settings):
    settings.SECRET_KEY = OTHER_KEY
    other = fingerprint_of(OTHER_KEY)
    UsedKey.objects.update(fingerprint=other)
    sentence = rf"another installation \(.*\) with key {other}: .* --replace-other {other}\.$"
    is_refused(sentence, folder)
    is_refused(sentence, folder, "--replace")
    is_refused(sentence, folder, "--replace", "--replace-other", fingerprint_of(THIRD_KEY))
    manage("restore", folder, "--replace-other", other)
    assert keys().current == body_of(folder)["keys"]["current"]


@alike
def test_whose_data_nobody_can_tell_are_another_installation(folder, settings):
    UsedKey.objects.all().delete()
    right, settings.SECRET_KEY = settings.SECRET_KEY, OTHER_KEY
    is_refused("with key unknown", folder, "--replace")
    settings.SECRET_KEY = right
    is_refused(r"add --replace\.$", folder)
    settings.SECRET_KEY = OTHER_KEY
    manage("restore", folder, "--replace-other", "unknown")


@alike
def test_an_installation_that_has_changed_its_key_is_still_its_own(folder, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], OTHER_KEY
    former = keys().current
    UsedKey.objects.update(is_current=False)
    own = fingerprint_of(OTHER_KEY)
    UsedKey.objects.create(fingerprint=own, is_current=True, since=timezone.now())
    said = manage("restore", folder, "--replace")
    assert said.splitlines()[-1] == (
        f"The next start needs the SECRET_KEY with fingerprint {own}, which is set. "
        f"The backup's key, {former}, is a fallback."
    )
    assert states() == {"in_doubt": 6}


def test_tables_without_rows_are_filled_without_a_question(folder):
    """So is a machine on which the portal was just installed."""
    everything = User.objects.all(), Person.objects.all()
    with connection.cursor() as cursor:
        for table in ("stakeholders_person", "stakeholders_user", "programmes_programme"):
            truncate(cursor, table)
    assert not any(rows.exists() for rows in everything)
    manage("restore", folder)
    assert Person.objects.count() == 6


def truncate(cursor, table):
    if connection.vendor == "postgresql":
        cursor.execute(f"TRUNCATE {table} CASCADE")
        return
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute(f"DELETE FROM {table}")


def test_a_backup_of_another_kind_of_database_is_refused(folder):
    theirs = {"postgresql": "sqlite", "sqlite": "postgresql"}[connection.vendor]
    names = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
    reseal(folder, vendor=theirs)
    is_refused(
        f"a backup of {names[theirs]}, but DATABASE_URL names {names[connection.vendor]}: ",
        folder, "--replace",
    )  # fmt: skip


def test_a_newer_backup_is_refused(folder):
    reseal(folder, version="99.0")
    is_refused(
        rf"by OneLift 99\.0, but this is OneLift {re.escape(VERSION)}: ", folder, "--replace"
    )
    reseal(folder, version="0.10")
    is_refused(r"made by OneLift 0\.10, but", folder, "--replace")
    known = body_of(folder)["migrations"]
    reseal(folder, version=VERSION, migrations={**known, "events": "0099_later"})
    is_refused(r"another version \(events\.0099_later is not known here\)", folder, "--replace")
    reseal(folder, format=2)
    is_refused("made by another version", folder, "--replace")


def test_what_is_broken_changes_nothing(folder):
    (folder / "media/logos/ours.png").write_bytes(b"")
    is_refused(r"ours\.png was changed", folder, "--replace")


# The key


def test_with_the_wrong_key_everything_is_put_back_and_waits_for_the_right_one(folder, settings):
    right, made_at = settings.SECRET_KEY, body_of(folder)["made_at"]
    settings.SECRET_KEY = OTHER_KEY
    said = manage("restore", folder, "--replace")
    assert said.splitlines()[-1] == (
        f"The next start needs the SECRET_KEY with fingerprint {fingerprint_of(right)}, but "
        f"SECRET_KEY is {fingerprint_of(OTHER_KEY)}. Nothing is sent: restore that key or add it "
        "to SECRET_KEY_FALLBACKS (if it is lost, run manage.py accept_key), and then run "
        f"manage.py hold_after_restore --backup-made {made_at}"
    )
    assert held()
    run(timezone.now() + timedelta(minutes=1))
    assert states() == {"planned": 6}
    settings.SECRET_KEY = right
    manage("hold_after_restore", "--backup-made", made_at)
    assert (held(), states()) == (None, {"in_doubt": 6})


@alike
def test_a_backup_from_before_the_first_start_takes_the_key_that_is_there(folder, settings):
    UsedKey.objects.all().delete()
    manage("backup", folder.with_name("early"))
    settings.SECRET_KEY = OTHER_KEY
    said = manage("restore", folder.with_name("early"), "--replace-other", "unknown")
    assert f"fingerprint {fingerprint_of(OTHER_KEY)}, which is set." in said


# People who came in by a file after the backup


@pytest.fixture
def personnel_file(portal, tmp_path):
    """Return a file of everybody, and of one who is new."""
    rows = [(p.personnel_number, p.last_name, p.first_name, p.email, p.site.name)
            for p in Person.objects.select_related("site")]  # fmt: skip
    rows.append(("L1", "Later", "Lea", "lea@example.com", "Barcelona"))
    lines = ["Matricule;Nom;Prénom;E-mail;Site", *map(";".join, rows)]
    (tmp_path / "people.csv").write_text("\n".join(lines))
    return tmp_path / "people.csv"


def test_who_came_in_after_the_backup_is_in_doubt_too(folder, personnel_file):
    said = manage("restore", folder, "--replace", "--people", personnel_file)
    assert "created: 1" in said
    assert states() == {"in_doubt": 7}


def test_a_file_that_is_refused_leaves_nothing_that_sends_and_is_corrected(
    folder, personnel_file, settings
):
    lines = personnel_file.read_text().splitlines()
    personnel_file.write_text("\n".join([*lines[:3], lines[-1]]))
    with pytest.raises(CommandError, match="The database is restored, and nothing is sent yet"):
        manage("restore", folder, "--replace", "--people", personnel_file)
    assert ChannelState.objects.get().channel == "database"
    assert states() == {"planned": 6}
    with pytest.raises(CommandError, match="did not finish: run it again first"):
        manage("backup", folder.with_name("another"))
    assert work.check_restore().level is Level.TROUBLE
    people = ("--people", personnel_file)
    said = manage("restore", folder, *people, "--confirm-leavers")
    assert "The database is already restored: continuing from there." in said
    assert work.check_restore().level is Level.OK
    assert states() == {"in_doubt": 7}
    with pytest.raises(CommandError, match="add --replace"):
        manage("restore", folder)


def test_a_file_that_is_not_there_is_told_before_anything_changes(folder, tmp_path):
    is_refused("people.csv is not a readable file", folder, "--people", tmp_path / "people.csv")
