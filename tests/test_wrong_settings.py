"""A setting that is wrong is told in a sentence, whichever process meets it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from onelift.configuration.spelling import misspelt
from onelift.configuration.variables import Variables
from tests.operations.shape import ROOT, free_port
from tests.test_settings import GIVEN, run
from tests.warden import KEPT

BIN = Path(sys.executable).parent
PROCESSES = {
    "manage": [sys.executable, "manage.py", "check"],
    "web": [sys.executable, "-m", "onelift.serving"],
    "worker": [str(BIN / "celery"), "--quiet", "--app=onelift", "worker"],
    "beat": [str(BIN / "celery"), "--quiet", "--app=onelift", "beat", "--pidfile="],
}
POSTGRES, SMTP = "postgres://user@host:5432/name", "smtp+tls://user@host:587"
OPS = "NAME must be a list of email addresses, such as ops@example.com, all."


def start(process, folder, *options, **environment):
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [*PROCESSES[process], *options],
        cwd=settings.BASE_DIR,
        env={**kept, "ONELIFT_VAR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_tells_all_that_is_wrong_and_ends(tmp_path, process):
    done = start(
        process,
        tmp_path,
        DATABASE_URL="mysql://onelift:hush-hush@host/name",
        EMAIL_URL="mail.example.com",
        EMAIL_TIMEOUT="soon",
        ALARM_EMAILS="ops@example.com, administrator",
        SECRET_KEY_FILE=str(tmp_path),
        BOUNCE_IMAP_PASSWORD_FILE="/nowhere",
        EMAIL_TIMOUT="5",
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert set(done.stderr.splitlines()) == {
        f"SECRET_KEY_FILE names {tmp_path}, which cannot be read: Is a directory.",
        "BOUNCE_IMAP_PASSWORD_FILE names /nowhere, which cannot be read: "
        "No such file or directory.",
        "DATABASE_URL begins with mysql://, but OneLift runs on PostgreSQL: enter an address such "
        f"as {POSTGRES}.",
        f"EMAIL_URL must be an address such as {SMTP}; put a password with special "
        "characters in EMAIL_PASSWORD.",
        "EMAIL_TIMEOUT must be a whole number, such as 20.",
        "ALARM_EMAILS must be a list of email addresses, such as ops@example.com, administrators.",
        "EMAIL_TIMOUT is not a setting: did you mean EMAIL_TIMEOUT?",
    }
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WEB_CONCURRENCY", "two", "WEB_CONCURRENCY must be a whole number, such as 1."),
        ("WEB_CONCURRENCY", "1.5", "WEB_CONCURRENCY must be a whole number, such as 1."),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY must be 1 or more."),
        ("WEB_THREADS", "many", "WEB_THREADS must be a whole number, such as 8."),
        ("PORT", "http", "PORT must be a whole number, such as 8000."),
        ("PORT", "0", "PORT must be 1 or more."),
        ("PORT", "65535", "PORT must be 65534 or less."),
        ("EMAIL_TIMEOUT", str(10**30), f"EMAIL_TIMEOUT must be {2**31 - 1} or less."),
        (
            "ALLOWED_HOSTS",
            "https://onelift.example.com",
            "ALLOWED_HOSTS must be host names only, such as onelift.example.com.",
        ),
    ],
)
def test_what_gunicorn_reads_too_is_told_in_a_sentence(tmp_path, name, value, said):
    done = start("web", tmp_path, **{name: value})
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{said}\n")


def test_what_is_empty_is_not_given_and_options_reach_gunicorn(tmp_path):
    """gunicorn alone would end in a traceback at the empty number, and at the address."""
    empty = {"WEB_CONCURRENCY": "", "FORWARDED_ALLOW_IPS": "proxy"}
    done = start("web", tmp_path, "--print-config", PORT=str(free_port()), **empty)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^workers +\S* *= 1$", done.stdout, re.MULTILINE)


def test_all_ways_of_starting_web_read_the_settings_first():
    """Those that the image, Compose, the demonstration and the guide name."""
    files = ("Dockerfile", "docker-compose.yml", "Procfile", "docs/operating/one-machine.md")
    for text in ((ROOT / name).read_text() for name in files):
        assert "onelift.serving" in text
        assert "gunicorn onelift" not in text.replace('", "', " ").replace(", ", " ")


def test_a_setting_of_production_that_is_misspelt_is_named_beside_what_is_missing(tmp_path):
    given = {name: value for name, value in GIVEN.items() if name != "ALLOWED_HOSTS"}
    done = run(
        ["manage.py", "check"], tmp_path, ONELIFT_MODE="production", ALLOWED_HOST="x", **given
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Production needs ALLOWED_HOSTS.")
    assert "ALLOWED_HOST is not a setting: did you mean ALLOWED_HOSTS?\n" in done.stderr


def test_a_file_that_cannot_be_read_is_not_also_called_missing(tmp_path):
    given = {name: value for name, value in GIVEN.items() if name != "SECRET_KEY"}
    given["SECRET_KEY_FILE"] = "/nowhere"
    done = run(["manage.py", "check"], tmp_path, ONELIFT_MODE="production", **given)
    assert done.stderr.startswith("SECRET_KEY_FILE names /nowhere")
    assert len(done.stderr.splitlines()) == 1


def test_a_value_and_its_file_are_not_both_taken(tmp_path):
    file = tmp_path / "value"
    file.write_text("a")
    variables = Variables({"NAME": "b", "NAME_FILE": str(file)})
    assert variables("NAME") == "a"
    assert variables.problems["NAME"].startswith("Both NAME and NAME_FILE are set")


def problem(reader, value, *options):
    """Return what a reader says of a value, without which it takes the default."""
    variables = Variables({"NAME": value})
    found = getattr(variables, reader)("NAME", *options)
    assert variables.known == {"NAME"}
    return variables.problems.get("NAME"), found


@pytest.mark.parametrize(
    ("reader", "value", "options", "said", "found"),
    [
        ("int", "", (7,), None, 7),
        ("int", " 12 ", (7,), None, 12),
        ("int", "1.5", (7,), "NAME must be a whole number, such as 7.", 7),
        ("int", "-1", (7,), "NAME must be 0 or more.", 7),
        ("int", "0", (7, 1), "NAME must be 1 or more.", 7),
        ("int", "13", (7, 1, 12), "NAME must be 12 or less.", 7),
        ("hosts", ".a.example, [::1], *", (["b"],), None, [".a.example", "[::1]", "*"]),
        (
            "hosts",
            "a.example:80",
            (["b"],),
            "NAME must be host names only, such as onelift.example.com.",
            ["b"],
        ),
        ("bool", "", (True,), None, True),
        ("bool", "Off", (True,), None, False),
        ("bool", "1", (False,), None, True),
        ("bool", "ja", (True,), "NAME must be on or off.", True),
        ("list", "", (["a"],), None, []),
        ("list", "b, c,", (["a"],), None, ["b", "c"]),
        ("emails", "a@b.example, all,", ([], ("all",)), None, ["a@b.example", "all"]),
        ("emails", "", (["all"], ("all",)), None, []),
        ("emails", "a@b.example, al", (["all"], ("all",)), OPS, ["all"]),
        ("emails", "Ada <a@b.example>", ([], ("all",)), OPS, []),
        ("emails", "a@b", ([], ("all",)), OPS, []),
        ("choice", "c", ("a", ("a", "b")), "NAME must be one of a, b.", "c"),
        ("networks", "10.0.0.1/8", ([],), None, ["10.0.0.1/8"]),
        (
            "networks",
            "10.0.0.0/8, proxy",
            (["::/0"],),
            "NAME must be a list of networks, such as 10.0.0.0/8, fc00::/7.",
            ["::/0"],
        ),
    ],
)
def test_what_is_read_and_what_is_said(reader, value, options, said, found):
    assert problem(reader, value, *options) == (said, found)


@pytest.mark.parametrize(
    ("value", "is_fit"),
    [
        ("redis://127.0.0.1", True),
        ("redis://:p%40ss@host:6379/1?ssl_cert_reqs=required", True),
        ("http://host", False),
        ("redis://host:port", False),
        ("redis://", False),
        ("host:6379", False),
    ],
)
def test_an_address_has_a_beginning_a_host_and_a_number_for_its_port(value, is_fit):
    said, found = problem("url", value, "", ("redis",), "redis://host:6379/0")
    assert (said is None, found) == (is_fit, value)


@pytest.mark.parametrize(
    "value",
    [
        *("garbage", "postgres:hush", "u:hush@h/n", "postgres://", "postgres://h", "postgres://h/"),
        *("postgres://u:hu/sh@h:5432/n", "postgres://u:hush@h:x/n", "postgres://u@h:99999/n"),
    ],
)
def test_a_database_needs_an_address_that_can_be_read(value):
    said, found = problem("db_url", value, "sqlite:////elsewhere")
    assert said.startswith(f"NAME must be an address such as {POSTGRES}; ")
    assert "hush" not in said
    assert found["NAME"] == "/elsewhere"


@pytest.mark.parametrize("scheme", ["mysql", "mysql2", "oracle", "mssql", "http"])
def test_a_database_of_another_kind_is_refused(scheme):
    said, _found = problem("db_url", f"{scheme}://u:hush@h/n", "sqlite:////elsewhere")
    assert said.startswith(f"NAME begins with {scheme}://, but OneLift runs on PostgreSQL: ")


@pytest.mark.parametrize(
    "value", ["mail.example.com", "smtp://", "smtp://u:hush#@h:25", "smtp://h:x", "consolemail://"]
)
def test_a_mail_server_needs_an_address_that_can_be_read(value):
    said, found = problem("email_url", value, "smtp://here:25")
    assert said.startswith(f"NAME must be an address such as {SMTP}; ")
    assert found["EMAIL_HOST"] == "here"


# What stands in the environment of a shell, of Kubernetes, of PostgreSQL and of others.
OF_OTHERS = """
PATH HOME HOST SORT LANG TERM SHELL USER LOGNAME MAIL PWD TZ EDITOR VIRTUAL_ENV PYTHONPATH
PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE REDIS_PORT REDIS_HOST REDIS_SERVICE_HOST ONELIFT_PORT
ONELIFT_SERVICE_HOST DATABASE_HOST DATABASE_USER DATABASE_NAME EMAIL_HOST EMAIL_PORT EMAIL_USER
http_proxy NO_PROXY SSL_CERT_FILE DJANGO_SETTINGS_MODULE GUNICORN_CMD_ARGS INVOCATION_ID
SECRET WEB_URL PUBLIC_KEY HOSTNAME KUBERNETES_PORT NOTIFY_SOCKET JOURNAL_STREAM SYSTEMD_EXEC_PID
"""


def test_names_within_two_letters_of_a_setting_are_named_and_no_others():
    from onelift.configuration.environment import env

    wrong = {
        "ALLOWED_HOST": "ALLOWED_HOSTS",
        "EMAIL_TIMOUT": "EMAIL_TIMEOUT",
        "DATABSE_URL": "DATABASE_URL",
        "SECRET_KEY_FIL": "SECRET_KEY_FILE",
        "SECRETKEY_FILE": "SECRET_KEY_FILE",
        "Public_Url": "PUBLIC_URL",
        "REDIS_URI": "REDIS_URL",
        "EMIAL_URL": "EMAIL_URL",
    }
    right = [*env.known, *(f"{name}_FILE" for name in env.known)]
    assert misspelt([*wrong, *OF_OTHERS.split(), *right], env.known) == wrong
