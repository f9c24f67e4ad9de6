"""What a backup holds, where it may be made, and what shows that one is broken."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from onelift.backups import manifest as manifests
from onelift.backups.files import draft_of
from onelift.backups.refusal import told
from onelift.backups.sqlite import copy_into
from programmes.queries.key import fingerprint_of, keys
from tests.backups.conftest import PICTURE
from tests.backups.handling import (
    body_of,
    database_of,
    files_of,
    manage,
    reseal,
    spoil_database,
    surroundings,
)
from tests.faults.shapes import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-{}-" + 45 * "c"


def test_a_backup_holds_database_media_and_what_they_are(folder):
    found = json.loads((folder / "manifest.json").read_text())
    database = "database.dump" if connection.vendor == "postgresql" else "database.sqlite3"
    assert files_of(folder).keys() == {database, "media/logos/ours.png", "manifest.json"}
    assert found["files"].keys() == {database, "media/logos/ours.png"}
    assert found["files"]["media/logos/ours.png"]["size"] == len(PICTURE)
    assert (folder / "media/logos/ours.png").read_bytes() == PICTURE
    assert found["version"] == settings.VERSION
    assert found["vendor"] == connection.vendor
    assert found["made_at"].endswith("+00:00")
    own = fingerprint_of(settings.SECRET_KEY)
    assert found["keys"] == {"own": own, "fallbacks": [], "current": own, "former": []}
    written = (ROOT / "communications" / "migrations").glob("0*.py")
    assert found["migrations"]["communications"] == max(path.stem for path in written)


def test_nobody_else_may_read_it(folder):
    paths = [folder, *folder.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}


def test_no_secret_of_the_settings_is_in_it(portal, media, tmp_path):
    names = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_PASSWORD", "EMAIL_PASSWORD")
    names += ("BOUNCE_WEBHOOK_SECRET", "ALARM_EMAIL_PASSWORD", "METRICS_TOKEN")
    given = {name: CANARY.format(number) for number, name in enumerate(names)}
    (tmp_path / "secret_key").write_text(CANARY.format("file"))
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", str(tmp_path / "backup")],
        cwd=ROOT,
        env=surroundings(tmp_path, **given),
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    held = b"".join(path.read_bytes() for path in files_of(tmp_path / "backup").values())
    dump = tmp_path / "backup/database.dump"
    if dump.exists():
        words = ["pg_restore", "--file=-", str(dump)]
        held += subprocess.run(words, capture_output=True, check=True).stdout
    assert portal.people[0].email.encode() in held, "it is looked for where the rows are"
    assert fingerprint_of(given["SECRET_KEY"]).encode() in held
    assert b"canary-" not in held + done.stdout


def test_a_portal_at_work_is_backed_up_at_one_moment(folder, portal):
    """Nobody is kept from writing, nor is the backup by somebody who does."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stakeholders_person SET last_name = 'Later'")
    assert "Intact: backup of" in manage("backup", "--verify", folder)


# Where


@pytest.mark.parametrize("is_there", [False, True])
def test_a_folder_that_is_not_there_or_empty_is_taken(portal, tmp_path, is_there):
    place = tmp_path / "deep/down/backup"
    if is_there:
        place.mkdir(parents=True)
    said = manage("backup", place)
    assert "Done: backup of " in said
    assert f"SECRET_KEY with fingerprint {keys().own}" in said
    assert manifests.read(place).media == ["logos/ours.png"]
    assert list(place.parent.iterdir()) == [place]


def test_a_folder_that_holds_something_is_refused(folder, media, tmp_path):
    before = files_of(folder)
    with pytest.raises(CommandError, match="already holds a backup"):
        manage("backup", folder)
    assert files_of(folder) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/photo.png").touch()
    with pytest.raises(CommandError, match="is not an empty folder"):
        manage("backup", tmp_path / "mine")
    with pytest.raises(CommandError, match="inside the media folder"):
        manage("backup", media / "backup")
    with pytest.raises(CommandError, match="Not a directory"):
        manage("backup", tmp_path / "mine/photo.png/backup")


def test_what_a_killed_backup_left_is_replaced_and_nothing_else(portal, tmp_path):
    part = tmp_path / "backup.part"
    (part / "media/logos").mkdir(parents=True)
    for name in ("database.dump", "database.sqlite3-journal", "media/logos/.x.png.part"):
        (part / name).write_bytes(b"half")
    (part / "mine.txt").touch()
    with pytest.raises(CommandError, match=r"mine.txt is not part of a backup"):
        manage("backup", tmp_path / "backup")
    (part / "mine.txt").unlink()
    manage("backup", tmp_path / "backup")
    assert not part.exists()
    assert "Intact" in manage("backup", "--verify", tmp_path / "backup")


