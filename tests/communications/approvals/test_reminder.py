"""Reminders of what waits: counted in the decider's own working days, written once."""

from datetime import UTC, datetime, timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.approvals.services.need import hand_over_and_tell
from communications.approvals.services.question import answer, ask_back
from communications.approvals.services.reminder import plan_reminders
from communications.models import Notice, Reminder
from programmes.models import StreamUpdate
from programmes.services.update import answer_need
from stakeholders.models import User
from tests.communications.making import make_message, run
from tests.factories import PersonFactory, StreamFactory

pytestmark = pytest.mark.django_db(transaction=True)

# A Friday; Spain rests on Tuesday 8 December, and the third working day after is Thursday.
ASKED = datetime(2026, 12, 4, 10, tzinfo=UTC)


def on(day, hour=10):
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.fixture
def asked(cast):
    PersonFactory(email=cast.claire.email, site=cast.barcelona)
    days = {"fixed_on": on(28).date()}
    return approvals.ask(make_message(cast, ASKED, **days), cast.ines, ASKED)


def reminders(relay, user=None):
    found = [a for a in relay.accepts if "Reminder" in a.message["Subject"]]
    return [a.message["Subject"] for a in found if user is None or a.recipient == user.email]


def days_of_mails(relay, days):
    seen = {}
    for day in days:
        before = len(reminders(relay))
        for hour in (6, 9, 10, 23):
            run(on(day, hour))
        seen[day] = len(reminders(relay)) - before
    return [day for day, count in seen.items() for _each in range(count)]


def test_it_comes_on_the_third_working_day_across_a_weekend_and_a_holiday(cast, asked, relay):
    assert days_of_mails(relay, range(5, 24)) == [10, 14, 16]
    assert reminders(relay, cast.claire)[0] == "Reminder: 1 decision is waiting for you"
    assert [one.number for one in Reminder.objects.order_by("pk")] == [1, 2, 3]


def test_without_a_site_the_week_has_five_days(cast, relay):
    approvals.ask(make_message(cast, ASKED, fixed_on=on(28).date()), cast.ines, ASKED)
    assert days_of_mails(relay, range(5, 11)) == [9]


def test_two_pumps_at_once_write_it_once(cast, asked):
    assert plan_reminders(on(10)) == 1
    assert plan_reminders(on(10)) == 0
    assert Notice.objects.filter(kind="remind").count() == 1


def test_nothing_is_lost_that_comes_up_after_the_mail_of_the_day(cast, asked, relay):
    run(on(10))
    update(cast, on(4))
    run(on(10, 12))
    assert len(reminders(relay)) == 1
    run(on(11))
    assert reminders(relay)[1:] == ["Reminder: 2 decisions are waiting for you"]


def test_what_was_asked_back_reminds_who_is_to_answer(cast, asked, relay):
    question = ask_back(asked, cast.claire, "Why?", ASKED)
    run(on(9))
    assert reminders(relay, cast.claire) == []
    assert reminders(relay, cast.ines) == ["Reminder: 1 decision is waiting for you"]
    answer(question, cast.ines, "So", on(9))
    assert days_of_mails(relay, range(9, 15)) == [14]


def test_what_was_decided_meanwhile_reminds_nobody(cast, asked, relay):
    User.objects.filter(pk=cast.claire.pk).update(approval_notice=User.Notice.DAILY)
    assert plan_reminders(on(10)) == 1
    approvals.refuse(asked, cast.claire, "No", on(10, 12))
    run(on(11))
    assert reminders(relay) == []


def test_it_is_in_the_language_of_its_reader(cast, asked, relay):
    User.objects.filter(pk=cast.claire.pk).update(language="fr")
    run(on(10))
    (mail,) = [a for a in relay.accepts if a.message["X-OneLift-Notice"]][-1:]
    assert mail.recipient == cast.claire.email


def update(cast, at, stream="Desk"):
    return StreamUpdate.objects.create(
        stream=StreamFactory(programme=cast.programme, name=stream),
        week_on=at.date() - timedelta(days=at.weekday()),
        judgement="on",
        proposed="on",
        need="Two agents",
        saved_at=at,
        sent_at=at,
        sent_by=cast.tom,
    )


def test_who_gets_a_need_is_told_at_once_and_not_of_what_is_answered(cast, relay):
    need = update(cast, ASKED)
    hand_over_and_tell(need, cast.ines, cast.claire, ASKED)
    run(ASKED)
    (told,) = relay.accepts
    assert told.recipient == cast.ines.email
    assert told.message["Subject"] == "A need raised by a stream is waiting for your answer"
    body = told.message.get_body(("plain",)).get_content()
    assert "Desk needs: Two agents" in body
    assert "/p/one-it/decisions/?for=me" in body
    second = update(cast, ASKED, "Network")
    hand_over_and_tell(second, cast.rosa, cast.claire, on(5))
    answer_need(second, "Yes", cast.claire, on(5))
    run(on(5))
    assert len(relay.accepts) == 1
    assert Notice.objects.get(user=cast.rosa).state == "cancelled"


def test_who_wants_no_mail_gets_none_about_a_need(cast, relay):
    User.objects.filter(pk=cast.ines.pk).update(approval_notice=User.Notice.NEVER)
    hand_over_and_tell(update(cast, ASKED), cast.ines, cast.claire, ASKED)
    run(ASKED)
    assert relay.accepts == []
