"""Lines of the log, one by one."""

import json
import logging
import sys
import time

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import RequestFactory
from django.urls import resolve

from onelift.logs.records import JsonLines, Lines, hide
from onelift.logs.refused import Refused
from onelift.logs.routine import Routine
from stakeholders.models import User
from tests.test_settings import run


def record_of(message, *args, error=None, name="onelift.tests", **extra):
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.getLogger(name).makeRecord(
        name, logging.ERROR, "file.py", 1, message, args, exc_info, extra=extra
    )


def line_of(*args, **options):
    return json.loads(JsonLines().format(record_of(*args, **options)))


def raised(act):
    try:
        act()
    except Exception as error:  # noqa: BLE001  any is wanted
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to anna.smith+x@example.co.uk now", "to …@… now"),
        ("<anna@example.com>: refused", "<…@…>: refused"),
        ("GET /s/Zm9v-_YmFy/ failed", "GET /s/…/ failed"),
        ("/accounts/password/reset/key/1-abc/", "/accounts/password/reset/key/…/"),
        ("/people/?q=Anna&page=2 was slow", "/people/?… was slow"),
        ("from 203.0.113.9:443", "from …:443"),
        ("from 2001:db8:0:1::9", "from …"),
        ("from 2001:db8::9, 2a02:8109::1.", "from …, …."),
        ("Listening at: http://127.0.0.1:8000 (7)", "Listening at: http://127.0.0.1:8000 (7)"),
        ("redis://:hush@10.0.0.5:6379/0", "redis://:…@…:6379/0"),
        ("at 10:20:30: listening at [::1]:8000", "at 10:20:30: listening at [::1]:8000"),
        ("at 2026-11-24T10:20:30 three of 5.2.19", "at 2026-11-24T10:20:30 three of 5.2.19"),
        ("celery@host ready", "celery@host ready"),
    ],
)
def test_what_gives_somebody_away_is_hidden(text, shown):
    assert hide(text) == shown
    assert line_of(text)["message"] == shown
    assert Lines("%(message)s").format(record_of(text)) == shown


@pytest.mark.parametrize("letters", ["a", "a.", "?a", "1"])
def test_a_long_text_of_a_visitor_takes_no_time(letters):
    begun = time.process_time()
    assert hide(letters * 50_000) == letters * 50_000
    assert time.process_time() - begun < 1


def test_the_row_that_a_database_refuses_is_not_told(db):
    User.objects.create_user("anna@example.com")
    error = raised(lambda: User.objects.create_user("anna@example.com"))
    assert isinstance(error, IntegrityError)
    line = line_of("Not saved", error=error)
    assert line["message"] == "Not saved"
    assert "IntegrityError: " in line["traceback"]
    assert "stakeholders_user" in line["traceback"]
    assert "create_user" in line["traceback"]
    assert "anna" not in json.dumps(line)


@pytest.mark.services
def test_the_value_that_a_database_cannot_read_is_not_told(db):
    values = ["Quillfeather"]
    with transaction.atomic(), connection.cursor() as cursor:
        error = raised(lambda: cursor.execute("SELECT %s::int", values))
        transaction.set_rollback(True)
    assert isinstance(error, DatabaseError)
    assert "Quillfeather" not in json.dumps(line_of("No", error=error))


def test_texts_of_exceptions_are_told_only_where_they_speak_of_code():
    error = raised(lambda: None.name)
    assert "AttributeError: 'NoneType' object" in line_of("x", error=error)["traceback"]
    value = line_of("x", error=raised(lambda: int("Quillfeather")))["traceback"]
    assert value.endswith("ValueError")


def test_what_django_says_of_a_wrong_value_is_not_told(db):
    anna = User(pk=5, first_name="Quillfeather")
    error = raised(lambda: User.objects.filter(pk__gt={anna}).count())
    assert "Quillfeather" in str(error)
    assert line_of("x", error=error)["traceback"].endswith("TypeError")


def test_what_led_to_an_exception_is_told_without_its_values():
    names = ["Quillfeather", "Philippa"]

    def act():
        try:
            raise KeyError(names[0])
        except KeyError as error:
            raise RuntimeError(names[1]) from error

    told = line_of("x", error=raised(act))["traceback"]
    assert told.index("KeyError") < told.index("RuntimeError")
    assert not any(name in told for name in names)


