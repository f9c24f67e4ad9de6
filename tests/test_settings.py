"""What the environment decides, each case in a process of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

GIVEN = {
    "SECRET_KEY": "a-long-key-that-somebody-chose-for-production-0123456789",
    "ALLOWED_HOSTS": "onelift.example.com",
    "PUBLIC_URL": "https://onelift.example.com",
    "DATABASE_URL": "postgres://onelift:pw@db.example.com:5432/onelift",
    "REDIS_URL": "redis://redis.example.com:6379/1",
    "EMAIL_URL": "smtp+tls://robot:pw@mail.example.com:587",
}
SHOW = """
import json
from django.conf import settings as s
print(json.dumps({
    "SECRET_KEY": s.SECRET_KEY, "ALLOWED_HOSTS": s.ALLOWED_HOSTS, "PUBLIC_URL": s.PUBLIC_URL,
    "DATABASE_URL": s.DATABASES["default"]["HOST"], "REDIS_URL": s.REDIS_URL,
    "EMAIL_URL": [s.EMAIL_HOST, s.EMAIL_PORT],
}))
"""
HONOURED = {
    "SECRET_KEY": GIVEN["SECRET_KEY"],
    "ALLOWED_HOSTS": ["onelift.example.com"],
    "PUBLIC_URL": "https://onelift.example.com",
    "DATABASE_URL": "db.example.com",
    "REDIS_URL": "redis://redis.example.com:6379/1",
    "EMAIL_URL": ["mail.example.com", 587],
}


# What tells the mode, and what the browser tests set for their own process.
NOT_OURS = ("PORT", "ONELIFT_MODE", "DJANGO_ALLOW_ASYNC_UNSAFE")


def run(arguments, folder, **environment):
    clean = {k: v for k, v in os.environ.items() if k not in (*GIVEN, *NOT_OURS)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={
            **clean,
            "ONELIFT_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "onelift.settings",
            **environment,
        },
        capture_output=True,
        text=True,
    )


def test_no_other_account_of_the_machine_reads_what_the_portal_writes(tmp_path):
    earlier = tmp_path / "var"
    earlier.mkdir(mode=0o755)
    write = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from onelift.rehearsal.management.commands.catch_mail import Maildir
call_command("migrate", "contenttypes", verbosity=0)
default_storage.save("logos/logo.png", ContentFile(b"x"))
Maildir(settings.VAR_DIR / "mail").keep(b"x")
"""
    setup = "import django; django.setup(); from django.conf import settings\n"
    made = run(["-c", setup + write], earlier)
    assert made.returncode == 0, made.stderr
    written = {path: path.stat().st_mode & 0o077 for path in (earlier, *earlier.rglob("*"))}
    names = {path.name for path in written}
    assert {"secret_key", "onelift.sqlite3", "logo.png", "logos", "broker", "new"} <= names
    assert [path for path, open_to in written.items() if open_to] == []


@pytest.mark.parametrize("missing", GIVEN)
@pytest.mark.parametrize("as_empty", [True, False])
def test_production_names_what_it_lacks(tmp_path, missing, as_empty):
    environment = {name: value for name, value in GIVEN.items() if name != missing}
    environment |= {missing: ""} if as_empty else {}
    done = run(["-c", SHOW], tmp_path, ONELIFT_MODE="production", **environment)
    assert done.returncode != 0
    assert f"Production needs {missing}." in done.stderr
    assert not list(tmp_path.iterdir())


def test_production_passes_its_own_deployment_check(tmp_path):
    check = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = run(check, tmp_path, ONELIFT_MODE="production", **GIVEN)
    assert done.returncode == 0, done.stderr


def test_production_has_no_demonstration_and_can_still_be_rehearsed(tmp_path):
    production = {"ONELIFT_MODE": "production", **GIVEN}
    loaded = run(["manage.py", "load_demo"], tmp_path, **production)
    assert loaded.returncode != 0
    assert "Unknown command: 'load_demo'" in loaded.stderr
    for name in ("bench_dispatch", "catch_mail"):
        asked = run(["manage.py", name, "--help"], tmp_path, **production)
        assert asked.returncode == 0, asked.stderr
    assert "onelift.demo" not in value_of("s.INSTALLED_APPS", tmp_path, **production)
    assert "onelift.demo" in value_of("s.INSTALLED_APPS", tmp_path)


@pytest.mark.parametrize("name", GIVEN)
def test_each_variable_is_honoured_in_embedded_mode(tmp_path, name):
    done = run(["-c", SHOW], tmp_path, **{name: GIVEN[name]})
    assert json.loads(done.stdout)[name] == HONOURED[name]


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("name", GIVEN)
def test_each_variable_may_be_the_path_of_a_file(tmp_path, name, line_end):
    file = tmp_path / "secret"
    file.write_bytes((GIVEN[name] + line_end).encode())
    rest = {other: value for other, value in GIVEN.items() if other != name}
    in_file = {f"{name}_FILE": str(file)}
    done = run(["-c", SHOW], tmp_path, ONELIFT_MODE="production", **rest, **in_file)
    assert json.loads(done.stdout)[name] == HONOURED[name]


