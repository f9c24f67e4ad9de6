import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from feedback.models import HeldAnswer, Invitation
from feedback.services.answer import AnswerData, forget_nonces, record_answers


def test_answer_is_held_and_the_invitation_marked(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4, nps=9, choice_id=asked.options[0].pk, comment=" Fine ")
    held = HeldAnswer.objects.get()
    assert (held.csat, held.nps, held.comment) == (4, 9, "Fine")
    assert held.segment == invitation.segment
    invitation.refresh_from_db()
    assert invitation.is_answered


@pytest.mark.services
def test_whoever_looks_at_the_server_sees_no_answer(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4, comment="The desk is closed at noon")
    onlooker = connection.copy()
    with onlooker.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
        seen = [query for (query,) in cursor.fetchall()]
    onlooker.close()
    assert len(seen) > 1
    assert not any("closed at noon" in query for query in seen)


def test_second_form_is_refused_and_changes_nothing(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4)
    assert not record_answers(invitation.link.token_hash, AnswerData(csat=1), "other", asked.now)
    assert HeldAnswer.objects.get().csat == 4


def test_expired_or_unknown_link_takes_nothing(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    late = invitation.link.expires_at
    assert not record_answers(invitation.link.token_hash, AnswerData(csat=4), "nonce", late)
    assert not record_answers("0" * 64, AnswerData(csat=4), "nonce", asked.now)
    assert not HeldAnswer.objects.exists()
    assert not Invitation.objects.filter(is_answered=True).exists()


def test_same_form_is_thanked_for_ten_minutes(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4)
    answer = AnswerData(csat=1)
    assert record_answers(
        invitation.link.token_hash, answer, "nonce", asked.now + timedelta(minutes=9)
    )
    assert not record_answers(
        invitation.link.token_hash, answer, "nonce", asked.now + timedelta(minutes=10)
    )
    assert HeldAnswer.objects.get().csat == 4


def test_forgotten_nonce_leaves_no_time(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    asked.answer(invitation, csat=4)
    assert forget_nonces(asked.now + timedelta(minutes=9)) == 0
    assert forget_nonces(asked.now + timedelta(minutes=10)) == 1
    invitation.refresh_from_db()
    assert (invitation.nonce_hash, invitation.nonce_until) == ("", None)
    assert not record_answers(invitation.link.token_hash, AnswerData(csat=1), "", asked.now)


@pytest.mark.django_db(transaction=True)
def test_both_or_none_are_written(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    unknown = AnswerData(csat=4, choice_id=999_999)
    with pytest.raises(IntegrityError):
        record_answers(invitation.link.token_hash, unknown, "nonce", asked.now)
    assert not HeldAnswer.objects.exists()
    assert not Invitation.objects.get(pk=invitation.pk).is_answered


@pytest.mark.django_db(transaction=True)
def test_fifty_posts_at_once_give_one_answer(asked, cast):
    invitation, *_ = asked.ask(cast.barcelona, 5)
    start, taken = threading.Barrier(50), []

    def post(number: int) -> None:
        start.wait()
        answer = AnswerData(csat=number % 5 + 1)
        taken.append(
            record_answers(invitation.link.token_hash, answer, f"nonce {number}", asked.now)
        )
        connection.close()

    threads = [threading.Thread(target=post, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 49 + [True]
    assert HeldAnswer.objects.count() == 1
