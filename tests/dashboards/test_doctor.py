"""``manage.py doctor`` against real faults: each is named, and none stops the others."""

import json
import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from django.db import connection

from communications.models import Heartbeat
from onelift.dashboards.checkup.queries import (
    configuration,
    database,
    languages,
    relay,
    storage,
    work,
)
from onelift.dashboards.checkup.queries.finding import Level, fine
from onelift.version import VERSION
from programmes.database.clock import database_now
from programmes.services.sealing import seal
from programmes.services.trail import write_entry
from tests.communications.relay import FaultRelay
from tests.dashboards.test_health import as_nobody
from tests.operations.shape import free_port
from tests.test_settings import GIVEN, run

PARTS = {
    *("database", "commits", "migrations", "cache table", "clock", "broker", "recurring jobs"),
    *("workers", "mail server", "returned emails", "media", "var", "static files", "catalogues"),
    *("languages", "address", "secret key", "channels", "proxies", "sender", "backup"),
    *("statement log", "personal links", "version", "variables", "recorded key", "restore"),
    *("audit trail", "alarm server", "alarm emails"),
}


@pytest.mark.django_db
def test_entries_that_nobody_seals_are_told(cast, now, wait):
    assert work.check_trail().level == Level.OK
    write_entry(cast.programme, 1, cast.ines, now, {"name": ["a", "b"]})
    assert work.check_trail().level == Level.OK
    wait(minutes=11)
    assert "not yet sealed: 1." in work.check_trail().sentence
    seal(database_now)
    assert work.check_trail().level == Level.OK


def examine(folder, **environment):
    """Run the command in a process of its own; return exit code, findings by part and all text."""
    done = run(["manage.py", "doctor", "--format", "json"], folder, **environment)
    assert "Traceback" not in done.stderr
    found = {check["part"]: check for check in json.loads(done.stdout)["checks"]}
    return done.returncode, found, done.stdout + done.stderr


def test_a_database_and_a_broker_that_are_away_are_named_and_the_rest_is_looked_at(tmp_path):
    nowhere = f"127.0.0.1:{free_port()}"
    code, found, text = examine(
        tmp_path,
        DATABASE_URL=f"postgres://onelift:hush-hush-1@{nowhere}/onelift",
        REDIS_URL=f"redis://:hush-hush-2@{nowhere}/0",
        EMAIL_URL=f"smtp://robot:hush-hush-3@{nowhere}",
    )
    assert code == 1
    assert set(found) == PARTS
    for part in ("database", "broker", "mail server"):
        assert found[part]["level"] == "trouble"
    assert "Connection refused" in found["database"]["sentence"]
    assert nowhere in found["broker"]["sentence"]
    assert found["migrations"]["sentence"] == "Not checked: the database is not responding."
    assert found["media"]["level"] == "ok"
    assert "hush-hush" not in text


def test_an_empty_database_is_to_be_migrated(tmp_path):
    code, found, _text = examine(tmp_path)
    assert code == 1
    assert found["database"]["level"] == "ok"
    assert "python manage.py migrate" in found["migrations"]["sentence"]
    assert "python manage.py createcachetable" in found["cache table"]["sentence"]
    assert "no such table" in found["recurring jobs"]["sentence"]
    assert found["static files"]["level"] == "trouble"


def test_it_says_which_version_runs_and_which_variable_is_misspelt(tmp_path):
    done = run(["manage.py", "doctor"], tmp_path, EMAIL_TIMOUT="5")
    first, *others = done.stdout.splitlines()
    assert first.startswith(f"ok       version         OneLift {VERSION} on Python 3.")
    assert (
        "warning  variables       EMAIL_TIMOUT is not a setting: did you mean EMAIL_TIMEOUT?"
        in others
    )


def test_a_setting_that_is_missing_is_one_line(tmp_path):
    done = run(["manage.py", "doctor"], tmp_path, ONELIFT_MODE="production")
    assert done.returncode == 1
    assert done.stderr.startswith("Production needs SECRET_KEY, ALLOWED_HOSTS")
    assert len(done.stderr.splitlines()) == 1


