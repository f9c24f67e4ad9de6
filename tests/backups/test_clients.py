"""The programs of PostgreSQL: missing, too old, newer than the server, and what they are told."""

import os
import shutil

import pytest
from django.core.management import CommandError
from django.db import connection

from stakeholders.models import Person
from tests.backups.handling import manage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Return a folder whose programs come first; those of PostgreSQL are there as they are."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore", "psql"):
        script(folder / name, f'exec {shutil.which(name)} "$@"')
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def server():
    return connection.pg_version // 10000


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore", "psql"])
def test_an_older_program_is_refused_in_one_sentence(folder, programs, name):
    script(programs / name, f"echo '{name} (PostgreSQL) 9.6.24'")
    command = ["backup", folder.with_name("another")] if name == "pg_dump" else ["restore", folder]
    with pytest.raises(CommandError) as refused:
        manage(*command)
    assert str(refused.value) == (
        f"{name} is version 9.6.24, older than PostgreSQL {server()}: install "
        f"postgresql-client-{server()}, or newer."
    )
    assert not folder.with_name("another.part").exists()


def test_a_program_that_is_not_there_is_named(folder, programs, monkeypatch):
    (programs / "pg_dump").unlink()
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(CommandError, match="pg_dump is not installed: install postgresql-client-"):
        manage("backup", folder.with_name("another"))


def test_the_password_is_not_among_the_words_that_everybody_sees(
    portal, programs, tmp_path, monkeypatch
):
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "p@ss:w/rd")
    real = shutil.which("pg_dump", path="/usr/bin")
    script(
        programs / "pg_dump",
        f'echo "$@" >> {tmp_path}/words; echo "$PGPASSWORD" >> {tmp_path}/password\n'
        f'exec {real} "$@"',
    )
    manage("backup", tmp_path / "backup")
    assert "p@ss:w/rd" not in (tmp_path / "words").read_text()
    assert "p@ss:w/rd" in (tmp_path / "password").read_text()


def test_a_setting_that_only_newer_servers_know_is_left_out(folder, programs):
    """As pg_restore 17 says it to a server of any version."""
    real = shutil.which("pg_restore", path="/usr/bin")
    setting = "transaction_timeout"
    script(
        programs / "pg_restore",
        f'[ "$1" != --no-owner ] || echo "SET {setting} = 0;"\nexec {real} "$@"',
    )
    manage("restore", folder, "--replace")
    assert Person.objects.count() == 6


@pytest.mark.parametrize("last_words", ["echo 'SELECT nothing;'", "exit 3"])
def test_what_fails_on_its_way_leaves_the_database_as_it_was(folder, programs, last_words):
    Person.objects.update(last_name="Later")
    real = shutil.which("pg_restore", path="/usr/bin")
    script(
        programs / "pg_restore",
        f'[ "$1" = --no-owner ] || exec {real} "$@"\n{real} "$@"; {last_words}',
    )
    with pytest.raises(CommandError, match="The database is unchanged: "):
        manage("restore", folder, "--replace")
    assert {*Person.objects.values_list("last_name", flat=True)} == {"Later"}


def test_a_database_that_is_away_is_told_in_a_sentence(folder, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", "nowhere_at_all")
    for command in (["backup", folder.with_name("another")], ["restore", folder]):
        with pytest.raises(
            CommandError, match=r"The database cannot be reached: .* does not exist"
        ):
            manage(*command)
