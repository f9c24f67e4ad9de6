"""Mails to those who decide: when, how often, and never in the way of the others."""

from datetime import timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.models import Delivery, Notice, State
from stakeholders.models import User
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)


def notices(relay):
    return [a for a in relay.accepts if a.message["X-OneLift-Notice"]]


def prefer(user, choice):
    user.approval_notice = choice
    user.save()


def test_once_a_day_it_comes_the_next_morning_with_all_that_waits(cast, now, relay):
    prefer(cast.claire, User.Notice.DAILY)
    for _each in range(2):
        approvals.ask(make_message(cast, now), cast.ines, now)
    run(now + timedelta(hours=1))
    assert notices(relay) == []
    run(now + timedelta(hours=20))
    run(now + timedelta(hours=21))
    assert [a.recipient for a in notices(relay)] == [cast.claire.email]


def test_never_means_never(cast, now, relay):
    prefer(cast.claire, User.Notice.NEVER)
    approvals.ask(make_message(cast, now), cast.ines, now)
    run(now + timedelta(hours=30))
    assert not Notice.objects.exists()
    assert notices(relay) == []


def test_nothing_comes_once_all_is_decided(cast, now, relay):
    prefer(cast.claire, User.Notice.DAILY)
    approve(cast, make_message(cast, now), now)
    run(now + timedelta(hours=20))
    assert Notice.objects.get().state == State.CANCELLED
    assert notices(relay) == []


def test_what_is_asked_after_all_was_decided_is_announced_too(cast, now, relay):
    prefer(cast.claire, User.Notice.DAILY)
    approve(cast, make_message(cast, now), now)
    approvals.ask(make_message(cast, now), cast.ines, now + timedelta(minutes=5))
    run(now + timedelta(hours=20))
    assert len(notices(relay)) == 1


def test_a_relay_that_is_down_delays_a_notice_and_loses_none(cast, now, relay):
    approvals.ask(make_message(cast, now), cast.ines, now)
    relay.refuse()
    run(now)
    assert Notice.objects.get().state == State.PLANNED
    relay.listen()
    run(now + timedelta(minutes=2))
    assert Notice.objects.get().state == State.SENT
    assert len(notices(relay)) == 1


def test_a_notice_that_cannot_be_made_holds_up_nobody(cast, now, relay):
    User.objects.filter(pk=cast.claire.pk).update(email="claire at home")
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.approve(asked, cast.claire, asked.fingerprint, now)
    approvals.ask(make_message(cast, now), cast.ines, now)
    run(now + timedelta(minutes=6))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert State.FAILED in Notice.objects.values_list("state", flat=True)
