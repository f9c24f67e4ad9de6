"""A move takes apart what came together, wipes what was there, and is in nobody's way."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, transaction

from feedback import tasks
from feedback.models import Answer, HeldAnswer, SpentMark
from feedback.services import moving
from feedback.services.answer import AnswerData, record_answers
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def log_of_sqlite():
    return Path(f"{connection.settings_dict['NAME']}-wal")


def held_keys():
    return [key.hex.encode() for key in HeldAnswer.objects.values_list("pk", flat=True)]


@pytest.mark.embedded
def test_log_of_sqlite_is_emptied_and_its_file_overwritten(asked, cast):
    for invitation in asked.ask(cast.barcelona, 5)[:3]:
        asked.answer(invitation, csat=4)
    keys = held_keys()
    assert all(key in log_of_sqlite().read_bytes() for key in keys)
    moving.move_held()
    assert log_of_sqlite().stat().st_size == 0
    database = Path(connection.settings_dict["NAME"]).read_bytes()
    assert not any(key in database for key in keys)


def read_old_state():
    """Open a reader that keeps on seeing the database as it is now."""
    reader = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM feedback_heldanswer").fetchall()
    return closing(reader)


@pytest.mark.embedded
def test_log_is_emptied_once_a_reader_lets_go(asked, cast, monkeypatch):
    asked.answer(asked.ask(cast.barcelona, 5)[0], csat=4)
    with read_old_state() as reader:
        release = threading.Timer(3 * moving.WAIT_MILLISECONDS / 1000, reader.rollback)
        release.start()
        moving.move_held()
        release.join()
        assert log_of_sqlite().stat().st_size == 0


@pytest.mark.embedded
def test_log_that_a_reader_keeps_is_emptied_by_a_later_run(asked, cast, monkeypatch):
    monkeypatch.setattr(moving, "TRIES", 1)
    asked.answer(asked.ask(cast.barcelona, 5)[0], csat=4)
    keys = held_keys()
    with read_old_state():
        assert moving.move_held() == 1
        assert keys[0] in log_of_sqlite().read_bytes()
    tasks.pump()
    assert keys[0] not in log_of_sqlite().read_bytes()


@pytest.mark.services
def test_dead_rows_that_a_reader_keeps_are_vacuumed_by_a_later_run(asked, cast):
    asked.answer(asked.ask(cast.barcelona, 5)[0], csat=4)
    reader = connection.copy()
    with reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1 FROM feedback_heldanswer")
        moving.move_held()
        assert dead_rows() > 0
        cursor.execute("ROLLBACK")
    reader.close()
    # PostgreSQL itself may read on, to count rows for its planner: each run wipes again.
    until(lambda: moving.wipe_leftovers() or dead_rows() == 0, "no dead rows")


def dead_rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'feedback_heldanswer'"
        )
        return cursor.fetchone()[0]


def in_a_thread(verb, *values):
    """Run something on a connection that waits for no lock longer than five seconds."""
    found = []

    def run():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        try:
            found.append(verb(*values))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


@pytest.mark.services
def test_people_answer_while_their_survey_is_moved(asked, cast):
    first, second = asked.ask(cast.barcelona, 5)[:2]
    asked.answer(first, csat=4)
    token = asked.token(second)
    with transaction.atomic():
        moving._move_answers(asked.survey.pk)
        moving._rewrite_marks(asked.survey.pk)
        thread, found = in_a_thread(record_answers, token, AnswerData(csat=2), "n", asked.now)
        thread.join()
        assert found == [True]
    assert (Answer.objects.get().csat, HeldAnswer.objects.get().csat) == (4, 2)
    assert SpentMark.objects.count() == 2


@pytest.mark.services
def test_used_link_takes_nothing_while_its_mark_is_rewritten(asked, cast):
    invitation = asked.ask(cast.barcelona, 5)[0]
    asked.answer(invitation, csat=4)
    token = asked.token(invitation)
    with transaction.atomic():
        moving._rewrite_marks(asked.survey.pk)
        thread, found = in_a_thread(record_answers, token, AnswerData(csat=2), "n", asked.now)
    thread.join()
    assert found == [False]
    assert HeldAnswer.objects.get().csat == 4
    assert SpentMark.objects.count() == 1


def test_mark_that_a_dead_worker_left_is_rewritten_by_the_next(asked, cast):
    asked.answer(asked.ask(cast.barcelona, 5)[0], csat=4)
    moving._move_answers(asked.survey.pk)
    assert SpentMark.objects.exclude(nonce_hash="").count() == 1
    assert moving.move_held() == 0
    assert SpentMark.objects.get().nonce_hash == ""


def test_each_move_lays_all_marks_in_another_order(asked, cast):
    invitations = asked.ask(cast.barcelona, 14)
    for invitation in invitations[:12]:
        asked.answer(invitation, csat=4)
    orders = [marks_by_place()]
    for invitation in invitations[12:]:
        moving.move_held()
        orders.append(marks_by_place())
        asked.answer(invitation, csat=4)
    assert len({tuple(order) for order in orders}) == 3
    assert {frozenset(order) for order in orders[:2]} == {frozenset(orders[0])}
    if connection.vendor == "postgresql":
        moving.move_held()
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT xmin::text FROM feedback_spentmark")
            assert len(cursor.fetchall()) == 1


def marks_by_place():
    with connection.cursor() as cursor:
        hidden = "rowid" if connection.vendor == "sqlite" else "ctid"
        cursor.execute(f"SELECT mark FROM feedback_spentmark ORDER BY {hidden}")
        return [mark for (mark,) in cursor.fetchall()]
