"""Asking back before a decision: it goes on waiting, the author learns and answers."""

from datetime import timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.approvals.services.question import answer, ask_back
from communications.desk.queries.trail import trail_of
from communications.messages.services.refusal import RefusedError
from communications.models import Message, Notice, Question, State
from stakeholders.models import User
from tests.communications.making import make_message, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(cast, now):
    return approvals.ask(make_message(cast, now), cast.ines, now)


def mails_to(relay, user):
    found = [a for a in relay.accepts if a.message["X-OneLift-Notice"]]
    return [a.message["Subject"] for a in found if a.recipient == user.email]


def test_a_question_keeps_the_version_waiting_and_its_answer_stands_in_the_trail(cast, asked, now):
    question = ask_back(asked, cast.claire, "Why so early?", now)
    asked.refresh_from_db()
    assert asked.state == "waiting"
    answer(question, cast.ines, "The desk opens then.", now + timedelta(hours=1))
    said = [(str(e.person), e.sentence, e.reason) for e in trail_of(asked.message)]
    assert said[:2] == [
        ("Ines Test", "Ines Test answered a question about version 1", "The desk opens then."),
        ("Claire Test", "Claire Test asked a question about version 1", "Why so early?"),
    ]
    approvals.approve(asked, cast.claire, asked.fingerprint, now + timedelta(hours=2))
    assert asked.state == "approved"


def test_author_and_decider_learn_by_mail_in_turn(cast, asked, now, relay):
    run(now)
    assert mails_to(relay, cast.claire) == ["1 message needs your approval"]
    question = ask_back(asked, cast.claire, "Why?", now + timedelta(minutes=1))
    run(now + timedelta(minutes=2))
    assert mails_to(relay, cast.ines) == ["1 question about a message needs your answer"]
    answer(question, cast.ines, "So", now + timedelta(minutes=3))
    run(now + timedelta(minutes=4))
    assert len(mails_to(relay, cast.claire)) == 2
    assert len(mails_to(relay, cast.ines)) == 1


def test_no_mail_about_a_question_that_was_answered_or_decided_meanwhile(cast, asked, now, relay):
    User.objects.filter(pk=cast.ines.pk).update(approval_notice=User.Notice.DAILY)
    answer(ask_back(asked, cast.claire, "Why?", now), cast.ines, "So", now)
    again = approvals.ask(make_message(cast, now), cast.ines, now)
    ask_back(again, cast.claire, "Why?", now)
    approvals.refuse(again, cast.claire, "No", now)
    run(now + timedelta(hours=24))
    assert mails_to(relay, cast.ines) == []
    assert Notice.objects.get(user=cast.ines).state == State.CANCELLED


def test_if_the_author_is_gone_every_manager_is_asked(cast, asked, now, relay):
    other = User.objects.create_user("olga@onelift.example", first_name="Olga")
    cast.ines.roles.update(user=other)
    ask_back(asked, cast.claire, "Why?", now)
    run(now + timedelta(minutes=1))
    assert mails_to(relay, other) == ["1 question about a message needs your answer"]
    assert mails_to(relay, cast.ines) == []


def test_who_asked_for_the_communication_team_learns_of_a_question(cast, now, relay):
    asked = approvals.ask(make_message(cast, now), cast.tom, now)
    Message.objects.update(written_by=cast.tom)
    asked.message.refresh_from_db()
    ask_back(asked, cast.claire, "Why?", now)
    run(now + timedelta(minutes=1))
    assert mails_to(relay, cast.tom) == ["1 question about a message needs your answer"]
    assert mails_to(relay, cast.ines) == []


def test_nobody_asks_about_the_own_message_or_one_that_is_decided(cast, asked, now):
    with pytest.raises(RefusedError, match="you would be asking yourself"):
        ask_back(asked, cast.ines, "Why?", now)
    approvals.approve(asked, cast.claire, asked.fingerprint, now)
    with pytest.raises(RefusedError, match="already been decided on"):
        ask_back(asked, cast.claire, "Why?", now)
    assert not Question.objects.exists()


def test_a_question_is_answered_once_and_not_after_the_decision(cast, asked, now):
    question = ask_back(asked, cast.claire, "Why?", now)
    answer(question, cast.ines, "So", now)
    with pytest.raises(RefusedError, match="already been answered or decided"):
        answer(question, cast.ines, "Otherwise", now)
    second = ask_back(asked, cast.claire, "And?", now)
    approvals.refuse(asked, cast.claire, "No", now)
    with pytest.raises(RefusedError, match="already been answered or decided"):
        answer(second, cast.ines, "So", now)
    assert Question.objects.get(pk=question.pk).answer == "So"
    assert Question.objects.get(pk=second.pk).answer == ""
