import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from communications.dispatches.services.link import present_generation
from communications.models import Delivery, PersonalLink
from feedback.models import Answer, HeldAnswer, Invitation, SpentMark
from feedback.queries.mark import is_spent, mark_of, unspent
from feedback.services.answer import AnswerData, is_repeat, record_answers
from feedback.services.moving import move_held
from feedback.services.sealed_comments import unseal
from stakeholders.models import Person

POSTS = 20


def test_answer_is_held_and_leaves_a_mark(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4, nps=9, choice_id=asked.options[0].pk, comment=" Fine ")
    held = HeldAnswer.objects.get()
    assert (held.csat, held.nps, unseal(held.comment)) == (4, 9, "Fine")
    assert held.segment == invitation.segment
    mark = SpentMark.objects.get()
    assert mark.survey == asked.survey
    assert mark.mark == mark_of(asked.token(invitation), present_generation())


def test_answering_touches_no_row_that_knows_the_person(asked, cast):
    """Not even by writing it as it is: PostgreSQL would keep the transaction beside it."""
    invitation, *_ = asked.ask(cast.barcelona, 5)
    before = rows_that_know_people()
    asked.answer(invitation, csat=4)
    assert rows_that_know_people() == before


def rows_that_know_people():
    hidden = "rowid" if connection.vendor == "sqlite" else "xmin, xmax, ctid"
    rows = []
    with connection.cursor() as cursor:
        for model in (Invitation, PersonalLink, Delivery, Person):
            cursor.execute(f"SELECT {hidden}, * FROM {model._meta.db_table}")
            rows.append(sorted(cursor.fetchall(), key=repr))
    return rows


@pytest.mark.services  # SQLite keeps no plans.
def test_mark_is_found_by_its_index_however_few_there_were_at_first(asked):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feedback_spentmark")
    for _round in range(10):
        is_spent(uuid4())
    marks = [SpentMark(mark=uuid4(), survey=asked.survey) for _one in range(500)]
    SpentMark.objects.bulk_create(marks)
    assert rows_read_one_by_one() == rows_read_one_by_one(lambda: is_spent(marks[-1].mark))


def rows_read_one_by_one(question=lambda: None):
    question()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'feedback_spentmark'"
        )
        return cursor.fetchone()[0]