def test_settings_of_production_that_cannot_be_right_are_named(tmp_path):
    given = GIVEN | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/onelift.sqlite3",
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "ALLOWED_HOSTS": "elsewhere.example.com",
        "SECRET_KEY": "secret" * 12,
        "TRUSTED_PROXY_COUNT": "0",
    }
    _code, found, _text = examine(tmp_path, ONELIFT_MODE="production", **given)
    assert found["database"]["level"] == "warning"
    assert "PostgreSQL" in found["database"]["sentence"]
    assert "“onelift.example.com”" in found["address"]["sentence"]
    assert found["secret key"]["level"] == "trouble"
    assert found["proxies"]["level"] == "warning"
    assert "onelift@onelift.example" in found["sender"]["sentence"]


def test_files_that_were_collected_before_an_upgrade_are_named(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"
    done = run(["manage.py", "collectstatic", "--noinput"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert storage.check_static().level == "ok"
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    os.utime(manifest, (0, 0))
    assert "newer than the collected files" in storage.check_static().sentence
    paths = json.loads(manifest.read_text())
    del paths["paths"]["css/onelift.css"]
    manifest.write_text(json.dumps(paths))
    assert storage.check_static().sentence.startswith("css/onelift.css is not among")


# The mail server


@pytest.fixture
def server(tmp_path, settings):
    made = FaultRelay(tmp_path / "accepts.jsonl")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "robot", "hush-hush"
    settings.EMAIL_CONNECT_TIMEOUT = settings.EMAIL_TIMEOUT = settings.EMAIL_DOT_TIMEOUT = 1
    yield made
    made.stop()


def test_a_mail_server_that_works_is_asked_and_gets_no_mail(server):
    assert relay.check_relay().level == "ok"
    assert server.commands["auth"] == 1
    assert not server.commands["mail"]
    assert server.accepts == []


def test_a_mail_server_that_refuses_the_password_is_named(server):
    server.fault("auth", reply="535 5.7.8 not hush-hush")
    found = relay.check_relay()
    assert found.level == "trouble"
    assert "refuses the user name or password (535)" in found.sentence
    assert "correct EMAIL_URL or EMAIL_PASSWORD" in found.sentence


def test_a_mail_server_without_starttls_is_named(server, settings):
    settings.EMAIL_USE_TLS = True
    assert "does not offer STARTTLS" in relay.check_relay().sentence


def test_a_port_that_wants_tls_from_the_start_is_told(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 465, True
    assert "port 465 needs smtp+ssl:// in EMAIL_URL" in relay.check_relay().sentence


def test_a_mail_server_that_hangs_is_left(server):
    server.fault("banner", kind="hang")
    assert "did not respond within 1 s" in relay.check_relay().sentence


def test_one_mail_is_sent_where_somebody_asks_for_it(server, db):
    with pytest.raises(SystemExit):
        call_command("doctor", mail_to="anna@example.com", stdout=StringIO())
    (accept,) = server.accepts
    assert accept.recipient == "anna@example.com"
    assert accept.message["Subject"] == "A test email from OneLift"


def test_an_address_that_the_server_refuses_is_trouble(server):
    server.fault("rcpt", reply="550 5.1.1 no such user")
    found = relay.send_test_mail("anna@example.com")
    assert found.level == "trouble"
    assert "550 5.1.1 no such user" in found.sentence


def test_a_secret_that_somebody_else_quotes_is_hidden(server, settings):
    settings.REDIS_URL = "redis://:of-redis@127.0.0.1/0"
    server.fault("rcpt", reply="550 no hush-hush, no of-redis")
    assert "550 no …, no …" in relay.send_test_mail("anna@example.com").of("test mail").sentence


# What drives the sending


def jobs_ran(seconds_ago):
    at = database_now() - timedelta(seconds=seconds_ago)
    for name in work.HEARTBEATS:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


@pytest.mark.parametrize(("seconds", "level"), [(20, "ok"), (120, "warning"), (200, "trouble")])
def test_jobs_that_ran_long_ago_are_named(db, seconds, level):
    jobs_ran(seconds)
    found = work.check_pump()
    assert found.level == level
    assert f"{seconds} s ago" in found.sentence


def test_jobs_that_never_ran_are_trouble(db):
    assert "start a worker and beat" in work.check_pump().sentence


@pytest.fixture
def tasks(tmp_path, settings):
    """Return a function that sends a task over a broker of files."""
    from onelift.celery import app

    folder = str(tmp_path / "broker")
    Path(folder).mkdir()
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    app.conf.broker_url = "whole-files://localhost//"
    app.conf.broker_transport_options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": folder + "-control",
    }

    def send(queue):
        with app.connection_for_write() as link:
            app.send_task("nothing", queue=queue, ignore_result=True, connection=link)

    yield send
    app.conf.update(before)


def test_a_dead_clock_is_told_from_dead_workers(db, tasks):
    jobs_ran(300)
    assert "start beat" in work.check_pump().sentence
    tasks("default")
    assert "start a worker" in work.check_pump().sentence


def test_a_queue_that_nobody_serves_is_named(tasks):
    assert work.check_workers().level == "ok"
    for _ in range(work.MANY_TASKS + 1):
        tasks("documents")
    assert "--queues=documents" in work.check_workers().sentence


# This machine


@pytest.mark.parametrize(
    ("apart", "level"),
    [(0, "ok"), (1.9, "ok"), (2.1, "warning"), (59, "warning"), (61, "trouble"), (3600, "trouble")],
)
def test_clocks_that_differ_are_named(apart, level):
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    for other in (now + timedelta(seconds=apart), now - timedelta(seconds=apart)):
        assert database.compared(now, other).level == level


def test_the_clock_of_the_database_is_read(db):
    assert database.check_clock().level == "ok"


@pytest.mark.parametrize("below", ["", "media"])
@pytest.mark.parametrize(("mode", "level"), [(0o777, "ok"), (0o555, "trouble")])
def test_a_folder_that_is_read_only_is_named(settings, below, mode, level):
    with TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = settings.VAR_DIR = Path(folder) / below
        Path(folder).chmod(mode)
        with as_nobody():
            found = [storage.check_media(), storage.check_var()]
    # What is below was not made yet, and will be made for its own account alone.
    is_open = mode == 0o777 and not below
    assert [each.level for each in found] == [level, "warning" if is_open else level]
    assert all(("Permission denied" in each.sentence) == (level == "trouble") for each in found)


@pytest.mark.parametrize(("megabytes", "level"), [(50, "trouble"), (500, "warning"), (5000, "ok")])
def test_a_disk_that_fills_is_named(tmp_path, megabytes, level):
    assert storage.room_in(tmp_path, megabytes * storage.MEGABYTE).level == level


def test_catalogues_that_are_missing_or_old_are_named(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    assert languages.check_catalogues().level == "trouble"
    (folder / "django.mo").touch()
    assert languages.check_catalogues().level == "ok"
    for name, changed_at in (("django.mo", 10**9), ("django.po", 10**9 + 10)):
        os.utime(folder / name, (changed_at, changed_at))
    assert "are out of date" in languages.check_catalogues().sentence


def test_a_programme_in_a_language_that_is_gone_is_named(cast):
    assert languages.check_programmes().level == "ok"
    cast.programme.languages = ["en", "tlh"]
    cast.programme.save()
    assert "One IT uses tlh" in languages.check_programmes().sentence


# The database


def test_a_database_of_a_newer_version_is_named(db):
    assert database.check_migrations() == fine("All migrations are applied.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)",
            ["feedback", "9999_later", database_now()],
        )
    assert "feedback.9999_later" in database.check_migrations().sentence


def test_a_cache_table_is_looked_for(db):
    assert database.check_cache_table().level == "ok"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE onelift_cache")
    assert database.check_cache_table().level == "trouble"
    call_command("createcachetable", verbosity=0)
    assert database.check_cache_table().level == "ok"


@pytest.mark.parametrize(
    ("domain", "is_nobodys"),
    [("example.com", True), ("mail.example.org", True), ("a.example", True), ("sample.com", False)],
)
def test_domains_for_examples_belong_to_nobody(domain, is_nobodys):
    assert configuration.is_nobodys(domain) is is_nobodys
