"""A kept connection to PostgreSQL is looked at before it is used again."""

import threading

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from programmes.database.compiled import Compiled, Statement
from programmes.models import Programme

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
]


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end_session(pid: int) -> None:
    """Let the server end a session, and wait until it has."""

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.close()

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()


def test_session_that_the_server_ended_is_replaced_before_anybody_notices():
    pid = backend()
    end_session(pid)
    close_old_connections()  # as at the start of each request
    assert Programme.objects.count() == 0
    assert backend() != pid


def test_connection_that_works_is_kept_without_a_question():
    pid = backend()
    close_old_connections()
    with CaptureQueriesContext(connection) as asked:
        assert Programme.objects.count() == 0
    assert len(asked) == 1
    assert backend() == pid


def test_prepared_statement_is_prepared_anew_on_a_new_connection():
    names = Compiled(lambda slug: Programme.objects.filter(slug=slug).values_list("name"), "slug")
    assert names.rows(slug="x") == []
    end_session(backend())
    close_old_connections()
    assert names.rows(slug="x") == []


def test_pool_that_forgets_statements_gets_none(settings, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with CaptureQueriesContext(connection) as asked, Statement("SELECT %s + 1").run([1]) as cursor:
        assert cursor.fetchone() == (2,)
    assert [query["sql"] for query in asked] == ["SELECT 1 + 1"]