def test_no_statement_names_a_link_beside_its_mark_or_answer(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    with CaptureQueriesContext(connection) as queries:
        asked.answer(invitation, csat=4, comment="The desk is closed at noon")
        assert not record_answers(asked.token(invitation), AnswerData(csat=1), "other", asked.now)
        assert is_repeat(asked.token(invitation), "nonce", asked.now)
    link, mark = invitation.link.token_hash, SpentMark.objects.get().mark
    sealed = HeldAnswer.objects.get().comment
    named = [
        ("link" if link in query["sql"] else "")
        + ("mark" if mark.hex in query["sql"].replace("-", "") else "")
        + ("answer" if sealed in query["sql"] else "")
        for query in queries
    ]
    named = [name for name in named if name]
    assert set(named) <= {"link", "mark", "markanswer", "answer"}
    assert named[0] == "link"
    assert {"answer", "markanswer"} & set(named)


@pytest.mark.services
def test_whoever_looks_at_the_server_sees_no_answer(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4, comment="The desk is closed at noon")
    # Of a statement PostgreSQL shows the beginning.
    sealed = HeldAnswer.objects.get().comment[:200]
    onlooker = connection.copy()
    with onlooker.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
        seen = [query for (query,) in cursor.fetchall()]
    onlooker.close()
    assert len(seen) > 1
    assert not any("closed at noon" in query or sealed in query for query in seen)


def test_second_form_is_refused_and_changes_nothing(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4)
    assert not record_answers(asked.token(invitation), AnswerData(csat=1), "other", asked.now)
    assert HeldAnswer.objects.get().csat == 4


def test_expired_or_unknown_link_takes_nothing(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    late = invitation.link.expires_at
    assert not record_answers(asked.token(invitation), AnswerData(csat=4), "nonce", late)
    assert not record_answers("a" * 32, AnswerData(csat=4), "nonce", asked.now)
    assert not HeldAnswer.objects.exists()
    assert not SpentMark.objects.exists()


def test_same_form_is_thanked_until_the_answer_is_moved(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4)
    asked.answer(invitation, csat=1)
    assert HeldAnswer.objects.get().csat == 4
    move_held()
    for nonce in ("nonce", ""):
        assert not record_answers(asked.token(invitation), AnswerData(csat=1), nonce, asked.now)
    assert SpentMark.objects.get().nonce_hash == ""
    assert Answer.objects.get().csat == 4


def test_turned_key_opens_earlier_links_and_lets_none_answer_twice(asked, cast, settings):
    used, waiting, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(used, csat=4)
    tokens = asked.token(used), asked.token(waiting)
    earlier = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [earlier]
    assert (asked.token(used), asked.token(waiting)) == tokens
    move_held()
    assert not record_answers(tokens[0], AnswerData(csat=1), "other", asked.now)
    assert record_answers(tokens[1], AnswerData(csat=5), "other", asked.now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = earlier, ["k" * 50]
    assert not record_answers(tokens[1], AnswerData(csat=1), "again", asked.now)
    new = asked.ask(cast.barcelona, 1)[0]
    assert new.link.generation == used.link.generation
    assert sorted(Answer.objects.values_list("csat")) == [(4,)]
    assert sorted(HeldAnswer.objects.values_list("csat")) == [(5,)]


def test_a_mail_that_is_tried_again_after_a_turn_carries_the_same_link(asked, cast, settings):
    deliveries = asked.plan(cast.barcelona, 5)
    before = asked.source.context(deliveries[:3], asked.now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [settings.SECRET_KEY]
    after = asked.source.context(deliveries, asked.now)
    assert {pk: after[pk] for pk in before} == before
    assert len(set(PersonalLink.objects.values_list("generation", flat=True))) == 2


def test_link_whose_key_is_gone_takes_nothing(asked, cast, settings):
    used, waiting, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(used, csat=4)
    tokens = asked.token(used), asked.token(waiting)
    settings.SECRET_KEY = "k" * 50
    for token in tokens:
        assert not record_answers(token, AnswerData(csat=1), "nonce", asked.now)
    assert unspent(asked.survey, PersonalLink.objects.all()) == []
    assert HeldAnswer.objects.get().csat == 4


def test_who_has_not_answered_follows_from_tokens_in_memory(asked, cast):
    invitations = asked.ask(cast.barcelona, 6)
    for invitation in invitations[:2]:
        asked.answer(invitation, csat=4)
    move_held()
    asked.answer(invitations[2], csat=4)
    links = [invitation.link for invitation in invitations]
    with CaptureQueriesContext(connection) as queries:
        assert unspent(asked.survey, links) == links[3:]
    assert len(queries) == 1
    assert not any(link.token_hash in queries[0]["sql"] for link in links)


@pytest.mark.django_db(transaction=True)
def test_both_or_none_are_written(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    unknown = AnswerData(csat=4, choice_id=999_999)
    with pytest.raises(IntegrityError):
        record_answers(asked.token(invitation), unknown, "nonce", asked.now)
    assert not HeldAnswer.objects.exists()
    assert not SpentMark.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_posts_at_once_give_one_answer(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    # Each takes a connection, of which a server has a hundred for all that run beside each other.
    start, taken = threading.Barrier(POSTS), []

    def post(number: int) -> None:
        start.wait()
        answer = AnswerData(csat=number % 5 + 1)
        taken.append(record_answers(asked.token(invitation), answer, f"nonce {number}", asked.now))
        connection.close()

    threads = [threading.Thread(target=post, args=(number,)) for number in range(POSTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * (POSTS - 1) + [True]
    assert HeldAnswer.objects.count() == SpentMark.objects.count() == 1