def value_of(expression, folder, **environment):
    """Return what an expression is with the settings as ``s``."""
    show = f"import json\nfrom django.conf import settings as s\nprint(json.dumps({expression}))"
    done = run(["-c", show], folder, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"HSTS_PRELOAD": "on"}, True),
        ({"HSTS_PRELOAD": "on", "PUBLIC_URL": "http://onelift.example.com"}, False),
    ],
)
def test_a_domain_is_put_on_the_list_of_browsers_by_choice(tmp_path, given, expected):
    production = {"ONELIFT_MODE": "production", **GIVEN, **given}
    assert value_of("s.SECURE_HSTS_PRELOAD", tmp_path, **production) is expected


PASSWORDS = "[s.DATABASES['default']['PASSWORD'], s.EMAIL_HOST_PASSWORD]"


def test_passwords_may_stand_apart_from_addresses_and_need_no_escapes(tmp_path):
    for name in ("database", "email"):
        (tmp_path / name).write_text(f"{name}/p@ss:w%rd\n")
    files = {
        f"{name.upper()}_PASSWORD_FILE": str(tmp_path / name) for name in ("database", "email")
    }
    found = value_of(PASSWORDS, tmp_path, ONELIFT_MODE="production", **GIVEN, **files)
    assert found == ["database/p@ss:w%rd", "email/p@ss:w%rd"]
    assert value_of(PASSWORDS, tmp_path, ONELIFT_MODE="production", **GIVEN) == ["pw", "pw"]


@pytest.mark.parametrize("password", ["$ecret", "$", r"\$HOME$", "$SECRET_KEY"])
def test_a_password_with_a_dollar_is_taken_as_it_stands(tmp_path, password):
    given = {"DATABASE_PASSWORD": password, "EMAIL_PASSWORD": password}
    found = value_of(PASSWORDS, tmp_path, ONELIFT_MODE="production", **GIVEN, **given)
    assert found == [password, password]


def test_a_server_that_has_gone_is_noticed_and_long_statements_are_let_be(tmp_path):
    url = GIVEN["DATABASE_URL"] + "?sslmode=require&connect_timeout=9"
    database = value_of("s.DATABASES['default']", tmp_path, DATABASE_URL=url)
    options = database["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("require", 9)
    assert options["tcp_user_timeout"] == 60_000
    assert "statement_timeout" not in str(options)
    assert database["CONN_HEALTH_CHECKS"] is True


PROXY = "[s.SECURE_PROXY_SSL_HEADER, s.ALLAUTH_TRUSTED_PROXY_COUNT]"


def test_headers_of_a_proxy_are_believed_only_where_there_is_one(tmp_path):
    assert value_of(PROXY, tmp_path) == [None, 0]
    with_proxy = value_of(PROXY, tmp_path, ONELIFT_MODE="production", **GIVEN)
    assert with_proxy == [["HTTP_X_FORWARDED_PROTO", "https"], 1]
    plain = {**GIVEN, "PUBLIC_URL": "http://onelift.example.com", "TRUSTED_PROXY_COUNT": "0"}
    assert value_of(PROXY, tmp_path, ONELIFT_MODE="production", **plain) == [None, 0]


LOGS = "[s.LOGGING['handlers']['console']['formatter'], s.LOGGING['root']['level']]"


def test_production_logs_for_machines_and_the_embedded_mode_for_the_eye(tmp_path):
    assert value_of(LOGS, tmp_path) == ["lines", "WARNING"]
    assert value_of(LOGS, tmp_path, ONELIFT_MODE="production", **GIVEN) == ["json", "INFO"]
    given = {"ONELIFT_LOG": "json", "ONELIFT_LOG_LEVEL": "ERROR"}
    assert value_of(LOGS, tmp_path, **given) == ["json", "ERROR"]


def test_embedded_mode_needs_nothing(tmp_path):
    found = json.loads(run(["-c", SHOW], tmp_path, PORT="8123").stdout)
    assert found["PUBLIC_URL"] == "http://127.0.0.1:8123"
    assert found["EMAIL_URL"] == ["127.0.0.1", 8124]
    again = json.loads(run(["-c", SHOW], tmp_path).stdout)
    assert len(found["SECRET_KEY"]) > 50
    assert again["SECRET_KEY"] == found["SECRET_KEY"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_another_mode_is_refused(tmp_path):
    done = run(["-c", SHOW], tmp_path, ONELIFT_MODE="staging")
    assert done.returncode != 0
    assert "embedded" in done.stderr
