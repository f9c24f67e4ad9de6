"""How many emails left by hour, and what leaves next, against plain counts."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from communications.approvals.models import Notice
from communications.models import Delivery, Dispatch, State
from communications.operation.queries.coming import next_emails
from communications.operation.queries.sent import sent_by_hour
from tests.clock import NOW
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db


def sent(cast, *ended, state=State.SENT):
    message = make_message(cast, NOW)
    approve(cast, message, NOW)
    dispatch = Dispatch.objects.create(message=message, started_at=NOW)
    for person, at in zip(cast.people, ended, strict=False):
        Delivery.objects.create(
            dispatch=dispatch,
            person=person,
            site=person.site,
            due_at=at,
            latest_at=at + timedelta(days=1),
            state=state,
            ended_at=at,
        )


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Europe/Paris"])
def test_each_email_is_in_its_hour_of_the_reader(cast, zone, django_assert_num_queries):
    now = datetime(2026, 11, 24, 12, 40, tzinfo=UTC)
    ended = [now - timedelta(minutes=minutes) for minutes in (5, 45, 50, 200, 1600)]
    sent(cast, *ended)
    sent(cast, now - timedelta(minutes=1), state=State.FAILED)
    with timezone.override(zone), django_assert_num_queries(1):
        found = sent_by_hour(now)
    assert len(found) == 24
    assert found[-1].at <= now < found[-1].at + timedelta(hours=1)
    for hour in found:
        inside = [at for at in ended if hour.at <= at < hour.at + timedelta(hours=1)]
        assert hour.mails == len(inside), hour.at
    assert sum(hour.mails for hour in found) == 4


def test_emails_to_colleagues_count_too(cast):
    sent(cast, NOW - timedelta(minutes=1))
    Notice.objects.update(state=State.SENT, ended_at=NOW)
    assert sent_by_hour(NOW)[-1].mails + sent_by_hour(NOW)[-2].mails == 1 + Notice.objects.count()


@pytest.mark.parametrize("many", [1, 3])
def test_the_next_emails_are_those_of_the_first_day_ahead(cast, many, django_assert_num_queries):
    assert next_emails(NOW) is None
    later = {"local_time": time(9), "is_urgent": False}
    for _number in range(many):
        approve(cast, make_message(cast, NOW, fixed_on=date(2026, 12, 15), **later), NOW)
    approve(cast, make_message(cast, NOW, fixed_on=date(2026, 12, 16), **later), NOW)
    with_address = [person for person in cast.people if person.email]
    with django_assert_num_queries(3):
        found = next_emails(NOW)
    assert (found.on, found.mails) == (date(2026, 12, 15), many * len(with_address))


def test_what_has_left_is_not_ahead(cast, relay):
    approve(cast, make_message(cast, NOW), NOW)
    run(NOW + timedelta(minutes=6))
    assert next_emails(NOW + timedelta(minutes=7)) is None