def test_an_exception_in_a_message_is_its_name():
    assert line_of("Failed: %s", ValueError("Quillfeather"))["message"] == "Failed: ValueError"


def test_an_address_in_a_message_is_its_route():
    request = RequestFactory().get("/s/token/?lang=fr")
    told = ("%s: %s", "Internal Server Error", "/s/token/")
    assert line_of(*told, request=request)["message"] == "Internal Server Error: …"
    request.resolver_match = resolve("/s/token/")
    line = line_of(*told, request=request, status_code=500)
    assert line["message"] == "Internal Server Error: s/<str:token>/"
    assert set(line) == {"time", "level", "logger", "message"}


def test_what_celery_says_of_a_task_holds_no_value():
    told = {"name": "pump", "id": "7", "description": "raised unexpected", "exc": "E('Anna')"}
    line = line_of("Task %(name)s[%(id)s] %(description)s: %(exc)s", told)
    assert line["message"] == "Task pump[7] raised unexpected: …"


def test_a_line_stays_one_line():
    text = JsonLines().format(record_of("two\nlines", error=raised(lambda: int("x"))))
    assert "\n" not in text


def test_a_message_that_does_not_fit_its_values_is_still_a_line(capsys):
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.handle(record_of("%s and %s", "Quillfeather"))
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "%s and %s"


def celery_line(logger, *args, told="%s"):
    """Return whether a line of Celery's at INFO is written, and as what."""
    record = record_of(told, *args, name=logger)
    record.levelno, record.levelname = logging.INFO, "INFO"
    return Routine().filter(record), record.levelname


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_recurring_tasks_are_told_to_whoever_looks_closely(level):
    spoken = [
        ("celery.worker.strategy", {"name": "communications.pump"}),
        ("celery.app.trace", {"name": "communications.deliver"}),
        ("celery.beat", "Every 20 seconds, plan", "communications.pump"),
    ]
    for logger, *args in spoken:
        logging.getLogger(logger).setLevel(level)
        try:
            assert celery_line(logger, *args) == (level == "DEBUG", "DEBUG")
        finally:
            logging.getLogger(logger).setLevel("NOTSET")


def test_what_is_no_routine_stays_as_it_is():
    assert celery_line("celery.app.trace", {"name": "somebody.asked"}) == (True, "INFO")
    assert celery_line("celery.beat", told="beat: Starting...") == (True, "INFO")
    failed = record_of("Task %(name)s failed", {"name": "communications.pump"})
    assert (Routine().filter(failed), failed.levelname) == (True, "ERROR")


@pytest.mark.parametrize("level", ["INFO", "ERROR"])
def test_what_strangers_send_is_no_error(level):
    name = "django.security.DisallowedHost"
    logging.getLogger(name).setLevel(level)
    refused = record_of("Invalid HTTP_HOST header", name=name, error=raised(lambda: int("x")))
    try:
        assert Refused().filter(refused) == (level == "INFO")
    finally:
        logging.getLogger(name).setLevel("NOTSET")
    assert (refused.levelname, refused.exc_info) == ("WARNING", None)


def test_what_breaks_stays_an_error():
    broken = record_of(
        "Internal Server Error", name="django.request", error=raised(lambda: int("x"))
    )
    assert Refused().filter(broken)
    assert (broken.levelname, bool(broken.exc_info)) == ("ERROR", True)


PAST_THE_LOG = """
import onelift, django, logging, os, signal, threading, warnings
django.setup()
from onelift.logs.stray import say
warnings.warn("look out")
def fail(): raise ValueError("Quillfeather")
thread = threading.Thread(target=fail); thread.start(); thread.join()
say("worker: Warm shutdown (MainProcess)")
fail()
"""


def test_nothing_is_written_past_the_log(tmp_path):
    given = {"ONELIFT_LOG": "json", "ONELIFT_LOG_LEVEL": "INFO"}
    done = run(["-c", PAST_THE_LOG], tmp_path, **given)
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    levels = [line["level"] for line in lines]
    assert levels == ["WARNING", "ERROR", "INFO", "CRITICAL"], done.stderr
    assert lines[1]["message"] == "A thread has ended: ValueError"
    assert lines[2]["message"] == "worker: Warm shutdown (MainProcess)"
    assert lines[3]["message"] == "This process is ending: ValueError"
    assert "Quillfeather" not in done.stderr