def test_two_backups_into_one_folder_do_not_meet(portal, tmp_path):
    part = tmp_path / "backup.part"
    part.mkdir()
    handle = os.open(part, os.O_RDONLY)
    flock(handle, LOCK_EX)
    try:
        with pytest.raises(CommandError, match="Another backup is being written"):
            manage("backup", tmp_path / "backup")
    finally:
        os.close(handle)
    manage("backup", tmp_path / "backup")


def test_a_link_among_the_media_is_refused(portal, media, tmp_path):
    """It may lead to the key."""
    (media / "logos/link.png").symlink_to("/etc/hostname")
    with pytest.raises(CommandError, match=r"link.png is a symbolic link"):
        manage("backup", tmp_path / "backup")
    assert not (tmp_path / "backup.part").exists()


def test_a_folder_that_cannot_be_written_is_named(portal):
    with pytest.raises(CommandError, match=r"/proc/backup.part: No such file or directory\."):
        manage("backup", "/proc/backup")


def test_a_disk_that_is_full_leaves_nothing_and_one_sentence(portal, media, tmp_path):
    """Files may have 500 KB here, less than the database or the logo."""
    (media / "logos/large.png").write_bytes(bytes(10**6))
    limited = ["sh", "-c", 'ulimit -f 1000; exec "$@"', "sh"]
    done = subprocess.run(
        [*limited, sys.executable, "manage.py", "backup", str(tmp_path / "backup")],
        cwd=ROOT,
        env=surroundings(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert not [*tmp_path.glob("backup*")]


# Whether it is whole


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


BREAKS = {
    "a bit of the database": (lambda f: flip(database_of(f), 4000), r"database\.\w+ was changed"),
    "half a database": (lambda f: os.truncate(database_of(f), 4000), r"database\.\w+ was changed"),
    "no database": (lambda f: database_of(f).unlink(), r"database\.\w+ is missing"),
    "a bit of a logo": (lambda f: flip(f / "media/logos/ours.png", 9), "ours.png was changed"),
    "no logo": (lambda f: (f / "media/logos/ours.png").unlink(), "ours.png is missing"),
    "half a manifest": (lambda f: os.truncate(f / "manifest.json", 99), "json cannot be read"),
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "is not a backup: it contains no"),
    "a list": (lambda f: (f / "manifest.json").write_text("[]"), "is not a backup of OneLift"),
}


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_is_broken_is_told(folder, name, command):
    spoil, sentence = BREAKS[name]
    spoil(folder)
    with pytest.raises(CommandError, match=sentence) as refused:
        manage(command, "--verify", folder)
    assert len(str(refused.value).splitlines()) == 1


def test_a_backup_is_verified_where_its_database_is_away(folder, monkeypatch):
    connection.close()
    nowhere = "/nowhere/at/all" if connection.vendor == "sqlite" else "nowhere_at_all"
    monkeypatch.setitem(connection.settings_dict, "NAME", nowhere)
    assert "Intact" in manage("backup", "--verify", folder)


@pytest.mark.parametrize("word", ["own", "version", "size", "made_at"])
def test_a_manifest_that_was_edited_is_told(folder, word):
    path = folder / "manifest.json"
    lines = path.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if f'"{word}"' in line)
    lines[number] = lines[number].translate(str.maketrans("0123456789", "1234567890"))
    path.write_text("\n".join(lines))
    with pytest.raises(CommandError, match=r"manifest.json was changed"):
        manage("backup", "--verify", folder)


def test_a_database_that_cannot_be_read_is_told_though_its_hash_is_right(folder):
    spoil_database(folder)
    with pytest.raises(CommandError, match=r"pg_restore failed|is damaged: file is not a database"):
        manage("backup", "--verify", folder)


def test_a_manifest_that_names_files_outside_is_refused(folder):
    files = body_of(folder)["files"]
    for name in ("media/../../etc/passwd", "/etc/passwd", ""):
        reseal(folder, files={**files, name: {"sha256": "", "size": 0}})
        with pytest.raises(CommandError, match="outside the backup"):
            manage("restore", "--verify", folder)


@pytest.mark.parametrize("change", [{"made_at": "tomorrow"}, {"keys": {}}, {"files": []}])
def test_a_manifest_that_was_made_anew_by_hand_is_told(folder, change):
    reseal(folder, **change)
    with pytest.raises(CommandError, match="json is incomplete or wrong"):
        manage("backup", "--verify", folder)


@pytest.mark.embedded
def test_a_full_disk_is_told_by_its_file(portal):
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as read,
        closing(sqlite3.connect(":memory:")) as write,
    ):
        write.execute("PRAGMA max_page_count = 2")
        with pytest.raises(CommandError, match=r"/dev/full: No space left"), told(Path("/backup")):
            copy_into(write, read, Path("/dev/full"))


def test_what_a_killed_restore_left_among_the_media_is_left_out(portal, media, tmp_path):
    draft_of(media / "logos/ours.png").write_bytes(b"half of it")
    manage("backup", tmp_path / "backup")
    assert not any(path.endswith(".part") for path in files_of(tmp_path / "backup"))
