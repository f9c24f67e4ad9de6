"""A test message: a mail to who asks for it alone, which nothing counts."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry

from communications.dispatches.queries.reach import got_mail, people_in
from communications.models import Delivery, Dispatch, Notice, State
from programmes.scope import EVERYTHING
from stakeholders.models import User
from tests.communications.making import approve, make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def mails_to(relay, user):
    return [a.message for a in relay.accepts if a.recipient == user.email]


def address_of(message, language):
    return f"/p/one-it/messages/{message.pk}/{language}/try/"


@pytest.fixture
def message(cast, now):
    return make_message(cast, now)


def test_it_comes_in_the_chosen_language_with_the_own_name_to_nobody_else(
    cast, now, relay, as_user, message
):
    PersonFactory(site=cast.barcelona, first_name="Núria", language="es")
    answer = as_user(cast.ines).post(address_of(message, "es"), follow=True)
    assert f"on its way to {cast.ines.email}" in answer.content.decode()
    run(Notice.objects.get().due_at)
    (mail,) = [accept.message for accept in relay.accepts]
    assert mail["To"].endswith(f"<{cast.ines.email}>")
    assert mail["Subject"].endswith("Tu nuevo centro")
    assert mail["Content-Language"] == "es"
    assert mail["X-OneLift-Dispatch"] is None
    text = mail.get_body(("plain",)).get_content()
    assert "Ines" in text
    assert "Núria" not in text
    assert Notice.objects.get().state == State.SENT


def test_it_says_that_it_is_a_test(cast, relay, as_user, message):
    as_user(cast.ines).post(address_of(message, "en"))
    run(Notice.objects.get().due_at)
    (mail,) = mails_to(relay, cast.ines)
    assert mail["Subject"] == "Test: Your new service desk"
    assert "No one else receives it" in mail.get_body(("plain",)).get_content()


def test_nothing_counts_it(cast, relay, as_user, message):
    PersonFactory(site=cast.barcelona, email=cast.ines.email)
    as_user(cast.ines).post(address_of(message, "en"))
    due = Notice.objects.get().due_at
    run(due)
    assert len(mails_to(relay, cast.ines)) == 1
    people = people_in(cast.programme, EVERYTHING)
    assert not people.filter(got_mail(cast.programme, due - timedelta(days=1))).exists()
    assert not Delivery.objects.exists()
    assert not Dispatch.objects.exists()


def test_who_decides_tests_the_version_that_waits(cast, now, relay, as_user, message):
    approve(cast, message, now)
    message.subject_en = "Changed since"
    message.save()
    as_user(cast.claire).post(address_of(message, "en"), {"version": "1"})
    run(Notice.objects.get(kind="test").due_at)
    (mail,) = [m for m in mails_to(relay, cast.claire) if not m["Subject"].startswith("1 message")]
    assert mail["Subject"] == "Test: Your new service desk"


def test_ten_within_the_hour_and_no_more_each_in_the_audit_trail(cast, as_user, message, wait):
    client = as_user(cast.ines)
    for _n in range(11):
        wait(minutes=1)
        answer = client.post(address_of(message, "en"), follow=True)
    assert "ten tests in the last hour" in answer.content.decode()
    assert Notice.objects.count() == 10
    entries = LogEntry.objects.get_for_object(message).filter(additional_data__act="test")
    assert {entry.actor for entry in entries} == {cast.ines}
    assert entries.count() == 10


def test_a_test_waits_until_the_mail_server_is_back(cast, relay, as_user, message):
    as_user(cast.ines).post(address_of(message, "en"))
    due = Notice.objects.get().due_at
    relay.refuse()
    run(due)
    assert Notice.objects.get().state == State.PLANNED
    relay.listen()
    run(due + timedelta(minutes=2))
    assert len(mails_to(relay, cast.ines)) == 1


def test_a_decision_meanwhile_does_not_call_it_off(cast, now, relay, as_user, message):
    as_user(cast.ines).post(address_of(message, "en"))
    approve(cast, make_message(cast, now), now)
    run(Notice.objects.get(kind="test").due_at)
    assert [mail["Subject"][:5] for mail in mails_to(relay, cast.ines)] == ["Test:"]


def test_who_has_left_meanwhile_gets_none(cast, relay, as_user, message):
    as_user(cast.ines).post(address_of(message, "en"))
    User.objects.filter(pk=cast.ines.pk).update(is_active=False)
    run(Notice.objects.get().due_at)
    assert (Notice.objects.get().state, Notice.objects.get().reason) == ("cancelled", "left")
    assert mails_to(relay, cast.ines) == []


def test_to_look_at_the_page_sends_nothing(cast, as_user, message):
    assert as_user(cast.ines).get(address_of(message, "en")).status_code == 405
    assert not Notice.objects.exists()
